"""«Olvidé mi contraseña», as a browser sees it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from conserje import tokens
from conserje.database import db
from conserje.messages.models import Message
from tests.builders import PASSWORD, Cast
from tests.page import Visitor

NEW = "caballo correcto batería grapa"


def mailed(app: Flask) -> list[str]:
    """The paths of the links that were mailed."""
    with app.app_context():
        seeds = db.session.scalars(select(Message.link_seed).order_by(Message.id)).all()
        return [f"/clave/{tokens.derive(seed)}" for seed in seeds if seed]


def ask(browser: Visitor, email: str) -> Visitor:
    browser.get("/ingresar").click("Olvidé mi contraseña")
    return browser.submit("form", email=email)


def test_the_whole_way(app: Flask, cast: Cast) -> None:
    browser = Visitor(app)
    ask(browser, cast.emails["conserje"])
    assert "le enviamos un enlace" in browser.text("[role=status]")
    (path,) = mailed(app)
    browser.get(path).submit("form", new_password=NEW, repeated=NEW)
    assert (browser.status, browser.answer.location) == (303, "/ingresar")
    assert "Su contraseña cambió" in browser.follow().text()
    browser.submit("form", email=cast.emails["conserje"], password=NEW)
    assert browser.status == 303


def test_an_unknown_email_gets_the_very_same_answer(app: Flask, cast: Cast) -> None:
    known, unknown = Visitor(app), Visitor(app)
    assert ask(known, cast.emails["conserje"]).text("main") == ask(unknown, "nadie@example.com").text("main")
    assert len(mailed(app)) == 1


@pytest.mark.parametrize("typed", ["", "nadie", "a@b", "x" * 300 + "@example.com"])
def test_nonsense_is_asked_for_again(app: Flask, cast: Cast, typed: str) -> None:
    browser = ask(Visitor(app), typed)
    assert browser.status == 422
    assert browser.one("#email")["value"] == typed


@pytest.mark.parametrize(
    ("new", "again", "sentence"),
    [
        ("", "", "Ingrese la contraseña nueva"),
        (NEW, "otra cosa", "no coinciden"),
        ("corta", "corta", "al menos 15"),
        ("conserje@demo.example", "conserje@demo.example", "fácil de adivinar"),
    ],
)
def test_a_bad_password_is_refused_and_the_link_still_works(
    app: Flask, cast: Cast, new: str, again: str, sentence: str
) -> None:
    browser = Visitor(app)
    ask(browser, cast.emails["conserje"])
    (path,) = mailed(app)
    browser.get(path).submit("form", new_password=new, repeated=again)
    assert browser.status == 422
    assert sentence in browser.text()
    assert browser.get(path).status == 200


def test_a_used_link_says_so_and_leads_to_another(app: Flask, cast: Cast) -> None:
    browser = Visitor(app)
    ask(browser, cast.emails["conserje"])
    (path,) = mailed(app)
    browser.get(path).submit("form", new_password=NEW, repeated=NEW)
    assert browser.get(path).status == 404
    assert "ya se usó o venció" in browser.text()
    assert browser.one("a.primary")["href"] == "/clave/olvidada"


def test_the_old_password_works_until_a_new_one_is_set(app: Flask, cast: Cast) -> None:
    browser = Visitor(app)
    ask(browser, cast.emails["conserje"])
    browser.sign_in(cast.emails["conserje"], PASSWORD)


def test_whoever_knows_the_link_is_not_signed_in_by_it(app: Flask, cast: Cast) -> None:
    browser = Visitor(app)
    ask(browser, cast.emails["conserje"])
    browser.get(mailed(app)[0])
    assert browser.get("/porteria/").status == 303
