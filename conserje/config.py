"""Every setting once: name, default, meaning. The program refuses to start where production lacks one."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask

MEBIBYTE = 1024 * 1024


class ConfigurationError(RuntimeError):
    """The settings do not allow a start; the text says which one and what to do."""


@dataclass(frozen=True)
class Setting:
    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting("CONSERJE_MODE", "production", "demo (accounts with a known password, http allowed) or production"),
    Setting("SECRET_KEY", "", "signs cookies; required in production, generated into instance/ in demo"),
    Setting("PUBLIC_BASE_URL", "http://127.0.0.1:8000", "the address people type; https in production"),
    Setting("TRUSTED_HOSTS", "", "further host names to answer to, separated by commas"),
    Setting("PROXY_HOPS", "0", "how many reverse proxies stand in front; their X-Forwarded-* headers are believed"),
    Setting("DATABASE_URL", "", "SQLAlchemy URL; empty: SQLite in instance/conserje.sqlite3"),
    Setting("PHOTO_STORE", "local", "local or s3"),
    Setting("PHOTO_FOLDER", "", "where local photos lie; empty: instance/photos"),
    Setting("PHOTO_S3_BUCKET", "", "bucket for photos (private, public access blocked)"),
    Setting("PHOTO_S3_PREFIX", "photos/", "prefix of the keys in the bucket"),
    Setting("AWS_REGION", "us-east-1", "region of AWS: of the bucket and of its services for SMS and e-mail"),
    Setting("AWS_ENDPOINT_URL", "", "another endpoint than AWS's own, for tests"),
    Setting("SMS_CARRIER", "", "sns, eum (AWS End User Messaging) or, in demo only and there by default, console"),
    Setting("SMS_MAX_PRICE", "0.20", "USD that one SMS may cost; a dearer one is not sent"),
    Setting("SMS_ORIGINATION", "", "number (sns) or number, pool or ARN (eum) to send from; empty: AWS chooses"),
    Setting("SMS_CONFIGURATION_SET", "", "configuration set of eum, for its events"),
    Setting("EMAIL_CARRIER", "", "ses, smtp or, in demo only and there by default, console"),
    Setting("MAIL_FROM", "", "sender of e-mails, like Conserje <avisos@porteria.example>"),
    Setting("MAIL_REPLY_TO", "", "where answers to e-mails go; empty: to the sender"),
    Setting("MAIL_CONFIGURATION_SET", "", "configuration set of ses, for its events"),
    Setting("SMTP_HOST", "", "mail server, where EMAIL_CARRIER is smtp"),
    Setting("SMTP_PORT", "587", "its port"),
    Setting("SMTP_USER", "", "account there; empty: without signing in"),
    Setting("SMTP_PASSWORD", "", "password of that account"),
    Setting("SMTP_TLS", "starttls", "starttls, tls (from the first byte) or none"),
    Setting("VENDOR_EMAIL", "", "who is told of purchases of SMS bundles; may be empty"),
    Setting("LINK_BASE_URL", "", "what stands before /a/ and /r/ in an SMS; empty: PUBLIC_BASE_URL"),
    Setting("LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR"),
)

DEMO, PRODUCTION = "demo", "production"
DEMO_SENDER = "Conserje <avisos@conserje.example>"
# Of the 160 septets of an SMS, 100 are the text's: no more are left to the link, which ends in /a/ and a token.
LONGEST_LINK = 60
LONGEST_LINK_BASE = LONGEST_LINK - len("/a/") - 22


def load_settings(app: Flask, overrides: Mapping[str, object] | None = None) -> None:
    """Fill `app.config` from the environment, then from `overrides` (tests), and refuse what cannot work."""
    given = dict(overrides or {})
    values: dict[str, object] = {
        s.name: given.pop(s.name, None) or os.environ.get(s.name, s.default).strip() for s in SETTINGS
    }
    mode = values["CONSERJE_MODE"]
    if mode not in (DEMO, PRODUCTION):
        raise ConfigurationError(f"CONSERJE_MODE is {mode!r}: it is either demo or production")

    base_url, host, https = _address("PUBLIC_BASE_URL", str(values["PUBLIC_BASE_URL"]), mode)
    link_base, link_host, _ = _address("LINK_BASE_URL", str(values["LINK_BASE_URL"]) or base_url, mode)
    if len(link_base) > LONGEST_LINK_BASE or not link_base.isascii():
        raise ConfigurationError(
            f"LINK_BASE_URL is {link_base!r}: at most {LONGEST_LINK_BASE} ASCII characters, or an SMS has no room"
        )

    instance = Path(app.instance_path)
    values["SECRET_KEY"] = values["SECRET_KEY"] or _generated_secret(instance, mode)
    if len(str(values["SECRET_KEY"])) < 32:
        raise ConfigurationError("SECRET_KEY is shorter than 32 characters")

    database_url = _database_url(str(values["DATABASE_URL"]), instance)
    app.config.from_mapping(values)
    app.config.update(_message_settings({name: str(value) for name, value in values.items()}))
    app.config.update(
        PUBLIC_BASE_URL=base_url,
        LINK_BASE_URL=link_base,
        HTTPS=https,
        SQLALCHEMY_DATABASE_URI=database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(database_url),
        PHOTO_FOLDER=str(values["PHOTO_FOLDER"] or instance / "photos"),
        TRUSTED_HOSTS=_trusted_hosts(host, link_host, str(values["TRUSTED_HOSTS"]), mode),
        # A phone's original photo is a few megabytes; no form of ours needs more.
        MAX_CONTENT_LENGTH=12 * MEBIBYTE,
        MAX_FORM_MEMORY_SIZE=256 * 1024,
        MAX_FORM_PARTS=60,
        SESSION_COOKIE_NAME="__Host-sid" if https else "sid",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # The cookie ends with the browser; the server-side row says when the session ends.
        SESSION_PERMANENT=False,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        # The forgery token lasts as long as the session that it is bound to: a form left open through a shift works.
        WTF_CSRF_TIME_LIMIT=None,
        # Pages are small: brotli at 5 is the smallest that costs less than a millisecond.
        COMPRESS_ALGORITHM=["br", "zstd", "gzip"],
        COMPRESS_BR_LEVEL=5,
        COMPRESS_MIN_SIZE=200,
        RATELIMIT_STORAGE_URI="memory://",
        RATELIMIT_HEADERS_ENABLED=False,
    )
    if app.config["PHOTO_STORE"] not in ("local", "s3"):
        raise ConfigurationError("PHOTO_STORE is either local or s3")
    if app.config["PHOTO_STORE"] == "s3" and not app.config["PHOTO_S3_BUCKET"]:
        raise ConfigurationError("PHOTO_S3_BUCKET is missing: PHOTO_STORE is s3")
    app.config.update(given)  # Flask's and the extensions' own settings


def is_demo(app: Flask) -> bool:
    """Whether this is the demonstration: known passwords, http allowed."""
    return bool(app.config["CONSERJE_MODE"] == DEMO)


def _generated_secret(instance: Path, mode: object) -> str:
    if mode == PRODUCTION:
        raise ConfigurationError("SECRET_KEY is missing: production does not generate one")
    file = instance / "secret_key"
    instance.mkdir(parents=True, exist_ok=True)
    try:
        with file.open("x") as new:
            file.chmod(0o600)
            new.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return file.read_text().strip()


def _database_url(url: str, instance: Path) -> str:
    if not url:
        instance.mkdir(parents=True, exist_ok=True)
        return f"sqlite:///{instance / 'conserje.sqlite3'}"
    # Hosting services hand out postgres:// and postgresql://; the driver here is psycopg 3.
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _engine_options(database_url: str) -> dict[str, object]:
    """No error quotes the values of a statement: they would lie in the log. Every thread may hold a connection.

    PostgreSQL may restart under us, and a lock is not waited for longer than on SQLite (`busy_timeout`).
    """
    options: dict[str, object] = {"hide_parameters": True, "pool_size": 16, "max_overflow": 8}
    if database_url.startswith("postgresql"):
        waits = {"options": "-c lock_timeout=5s -c statement_timeout=30s"}
        options |= {"pool_pre_ping": True, "connect_args": waits}
    return options


def _trusted_hosts(own: str, of_links: str, further: str, mode: object) -> list[str]:
    hosts = dict.fromkeys([own, of_links, *(host.strip() for host in further.split(",") if host.strip())])
    return [*hosts, "localhost", "127.0.0.1"] if mode == DEMO else [*hosts]


def _address(name: str, given: str, mode: object) -> tuple[str, str, bool]:
    """An address of this installation, its host, and whether it is https."""
    base_url = given.rstrip("/")
    address = urlsplit(base_url)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise ConfigurationError(f"{name} is {base_url!r}: write it like https://porteria.example")
    https = address.scheme == "https"
    if mode == PRODUCTION and not https:
        raise ConfigurationError(f"{name} must begin with https:// in production")
    return base_url, address.hostname, https


def _message_settings(given: Mapping[str, str]) -> dict[str, object]:
    """What sends SMS and e-mail, completed and checked: a wrong setting would show only when a visitor waits."""
    mode = given["CONSERJE_MODE"]
    sms = _carrier("SMS_CARRIER", given["SMS_CARRIER"], ("sns", "eum"), mode)
    email = _carrier("EMAIL_CARRIER", given["EMAIL_CARRIER"], ("ses", "smtp"), mode)

    price, origination = given["SMS_MAX_PRICE"], given["SMS_ORIGINATION"]
    if not re.fullmatch(r"[0-9]{1,2}(\.[0-9]{1,5})?", price) or not Decimal(price):
        raise ConfigurationError(f"SMS_MAX_PRICE is {price!r}: USD, above 0 and below 100, written like 0.20")
    if sms == "sns" and not re.fullmatch(r"(\+?[0-9]{5,14})?", origination):
        raise ConfigurationError(f"SMS_ORIGINATION is {origination!r}: sns sends from a number of 5 to 14 digits")
    if sms == "eum" and not re.fullmatch(r"[A-Za-z0-9_:/+-]{0,256}", origination):
        raise ConfigurationError(f"SMS_ORIGINATION is {origination!r}: a number, a pool or an ARN")

    sender = given["MAIL_FROM"] or (DEMO_SENDER if email == "console" else "")
    if not sender:
        raise ConfigurationError(f"MAIL_FROM is missing: EMAIL_CARRIER is {email}")
    for name, mailbox in {**given, "MAIL_FROM": sender}.items():
        if name in ("MAIL_FROM", "MAIL_REPLY_TO", "VENDOR_EMAIL") and mailbox and not _is_mailbox(mailbox):
            raise ConfigurationError(f"{name} is {mailbox!r}: write it like Conserje <avisos@porteria.example>")
    if email == "smtp":
        _check_mail_server(given)
    return {"SMS_CARRIER": sms, "EMAIL_CARRIER": email, "MAIL_FROM": sender}


def _carrier(name: str, given: str, real: tuple[str, str], mode: str) -> str:
    if mode == PRODUCTION and given in ("", "console"):
        what = "is console, which sends nothing" if given else "is missing"
        raise ConfigurationError(f"{name} {what}: production sends through {real[0]} or {real[1]}")
    if given not in ("", "console", *real):
        raise ConfigurationError(f"{name} is {given!r}: it is {real[0]}, {real[1]} or, in demo, console")
    return given or "console"


def _is_mailbox(text: str) -> bool:
    address = parseaddr(text)[1]
    return text.isprintable() and re.fullmatch(r"[!-?A-~]+@[A-Za-z0-9.-]+", address) is not None


def _check_mail_server(given: Mapping[str, str]) -> None:
    if not given["SMTP_HOST"]:
        raise ConfigurationError("SMTP_HOST is missing: EMAIL_CARRIER is smtp")
    port = given["SMTP_PORT"]
    if not re.fullmatch(r"[0-9]{1,5}", port) or not 0 < int(port) < 65536:
        raise ConfigurationError(f"SMTP_PORT is {port!r}: a number from 1 to 65535, mostly 587, 465 or 25")
    if given["SMTP_TLS"] not in ("starttls", "tls", "none"):
        raise ConfigurationError(f"SMTP_TLS is {given['SMTP_TLS']!r}: it is starttls, tls or none")
    if bool(given["SMTP_USER"]) != bool(given["SMTP_PASSWORD"]):
        raise ConfigurationError("SMTP_USER and SMTP_PASSWORD go together: one of them is missing")
    if not (given["SMTP_USER"] + given["SMTP_PASSWORD"]).isascii():
        raise ConfigurationError("SMTP_USER and SMTP_PASSWORD are made of ASCII characters: SMTP knows no others")
