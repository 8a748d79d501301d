"""[Residentes]: the users of all units, the window of T04 and the Excel file of T18."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from openpyxl import load_workbook

from conserje import paging
from tests.blueprints.scene import journal, resident_of, unit_of, words
from tests.builders import Cast
from tests.page import Visitor

LIST = "/administracion/residentes"


@pytest.fixture
def eva(app: Flask, cast: Cast) -> int:
    """A tenant of 102, imported, whose name is a formula."""
    unit_id = cast.units["aromos-102"]
    return resident_of(
        app, cast.aromos, unit_id, "=Eva", "Ñandú", kind="tenant", email="eva@correo.example", origin="http"
    )


def shown(browser: Visitor) -> list[list[str]]:
    return [[cell.get_text(" ", strip=True) for cell in row.select("td")] for row in browser.page.select("tbody tr")]


def in_file(browser: Visitor, path: str) -> list[list[object]]:
    browser.get(path)
    assert browser.status == 200
    sheet = load_workbook(BytesIO(browser.answer.data)).active
    return [list(row) for row in sheet.iter_rows(values_only=True)]  # type: ignore[union-attr]


def test_the_list_shows_everybody_of_the_community(admin: Visitor, eva: int) -> None:
    admin.get(LIST)
    assert shown(admin) == [
        ["Torre A · 101", "Ana Rojas Aromos", "—", "Residente Usuario principal",
         "A mano", "Falta: correo", "Ver datos"],
        ["Torre A · 102", "=Eva Ñandú", "eva@correo.example", "Arrendatario",
         "Importado: contabilidad", "Completos", "Ver datos"],
    ]  # fmt: skip
    assert "2 residentes" in admin.text("main")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=nandu", ["=Eva Ñandú"]),
        ("q=101", ["Ana Rojas Aromos"]),
        ("tipo=tenant", ["=Eva Ñandú"]),
        ("principal=si", ["Ana Rojas Aromos"]),
        ("principal=no", ["=Eva Ñandú"]),
        ("sin_correo=1", ["Ana Rojas Aromos"]),
        ("orden=name", ["Ana Rojas Aromos", "=Eva Ñandú"]),
        ("q=nadie", []),
        ("tipo=castillo&principal=quiza&orden=x&sin_correo=2&desde=x", ["Ana Rojas Aromos", "=Eva Ñandú"]),
    ],
)
def test_the_filters_live_in_the_address_and_in_the_file(
    admin: Visitor, eva: int, asked: str, found: list[str]
) -> None:
    admin.get(f"{LIST}?{asked}")
    assert [row[1] for row in shown(admin)] == found
    assert ("Ningún residente coincide" in words(admin)) is (not found)
    link = str(admin.one("main a[download]")["href"])
    assert [f"{row[1]} {row[2]}" for row in in_file(admin, link)[1:]] == found


def test_the_pages_keep_the_filters(app: Flask, cast: Cast, admin: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "ROWS_SHOWN", 2)
    unit_id = unit_of(app, cast.aromos, "7")
    for surname in ("Uno", "Dos", "Tres"):
        resident_of(app, cast.aromos, unit_id, "Eva", surname)
    admin.get(f"{LIST}?q=eva&orden=name")
    assert [row[1] for row in shown(admin)] == ["Eva Dos", "Eva Tres"]
    admin.click("Siguientes")
    assert [row[1] for row in shown(admin)] == ["Eva Uno"]
    assert "3 residentes para «eva» · continuación" in words(admin)
    admin.click("Volver al inicio de la lista")
    assert [row[1] for row in shown(admin)] == ["Eva Dos", "Eva Tres"]


def test_a_community_without_residents_says_what_to_do(
    app: Flask, cast: Cast, visit_as: Callable[[str], Visitor]
) -> None:
    browser = visit_as("super")
    browser.get("/administracion/comunidades/nueva").submit("main form", name="Nueva", country="CL", address="Calle 1")
    new = next(b for b in browser.follow().page.select(".menu button") if b.get_text() == "Nueva")
    browser.post("/comunidades", {"community": str(new["value"])})
    assert "Todavía no hay residentes." in words(browser.get(LIST))


@pytest.mark.parametrize("htmx", [False, True], ids=["page", "window"])
def test_the_window_shows_a_user_and_where_the_data_come_from(admin: Visitor, eva: int, htmx: bool) -> None:
    """T03, T04, T05."""
    admin.get(f"{LIST}/{eva}", htmx=htmx)
    facts = {tag.get_text(): tag.find_next("dd").get_text() for tag in admin.page.select("dt")}  # type: ignore[union-attr]
    assert facts == {
        "Inmueble": "Torre A · 102",
        "Usuario principal": "No",
        "Nombres": "=Eva",
        "Apellidos": "Ñandú",
        "Correo electrónico": "eva@correo.example",
        "Tipo de usuario": "Arrendatario",
        "Origen": "Importado: contabilidad",
        "Datos": "Completos",
    }
    assert "Los datos provienen del sistema de contabilidad" in words(admin)
    assert bool(admin.page.select("dialog[data-window]")) is htmx


def test_the_file_has_all_columns_no_formula_and_a_line_in_the_journal(app: Flask, admin: Visitor, eva: int) -> None:
    """T18."""
    rows = in_file(admin, f"{LIST}.xlsx")
    assert rows[0] == [
        "Inmueble", "Nombres", "Apellidos", "Correo electrónico", "Tipo de usuario", "Usuario principal", "Origen",
        "Datos",
    ]  # fmt: skip
    assert rows[2] == [
        "Torre A · 102", "=Eva", "Ñandú", "eva@correo.example", "Arrendatario", "No",
        "Importado: contabilidad", "Completos",
    ]  # fmt: skip
    sheet = load_workbook(BytesIO(admin.answer.data)).active
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}  # type: ignore[union-attr]
    assert admin.answer.headers["Content-Disposition"].startswith('attachment; filename="residentes-20')
    assert admin.answer.headers["Cache-Control"] == "no-store"
    (line,) = journal(app, "residents.exported")
    assert line.facts == {"rows": 2}
    assert "descargó los residentes en Excel" in words(admin.get("/administracion/bitacora?kind=views"))


def test_a_test_user_consults_and_downloads_nothing(visit_as: Callable[[str], Visitor]) -> None:
    browser = visit_as("prueba").get(LIST)
    assert browser.one("main > .bar button").has_attr("disabled")
    assert browser.get(f"{LIST}.xlsx").status == 403
