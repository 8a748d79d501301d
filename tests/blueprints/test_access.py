"""Closed by default, and open to each profile as far as the table of permissions says."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask

from conserje.communities.models import Administration
from conserje.database import db
from conserje.identity.countries import Country
from conserje.sms_wallet.models import SmsPurchase
from conserje.visits.models import State
from tests.blueprints.conftest import MakeApp
from tests.blueprints.scene import arrival, bundle_on_sale, journal, only_visit, rows, work_in
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


def test_who_may_not_post_is_told_before_the_body_is_read(app: Flask, cast: Cast) -> None:
    """A body that trickles in would hold a thread; nobody's is waited for."""
    read: list[int] = []

    class Trickle(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            read.append(size or 0)
            return b""

    answer = app.test_client().post(
        f"/porteria/unidades/{cast.units['aromos']}/visitantes",
        input_stream=Trickle(),
        content_length=100_000,
        content_type="multipart/form-data; boundary=x",
    )
    assert (answer.status_code, answer.location) == (303, "/ingresar?next=/porteria/")
    assert not read


@pytest.mark.parametrize("path", ["/porteria/", "/porteria/ingresos"])
def test_a_tab_left_behind_in_another_community_is_told_to_load_anew(
    cast: Cast, visit_as: Callable[[str], Visitor], path: str
) -> None:
    admin = work_in(visit_as("admin"), cast.aromos)
    admin.get(path, htmx=True, **{"Conserje-Community": str(cast.parque)})
    assert admin.status == 409
    assert "En otra pestaña cambió a Edificio Los Aromos" in admin.answer.text


@pytest.mark.parametrize("path", ["inmuebles/nuevo", "configuraciones", "bolsas-de-sms/{}/comprar", "cartas"])
def test_a_form_that_another_community_showed_changes_nothing_here(
    app: Flask, cast: Cast, visit_as: Callable[[str], Visitor], path: str
) -> None:
    admin = work_in(visit_as("admin"), cast.aromos)
    admin.get(f"/administracion/{path.format(bundle_on_sale(app, Country.CL))}")
    form = admin.page
    work_in(admin, cast.parque)
    admin.page = form
    admin.submit("main form[method=post]", number="X999", accept="y", which="all", act="pdf")
    assert admin.status == 409
    assert "En otra pestaña cambió a Condominio Parque Mirador" in admin.answer.text
    assert not rows(app, cast.parque, SmsPurchase)
    assert not journal(app, "settings.changed")


def test_a_post_from_a_tab_left_behind_changes_nothing(
    app: Flask, cast: Cast, visit_as: Callable[[str], Visitor]
) -> None:
    visit = arrival(app, cast.aromos, cast.units["aromos"])
    admin = work_in(visit_as("admin"), cast.aromos)
    said = {"method": "call", "key": "left-behind"}
    admin.post(f"/porteria/visitas/{visit.id}/aceptar", said, htmx=True, **{"Conserje-Community": str(cast.parque)})
    assert admin.status == 409
    assert only_visit(app, cast).state == State.PENDING


def test_the_same_community_and_nonsense_in_its_place_are_let_through(
    cast: Cast, visit_as: Callable[[str], Visitor]
) -> None:
    admin = work_in(visit_as("admin"), cast.aromos)
    for said in (str(cast.aromos), "nonsense"):
        assert admin.get("/porteria/", htmx=True, **{"Conserje-Community": said}).status == 200
