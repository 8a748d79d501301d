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


# The list of settings


def test_every_setting_is_named_once_and_says_what_it_means() -> None:
    names = [setting.name for setting in SETTINGS]
    assert len(set(names)) == len(names)
    assert all(setting.meaning for setting in SETTINGS)


def test_settings_of_flask_and_its_extensions_may_be_given_too(instance: Path) -> None:
    assert configured(instance, DEMO, TESTING=True).testing is True
