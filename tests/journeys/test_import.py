"""The administrator gets an Excel of the building, looks at what it would change, and has it applied."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, Page, expect

from conserje.communities.models import Resident
from tests.blueprints.scene import rows
from tests.browser import OpenPage
from tests.importing.books import ANA, LUIS, SHORT, workbook
from tests.journeys.administration_screens import UNITS, enter
from tests.journeys.gatehouse import Gatehouse

pytestmark = pytest.mark.journey

BAD = ("Torre A", "103", "Eva", "Ríos", "sin arroba")
EXCEL: FilePayload = {
    "name": "edificio.xlsx",
    "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "buffer": workbook(("Edificio Los Aromos",), SHORT, ANA, LUIS, BAD, ("Torre C", "1501", "", "", "")),
}


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def desk(request: pytest.FixtureRequest, open_page: OpenPage) -> Page:
    return open_page(script=request.param, width=1280)


def test_an_excel_is_read_looked_at_and_applied(gatehouse: Gatehouse, desk: Page) -> None:
    enter(gatehouse, desk, UNITS)
    with gatehouse.sending():
        desk.get_by_role("link", name="Importar datos").click()
        desk.get_by_label("Archivo").set_input_files(EXCEL)
        desk.get_by_role("button", name="Leer archivo").click()
        expect(desk.get_by_text("Lo que se entendió de «edificio.xlsx»")).to_be_visible()
        expect(desk.get_by_role("row", name="E5 sin arroba")).to_be_visible()
        assert len(rows(gatehouse.app, gatehouse.cast.aromos, Resident)) == 2, "nothing is stored yet"
        desk.get_by_role("link", name="Inmuebles nuevos: 1").click()
        expect(desk.get_by_role("row", name="Torre C · 1501")).to_be_visible()
        desk.get_by_label("Aplicar sin las filas con error").check()
        desk.get_by_role("button", name="Aplicar", exact=True).click()
        expect(desk.get_by_text("La importación se aplicó")).to_be_visible()
    desk.get_by_role("link", name="Volver a Inmuebles").click()
    expect(desk.get_by_role("row", name="Torre C · 1501")).to_be_visible()
    assert len(rows(gatehouse.app, gatehouse.cast.aromos, Resident)) == 4


def test_with_script_the_button_waits_for_the_tick_and_the_work_goes_on_when_one_leaves(
    gatehouse: Gatehouse, page: Page
) -> None:
    enter(gatehouse, page, "/administracion/inmuebles/importar")
    page.get_by_label("Archivo").set_input_files(EXCEL)
    page.get_by_role("button", name="Leer archivo").click()
    expect(page.get_by_text("En espera")).to_be_visible()
    page.get_by_role("link", name="Volver a Inmuebles").click()
    with gatehouse.sending():
        page.get_by_role("link", name="Importar datos").click()
        expect(page.get_by_text("Lo que se entendió")).to_be_visible()
    apply = page.get_by_role("button", name="Aplicar", exact=True)
    expect(apply).to_be_disabled()
    page.get_by_label("Aplicar sin las filas con error").check()
    expect(apply).to_be_enabled()
    page.get_by_role("button", name="Descartar").click()
    expect(page.get_by_text("No se guardó nada de ella")).to_be_visible()
