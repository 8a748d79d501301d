"""The transactions of a request: its read, its one writing, and what is left for afterwards."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from conserje import database
from conserje.communities.models import Administration
from conserje.database import db
from tests.builders import make_administration


def names() -> list[str]:
    db.session.expire_all()
    return list(db.session.scalars(select(Administration.name).order_by(Administration.id)))


def added(name: str) -> Callable[[Session], None]:
    return lambda session: session.add(Administration(name=name))


# Ending the read before the writing


@pytest.mark.parametrize("step", [database.begin_writing, database.end_reading])
def test_something_changed_outside_the_writing_transaction_is_an_error(ctx: Flask, step: Callable[[], None]) -> None:
    administration = make_administration("kept")
    db.session.commit()

    db.session.add(Administration(name="new"))
    with pytest.raises(RuntimeError, match="outside the writing transaction"):
        step()
    db.session.rollback()

    administration.name = "changed"
    with pytest.raises(RuntimeError, match="outside the writing transaction"):
        step()
    db.session.rollback()

    db.session.delete(administration)
    with pytest.raises(RuntimeError, match="outside the writing transaction"):
        step()
    db.session.rollback()
    assert names() == ["kept"]


def test_what_was_read_stays_readable_when_the_read_has_ended(ctx: Flask) -> None:
    make_administration("kept")
    db.session.commit()
    administration = db.session.scalars(select(Administration)).one()
    database.end_reading()
    assert administration.name == "kept"
    assert not db.session().in_transaction()


def test_abandoned_writing_leaves_nothing_and_what_is_read_next_is_fresh(ctx: Flask) -> None:
    administration = make_administration("kept")
    db.session.commit()
    database.begin_writing()
    administration.name = "changed"
    db.session.flush()
    database.abandon_writing()
    assert administration.name == "kept"
    assert names() == ["kept"]


def test_a_conditional_update_tells_whether_it_found_its_row(ctx: Flask) -> None:
    make_administration("old")
    rename = update(Administration).where(Administration.name == "old").values(name="new")
    assert database.changes_one(rename)
    assert not database.changes_one(rename)


# The one commit of a request


@pytest.mark.parametrize(("keep", "found"), [(True, ["new"]), (False, [])])
def test_a_request_is_kept_whole_or_not_at_all(ctx: Flask, keep: bool, found: list[str]) -> None:
    database.begin_writing()
    db.session.add(Administration(name="new"))
    database.end_request(keep=keep)
    assert names() == found


def test_a_commit_that_fails_leaves_nothing_and_the_session_usable(ctx: Flask) -> None:
    make_administration("taken")
    db.session.commit()
    db.session.add(Administration(name="also"))
    db.session.add(Administration(name="taken"))
    with pytest.raises(IntegrityError):
        database.end_request(keep=True)
    assert names() == ["taken"]


# Afterwards


@pytest.mark.parametrize(("keep", "found"), [(True, ["within", "afterwards"]), (False, ["afterwards"])])
def test_what_is_left_for_afterwards_is_done_after_a_commit_and_after_a_rollback(
    ctx: Flask, keep: bool, found: list[str]
) -> None:
    database.begin_writing()
    db.session.add(Administration(name="within"))
    database.afterwards(added("afterwards"))
    database.end_request(keep=keep)
    assert names() == found


def test_what_is_left_for_afterwards_is_done_when_the_commit_fails(ctx: Flask) -> None:
    make_administration("taken")
    db.session.commit()
    db.session.add(Administration(name="taken"))
    database.afterwards(added("afterwards"))
    with pytest.raises(IntegrityError):
        database.end_request(keep=True)
    assert names() == ["taken", "afterwards"]


def test_afterwards_comes_once_the_requests_transaction_has_ended(ctx: Flask) -> None:
    open_ones: list[bool] = []
    database.begin_writing()
    database.afterwards(lambda session: open_ones.append(db.session().in_transaction()))
    database.end_request(keep=True)
    assert open_ones == [False]


def test_several_things_left_for_afterwards_are_done_in_order_and_together(ctx: Flask) -> None:
    database.afterwards(added("first"))
    database.afterwards(added("second"))
    database.end_request(keep=False)
    assert names() == ["first", "second"]

    def fail(session: Session) -> None:
        raise ZeroDivisionError

    database.afterwards(added("third"))
    database.afterwards(fail)
    with pytest.raises(ZeroDivisionError):
        database.end_request(keep=False)
    assert names() == ["first", "second"]


def test_what_is_left_for_afterwards_is_done_once_and_not_by_the_next_request(ctx: Flask) -> None:
    database.afterwards(added("once"))
    database.end_request(keep=False)
    database.end_request(keep=True)
    assert names() == ["once"]


def busy(_: Session) -> None:
    raise OperationalError("UPDATE", {}, Exception("database is locked"))


def test_a_request_fails_when_something_essential_cannot_be_written_afterwards(ctx: Flask) -> None:
    database.afterwards(busy)
    with pytest.raises(OperationalError):
        database.end_request(keep=True)


def test_a_request_does_not_fail_for_what_is_not_essential(ctx: Flask, caplog: pytest.LogCaptureFixture) -> None:
    database.afterwards(busy, essential=False)
    with caplog.at_level(logging.WARNING):
        database.end_request(keep=True)
    assert "OperationalError" in caplog.text


def test_something_essential_is_not_lost_beside_what_is_not(ctx: Flask) -> None:
    database.afterwards(added("essential"))
    database.afterwards(busy, essential=False)
    with pytest.raises(OperationalError):
        database.end_request(keep=True)
