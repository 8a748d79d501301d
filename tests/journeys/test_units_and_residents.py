"""A Súper Administrador makes a community, a unit and its people, and finds them again. With script and without."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.journeys.gatehouse import Gatehouse
from tests.journeys.resident_screens import COMMUNITIES, RESIDENTS
from tests.journeys.steps import Conserje

pytestmark = pytest.mark.journey


def found_community(conserje: Conserje, gatehouse: Gatehouse) -> None:
    page = conserje.page
    gatehouse.enter(page, "super", COMMUNITIES)
    page.get_by_role("link", name="Agregar comunidad").click()
    page.get_by_label("Nombre de la comunidad").fill("Edificio Mañío")
    page.get_by_label("País").select_option("Chile")
    page.get_by_label("Dirección").fill("Av. Matta 100")
    page.get_by_role("button", name="Guardar").click()
    expect(page.locator("tbody tr").filter(has_text="Edificio Mañío")).to_contain_text("Av. Matta 100")
    page.locator("header summary").click()
    page.get_by_role("button", name="Edificio Mañío").click()
    expect(page.get_by_role("dialog")).to_contain_text("Ahora trabaja en Edificio Mañío")


def test_a_community_its_units_and_its_people_are_made_by_hand(conserje: Conserje, gatehouse: Gatehouse) -> None:
    """K047, K048, K108, T01 to T04, T08, T18."""
    page = conserje.page
    found_community(conserje, gatehouse)
    page.get_by_role("link", name="Administración").first.click()
    expect(page.locator("main")).to_contain_text("0 inmuebles")
    page.get_by_role("link", name="Agregar inmueble").click()
    page.get_by_label("Torre").fill("Torre B")
    page.get_by_label("Número").fill("1204")
    page.get_by_label("Tipo de inmueble").select_option("Casa")
    page.get_by_role("button", name="Guardar").click()
    conserje.shows("Torre B · 1204")

    page.get_by_role("link", name="Agregar residente").click()
    for label, typed in (("Nombres", "Rosa"), ("Apellidos", "Peña Ríos"), ("Teléfono 1", "9 6123 4567")):
        page.get_by_label(label).fill(typed)
    page.get_by_label("Tipo de usuario").select_option("Propietario")
    page.get_by_label("Correo electrónico").fill("rosa@correo.example")
    page.get_by_label("Usuario principal").check()
    page.get_by_label("Puede aprobar visitas").check()
    page.get_by_role("button", name="Guardar").click()
    conserje.shows("Torre B · 1204")
    person = page.locator("tbody tr").filter(has_text="Rosa Peña Ríos")
    for told in ("Usuario principal", "rosa@correo.example", "+56 9 ···· 4567"):
        expect(person).to_contain_text(told)

    page.goto(gatehouse.url + RESIDENTS)
    page.get_by_label("Buscar").fill("PENA")
    page.get_by_label("Tipo").select_option("Propietario")
    page.get_by_role("button", name="Buscar").click()
    expect(page.locator("main")).to_contain_text("1 residente para «PENA»")
    tool = page.get_by_role("link", name="Ver los datos de Rosa Peña Ríos")
    with conserje.in_place():
        tool.click()
        if conserje.has_script:
            window = page.get_by_role("dialog")
            expect(window).to_contain_text("Se ingresó a mano")
            page.keyboard.press("Escape")
            expect(window).to_have_count(0)
            expect(tool).to_be_focused()
    if not conserje.has_script:
        conserje.shows("Rosa Peña Ríos")
        page.get_by_role("link", name="Volver a Residentes").click()

    with page.expect_download() as download:
        page.get_by_role("link", name="Descargar Excel").click()
    sheet = load_workbook(BytesIO(Path(download.value.path()).read_bytes())).active
    assert [row[1] for row in sheet.iter_rows(values_only=True)] == ["Nombres", "Rosa"]  # type: ignore[union-attr]

    page.get_by_role("link", name="Torre B · 1204").click()
    page.get_by_role("link", name="Eliminar el inmueble").click()
    conserje.complaints.expect_status(409)
    page.get_by_role("button", name="Aceptar").click()
    expect(page.locator("main")).to_contain_text("El inmueble tiene residentes.")
    page.go_back()
    page.get_by_role("link", name="Cancelar").click()
    page.get_by_role("link", name="Eliminar a Rosa Peña Ríos").click()
    page.get_by_role("button", name="Aceptar").click()
    expect(page.get_by_role("status")).to_contain_text("El residente quedó eliminado de Torre B · 1204.")
    page.get_by_role("link", name="Eliminar el inmueble").click()
    page.get_by_role("button", name="Aceptar").click()
    expect(page.locator("main")).to_contain_text("0 inmuebles")
