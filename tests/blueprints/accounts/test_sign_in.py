"""Signing in: the right password opens a session, every other answer is the same."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from conserje import clock
from conserje.accounts.models import Account, SignInLock
from conserje.accounts.sign_in import MISSES_BEFORE_LOCK
from conserje.blueprints.accounts.sign_in import ATTEMPTS_BY_ADDRESS
from conserje.database import db
from tests.blueprints.conftest import MakeApp
from tests.blueprints.scene import journal
from tests.builders import PASSWORD, Cast
from tests.page import Visitor

WRONG = "El correo o la contraseña no son correctos."
LOCKED = "Demasiados intentos. Espere"
UNKNOWN = "nadie@demo.example"


def _try(browser: Visitor, email: str, password: str = "no es la contraseña") -> Visitor:
    browser.get("/ingresar")
    return browser.submit("form", email=email, password=password)


def _answer(browser: Visitor) -> tuple[int, str]:
    """What is seen, without the address that was typed."""
    browser.one("#email")["value"] = ""
    for hidden in browser.page.select("input[type=hidden]"):
        hidden["value"] = ""
    return browser.status, str(browser.page)


def test_a_wrong_password_an_unknown_user_and_a_closed_account_get_the_same_answer(app: Flask, cast: Cast) -> None:
    with app.app_context():
        db.session.execute(update(Account).where(Account.email_key == cast.emails["admin"]).values(is_active=False))
        db.session.commit()
    browser = Visitor(app)
    answers = [
        _answer(_try(browser, cast.emails["conserje"])),
        _answer(_try(browser, UNKNOWN)),
        _answer(_try(browser, cast.emails["admin"], PASSWORD)),
    ]
    assert answers[0][0] == 422
    assert WRONG in answers[0][1]
    assert answers[1:] == answers[:1] * 2


@pytest.mark.parametrize("typed", ["CONSERJE@Demo.Example", "  conserje@demo.example  "])
def test_the_address_is_compared_without_case_and_spaces(app: Flask, cast: Cast, typed: str) -> None:
    assert _try(Visitor(app), typed, PASSWORD).status == 303


@pytest.mark.parametrize("password", ["", " ", PASSWORD.upper(), f" {PASSWORD}", f"{PASSWORD} ", "x" * 5000])
def test_the_password_is_compared_exactly(app: Flask, cast: Cast, password: str) -> None:
    browser = _try(Visitor(app), cast.emails["conserje"], password)
    assert browser.status == 422
    assert browser.one("#password").get("value", "") == ""


@pytest.mark.parametrize(
    "email",
    ["", "x" * 5000, "a\x00b@demo.example", "\u202econserje@demo.example", "😀@demo.example", "' OR 1=1 --", "\ud83d"],
    ids=["nothing", "too long", "nul", "right to left", "emoji", "sql", "half a character"],
)
def test_nonsense_for_an_address_is_refused_like_any_other(app: Flask, cast: Cast, email: str) -> None:
    browser = Visitor(app).get("/ingresar")
    browser.post("/ingresar", {"email": email.encode("utf-8", "surrogatepass"), "password": PASSWORD})
    assert browser.status == 422
    assert browser.page.select_one(".error, .summary")


@pytest.mark.parametrize("who", ["known", "unknown"])
def test_five_misses_lock_known_and_unknown_addresses_alike(app: Flask, cast: Cast, who: str) -> None:
    email = cast.emails["conserje"] if who == "known" else UNKNOWN
    browser = Visitor(app)
    for _ in range(MISSES_BEFORE_LOCK):
        assert WRONG in _try(browser, email).answer.text
    _try(browser, email, PASSWORD)
    assert browser.status == 422
    assert LOCKED in browser.answer.text


def test_a_lock_is_over_after_its_time_and_the_right_password_clears_the_count(app: Flask, cast: Cast) -> None:
    browser = Visitor(app)
    for _ in range(MISSES_BEFORE_LOCK):
        _try(browser, cast.emails["conserje"])
    _earlier(app, minutes=20)
    assert _try(browser, cast.emails["conserje"], PASSWORD).status == 303
    with app.app_context():
        assert not db.session.scalars(select(SignInLock)).all()


def test_each_further_miss_locks_for_longer(app: Flask, cast: Cast) -> None:
    browser = Visitor(app)
    for _ in range(MISSES_BEFORE_LOCK):
        _try(browser, UNKNOWN)
    first = _seconds(_try(browser, UNKNOWN))
    _earlier(app, minutes=20)
    assert WRONG in _try(browser, UNKNOWN).answer.text
    second = _seconds(_try(browser, UNKNOWN))
    assert 20 <= first <= 31
    assert 50 <= second <= 61


def test_one_address_being_locked_leaves_the_others_open(app: Flask, cast: Cast) -> None:
    browser = Visitor(app)
    for _ in range(MISSES_BEFORE_LOCK):
        _try(browser, cast.emails["conserje"])
    assert _try(browser, cast.emails["admin"], PASSWORD).status == 303


def _seconds(browser: Visitor) -> int:
    (sentence,) = {error.get_text() for error in browser.page.select(".summary li") if LOCKED in error.get_text()}
    return int(sentence.split("Espere ")[1].split()[0])


def _earlier(app: Flask, *, minutes: int) -> None:
    """As if every miss had been so many minutes ago."""
    with app.app_context():
        for lock in db.session.scalars(select(SignInLock)):
            lock.failed_at -= timedelta(minutes=minutes)
            lock.locked_until = lock.locked_until and lock.locked_until - timedelta(minutes=minutes)
        db.session.commit()


def test_too_many_attempts_from_one_address_get_a_page_that_says_to_wait(make_app: MakeApp, cast: Cast) -> None:
    house = make_app(RATELIMIT_ENABLED=True)
    most = int(ATTEMPTS_BY_ADDRESS.split()[0])
    browser = Visitor(house).get("/ingresar")
    client, fields = browser.client, {"csrf_token": browser.csrf_token()}
    assert {client.post("/ingresar", data=fields).status_code for _ in range(most)} == {422}
    browser.post("/ingresar", {"email": cast.emails["conserje"], "password": PASSWORD})
    assert browser.status == 429
    assert "Demasiados intentos. Espere un minuto y pruebe otra vez." in browser.text()
    from_elsewhere = client.post("/ingresar", data=fields, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert from_elsewhere.status_code == 422
    assert client.get("/ingresar").status_code == 200


def test_signing_in_out_and_failing_to_leave_a_line_each_without_names(app: Flask, cast: Cast) -> None:
    browser = Visitor(app)
    _try(browser, cast.emails["conserje"])
    _try(browser, UNKNOWN)
    browser.sign_in(cast.emails["conserje"])
    browser.submit("#acts")
    lines = [(line.action, line.subject_id, line.account_id, line.facts, line.address) for line in journal(app)]
    account_id = cast.accounts["conserje"]
    assert lines == [
        ("sign_in.failed", account_id, None, {}, "127.0.0.1"),
        ("sign_in.failed", None, None, {}, "127.0.0.1"),
        ("sign_in", account_id, account_id, {}, "127.0.0.1"),
        ("sign_out", account_id, account_id, {}, "127.0.0.1"),
    ]
    assert all(clock.now() - line.at < timedelta(minutes=1) for line in journal(app))
