"""Somebody asks the administration for his data, has them corrected, and later erased. With script and without."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from conserje.visits.models import FORGOTTEN, State
from tests.browser import OpenPage
from tests.journeys.administration_screens import enter
from tests.journeys.privacy_screens import PRIVACY
from tests.journeys.steps import Conserje

pytestmark = pytest.mark.journey


def test_a_person_is_answered_corrected_and_erased(conserje: Conserje, open_page: OpenPage) -> None:
    gatehouse, page = conserje.gatehouse, conserje.page
    gatehouse.came("Camila Soto Dias", 12_345_678, hours_ago=2, state=State.REJECTED, note="Trae flores")
    gatehouse.came("Bruno Vera", hours_ago=3, state=State.REJECTED)
    enter(gatehouse, page, PRIVACY)

    page.get_by_role("link", name="Buscar a una persona").click()
    page.get_by_label("Documento, teléfono, correo o nombre").fill("12.345.678-5")
    page.get_by_role("button", name="Buscar", exact=True).click()
    page.get_by_role("link", name="Ver los datos de Camila Soto Dias").click()
    expect(page.locator("main")).to_contain_text("Trae flores")
    with page.expect_download() as download:
        page.get_by_role("link", name="Exportar").click()
    exported = json.loads(Path(download.value.path()).read_text("utf-8"))
    assert [visit["observacion"] for visit in exported["visitas"]] == ["Trae flores"]

    page.get_by_role("link", name="Corregir").click()
    page.get_by_label("Nombre completo").fill("Camila Soto Díaz")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("status")).to_contain_text("Los datos quedaron corregidos.")
    assert [visit.full_name for visit in gatehouse.visits()] == ["Camila Soto Díaz", "Bruno Vera"]

    expect(page.get_by_role("heading", level=1)).to_contain_text("Camila Soto Díaz")
    page.get_by_role("link", name="Borrar").click()
    page.get_by_role("link", name="Cancelar").click()
    page.get_by_role("link", name="Borrar").click()
    expect(page.locator("main")).to_contain_text("1 visita queda sin nombre")
    page.get_by_role("button", name="Borrar").click()
    expect(page.get_by_role("status")).to_contain_text("Los datos quedaron borrados.")
    assert [visit.full_name for visit in gatehouse.visits()] == [FORGOTTEN, "Bruno Vera"]

    gate = open_page(script=conserje.has_script)
    gatehouse.enter(gate)
    expect(gate.locator("main")).to_contain_text("Bruno Vera")
    expect(gate.locator("main")).not_to_contain_text("Camila")


def test_the_notice_prints_black_on_white_on_one_page(conserje: Conserje) -> None:
    page = conserje.page
    enter(conserje.gatehouse, page, f"{PRIVACY}/aviso")
    expect(page.get_by_role("button", name="Imprimir")).to_be_visible(visible=conserje.has_script)
    page.emulate_media(media="print", color_scheme="dark")
    for around in ("header.top", "nav.side", ".screen >> nth=0"):
        expect(page.locator(around)).to_be_hidden()
    ink, paper = page.evaluate(
        "[getComputedStyle(document.querySelector('.sheet')).color,"
        " getComputedStyle(document.querySelector('.sheet')).backgroundColor]"
    )
    assert (ink, paper) == ("rgb(0, 0, 0)", "rgb(255, 255, 255)")
    pages = page.pdf(format="A4").count(b"/Type /Page\n")
    assert pages == 1
