"""The selector of the top bar (K047, K048)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from conserje.visits.models import State, Visit
from tests.blueprints.scene import arrival, rows
from tests.builders import Cast
from tests.page import Visitor

ANNOUNCED = "Ahora trabaja en Edificio Los Aromos"


def test_who_holds_several_communities_chooses_one_and_a_window_says_so(
    cast: Cast, visit_as: Callable[[str], Visitor]
) -> None:
    admin = visit_as("admin")
    assert "Condominio Parque Mirador" in admin.text(".brand")
    admin.press("Edificio Los Aromos").follow()
    assert ANNOUNCED in admin.text("dialog")
    assert "Edificio Los Aromos" in admin.text("title")
    assert admin.get(f"/porteria/unidades/{cast.units['aromos']}").status == 200
    assert admin.get(f"/porteria/unidades/{cast.units['parque']}").status == 404


def test_the_window_shows_once_and_can_be_closed(visit_as: Callable[[str], Visitor]) -> None:
    admin = visit_as("admin")
    admin.press("Edificio Los Aromos").follow()
    assert admin.one("dialog form[method=dialog] button")["aria-label"] == "Cerrar"
    assert not admin.get("/porteria/").page.select("dialog")


def test_the_choice_stays_with_the_session_and_not_with_the_account(visit_as: Callable[[str], Visitor]) -> None:
    admin = visit_as("admin")
    admin.press("Edificio Los Aromos")
    assert "Edificio Los Aromos" in admin.get("/porteria/").text("title")
    assert "Condominio Parque Mirador" in visit_as("admin").text("title")


def test_who_holds_one_community_has_no_selector(visit_as: Callable[[str], Visitor]) -> None:
    assert not visit_as("conserje").page.select("[formaction='/comunidades']")


def test_a_superadmin_chooses_among_the_communities_of_the_administration_only(
    visit_as: Callable[[str], Visitor],
) -> None:
    names = [button.get_text() for button in visit_as("super").page.select("[formaction='/comunidades']")]
    assert names == ["Condominio Parque Mirador", "Edificio Los Aromos"]


@pytest.mark.parametrize("chosen", ["torres", "unknown", "huge", "nonsense", "nothing"])
def test_a_community_that_is_not_ones_own_is_not_found(
    cast: Cast, visit_as: Callable[[str], Visitor], chosen: str
) -> None:
    admin = visit_as("admin")
    values = {"torres": str(cast.torres), "unknown": "999", "huge": "9" * 40, "nonsense": "x", "nothing": ""}
    assert admin.post("/comunidades", {"community": values[chosen]}).status == 404
    assert "Condominio Parque Mirador" in admin.get("/porteria/").text("title")


def test_a_tab_that_still_shows_the_other_community_is_told_so_and_changes_nothing(
    app: Flask, cast: Cast, visit_as: Callable[[str], Visitor]
) -> None:
    admin = visit_as("admin")
    said_by_its_page = {"Conserje-Community": str(cast.parque)}
    assert f'"Conserje-Community":"{cast.parque}"' in admin.answer.text
    assert admin.get("/porteria/ingresos", htmx=True, **said_by_its_page).status == 200
    token = admin.get("/porteria/").csrf_token()
    admin.press("Edificio Los Aromos")
    admin.get("/porteria/ingresos", htmx=True, **said_by_its_page)
    assert admin.status == 409
    assert "Edificio Los Aromos" in admin.answer.text
    visit = arrival(app, cast.aromos, cast.units["aromos"])
    path = f"/porteria/visitas/{visit.id}/aceptar"
    fields = {"csrf_token": token, "key": "k", "method": "call"}
    assert admin.post(path, fields, htmx=True, **said_by_its_page).status == 409
    assert rows(app, cast.aromos, Visit)[0].state == State.PENDING


@pytest.mark.parametrize("said", ["", "nonsense", "9" * 5000])
def test_what_a_tab_says_without_sense_is_not_believed(visit_as: Callable[[str], Visitor], said: str) -> None:
    assert visit_as("conserje").get("/porteria/", **{"Conserje-Community": said}).status in (200, 409)
