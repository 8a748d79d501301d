"""Every setting once: name, default, meaning. The program refuses to start where production lacks one."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
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
    Setting("AWS_REGION", "us-east-1", "region of the bucket"),
    Setting("AWS_ENDPOINT_URL", "", "another endpoint than AWS's own, for tests"),
    Setting("LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR"),
)

DEMO, PRODUCTION = "demo", "production"


def load_settings(app: Flask, overrides: Mapping[str, object] | None = None) -> None:
    """Fill `app.config` from the environment, then from `overrides` (tests), and refuse what cannot work."""
    given = dict(overrides or {})
    values: dict[str, object] = {
        s.name: given.pop(s.name, None) or os.environ.get(s.name, s.default).strip() for s in SETTINGS
    }
    mode = values["CONSERJE_MODE"]
    if mode not in (DEMO, PRODUCTION):
        raise ConfigurationError(f"CONSERJE_MODE is {mode!r}: it is either demo or production")

    base_url = str(values["PUBLIC_BASE_URL"]).rstrip("/")
    address = urlsplit(base_url)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise ConfigurationError(f"PUBLIC_BASE_URL is {base_url!r}: write it like https://porteria.example")
    https = address.scheme == "https"
    if mode == PRODUCTION and not https:
        raise ConfigurationError("PUBLIC_BASE_URL must begin with https:// in production")

    instance = Path(app.instance_path)
    values["SECRET_KEY"] = values["SECRET_KEY"] or _generated_secret(instance, mode)
    if len(str(values["SECRET_KEY"])) < 32:
        raise ConfigurationError("SECRET_KEY is shorter than 32 characters")

    database_url = _database_url(str(values["DATABASE_URL"]), instance)
    app.config.from_mapping(values)
    app.config.update(
        PUBLIC_BASE_URL=base_url,
        HTTPS=https,
        SQLALCHEMY_DATABASE_URI=database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(database_url),
        PHOTO_FOLDER=str(values["PHOTO_FOLDER"] or instance / "photos"),
        TRUSTED_HOSTS=_trusted_hosts(address.hostname, str(values["TRUSTED_HOSTS"]), mode),
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


def _trusted_hosts(own: str, further: str, mode: object) -> list[str]:
    hosts = [own, *(host.strip() for host in further.split(",") if host.strip())]
    return [*hosts, "localhost", "127.0.0.1"] if mode == DEMO else hosts
