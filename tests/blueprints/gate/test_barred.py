"""Whom a list keeps out: what the gate reads when it asks who somebody is, and when it saves the visit."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from conserje.access_lists.matching import Listing
from tests.blueprints.scene import arrival, listed_person, watched_person, words
from tests.builders import Cast
from tests.page import Visitor

NAME, RUN = "Camila Soto Díaz", "12.345.678-5"
CAMILA = {"document_type": "run", "document_number": RUN, "full_name": NAME}
WATCHED = "está en la lista de vigilancia de la comunidad. No permita su ingreso. Avise a la administración."
UNWANTED = (
    "está en la lista «No autorizado» de la unidad. No permita su ingreso. Solo la administración puede autorizarlo."
)
UNKNOWN = "No está en el registro."


def bar(app: Flask, cast: Cast, told: str) -> None:
    if told == WATCHED:
        watched_person(app, cast.aromos, cast.accounts["super"])
    else:
        listed_person(app, cast.aromos, cast.units["aromos"], cast.accounts["admin"], listing=Listing.UNAUTHORISED)


@pytest.mark.parametrize("told", [WATCHED, UNWANTED], ids=["watched", "unauthorised"])
def test_saving_the_visit_says_in_its_row_what_to_do_and_nowhere_that_all_went_well(
    app: Flask, cast: Cast, conserje: Visitor, told: str
) -> None:
    bar(app, cast, told)
    conserje.get(f"{unit(cast)}/visitantes/nuevo").submit("#visitor-form", **CAMILA)
    assert "#visit-" in conserje.answer.location
    conserje.follow()
    assert conserje.text("tbody.alarm .note.no") == f"{NAME} {told}"
    assert conserje.text("tbody.alarm .state.no") == "Pendiente"
    assert not conserje.page.select(".notice")


def test_with_script_the_warning_is_an_alert_and_the_row_takes_the_focus(
    app: Flask, cast: Cast, conserje: Visitor
) -> None:
    bar(app, cast, WATCHED)
    conserje.get(f"{unit(cast)}/visitantes/nuevo").submit("#visitor-form", **CAMILA, htmx=True)
    assert conserje.text("tbody.alarm [role=alert]") == f"{NAME} {WATCHED}"
    assert conserje.text("tbody.alarm [data-focus]") == "Pendiente"
    assert not conserje.page.select(".notice")


def test_an_administrator_at_the_gate_reads_that_it_is_for_him_to_say(
    app: Flask, cast: Cast, visit_as: Callable[[str], Visitor]
) -> None:
    bar(app, cast, UNWANTED)
    arrival(app, cast.aromos, cast.units["aromos"])
    told = visit_as("admin").get(unit(cast)).text("tbody.alarm .note.no")
    assert told.endswith("Entra solo si usted autoriza su ingreso y anota el motivo.")


@pytest.mark.parametrize("told", [WATCHED, UNWANTED], ids=["watched", "unauthorised"])
def test_asking_who_somebody_is_warns_already(app: Flask, cast: Cast, conserje: Visitor, told: str) -> None:
    bar(app, cast, told)
    ask(conserje, cast)
    assert conserje.text("#visitor-form .note.no[role=alert]") == f"Esta persona {told}"
    assert UNKNOWN in words(conserje)
    assert conserje.one("[data-focus]")["id"] == "full_name"


def test_whoever_came_before_is_warned_about_by_name(app: Flask, cast: Cast, conserje: Visitor) -> None:
    arrival(app, cast.aromos, cast.units["aromos"])
    bar(app, cast, WATCHED)
    ask(conserje, cast)
    assert conserje.text("#visitor-form .note.no") == f"{NAME} {WATCHED}"
    assert UNKNOWN not in words(conserje)
    assert conserje.one("[data-focus]")["id"] == "full_name", "not [Guardar]"


def test_of_whom_nothing_is_known_it_says_that(cast: Cast, conserje: Visitor) -> None:
    ask(conserje, cast)
    assert UNKNOWN in words(conserje)
    assert not conserje.page.select(".note.no")
    ask(conserje, cast, htmx=True, by="search")
    assert UNKNOWN in words(conserje)
    assert conserje.one("[data-focus]")["id"] == "full_name"


def test_asked_by_itself_it_moves_no_focus(cast: Cast, conserje: Visitor) -> None:
    ask(conserje, cast, htmx=True)
    assert UNKNOWN in words(conserje)
    assert not conserje.page.select("[data-focus]")


def ask(browser: Visitor, cast: Cast, *, htmx: bool = False, **pressed: str) -> None:
    if not browser.page.select("#visitor-form"):
        browser.get(f"{unit(cast)}/visitantes/nuevo")
    said = {"document_type": "run", "document_number": RUN, **pressed}
    browser.post(f"{unit(cast)}/visitantes/conocido", said, htmx=htmx)
    assert browser.status == 200


def unit(cast: Cast) -> str:
    return f"/porteria/unidades/{cast.units['aromos']}"


@pytest.fixture
def conserje(visit_as: Callable[[str], Visitor]) -> Visitor:
    return visit_as("conserje")
