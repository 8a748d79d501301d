"""Closed by default, and open to each profile as far as the table of permissions says."""

from __future__ import annotations

import pytest
from flask import Flask

from conserje.communities.models import Administration
from conserje.database import db
from tests.blueprints.conftest import MakeApp
from tests.builders import Cast, make_account
from tests.page import Visitor


@pytest.mark.parametrize("name", ["conserje", "admin", "super"])
def test_a_view_that_says_nothing_is_closed_to_everybody(make_app: MakeApp, cast: Cast, name: str) -> None:
    house = make_app()
    house.add_url_rule("/sin-marcar", view_func=lambda: "abierto")
    browser = Visitor(house)
    browser.sign_in(cast.emails[name])
    assert browser.get("/sin-marcar").status == 403
    assert "abierto" not in browser.answer.text


def test_an_account_without_a_community_is_told_that_it_has_none(app: Flask, cast: Cast) -> None:
    with app.app_context():
        make_account(db.session.query(Administration).first(), "nueva@demo.example")
        db.session.commit()
    browser = Visitor(app)
    browser.get("/ingresar")
    browser.submit("form", email="nueva@demo.example", password="conserje-demo-2026")
    assert browser.follow().status == 403
