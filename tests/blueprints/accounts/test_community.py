"""The selector of the top bar (K047, K048)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from conserje.visits.models import State, Visit
from tests.blueprints.scene import arrival, rows, work_in
from tests.builders import Cast
from tests.page import Visitor

AROMOS, PARQUE = "Edificio Los Aromos", "Condominio Parque Mirador"


@pytest.fixture
def admin(cast: Cast, visit_as: Callable[[str], Visitor]) -> Visitor:
    """An administrator of two communities, at work in Aromos."""
    browser = work_in(visit_as("admin"), cast.aromos)
    return browser.get("/porteria/")


def test_who_holds_several_communities_chooses_one_and_a_window_says_so(cast: Cast, admin: Visitor) -> None:
    assert AROMOS in admin.text("title")
    admin.press(PARQUE).follow()
    assert f"Ahora trabaja en {PARQUE}" in admin.text("dialog")
    assert PARQUE in admin.text("title")
    assert admin.get(f"/porteria/unidades/{cast.units['parque']}").status == 200
    assert admin.get(f"/porteria/unidades/{cast.units['aromos']}").status == 404


def test_the_window_shows_once_and_can_be_closed(admin: Visitor) -> None:
    admin.press(PARQUE).follow()
    assert admin.one("dialog form[method=dialog] button")["aria-label"] == "Cerrar"
    assert not admin.get("/porteria/").page.select("dialog")


def test_the_choice_stays_with_the_session_and_not_with_the_account(
    admin: Visitor, visit_as: Callable[[str], Visitor]
) -> None:
    admin.press(PARQUE)
    assert PARQUE in admin.get("/porteria/").text("title")
    assert AROMOS in visit_as("admin").text("title")


def test_who_holds_one_community_has_no_selector(visit_as: Callable[[str], Visitor]) -> None:
    assert not visit_as("conserje").page.select("[formaction='/comunidades']")


def test_a_superadmin_chooses_among_the_communities_of_the_administration_only(
    visit_as: Callable[[str], Visitor],
) -> None:
    names = {button.get_text() for button in visit_as("super").page.select("[formaction='/comunidades']")}
    assert names == {PARQUE, AROMOS}


@pytest.mark.parametrize("chosen", ["torres", "unknown", "huge", "nonsense", "nothing"])
def test_a_community_that_is_not_ones_own_is_not_found(cast: Cast, admin: Visitor, chosen: str) -> None:
    values = {"torres": str(cast.torres), "unknown": "999", "huge": "9" * 40, "nonsense": "x", "nothing": ""}
    assert admin.post("/comunidades", {"community": values[chosen]}).status == 404
    assert AROMOS in admin.get("/porteria/").text("title")


def test_a_tab_that_still_shows_the_other_community_is_told_so_and_changes_nothing(
    app: Flask, cast: Cast, admin: Visitor
) -> None:
    said_by_its_page = {"Conserje-Community": str(cast.aromos)}
    assert f'"Conserje-Community":"{cast.aromos}"' in admin.answer.text
    token = admin.csrf_token()
    assert admin.get("/porteria/ingresos", htmx=True, **said_by_its_page).status == 200
    work_in(admin, cast.parque)
    admin.get("/porteria/ingresos", htmx=True, **said_by_its_page)
    assert admin.status == 409
    assert PARQUE in admin.answer.text
    visit = arrival(app, cast.parque, cast.units["parque"])
    fields = {"csrf_token": token, "key": "k", "method": "call"}
    admin.post(f"/porteria/visitas/{visit.id}/aceptar", fields, htmx=True, **said_by_its_page)
    assert admin.status == 409
    assert rows(app, cast.parque, Visit)[0].state == State.PENDING


@pytest.mark.parametrize("said", ["", "nonsense", "9" * 5000])
def test_what_a_tab_says_without_sense_is_no_fault(admin: Visitor, said: str) -> None:
    assert admin.get("/porteria/", **{"Conserje-Community": said}).status in (200, 409)
