"""The administrator settles how residents are asked, and puts the community's logo on every screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, Page, expect

from conserje.photos.drawn import draw_portrait
from tests.browser import Complaints, OpenPage
from tests.journeys.administration_screens import enter
from tests.journeys.gatehouse import Gatehouse

pytestmark = pytest.mark.journey

LOGO: FilePayload = {"name": "logo.jpg", "mimeType": "image/jpeg", "buffer": draw_portrait(5)}


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def desk(request: pytest.FixtureRequest, open_page: OpenPage) -> Page:
    return open_page(script=request.param, width=1280)


def test_switched_off_nobody_is_asked_and_the_gate_is_told(
    gatehouse: Gatehouse, desk: Page, complaints: Complaints
) -> None:
    enter(gatehouse, desk, "/administracion/configuraciones")
    desk.get_by_label("Preguntar al residente por mensaje").uncheck()
    desk.get_by_role("button", name="Guardar").click()
    expect(desk.get_by_text("Los cambios quedaron guardados.")).to_be_visible()
    gatehouse.came("Rosa Peña", unit="1204", hours_ago=0)
    gatehouse.enter_unit(desk, "conserje", "1204")
    expect(desk.locator("#visits")).to_contain_text("Sin avisos por mensaje: llame al residente")


def test_the_communitys_logo_shows_on_its_screens_until_it_is_hidden(gatehouse: Gatehouse, desk: Page) -> None:
    enter(gatehouse, desk, "/administracion/logos")
    desk.get_by_label("Imagen de la comunidad").set_input_files(LOGO)
    desk.get_by_label("Recortar y reducir").first.check()
    desk.get_by_label("Comunidad", exact=True).check()
    desk.get_by_role("button", name="Guardar").first.click()
    expect(desk.get_by_text("El logo quedó guardado.")).to_be_visible()
    bar = desk.locator(".brand img")
    expect(bar).to_be_visible()
    assert bar.evaluate("image => image.complete && image.naturalWidth > 0")
    gatehouse.enter(desk, "conserje")
    expect(bar).to_be_visible()
    enter(gatehouse, desk, "/administracion/logos")
    desk.get_by_label("Sin logo").check()
    desk.get_by_role("button", name="Guardar").first.click()
    expect(bar).to_have_count(0)
    expect(desk.locator(".brand span")).to_have_text("EL")


def test_a_logo_is_seen_before_it_is_saved(gatehouse: Gatehouse, page: Page) -> None:
    enter(gatehouse, page, "/administracion/logos")
    page.get_by_label("Imagen de la comunidad").set_input_files(LOGO)
    preview = page.locator(".circle img").first
    expect(preview).to_be_visible()
    assert str(preview.get_attribute("src")).startswith("blob:")
