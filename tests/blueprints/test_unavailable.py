"""The database locked, gone or failing at the last step: a page that says to try again, and nothing half-written."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta

import psycopg
import pytest
from flask import Flask
from sqlalchemy import Connection, event, select, update
from sqlalchemy.exc import OperationalError

from conserje import clock, database
from conserje.accounts.models import WebSession
from conserje.database import db
from conserje.idempotency import SubmissionKey
from conserje.visits import registration
from conserje.visits.models import Visit
from conserje.visits.models import Visitor as Registered
from tests.blueprints.conftest import MakeApp
from tests.blueprints.scene import journal, rows
from tests.builders import Cast
from tests.page import Visitor

Locked = Callable[[], AbstractContextManager[None]]
TYPED = {"document_type": "run", "document_number": "12.345.678-5", "full_name": "Camila Soto Díaz", "kind": "visit"}
TRY_AGAIN = "Espere unos segundos y vuelva a intentarlo"


@pytest.fixture
def impatient(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application, waiting for locks no longer than a test likes to."""
    pragmas = (*database.SQLITE_PRAGMAS, "PRAGMA busy_timeout=50")
    monkeypatch.setattr(database, "SQLITE_PRAGMAS", pragmas)
    return make_app(SQLALCHEMY_ENGINE_OPTIONS=_short_waits(make_app()))


def _short_waits(app: Flask) -> dict[str, object]:
    on_sqlite = app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite")
    return {} if on_sqlite else {"connect_args": {"options": "-c lock_timeout=50ms"}}


@pytest.fixture
def somebody_else_writing(app: Flask) -> Locked:
    """Somebody who holds the writer's turn (SQLite) or the tables (PostgreSQL) for as long as the block lasts."""
    url = app.config["SQLALCHEMY_DATABASE_URI"]

    @contextmanager
    def holding() -> Iterator[None]:
        if url.startswith("sqlite"):
            other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
        else:
            other = psycopg.connect(url.replace("+psycopg", ""))  # type: ignore[assignment]
            other.execute("LOCK TABLE submission_key, audit_line, web_session IN EXCLUSIVE MODE")
        try:
            yield
        finally:
            other.rollback()
            other.close()

    return holding


def _nothing_is_stored(app: Flask, cast: Cast) -> None:
    assert not rows(app, cast.aromos, Visit)
    assert not rows(app, cast.aromos, Registered)
    assert not journal(app, "visit.announced")
    with app.app_context():
        assert not db.session.scalars(select(SubmissionKey)).all()


def _at_the_form(house: Flask, cast: Cast) -> Visitor:
    browser = Visitor(house)
    browser.sign_in(cast.emails["conserje"])
    return browser.get(f"/porteria/unidades/{cast.units['aromos']}/visitantes/nuevo")


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_a_visit_that_cannot_be_written_now_is_a_503_and_saved_by_the_same_form_later(
    impatient: Flask, cast: Cast, somebody_else_writing: Locked, htmx: bool
) -> None:
    browser = _at_the_form(impatient, cast)
    form = browser.page
    with somebody_else_writing():
        browser.submit("#visitor-form", **TYPED, htmx=htmx)
    assert browser.status == 503
    assert TRY_AGAIN in browser.answer.text
    assert browser.answer.headers["Retry-After"] == "5"
    assert browser.answer.headers.get("HX-Retarget") == ("#notices" if htmx else None)
    _nothing_is_stored(impatient, cast)
    browser.page = form
    browser.submit("#visitor-form", **TYPED, htmx=htmx)
    assert browser.status == (200 if htmx else 303)
    assert len(rows(impatient, cast.aromos, Visit)) == 1


def test_telephones_are_not_shown_when_it_cannot_be_written_down_who_saw_them(
    impatient: Flask, cast: Cast, somebody_else_writing: Locked
) -> None:
    browser = _at_the_form(impatient, cast)
    with somebody_else_writing():
        browser.post(f"/porteria/unidades/{cast.units['aromos']}/telefonos")
    assert browser.status == 503
    assert "8765 4321" not in browser.answer.text
    assert not journal(impatient, "phones.viewed")


def test_screens_are_read_while_somebody_else_writes(
    impatient: Flask, cast: Cast, somebody_else_writing: Locked
) -> None:
    browser = _at_the_form(impatient, cast)
    with somebody_else_writing():
        assert browser.get("/porteria/").status == 200


def test_a_screen_does_not_fail_because_its_activity_cannot_be_noted(
    impatient: Flask, cast: Cast, somebody_else_writing: Locked
) -> None:
    browser = _at_the_form(impatient, cast)
    with impatient.app_context():
        db.session.execute(update(WebSession).values(seen_at=clock.now() - timedelta(minutes=5)))
        db.session.commit()
    with somebody_else_writing():
        assert browser.get("/porteria/").status == 200


def test_a_commit_that_fails_is_a_503_and_leaves_nothing_half_written(make_app: MakeApp, cast: Cast) -> None:
    house = make_app()
    browser = _at_the_form(house, cast)
    form = browser.page

    def fail(connection: Connection) -> None:
        if connection.get_execution_options().get("writing"):
            raise OperationalError("COMMIT", {}, Exception("disk I/O error"))

    with house.app_context():
        engine = db.engine
    event.listen(engine, "commit", fail)
    browser.submit("#visitor-form", **TYPED)
    event.remove(engine, "commit", fail)
    assert browser.status == 503
    assert TRY_AGAIN in browser.answer.text
    _nothing_is_stored(house, cast)
    browser.page = form
    assert browser.submit("#visitor-form", **TYPED).status == 303
    assert len(rows(house, cast.aromos, Visit)) == 1


def test_an_act_that_breaks_off_in_the_middle_leaves_nothing_half_written(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = _at_the_form(app, cast)

    def break_off(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(registration, "record", break_off)
    browser.submit("#visitor-form", **TYPED)
    assert browser.status == 500
    _nothing_is_stored(app, cast)


@pytest.mark.parametrize("htmx", [False, True], ids=["page", "fragment"])
@pytest.mark.parametrize("gone", ["sqlite:////nonexistent/gone.sqlite3", "postgresql://nobody@/none?host=/nonexistent"])
def test_a_database_that_is_gone_is_a_503(make_app: MakeApp, gone: str, htmx: bool) -> None:
    house = make_app(DATABASE_URL=gone)
    browser = Visitor(house)
    with browser.client.session_transaction() as session:
        session["_user_id"] = "a token that somebody holds"
    browser.get("/porteria/", htmx=htmx)
    assert browser.status == 503
    assert TRY_AGAIN in browser.answer.text


def test_the_page_to_sign_in_needs_no_database(make_app: MakeApp) -> None:
    house = make_app(DATABASE_URL="sqlite:////nonexistent/gone.sqlite3")
    browser = Visitor(house).get("/ingresar")
    assert browser.status == 200
    browser.submit("form", email="conserje@demo.example", password="conserje-demo-2026")
    assert browser.status == 503
