"""Every setting, and what stops the start."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from flask import Flask

from conserje import create_app
from conserje.config import SETTINGS, ConfigurationError, is_demo, load_settings

SECRET = "0123456789abcdef0123456789abcdef"
PRODUCTION = {
    "CONSERJE_MODE": "production",
    "SECRET_KEY": SECRET,
    "PUBLIC_BASE_URL": "https://porteria.example",
    "SMS_CARRIER": "eum",
    "EMAIL_CARRIER": "ses",
    "MAIL_FROM": "Portería <avisos@porteria.example>",
}
DEMO = {"CONSERJE_MODE": "demo", "PUBLIC_BASE_URL": "http://127.0.0.1:8000"}


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for setting in SETTINGS:
        monkeypatch.delenv(setting.name, raising=False)


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    return tmp_path / "instance"


def configured(instance: Path, settings: dict[str, object], **changed: object) -> Flask:
    app = Flask("conserje", instance_path=str(instance), static_folder=None)
    load_settings(app, {**settings, **changed})
    return app


def refusal(instance: Path, settings: dict[str, object], **changed: object) -> str:
    with pytest.raises(ConfigurationError) as refused:
        configured(instance, settings, **changed)
    return str(refused.value)


# The two modes


def test_production_starts_with_https_and_a_secret(instance: Path) -> None:
    app = configured(instance, PRODUCTION)
    assert app.config["SECRET_KEY"] == SECRET
    assert not is_demo(app)


def test_without_a_mode_it_is_production(instance: Path) -> None:
    assert "SECRET_KEY is missing" in refusal(instance, {"PUBLIC_BASE_URL": "https://porteria.example"})


def test_an_unknown_mode_is_refused(instance: Path) -> None:
    assert "CONSERJE_MODE is 'staging'" in refusal(instance, PRODUCTION, CONSERJE_MODE="staging")


def test_production_refuses_http(instance: Path) -> None:
    assert "https" in refusal(instance, PRODUCTION, PUBLIC_BASE_URL="http://porteria.example")


def test_production_without_an_address_of_its_own_is_refused(instance: Path) -> None:
    settings = {name: value for name, value in PRODUCTION.items() if name != "PUBLIC_BASE_URL"}
    assert "PUBLIC_BASE_URL" in refusal(instance, settings)


@pytest.mark.parametrize("address", ["porteria.example", "ftp://porteria.example", "https://", "//porteria.example"])
@pytest.mark.parametrize("settings", [PRODUCTION, DEMO], ids=["production", "demo"])
def test_an_address_that_nobody_can_type_is_refused(instance: Path, settings: dict[str, object], address: str) -> None:
    assert "PUBLIC_BASE_URL" in refusal(instance, settings, PUBLIC_BASE_URL=address)


def test_demo_starts_with_http(instance: Path) -> None:
    assert is_demo(configured(instance, DEMO))


def test_the_environment_is_read_and_its_spaces_are_not(instance: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, f" {value} ")
    assert configured(instance, {}).config["PUBLIC_BASE_URL"] == "https://porteria.example"


# The secret


def test_production_generates_no_secret(instance: Path) -> None:
    assert "SECRET_KEY is missing" in refusal(instance, PRODUCTION, SECRET_KEY="")
    assert not (instance / "secret_key").exists()


@pytest.mark.parametrize("settings", [PRODUCTION, DEMO], ids=["production", "demo"])
def test_a_secret_of_31_characters_is_refused_and_one_of_32_accepted(
    instance: Path, settings: dict[str, object]
) -> None:
    assert "shorter than 32" in refusal(instance, settings, SECRET_KEY=SECRET[:-1])
    assert configured(instance, settings, SECRET_KEY=SECRET).config["SECRET_KEY"] == SECRET


def test_demo_generates_a_secret_that_its_owner_alone_may_read(instance: Path) -> None:
    secret = configured(instance, DEMO).config["SECRET_KEY"]
    file = instance / "secret_key"
    assert len(secret) >= 64
    assert file.read_text() == secret
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_generated_secret_is_kept_for_the_next_start(instance: Path) -> None:
    assert configured(instance, DEMO).config["SECRET_KEY"] == configured(instance, DEMO).config["SECRET_KEY"]


def test_each_installation_generates_its_own_secret(tmp_path: Path) -> None:
    first, second = (configured(tmp_path / name, DEMO).config["SECRET_KEY"] for name in ("first", "second"))
    assert first != second


def test_a_secret_that_is_given_goes_before_the_generated_one(instance: Path) -> None:
    configured(instance, DEMO)
    assert configured(instance, DEMO, SECRET_KEY=SECRET).config["SECRET_KEY"] == SECRET


# The database


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://me@host:5433/porteria", "postgresql+psycopg://me@host:5433/porteria"),
        ("postgresql://me@host/porteria", "postgresql+psycopg://me@host/porteria"),
        ("postgresql+psycopg://me@host/porteria", "postgresql+psycopg://me@host/porteria"),
        ("sqlite:////var/lib/porteria.sqlite3", "sqlite:////var/lib/porteria.sqlite3"),
    ],
)
def test_the_address_of_the_database_names_the_driver(instance: Path, given: str, used: str) -> None:
    assert configured(instance, DEMO, DATABASE_URL=given).config["SQLALCHEMY_DATABASE_URI"] == used


def test_without_an_address_the_database_is_a_file_of_the_instance(instance: Path) -> None:
    app = configured(instance, DEMO)
    assert app.config["SQLALCHEMY_DATABASE_URI"] == f"sqlite:///{instance}/conserje.sqlite3"
    assert instance.is_dir()


# Photographs


def test_photographs_lie_in_the_instance_unless_a_folder_is_named(instance: Path) -> None:
    assert configured(instance, DEMO).config["PHOTO_FOLDER"] == str(instance / "photos")
    assert configured(instance, DEMO, PHOTO_FOLDER="/srv/photos").config["PHOTO_FOLDER"] == "/srv/photos"


def test_an_unknown_store_of_photographs_is_refused(instance: Path) -> None:
    assert "PHOTO_STORE" in refusal(instance, DEMO, PHOTO_STORE="ftp")


def test_a_store_in_s3_needs_its_bucket(instance: Path) -> None:
    assert "PHOTO_S3_BUCKET" in refusal(instance, DEMO, PHOTO_STORE="s3")
    configured(instance, DEMO, PHOTO_STORE="s3", PHOTO_S3_BUCKET="porteria-photos")


# Cookies, headers and hosts follow the address


def test_over_https_the_cookie_is_bound_to_host_and_secure(instance: Path) -> None:
    config = configured(instance, PRODUCTION).config
    assert (config["SESSION_COOKIE_NAME"], config["SESSION_COOKIE_SECURE"]) == ("__Host-sid", True)
    # What the name's prefix demands of a cookie: no domain, and the whole site as its path.
    assert (config["SESSION_COOKIE_DOMAIN"], config["SESSION_COOKIE_PATH"]) == (None, None)
    assert config["APPLICATION_ROOT"] == "/"


def test_over_http_the_cookie_is_an_ordinary_one(instance: Path) -> None:
    config = configured(instance, DEMO).config
    assert (config["SESSION_COOKIE_NAME"], config["SESSION_COOKIE_SECURE"]) == ("sid", False)


@pytest.mark.parametrize("settings", [PRODUCTION, DEMO], ids=["production", "demo"])
def test_no_script_and_no_other_site_gets_at_the_cookie_and_it_ends_with_the_browser(
    instance: Path, settings: dict[str, object]
) -> None:
    config = configured(instance, settings).config
    assert (config["SESSION_COOKIE_HTTPONLY"], config["SESSION_COOKIE_SAMESITE"]) == (True, "Lax")
    assert config["SESSION_PERMANENT"] is False


@pytest.mark.parametrize(
    ("settings", "address", "says"),
    [
        (PRODUCTION, "https://porteria.example", "max-age=31536000; includeSubDomains"),
        (DEMO, "https://porteria.example/", "max-age=31536000; includeSubDomains"),
        (DEMO, "http://127.0.0.1:8000", None),
    ],
)
def test_header_and_cookie_keep_browsers_with_https_where_the_address_is_https(
    tmp_path: Path, settings: dict[str, object], address: str, says: str | None
) -> None:
    files = {"DATABASE_URL": f"sqlite:///{tmp_path}/porteria.sqlite3", "PHOTO_FOLDER": str(tmp_path / "photos")}
    app = create_app({**settings, **files, "PUBLIC_BASE_URL": address, "SECRET_KEY": SECRET})
    answer = app.test_client().get("/healthz", base_url=address)
    assert answer.status_code == 200
    assert answer.headers.get("Strict-Transport-Security") == says
    assert app.config["SESSION_COOKIE_SECURE"] is (says is not None)


def test_production_answers_to_its_own_name_and_those_named_besides(instance: Path) -> None:
    assert configured(instance, PRODUCTION).config["TRUSTED_HOSTS"] == ["porteria.example"]
    app = configured(instance, PRODUCTION, TRUSTED_HOSTS="otra.example, , tercera.example")
    assert app.config["TRUSTED_HOSTS"] == ["porteria.example", "otra.example", "tercera.example"]


def test_demo_answers_on_this_machine_too(instance: Path) -> None:
    app = configured(instance, DEMO, PUBLIC_BASE_URL="http://10.0.0.7:8000")
    assert app.config["TRUSTED_HOSTS"] == ["10.0.0.7", "localhost", "127.0.0.1"]


def test_what_is_sent_to_us_is_limited(instance: Path) -> None:
    config = configured(instance, PRODUCTION).config
    assert config["MAX_CONTENT_LENGTH"] == 12 * 1024 * 1024
    assert config["MAX_FORM_MEMORY_SIZE"] == 256 * 1024
    assert config["MAX_FORM_PARTS"] == 60


# SMS and e-mail


def test_the_demo_sends_nothing_unless_it_is_told_to(instance: Path) -> None:
    config = configured(instance, DEMO).config
    assert (config["SMS_CARRIER"], config["EMAIL_CARRIER"]) == ("console", "console")
    assert config["MAIL_FROM"] == "Conserje <avisos@conserje.example>"
    config = configured(instance, DEMO, SMS_CARRIER="sns", EMAIL_CARRIER="ses", MAIL_FROM="a@b.example").config
    assert (config["SMS_CARRIER"], config["EMAIL_CARRIER"], config["MAIL_FROM"]) == ("sns", "ses", "a@b.example")


@pytest.mark.parametrize("carrier", ["SMS_CARRIER", "EMAIL_CARRIER"])
def test_production_needs_both_carriers_and_takes_no_console(instance: Path, carrier: str) -> None:
    assert f"{carrier} is missing" in refusal(instance, PRODUCTION, **{carrier: ""})
    assert f"{carrier} is console" in refusal(instance, PRODUCTION, **{carrier: "console"})


@pytest.mark.parametrize("settings", [PRODUCTION, DEMO], ids=["production", "demo"])
@pytest.mark.parametrize(("carrier", "value"), [("SMS_CARRIER", "ses"), ("EMAIL_CARRIER", "sns"), ("SMS_CARRIER", "x")])
def test_an_unknown_carrier_is_refused(instance: Path, settings: dict[str, object], carrier: str, value: str) -> None:
    assert f"{carrier} is {value!r}" in refusal(instance, settings, **{carrier: value})


@pytest.mark.parametrize("price", ["0", "0.00", "-1", "100", "0.123456", "1e-1", "0,20", "NaN", ".5", "\u0660.\u0662"])
def test_a_price_that_no_sms_can_have_is_refused(instance: Path, price: str) -> None:
    assert "SMS_MAX_PRICE" in refusal(instance, DEMO, SMS_MAX_PRICE=price)


@pytest.mark.parametrize("price", ["0.20", "1", "99.99999", "0.00001"])
def test_a_price_in_dollars_is_accepted(instance: Path, price: str) -> None:
    assert configured(instance, DEMO, SMS_MAX_PRICE=price).config["SMS_MAX_PRICE"] == price


@pytest.mark.parametrize("carrier", ["sns", "eum"])
@pytest.mark.parametrize("origination", ["", "+56221234567", "890123"])
def test_an_sms_may_come_from_a_number(instance: Path, carrier: str, origination: str) -> None:
    configured(instance, PRODUCTION, SMS_CARRIER=carrier, SMS_ORIGINATION=origination)


def test_only_end_user_messaging_knows_pools(instance: Path) -> None:
    assert "SMS_ORIGINATION" in refusal(instance, PRODUCTION, SMS_CARRIER="sns", SMS_ORIGINATION="pool-0123")
    configured(instance, PRODUCTION, SMS_CARRIER="eum", SMS_ORIGINATION="pool-0123")
    assert "SMS_ORIGINATION" in refusal(instance, PRODUCTION, SMS_CARRIER="eum", SMS_ORIGINATION="pool 0123")


@pytest.mark.parametrize("settings", [PRODUCTION, DEMO], ids=["production", "demo"])
def test_e_mail_needs_a_sender(instance: Path, settings: dict[str, object]) -> None:
    mail = {"EMAIL_CARRIER": "ses", "MAIL_FROM": ""}
    assert refusal(instance, settings, **mail) == "MAIL_FROM is missing: EMAIL_CARRIER is ses"


@pytest.mark.parametrize("name", ["MAIL_FROM", "MAIL_REPLY_TO", "VENDOR_EMAIL"])
@pytest.mark.parametrize(
    "mailbox",
    [
        "porteria",
        "@b.example",
        "Conserje, a@b.example",
        "a@b.example\nBcc: c@d.example",
        "ñ@b.example",
        "a@b@c.example",
    ],
)
def test_an_address_that_no_mail_server_takes_is_refused(instance: Path, name: str, mailbox: str) -> None:
    assert f"{name} is " in refusal(instance, DEMO, **{name: mailbox})


@pytest.mark.parametrize("name", ["MAIL_FROM", "MAIL_REPLY_TO", "VENDOR_EMAIL"])
@pytest.mark.parametrize("mailbox", ["a@b.example", "Portería Los Aromos <a.b+c@d-e.example>"])
def test_an_address_may_have_a_name(instance: Path, name: str, mailbox: str) -> None:
    assert configured(instance, DEMO, **{name: mailbox}).config[name] == mailbox


SMTP = {**PRODUCTION, "EMAIL_CARRIER": "smtp", "SMTP_HOST": "mail.porteria.example"}


def test_a_mail_server_is_asked_at_port_587_with_starttls_unless_told_otherwise(instance: Path) -> None:
    config = configured(instance, SMTP).config
    assert (config["SMTP_HOST"], config["SMTP_PORT"], config["SMTP_TLS"]) == (
        "mail.porteria.example",
        "587",
        "starttls",
    )


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"SMTP_HOST": ""}, "SMTP_HOST is missing"),
        ({"SMTP_PORT": "0"}, "SMTP_PORT is '0'"),
        ({"SMTP_PORT": "65536"}, "SMTP_PORT is '65536'"),
        ({"SMTP_PORT": "smtp"}, "SMTP_PORT is 'smtp'"),
        ({"SMTP_TLS": "ssl"}, "SMTP_TLS is 'ssl'"),
        ({"SMTP_USER": "conserje"}, "SMTP_USER and SMTP_PASSWORD go together"),
        ({"SMTP_PASSWORD": "secreto"}, "SMTP_USER and SMTP_PASSWORD go together"),
        ({"SMTP_USER": "conserje", "SMTP_PASSWORD": "señal"}, "SMTP_USER and SMTP_PASSWORD are made of ASCII"),
    ],
)
def test_a_mail_server_that_cannot_be_asked_is_refused(instance: Path, changed: dict[str, object], says: str) -> None:
    message = refusal(instance, SMTP, **changed)
    assert says in message
    assert "\n" not in message
    assert "secreto" not in message
    assert "señal" not in message


# The link of an SMS


def test_a_link_begins_with_the_public_address_unless_a_shorter_one_is_given(instance: Path) -> None:
    assert configured(instance, PRODUCTION).config["LINK_BASE_URL"] == "https://porteria.example"
    app = configured(instance, PRODUCTION, LINK_BASE_URL="https://p.example/")
    assert app.config["LINK_BASE_URL"] == "https://p.example"
    assert app.config["TRUSTED_HOSTS"] == ["porteria.example", "p.example"]


def test_a_link_may_leave_100_septets_to_the_text_and_no_less(instance: Path) -> None:
    longest = "https://" + "p" * 19 + ".example"
    assert len(f"{longest}/a/") + 22 == 60
    assert configured(instance, PRODUCTION, LINK_BASE_URL=longest).config["LINK_BASE_URL"] == longest
    for settings in (PRODUCTION, DEMO):
        said = refusal(instance, settings, LINK_BASE_URL=longest.replace("pp", "ppp", 1))
        assert "LINK_BASE_URL" in said
        assert "at most 35" in said
        assert "\n" not in said


def test_a_public_address_too_long_for_an_sms_needs_another_for_links(instance: Path) -> None:
    public = "https://" + "porteria." * 4 + "example"
    assert "LINK_BASE_URL" in refusal(instance, PRODUCTION, PUBLIC_BASE_URL=public)
    configured(instance, PRODUCTION, PUBLIC_BASE_URL=public, LINK_BASE_URL="https://p.example")


def test_a_link_that_sms_cannot_write_is_refused(instance: Path) -> None:
    assert "LINK_BASE_URL" in refusal(instance, PRODUCTION, LINK_BASE_URL="https://portería.example")


def test_production_refuses_links_over_http(instance: Path) -> None:
    assert "LINK_BASE_URL must begin with https" in refusal(instance, PRODUCTION, LINK_BASE_URL="http://p.example")


@pytest.mark.parametrize("address", ["p.example", "ftp://p.example", "https://"])
def test_a_link_that_nobody_can_open_is_refused(instance: Path, address: str) -> None:
    assert "LINK_BASE_URL" in refusal(instance, DEMO, LINK_BASE_URL=address)


# The list of settings


def test_every_setting_is_named_once_and_says_what_it_means() -> None:
    names = [setting.name for setting in SETTINGS]
    assert len(set(names)) == len(names)
    assert all(setting.meaning for setting in SETTINGS)


def test_settings_of_flask_and_its_extensions_may_be_given_too(instance: Path) -> None:
    assert configured(instance, DEMO, TESTING=True).testing is True
