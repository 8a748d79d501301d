"""An administrator writes to every unit: the text, a file to print, and e-mails."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import OpenPage
from tests.journeys.gatehouse import Gatehouse
from tests.journeys.letter_screens import LETTERS

pytestmark = pytest.mark.journey


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def desk(request: pytest.FixtureRequest, gatehouse: Gatehouse, open_page: OpenPage) -> Page:
    return gatehouse.enter(open_page(script=request.param), "admin", LETTERS)


def test_letters_are_written_downloaded_and_sent(gatehouse: Gatehouse, desk: Page) -> None:
    desk.get_by_role("link", name="Ver o cambiar el texto").click()
    desk.get_by_label("Texto de la carta").fill("Hola, {nombre}.\n\nBienvenida a {inmueble}.")
    desk.get_by_role("button", name="Guardar").click()
    expect(desk.get_by_text("usa su propia carta")).to_be_visible()

    desk.goto(f"{gatehouse.url}{LETTERS}")
    desk.get_by_label("1204").check()
    with gatehouse.sending():
        desk.get_by_role("button", name="Descargar un PDF", exact=True).click()
        ready = desk.get_by_role("link", name="Descargar")
        expect(ready).to_be_visible()
        with desk.expect_download() as download:
            ready.click()
        assert download.value.suggested_filename == "cartas-de-bienvenida.pdf"

        desk.goto(f"{gatehouse.url}{LETTERS}")
        desk.get_by_label("inmuebles de la lista").check()
        desk.get_by_role("button", name="Enviar por correo").click()
        expect(desk.get_by_text("por correo")).to_be_visible()
        expect(desk.get_by_text("no se pudo llegar")).to_be_visible()
