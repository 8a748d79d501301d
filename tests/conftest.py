"""Fixtures of every test: one migrated application per kind of database, emptied before each test."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy.engine import Connection

from conserje import create_app
from conserje.database import db
from tests.builders import Cast
from tests.casts import cast_of
from tests.page import Visitor

pytest_plugins = ["tests.browser", "tests.databases"]
SCREENS, WALKS = Path(__file__).parent / "blueprints", {"test_routes.py"}

SETTINGS = {
    "CONSERJE_MODE": "demo",
    "SECRET_KEY": "only-for-tests-0123456789abcdefghij",
    "PUBLIC_BASE_URL": "http://localhost",
    "LOG_LEVEL": "INFO",
    "TESTING": True,
    # One test fills the limits on purpose, and switches them on.
    "RATELIMIT_ENABLED": False,
}


def pytest_configure(config: pytest.Config) -> None:
    """Keep the databases of the tests in memory where there is such a place.

    SQLite waits for the disk at every commit, as a gatehouse wants it; thousands of tests would wait with it.
    """
    shared_memory = Path("/dev/shm")
    if config.option.basetemp is None and not hasattr(config, "workerinput") and os.access(shared_memory, os.W_OK):
        config.option.basetemp = shared_memory / f"conserje-tests-{os.getpid()}"
        config.add_cleanup(lambda: shutil.rmtree(config.option.basetemp, ignore_errors=True))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of a test of a screen, or of a walk over all routes, with many cases the first runs on PostgreSQL too.

    The cases differ in nothing that a database sees. The rules below the screens run every case on both.
    """
    from tests.databases import runs_on_postgresql  # a plugin: whoever imports it before pytest does, warns

    once: set[str] = set()
    kept, left_out = [], []
    for item in items:
        test = item.nodeid.partition("[")[0]
        of_answers = SCREENS in item.path.parents or item.path.name in WALKS
        again = of_answers and runs_on_postgresql(item) and test in once
        (left_out if again else kept).append(item)
        if of_answers and runs_on_postgresql(item):
            once.add(test)
    config.hook.pytest_deselected(items=left_out)
    items[:] = kept


@pytest.fixture(autouse=True)
def _log_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the program logs reaches `caplog`, whatever another test's application made of the log."""
    log = logging.getLogger("conserje")
    monkeypatch.setattr(log, "propagate", True)
    log.setLevel(SETTINGS["LOG_LEVEL"])


@pytest.fixture(scope="session")
def migrated_app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application over a database that the migrations made."""
    photos = tmp_path_factory.mktemp("photos")
    app = create_app({**SETTINGS, "DATABASE_URL": database_url, "PHOTO_FOLDER": str(photos)})
    with app.app_context():
        upgrade()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(migrated_app: Flask) -> Flask:
    """The application with every table empty."""
    with migrated_app.app_context():
        _empty_every_table()
    return migrated_app


@pytest.fixture
def ctx(app: Flask) -> Iterator[Flask]:
    """An application context, for rules that are called without HTTP."""
    with app.app_context():
        yield app


@pytest.fixture
def cast(app: Flask) -> Cast:
    """A small named cast: two communities of one administration, a third of another, and their people."""
    with app.app_context():
        return cast_of(db.engine)


@pytest.fixture
def visit_as(app: Flask, cast: Cast) -> Callable[[str], Visitor]:
    """`visit_as("conserje")`: a signed-in browser of that member of the cast; `visit_as("")`: nobody's."""

    def signed_in(name: str) -> Visitor:
        visitor = Visitor(app)
        if name:
            visitor.come_in(cast.emails[name])
        return visitor

    return signed_in


@pytest.fixture
def photo_folder(app: Flask) -> Path:
    folder = Path(app.config["PHOTO_FOLDER"])
    # The tables are empty again: uploads that wait there are those of tests before.
    shutil.rmtree(folder / "imports", ignore_errors=True)
    return folder


def _empty_every_table() -> None:
    engine = db.engine
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            _empty_postgresql(connection)
        else:
            _empty_sqlite(connection)


def _empty_postgresql(connection: Connection) -> None:
    """Deleting a few rows is quicker than truncating, which makes new files of every table and index."""
    tables = [table.name for table in reversed(db.metadata.sorted_tables)]
    deletions = "; ".join(f'DELETE FROM "{name}"' for name in tables)
    connection.exec_driver_sql(
        f"ALTER TABLE audit_line DISABLE TRIGGER USER; {deletions}; ALTER TABLE audit_line ENABLE TRIGGER USER"
    )
    counted = [table.name for table in db.metadata.sorted_tables if table.autoincrement_column is not None]
    connection.exec_driver_sql("SELECT " + ", ".join(f"setval('{name}_id_seq', 1, false)" for name in counted))


def _empty_sqlite(connection: Connection) -> None:
    kept = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in kept:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    for table in reversed(db.metadata.sorted_tables):
        connection.exec_driver_sql(f'DELETE FROM "{table.name}"')
    for _, sql in kept:
        connection.exec_driver_sql(sql)
