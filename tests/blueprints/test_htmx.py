"""The page for a whole page, the fragment for a part, and 304 for what the screen already shows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.blueprints.scene import arrival, words
from tests.builders import OTHER_RUN, Cast
from tests.page import Visitor

ASK = {"HX-Request": "true"}
# What the browser says of itself, and whether a fragment is what it wants.
WANTS = {
    "a plain browser": ({}, False),
    "htmx for a part": ({**ASK, "HX-Request-Type": "partial"}, True),
    "htmx that says nothing more": (ASK, True),
    "htmx for a whole page": ({**ASK, "HX-Request-Type": "full"}, False),
    "htmx for a boosted link": ({**ASK, "HX-Boosted": "true"}, False),
    "htmx going back in history": ({**ASK, "HX-History-Restore-Request": "true"}, False),
    "a header without htmx": ({"HX-Request-Type": "partial"}, False),
}


@pytest.mark.parametrize(("headers", "is_fragment"), WANTS.values(), ids=WANTS)
def test_a_fragment_is_only_what_htmx_puts_into_the_open_page(
    cast: Cast, visit_as: Callable[[str], Visitor], headers: dict[str, str], is_fragment: bool
) -> None:
    conserje = visit_as("conserje")
    unit = f"/porteria/unidades/{cast.units['aromos']}"
    for path in ("/porteria/", unit, f"{unit}/visitantes/nuevo", f"{unit}/registro", "/porteria/unidades?q=x"):
        conserje.get(path, **headers)
        assert (conserje.page.find("html") is None) is is_fragment, path
        assert conserje.status == 200


@pytest.mark.parametrize(("headers", "is_fragment"), WANTS.values(), ids=WANTS)
def test_errors_tell_pages_from_fragments_in_the_same_way(
    visit_as: Callable[[str], Visitor], headers: dict[str, str], is_fragment: bool
) -> None:
    conserje = visit_as("conserje").get("/porteria/unidades/999999", **headers)
    assert conserje.status == 404
    assert (conserje.page.find("html") is None) is is_fragment


def test_a_fragment_stands_in_the_page_as_it_is_answered_alone(
    app: Flask, cast: Cast, visit_as: Callable[[str], Visitor]
) -> None:
    arrival(app, cast.aromos, cast.units["aromos"])
    conserje = visit_as("conserje")
    path = f"/porteria/unidades/{cast.units['aromos']}"
    whole = conserje.get(path).one("#gate #visits").get_text(" ", strip=True)
    part = conserje.get(path, htmx=True).one("#gate #visits").get_text(" ", strip=True)
    assert part == whole


def test_one_unit_found_is_shown_at_once_and_its_address_put_in_the_bar(
    cast: Cast, visit_as: Callable[[str], Visitor]
) -> None:
    conserje = visit_as("conserje")
    address = f"/porteria/unidades/{cast.units['aromos']}"
    assert conserje.get("/porteria/unidades?q=101").answer.location == address
    conserje.get("/porteria/unidades?q=101", htmx=True)
    assert conserje.answer.headers["HX-Push-Url"] == address
    assert "Torre A · 101" in words(conserje)


POLLED = {
    "the unit's visits": ("/porteria/unidades/{unit}", "#visits[hx-ptag]"),
    "the community's entries": ("/porteria/", "#entries[hx-ptag]"),
    "the filtered entries": ("/porteria/?unit=101&state=pending", "#entries[hx-ptag]"),
}


@pytest.mark.parametrize(("page", "place"), POLLED.values(), ids=POLLED)
def test_a_polled_fragment_is_sent_only_when_it_changed(
    app: Flask, cast: Cast, visit_as: Callable[[str], Visitor], page: str, place: str
) -> None:
    unit_id = cast.units["aromos"]
    arrival(app, cast.aromos, unit_id)
    conserje = visit_as("conserje").get(page.format(unit=unit_id))
    polled = conserje.one(place)
    address, shown = str(polled["hx-get"]), str(polled["hx-ptag"])

    conserje.get(address, htmx=True, **{"HX-PTag": shown})
    assert (conserje.status, conserje.answer.get_data()) == (304, b"")
    assert conserje.answer.headers["HX-PTag"] == shown
    assert {"HX-Request", "Cookie"} <= set(conserje.answer.vary)

    arrival(app, cast.aromos, unit_id, "Rosa Peña", OTHER_RUN)
    conserje.get(address, htmx=True, **{"HX-PTag": shown})
    assert conserje.status == 200
    assert "Rosa Peña" in words(conserje)
    changed = conserje.answer.headers["HX-PTag"]
    assert changed != shown
    assert conserje.get(address, htmx=True, **{"HX-PTag": changed}).status == 304


def test_a_screen_that_shows_nothing_yet_is_sent_everything(cast: Cast, visit_as: Callable[[str], Visitor]) -> None:
    conserje = visit_as("conserje")
    for tag in ("", "nonsense", "0" * 500):
        conserje.get("/porteria/ingresos", htmx=True, **{"HX-PTag": tag})
        assert conserje.status == 200
