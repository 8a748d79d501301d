"""[Listas de acceso] of the whole community: search, filter, pages, and the Excel file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from flask import Flask
from openpyxl import load_workbook

from conserje import clock, paging
from conserje.access_lists.matching import Listing
from conserje.access_lists.schedules import Validity, days_of
from tests.blueprints.scene import journal, listed_person, somebody, words
from tests.builders import OTHER_RUN, RUN, Cast
from tests.page import Visitor

LIST = "/administracion/listas-de-acceso"
NAMES = ["Camila Soto Díaz", "=Ñandú GONÇALVES"]


@pytest.fixture
def listed(app: Flask, cast: Cast) -> None:
    """Camila may enter 101 on Tuesdays; somebody whose name is a formula may not enter 102; Parque bars another."""
    by, tuesdays = cast.accounts["super"], Validity(clock.now().date() + timedelta(days=30), days_of([1]))
    listed_person(app, cast.aromos, cast.units["aromos"], by, RUN, NAMES[0], validity=tuesdays)
    listed_person(app, cast.aromos, cast.units["aromos-102"], by, OTHER_RUN, NAMES[1], Listing.UNAUTHORISED)
    listed_person(app, cast.parque, cast.units["parque"], by, RUN, "Camila de Parque", Listing.UNAUTHORISED)


def names(browser: Visitor) -> list[str]:
    return [cell.get_text() for cell in browser.page.select("tbody td.main")]


def in_file(browser: Visitor, path: str) -> list[list[object]]:
    browser.get(path)
    assert browser.status == 200
    sheet = load_workbook(BytesIO(browser.answer.data)).active
    return [list(row) for row in sheet.iter_rows(values_only=True)]  # type: ignore[union-attr]


ASKED = {
    "": NAMES,
    "orden=name": NAMES[::-1],
    "orden=latest": NAMES[::-1],
    "q=dIAZ+camila": NAMES[:1],
    "q=nandu+goncalves": NAMES[1:],
    "q=Gonçalves": NAMES[1:],
    "q=12.345.678-5": NAMES[:1],
    "q=123456": NAMES[:1],
    "q=torre+102": NAMES[1:],
    "q=parque": [],
    "tipo=authorised": NAMES[:1],
    "tipo=unauthorised&q=torre+a": NAMES[1:],
    "tipo=castillo&desde=x&q=---&orden=x": NAMES,
}


@pytest.mark.usefixtures("listed")
def test_the_filters_live_in_the_address(admin: Visitor) -> None:
    for asked, found in ASKED.items():
        admin.get(f"{LIST}?{asked}")
        assert names(admin) == found, asked
        assert ("Nadie coincide" in words(admin)) is (not found)


@pytest.mark.usefixtures("listed")
def test_the_file_has_what_the_list_was_narrowed_to(admin: Visitor) -> None:
    link = str(admin.get(f"{LIST}?q=torre&tipo=unauthorised&orden=name").one("main a[download]")["href"])
    assert [row[1] for row in in_file(admin, link)[1:]] == NAMES[1:]


@pytest.mark.usefixtures("listed")
def test_a_row_tells_when_it_holds_and_leads_to_the_units_lists(admin: Visitor) -> None:
    admin.get(LIST)
    first = admin.text("tbody tr:first-child")
    assert "Acceso autorizado" in first
    assert "los martes" in first
    assert "2 personas" in words(admin)
    assert admin.one(".side a[aria-current=page]").get_text() == "Listas de acceso"
    assert "Ingresar acceso" in words(admin.click("Torre A · 101"))


def test_the_pages_keep_the_filters(app: Flask, cast: Cast, admin: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "ROWS_SHOWN", 2)
    for number, name in enumerate(("Eva Uno", "Eva Dos", "Eva Tres")):
        listed_person(app, cast.aromos, cast.units["aromos"], cast.accounts["super"], somebody(number), name)
    admin.get(f"{LIST}?q=eva&tipo=authorised&orden=name")
    assert names(admin) == ["Eva Dos", "Eva Tres"]
    assert names(admin.click("Siguientes")) == ["Eva Uno"]
    assert "3 personas para «eva» · continuación" in words(admin)
    assert names(admin.click("Volver al inicio de la lista")) == ["Eva Dos", "Eva Tres"]


@pytest.mark.usefixtures("listed")
def test_the_file_has_no_formula_and_leaves_a_line_in_the_journal(app: Flask, admin: Visitor) -> None:
    rows = in_file(admin, f"{LIST}.xlsx")
    assert rows[0] == [
        "Inmueble", "Nombre", "Tipo de documento", "Número de documento", "Tipo de acceso", "Vence", "Horario",
        "Registrado", "Registrado por",
    ]  # fmt: skip
    assert rows[1][:5] == ["Torre A · 101", "Camila Soto Díaz", "RUN", "12.345.678-5", "Acceso autorizado"]
    assert isinstance(rows[1][5], datetime)
    assert isinstance(rows[1][7], datetime)
    assert rows[1][8] == "super@demo.example"
    assert rows[2][1] == "=Ñandú GONÇALVES"
    sheet = load_workbook(BytesIO(admin.answer.data)).active
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}  # type: ignore[union-attr]
    (line,) = journal(app, "access_lists.exported")
    assert line.facts == {"rows": 2}
    assert "descargó las listas de acceso en Excel" in words(admin.get("/administracion/bitacora?kind=views"))


def test_an_empty_community_says_what_to_do(admin: Visitor) -> None:
    assert "Todavía no hay nadie en las listas" in words(admin.get(LIST))


@pytest.mark.usefixtures("listed")
def test_a_test_user_sees_and_downloads_nothing_and_a_conserje_sees_nothing(
    visit_as: Callable[[str], Visitor],
) -> None:
    browser = visit_as("prueba").get(LIST)
    assert names(browser) == NAMES
    assert browser.one("main .bar button").has_attr("disabled")
    assert browser.get(f"{LIST}.xlsx").status == 403
    assert visit_as("conserje").get(LIST).status == 403
