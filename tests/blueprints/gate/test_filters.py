"""The filters of the list of entries live in the address, so anything may stand there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from flask import Flask

from conserje import clock
from conserje.visits.models import State
from tests.blueprints.scene import arrival, somebody, words
from tests.builders import Cast
from tests.page import Visitor

NO_UNIT = "No hay una unidad con ese número o torre."
A_DATE = "Ingrese una fecha válida."
AFTER = "La fecha «hasta» debe ser igual o posterior a la fecha «desde»."
REFUSED = [
    ({"unit": "999"}, "unit", NO_UNIT),
    ({"unit": "%"}, "unit", NO_UNIT),
    ({"unit": "_"}, "unit", NO_UNIT),
    ({"unit": "'; DROP TABLE unit --"}, "unit", NO_UNIT),
    ({"unit": "9\x009"}, "unit", NO_UNIT),
    ({"unit": "😀"}, "unit", NO_UNIT),
    ({"unit": "1" * 5000}, "unit", "El texto admite hasta 40 caracteres."),
    ({"since": "ayer"}, "since", A_DATE),
    ({"since": "2026-02-30"}, "since", A_DATE),
    ({"since": "0001-01-01"}, "since", A_DATE),
    ({"since": "9999-12-31"}, "since", A_DATE),
    ({"until": "9999-12-31"}, "until", A_DATE),
    ({"until": "21-11-2026"}, "until", A_DATE),
    ({"since": "2026-11-21", "until": "2026-11-20"}, "until", AFTER),
    ({"state": "nonsense"}, "state", "Elija una opción de la lista."),
]


@pytest.mark.parametrize(("asked", "field", "says"), REFUSED)
def test_a_filter_is_refused_beside_itself_and_in_the_summary(
    cast: Cast, visit_as: Callable[[str], Visitor], asked: dict[str, str], field: str, says: str
) -> None:
    conserje = visit_as("conserje")
    for htmx in (False, True):
        conserje.get(f"/porteria/?{urlencode(asked)}", htmx=htmx)
        assert conserje.status == 422
        assert conserje.one(f"#{field}-error").get_text() == says
        (link,) = conserje.page.select(".summary a")
        assert (link["href"], link.get_text()) == (f"#{field}", says)
        for name, value in asked.items():
            control = conserje.one(f"[name={name}]")
            assert control.name == "select" or control.get("value") == value


def test_the_polled_list_shows_nothing_for_a_filter_that_means_nothing(
    cast: Cast, visit_as: Callable[[str], Visitor]
) -> None:
    conserje = visit_as("conserje")
    for asked, *_ in REFUSED:
        conserje.get(f"/porteria/ingresos?{urlencode(asked)}", htmx=True)
        assert conserje.status == 200, asked
        assert not conserje.page.select("tbody"), asked


PLACES = [
    "nonsense",
    "-",
    "1-",
    "-1",
    "1-1-1",
    "1.5-2",
    "²-²",
    "9" * 5000 + "-1",
    "1-" + "9" * 5000,
    f"{10**18}-1",
    f"-{10**15}-1",
    f"{10**15}-{2**63}",
    "\x00-1",
    "' OR 1=1",
]


def test_a_place_in_a_list_that_means_nothing_is_no_fault(
    app: Flask, cast: Cast, visit_as: Callable[[str], Visitor]
) -> None:
    visit = arrival(app, cast.aromos, cast.units["aromos"])
    conserje = visit_as("conserje")
    for place in PLACES:
        asked = urlencode({"desde": place})
        for path in ("", "ingresos", f"unidades/{cast.units['aromos']}/registro", f"visitantes/{visit.visitor_id}"):
            assert conserje.get(f"/porteria/{path}?{asked}").status == 200, (path, place)


def test_an_empty_filter_narrows_nothing(app: Flask, cast: Cast, visit_as: Callable[[str], Visitor]) -> None:
    arrival(app, cast.aromos, cast.units["aromos"])
    conserje = visit_as("conserje").get("/porteria/?unit=&since=&until=&state=")
    assert conserje.status == 200
    assert "Camila Soto Díaz" in conserje.text("#entries")


def test_filters_narrow_by_unit_state_and_day(app: Flask, cast: Cast, visit_as: Callable[[str], Visitor]) -> None:
    day = timedelta(days=1)
    unit, other = cast.units["aromos"], cast.units["aromos-102"]
    arrival(app, cast.aromos, unit, "Ana Hoy", somebody(1))
    arrival(app, cast.aromos, other, "Eva Hoy", somebody(2), state=State.ACCEPTED)
    arrival(app, cast.aromos, unit, "Luz Antes", somebody(3), ago=40 * day)
    everybody = {"Ana Hoy", "Eva Hoy", "Luz Antes"}
    then = (clock.now() - 41 * day).date().isoformat()
    table: list[tuple[dict[str, str], set[str]]] = [
        ({}, {"Ana Hoy", "Eva Hoy"}),
        ({"unit": "101"}, {"Ana Hoy"}),
        ({"unit": "a"}, {"Ana Hoy", "Eva Hoy"}),
        ({"state": "accepted"}, {"Eva Hoy"}),
        ({"since": then}, everybody),
        ({"until": (clock.now() - 30 * day).date().isoformat()}, {"Luz Antes"}),
        ({"since": then, "state": "expired"}, {"Luz Antes"}),
        ({"since": then, "unit": "102"}, {"Eva Hoy"}),
    ]
    conserje = visit_as("conserje")
    for asked, expected in table:
        conserje.get(f"/porteria/?{urlencode(asked)}")
        assert {name for name in everybody if name in conserje.text("#entries")} == expected, asked


ANYTHING = ["", "   ", "%", "\x00", "😀", "x" * 5000, "<script>alert(1)</script>", "' OR 1=1 --", "\u202e101"]


def test_the_finder_of_units_takes_anything(cast: Cast, visit_as: Callable[[str], Visitor]) -> None:
    conserje = visit_as("conserje")
    for typed in ANYTHING:
        for path in ("/porteria/unidades", "/porteria/unidades/opciones"):
            for htmx in (False, True):
                conserje.get(f"{path}?{urlencode({'q': typed})}", htmx=htmx)
                assert conserje.status in (200, 303), (path, typed)
                assert not conserje.page.select("script:not([src])")
        assert "Ninguna unidad coincide" in words(conserje) or typed.endswith("101")
