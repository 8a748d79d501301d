"""Changing one's own password."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from conserje.accounts.models import Account
from conserje.database import db
from tests.blueprints.scene import journal
from tests.builders import PASSWORD, Cast
from tests.page import Visitor

NEW = "caballo correcto batería grapa"
# What is typed (current, new, again), beside which field the answer stands, and what it says.
REFUSED = {
    "the current one is wrong": ("otra cosa del todo", NEW, NEW, "current_password", "La contraseña actual no es"),
    "the current one is missing": ("", NEW, NEW, "current_password", "Ingrese su contraseña."),
    "the new one is missing": (PASSWORD, "", "", "new_password", "Ingrese la contraseña nueva."),
    "the second typing is missing": (PASSWORD, NEW, "", "repeated", "Repita la contraseña nueva."),
    "the two differ": (PASSWORD, NEW, f"{NEW}s", "repeated", "Las dos contraseñas nuevas no coinciden."),
    "it is the same again": (PASSWORD, PASSWORD, PASSWORD, "new_password", "debe ser distinta de la actual"),
    "it is short": (PASSWORD, "catorce letras", "catorce letras", "new_password", "Use al menos 15 caracteres."),
    "it is too long": (PASSWORD, "ab c" * 50, "ab c" * 50, "new_password", "Use hasta 128 caracteres."),
    "it is one that everybody tries": (PASSWORD, "contraseña12345", "contraseña12345", "new_password", "fácil de"),
    "it is one's own address": (PASSWORD, "conserje@demo.example", "conserje@demo.example", "new_password", "fácil de"),
}


def test_the_new_password_opens_and_the_old_one_does_not(app: Flask, cast: Cast) -> None:
    browser = _at_the_form(app, cast)
    browser.submit(current_password=PASSWORD, new_password=NEW, repeated=NEW)
    assert (browser.status, browser.answer.location) == (303, "/porteria/")
    assert "Su contraseña cambió." in browser.follow().text("#notices")
    Visitor(app).sign_in(cast.emails["conserje"], NEW)
    with pytest.raises(AssertionError):
        Visitor(app).sign_in(cast.emails["conserje"], PASSWORD)


def test_every_other_session_ends_and_ones_own_goes_on(
    app: Flask, cast: Cast, visit_as: Callable[[str], Visitor]
) -> None:
    browser, other, colleague = _at_the_form(app, cast), visit_as("conserje"), visit_as("admin")
    browser.submit(current_password=PASSWORD, new_password=NEW, repeated=NEW)
    assert browser.get("/porteria/").status == 200
    assert other.get("/porteria/").status == 303
    assert colleague.get("/porteria/").status == 200


@pytest.mark.parametrize(("current", "new", "again", "field", "says"), REFUSED.values(), ids=REFUSED)
def test_a_password_is_refused_beside_its_field(
    app: Flask, cast: Cast, current: str, new: str, again: str, field: str, says: str
) -> None:
    browser = _at_the_form(app, cast)
    before = _hash(app, cast)
    browser.submit(current_password=current, new_password=new, repeated=again)
    assert browser.status == 422
    assert says in browser.text(f"#{field}-error")
    assert browser.one(f'.summary a[href="#{field}"]')
    assert browser.one(f"#{field}")["aria-invalid"] == "true"
    assert all(not control.get("value") for control in browser.page.select("input[type=password]"))
    assert _hash(app, cast) == before


def test_the_change_leaves_one_line_in_the_journal(app: Flask, cast: Cast) -> None:
    browser = _at_the_form(app, cast)
    browser.submit(current_password=PASSWORD, new_password=NEW, repeated=NEW)
    (line,) = journal(app, "password.changed")
    account_id = cast.accounts["conserje"]
    assert (line.account_id, line.subject, line.subject_id, line.facts) == (account_id, "account", account_id, {})


def _at_the_form(app: Flask, cast: Cast) -> Visitor:
    browser = Visitor(app)
    browser.sign_in(cast.emails["conserje"])
    return browser.get("/mi-clave")


def _hash(app: Flask, cast: Cast) -> str:
    with app.app_context():
        return db.session.get_one(Account, cast.accounts["conserje"]).password_hash
