"""Sessions live on the server: what ends there is over, whatever a browser still holds (ASVS 7)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from conserje import clock
from conserje.accounts.models import Account, WebSession
from conserje.database import db
from tests.blueprints.scene import work_in
from tests.builders import Cast
from tests.page import Visitor

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def _signed_in(app: Flask, cast: Cast, who: str = "conserje") -> Visitor:
    browser = Visitor(app)
    browser.sign_in(cast.emails[who])
    return browser


def _cookie(browser: Visitor) -> str:
    cookie = browser.client.get_cookie("sid")
    assert cookie is not None
    return cookie.value


def _with_cookie(app: Flask, value: str) -> Visitor:
    browser = Visitor(app)
    browser.client.set_cookie("sid", value)
    return browser


def _aged(app: Flask, *, started: timedelta, seen: timedelta) -> None:
    """As if every session had begun, and been used last, so long ago."""
    with app.app_context():
        now = clock.now()
        for session in db.session.scalars(select(WebSession)):
            lasts = session.ends_at - session.started_at
            session.started_at, session.seen_at = now - started, now - seen
            session.ends_at = session.started_at + lasts
        db.session.commit()


def _seen_at(app: Flask) -> list[object]:
    with app.app_context():
        return list(db.session.scalars(select(WebSession.seen_at)))


def test_signing_in_makes_a_new_session_whatever_the_browser_held(app: Flask, cast: Cast) -> None:
    browser = Visitor(app).get("/ingresar")
    before = _cookie(browser)
    with browser.client.session_transaction() as planted:
        planted["_user_id"] = "a token that an attacker knows"
        planted["planted"] = "what an attacker left"
    browser.sign_in(cast.emails["conserje"])
    assert _cookie(browser) != before
    with browser.client.session_transaction() as session:
        assert session["_user_id"] != "a token that an attacker knows"
        assert "planted" not in session
    assert _with_cookie(app, before).get("/porteria/").status == 303


def test_signing_in_again_ends_the_session_that_was_open(app: Flask, cast: Cast) -> None:
    """ASVS 7.2.4: a new authentication terminates the current session."""
    browser = _signed_in(app, cast)
    before = _cookie(browser)
    browser.sign_in(cast.emails["conserje"])
    assert _cookie(browser) != before
    assert _with_cookie(app, before).get("/porteria/").status == 303
    assert browser.get("/porteria/").status == 200


def test_two_browsers_hold_two_sessions(app: Flask, cast: Cast) -> None:
    one, other = _signed_in(app, cast), _signed_in(app, cast)
    one.submit("#acts")
    assert one.get("/porteria/").status == 303
    assert other.get("/porteria/").status == 200


def test_signing_out_ends_the_session_on_the_server(app: Flask, cast: Cast) -> None:
    browser = _signed_in(app, cast)
    held = _cookie(browser)
    assert _with_cookie(app, held).get("/porteria/").status == 200
    browser.submit("#acts")
    assert (browser.status, browser.answer.location) == (303, "/ingresar")
    assert _with_cookie(app, held).get("/porteria/").status == 303


def test_signing_out_clears_the_photographs_that_the_browser_kept(app: Flask, cast: Cast) -> None:
    browser = _signed_in(app, cast)
    browser.submit("#acts")
    assert '"cache"' in browser.answer.headers["Clear-Site-Data"]


def test_a_closed_account_is_signed_out_everywhere(app: Flask, cast: Cast) -> None:
    browser = _signed_in(app, cast)
    with app.app_context():
        db.session.execute(update(Account).where(Account.id == cast.accounts["conserje"]).values(is_active=False))
        db.session.commit()
    assert browser.get("/porteria/").status == 303


def test_a_cookie_that_was_tampered_with_opens_nothing(app: Flask, cast: Cast) -> None:
    held = _cookie(_signed_in(app, cast))
    for forged in (held[:-1], held[:-2] + "aa", held.replace(".", ".e", 1), "nonsense", ""):
        assert _with_cookie(app, forged).get("/porteria/").status == 303


LIVES = [
    # A conserje's screen waits for visitors through a shift of twelve hours.
    ("conserje", 11.9 * HOUR, 11.9 * HOUR, True),
    ("conserje", 12.1 * HOUR, 0 * HOUR, False),
    ("admin", 11.9 * HOUR, 29 * MINUTE, True),
    ("admin", 1 * HOUR, 31 * MINUTE, False),
    ("admin", 12.1 * HOUR, 0 * MINUTE, False),
    ("super", 11.9 * HOUR, 29 * MINUTE, True),
    ("super", 1 * HOUR, 31 * MINUTE, False),
    ("super", 12.1 * HOUR, 0 * MINUTE, False),
    ("prueba", 1 * HOUR, 31 * MINUTE, False),
]


@pytest.mark.parametrize(("who", "started", "seen", "is_open"), LIVES)
def test_a_session_ends_with_its_profiles_limits(
    app: Flask, cast: Cast, who: str, started: timedelta, seen: timedelta, is_open: bool
) -> None:
    browser = _signed_in(app, cast, who)
    _aged(app, started=started, seen=seen)
    assert browser.get("/porteria/").status == (200 if is_open else 303)


def test_what_a_screen_asks_by_itself_does_not_keep_a_session_open(app: Flask, cast: Cast) -> None:
    browser = _signed_in(app, cast, "admin")
    work_in(browser, cast.aromos)
    _aged(app, started=HOUR, seen=20 * MINUTE)
    before = _seen_at(app)
    unit = f"/porteria/unidades/{cast.units['aromos']}"
    for path in ("/porteria/ingresos", f"{unit}/visitas/actual", "/porteria/fotos/aaaa.jpg"):
        browser.get(path, htmx=True)
    assert _seen_at(app) == before
    browser.get(unit)
    assert _seen_at(app) > before  # type: ignore[operator]


def test_activity_is_written_at_most_once_a_minute(app: Flask, cast: Cast) -> None:
    browser = _signed_in(app, cast)
    before = _seen_at(app)
    browser.get("/porteria/")
    assert _seen_at(app) == before
    _aged(app, started=HOUR, seen=2 * MINUTE)
    before = _seen_at(app)
    browser.get("/porteria/")
    assert _seen_at(app) > before  # type: ignore[operator]


def test_the_last_access_is_kept_with_the_account(app: Flask, cast: Cast) -> None:
    browser = _signed_in(app, cast)
    _aged(app, started=HOUR, seen=2 * MINUTE)
    browser.get("/porteria/")
    with app.app_context():
        account = db.session.get_one(Account, cast.accounts["conserje"])
        assert account.last_access_at is not None
        assert clock.now() - account.last_access_at < MINUTE
