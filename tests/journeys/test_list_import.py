"""The administrator gets the building's list of who may enter, mends a row of it, and has it applied."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser import OpenPage
from tests.importing.books import workbook
from tests.importing.lists import CAMILA, LUIS, SHORT
from tests.journeys.administration_screens import UNITS, enter
from tests.journeys.gatehouse import Gatehouse

pytestmark = pytest.mark.journey


def excel(*lines: tuple[str, ...]) -> FilePayload:
    return {
        "name": "lista.xlsx",
        "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "buffer": workbook(("Quién entra y quién no",), SHORT, *lines),
    }


@pytest.fixture
def desk(open_page: OpenPage) -> Page:
    """With script: without it the steps are those of [Importar datos]."""
    return open_page(width=1280)


def test_a_list_is_mended_looked_at_and_applied(gatehouse: Gatehouse, desk: Page) -> None:
    enter(gatehouse, desk, UNITS)
    desk.get_by_role("link", name="Listas de acceso", exact=True).click()
    desk.get_by_role("link", name="Importar lista").click()
    with gatehouse.sending():
        read(desk, (*CAMILA[:3], "12.345.678-9", CAMILA[4]), LUIS)
        expect(desk.get_by_role("row", name="D3 12.345.678-9")).to_contain_text("dígito verificador")
        desk.get_by_role("button", name="Descartar").click()
        expect(desk.get_by_text("No se guardó nada de ella")).to_be_visible()
        read(desk, CAMILA, LUIS)
        expect(desk.get_by_role("row", name="Torre A · 101 Camila Soto Díaz")).to_be_visible()
        desk.get_by_role("button", name="Aplicar", exact=True).click()
        expect(desk.get_by_text("La lista se aplicó")).to_be_visible()
    desk.get_by_role("link", name="Volver a Listas de acceso").click()
    desk.get_by_role("row", name="Luis Peña").get_by_role("link", name="Torre A · 102").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Torre A · 102")
    expect(desk.get_by_role("row", name="Luis Peña")).to_contain_text("No autorizado")


def read(desk: Page, *lines: tuple[str, ...]) -> None:
    desk.get_by_label("Archivo").set_input_files(excel(*lines))
    desk.get_by_role("button", name="Leer archivo").click()
    expect(desk.get_by_text("Lo que se entendió de «lista.xlsx»")).to_be_visible()
