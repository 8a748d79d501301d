"""The database as it is really set up, two writers at once, and moments."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from flask import Flask
from sqlalchemy import event, select, update
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlalchemy.orm import Session

from conserje import database
from conserje.communities.models import Administration, Community
from conserje.database import db
from tests.at_once import LONGEST_WAIT, held_up
from tests.builders import NOON, make_administration, make_community

SANTIAGO = timezone(timedelta(hours=-3))


@pytest.fixture
def on_sqlite(ctx: Flask) -> bool:
    return db.engine.dialect.name == "sqlite"


def names() -> list[str]:
    db.session.expire_all()
    return list(db.session.scalars(select(Administration.name).order_by(Administration.id)))


def added(name: str) -> Callable[[Session], None]:
    return lambda session: session.add(Administration(name=name))


# How the database is set up


# 2 is FULL: the last commit outlives a loss of power.
SQLITE = {"journal_mode": "wal", "busy_timeout": 5000, "foreign_keys": 1, "synchronous": 2}
POSTGRESQL = {"lock_timeout": "5s", "statement_timeout": "30s"}


def test_every_connection_is_set_up_for_certain_and_patient_writing(ctx: Flask, on_sqlite: bool) -> None:
    ask, wanted = ("PRAGMA", SQLITE) if on_sqlite else ("SHOW", POSTGRESQL)
    db.engine.dispose()
    connections = [db.engine.connect() for _ in range(3)]
    try:
        for connection in connections:
            assert {name: connection.exec_driver_sql(f"{ask} {name}").scalar_one() for name in wanted} == wanted
    finally:
        for connection in connections:
            connection.close()


@pytest.fixture
def begun(ctx: Flask) -> Iterator[list[str]]:
    """How transactions began on SQLite, in order."""
    statements: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        if statement.startswith("BEGIN"):
            statements.append(statement)

    engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def test_a_request_that_reads_takes_no_writers_turn(begun: list[str], on_sqlite: bool) -> None:
    names()
    database.end_request(keep=False)
    assert begun == (["BEGIN"] if on_sqlite else [])


def test_a_request_that_writes_closes_its_read_and_begins_as_the_writer(begun: list[str], on_sqlite: bool) -> None:
    names()
    database.begin_writing()
    db.session.add(Administration(name="new"))
    database.end_request(keep=True)
    assert begun == (["BEGIN", "BEGIN IMMEDIATE"] if on_sqlite else [])
    assert names() == ["new"]


def test_the_next_transaction_reads_again_without_the_writers_turn(begun: list[str], on_sqlite: bool) -> None:
    database.begin_writing()
    database.end_request(keep=True)
    names()
    assert begun == (["BEGIN IMMEDIATE", "BEGIN"] if on_sqlite else [])


def test_afterwards_begins_as_the_writer(begun: list[str], on_sqlite: bool) -> None:
    database.afterwards(added("afterwards"))
    database.end_request(keep=False)
    assert begun == (["BEGIN IMMEDIATE"] if on_sqlite else [])


# Two writers


def test_the_second_writer_waits_and_then_sees_what_the_first_wrote(ctx: Flask) -> None:
    administration = make_administration("0")
    db.session.commit()

    def count() -> str:
        database.begin_writing()
        wanted = select(Administration).where(Administration.id == administration.id).with_for_update()
        row = db.session.scalars(wanted).one()
        row.name = str(int(row.name) + 1)
        db.session.flush()
        return row.name

    assert held_up(ctx, count, count) == ("1", "2")
    assert names() == ["2"]


def test_a_writer_who_waits_too_long_is_told_that_the_database_is_busy(ctx: Flask, on_sqlite: bool) -> None:
    """An OperationalError: the page that says to try again answers to it, whichever the database."""
    administration = make_administration("kept")
    db.session.commit()
    rename = update(Administration).where(Administration.id == administration.id)
    database.begin_writing()
    db.session.execute(rename.values(name="first"))

    with db.engine.connect() as impatient:
        if on_sqlite:
            impatient.connection.execute("PRAGMA busy_timeout=0")
            impatient.execution_options(writing=True)
        else:
            impatient.exec_driver_sql("SET lock_timeout = '1ms'")
        try:
            with pytest.raises(OperationalError):
                impatient.execute(rename.values(name="second"))
        finally:
            impatient.rollback()
            impatient.connection.invalidate()
    database.end_request(keep=True)
    assert names() == ["first"]


def test_a_reader_is_not_held_up_by_a_writer(ctx: Flask) -> None:
    make_administration("old")
    db.session.commit()
    database.begin_writing()
    db.session.execute(update(Administration).values(name="new"))

    def read() -> list[str]:
        with ctx.app_context():
            return names()

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(read).result(LONGEST_WAIT) == ["old"]
    database.end_request(keep=True)
    assert names() == ["new"]


def test_foreign_keys_are_kept(ctx: Flask) -> None:
    make_community(make_administration())
    with pytest.raises(IntegrityError):
        db.session.execute(update(Community).values(administration_id=999))


# Moments


def test_a_moment_comes_back_in_utc_whatever_zone_it_was_given_in(ctx: Flask) -> None:
    community = make_community(make_administration())
    community.created_at = datetime(2026, 11, 20, 12, 0, 0, 123456, tzinfo=SANTIAGO)
    db.session.commit()
    db.session.expire_all()
    assert community.created_at == datetime(2026, 11, 20, 15, 0, 0, 123456, tzinfo=UTC)
    assert community.created_at.tzinfo is UTC
    found = db.session.scalar(select(Community.created_at).where(Community.created_at == community.created_at))
    assert found == community.created_at


def test_a_moment_without_a_zone_is_refused(ctx: Flask) -> None:
    make_community(make_administration())
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(StatementError, match="without a time zone"):
        db.session.execute(select(Community).where(Community.created_at < naive))


def test_the_schema_is_current_after_the_migrations(ctx: Flask) -> None:
    assert database.schema_is_current()
