"""The database: base class, column types, SQLite's settings, and the one transaction that a request writes in.

A request reads in a short transaction that begins by itself. An act that writes is preceded by `begin_writing()`,
which closes that read and opens the writing transaction as late as possible: SQLite has a single writer, and a
transaction that read first and writes later fails at once when somebody else wrote in between (BUSY_SNAPSHOT).
"""

from __future__ import annotations

import logging
import sqlite3
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as RequestSession
from sqlalchemy import CursorResult, DateTime, Dialect, MetaData, String, Update, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

log = logging.getLogger("conserje")

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA busy_timeout=5000",
    "PRAGMA foreign_keys=ON",
    # Gatehouses lose power: FULL keeps the last commit, which NORMAL may lose in WAL mode.
    "PRAGMA synchronous=FULL",
)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING_CONVENTION)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC. Refuses naive values, and always gives aware ones back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class GuardedSession(RequestSession):
    """A session whose bulk shortcuts are closed: they would pass by the tenancy guards."""

    def _closed(self, *_: object, **__: object) -> Any:
        raise RuntimeError("bulk operations pass by the tenancy guards: add objects instead")

    bulk_save_objects = _closed
    bulk_insert_mappings = _closed
    bulk_update_mappings = _closed


db = SQLAlchemy(
    model_class=Base,
    disable_autonaming=True,
    # What was read stays readable after the commit: the answer is rendered from it without asking again.
    session_options={"class_": GuardedSession, "expire_on_commit": False},
)
migrate = Migrate()
MIGRATIONS = Path(__file__).parent.parent / "migrations"


def init_database(app: Flask) -> None:
    db.init_app(app)
    # Batch mode rebuilds a table where SQLite cannot alter it, so that both databases take the same migrations.
    migrate.init_app(app, db, directory=str(MIGRATIONS), render_as_batch=True, compare_type=True)
    with app.app_context():
        engine = db.engine
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # the driver would otherwise begin transactions by itself, and late
    for pragma in SQLITE_PRAGMAS:
        connection.execute(pragma)
    connection.create_function("without_accents", 1, _without_accents, deterministic=True)


class without_accents(FunctionElement[str]):  # noqa: N801 - used as SQLAlchemy's own functions are
    """A text in lower case and without accents, for searching a column that nothing is kept beside of."""

    type = String()
    inherit_cache = True


@compiles(without_accents, "sqlite")
def _in_sqlite(element: without_accents, compiler: SQLCompiler, **options: Any) -> str:
    return f"without_accents({compiler.process(element.clauses, **options)})"


@compiles(without_accents, "postgresql")
def _in_postgresql(element: without_accents, compiler: SQLCompiler, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    return rf"regexp_replace(normalize(lower({text}), NFKD), '[\u0300-\u036f]', '', 'g')"


def _without_accents(text: str | None) -> str | None:
    if text is None:
        return None
    return "".join(sign for sign in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(sign))


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def end_reading() -> None:
    """Close the read transaction before something that waits, such as hashing; what was read stays readable."""
    session = db.session()
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("something was changed outside the writing transaction")
    session.commit()


def begin_writing() -> None:
    """End the request's read and begin the one transaction in which it writes.

    Call it when everything that waits (upload, image, password hash) is done. On SQLite it waits for the writer's
    turn here, up to five seconds.
    """
    end_reading()
    db.session().connection(execution_options={"writing": True})


def changes_one(statement: Update) -> bool:
    """Carry out a conditional update and tell whether it found its row: the first of two to decide wins."""
    result = db.session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", result).rowcount == 1


def abandon_writing() -> None:
    """Undo what the writing transaction did and give up the writer's turn; what is read next is fresh."""
    db.session.rollback()


def afterwards(work: Callable[[Session], None], *, essential: bool = True) -> None:
    """Have `work` done in a short transaction of its own once this request's has ended, whichever way it ends.

    Where the database cannot be written then, the request fails, unless nothing of what was left is `essential`.
    """
    db.session().info.setdefault("afterwards", []).append((work, essential))


def end_request(*, keep: bool) -> None:
    """The one commit of a request, or its rollback; then what was left for afterwards."""
    session = db.session()
    left: list[tuple[Callable[[Session], None], bool]] = session.info.pop("afterwards", [])
    try:
        if keep:
            session.commit()
        else:
            session.rollback()
    except BaseException:
        session.rollback()
        raise
    finally:
        if left:
            _do_what_was_left(left)


def _do_what_was_left(left: list[tuple[Callable[[Session], None], bool]]) -> None:
    try:
        in_own_transaction(*(work for work, _ in left))
    except OperationalError as failure:
        if any(essential for _, essential in left):
            raise
        log.warning("not written after the request: %s", type(failure).__name__)


def in_own_transaction(*work: Callable[[Session], None]) -> None:
    """Write what must survive whatever becomes of the caller, apart from the caller's transaction."""
    with db.session.session_factory() as session:
        session.connection(execution_options={"writing": True})
        for each in work:
            each(session)
        session.commit()


def schema_is_current() -> bool:
    """Whether the database stands at the newest migration."""
    head = _newest_migration(str(MIGRATIONS))
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_heads() == head


@cache
def _newest_migration(folder: str) -> tuple[str, ...]:
    return tuple(ScriptDirectory(folder).get_heads())
