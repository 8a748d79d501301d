"""The administrator's stories: a unit's number is set, changed and deleted; a bundle of SMS is bought. Both ways."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Request, expect

from conserje import tenancy
from conserje.communities.models import Unit
from conserje.database import db
from tests.journeys.administration_screens import BUNDLES, UNITS, enter, tool
from tests.journeys.gatehouse import Gatehouse
from tests.journeys.steps import Conserje

pytestmark = pytest.mark.journey

WITHOUT, WITH = "Torre B · 1205", "Torre B · 1204"


def number_of(gatehouse: Gatehouse, unit: str) -> str | None:
    with gatehouse.app.app_context(), tenancy.acting_for(gatehouse.cast.aromos):
        return db.session.get_one(Unit, gatehouse.cast.units[unit]).notice_phone


def line(page: Page, unit: str) -> str:
    return page.locator("table.units tbody").filter(has_text=unit).inner_text()


def find(page: Page, typed: str) -> None:
    page.get_by_label("Buscar").fill(typed)
    page.get_by_role("button", name="Buscar").click()


def test_an_administrator_gives_a_unit_its_number_changes_it_and_deletes_it(conserje: Conserje) -> None:
    """K091, K096 to K099: with script all of it happens in the row, and the list stays where it is."""
    page, gatehouse, complaints = conserje.page, conserje.gatehouse, conserje.complaints
    enter(gatehouse, page, "/porteria/")
    page.get_by_role("link", name="Administración").click()
    conserje.shows("Inmuebles")
    find(page, "1205")
    expect(page.locator("main")).to_contain_text("1 inmueble para «1205»")
    row = page.locator("table.units tbody").filter(has_text=WITHOUT)
    expect(row).to_contain_text("Sin número")

    with conserje.in_place():
        tool(page, WITHOUT).click()
        field = page.get_by_label("Número de celular")
        expect(field).to_be_focused()
        complaints.expect_status(422)
        field.fill("12345")
        page.get_by_role("button", name="Guardar").click()
        expect(page.get_by_role("alert")).to_contain_text("El número de teléfono no es válido.")
        expect(field).to_have_value("12345")
        field.fill("9 8765 4321")
        field.press("Enter")
        expect(row.get_by_role("cell", name="+56 9 ···· 4321")).to_be_visible()
        expect(page.get_by_role("status")).to_contain_text(f"Los avisos de {WITHOUT} llegarán al +56 9 ···· 4321.")
        assert number_of(gatehouse, "1205") == "+56987654321"

        tool(page, WITHOUT).click()
        expect(field).to_have_value("")
        expect(row).to_contain_text("Número actual")
        field.fill("9 6123 4567")
        page.get_by_role("button", name="Guardar").click()
        expect(row.get_by_role("cell", name="+56 9 ···· 4567")).to_be_visible()
        assert number_of(gatehouse, "1205") == "+56961234567"

        tool(page, WITHOUT).click()
        page.get_by_role("link", name="Eliminar número").click()
        expect(row).to_contain_text(f"¿Eliminar el número +56 9 ···· 4567 de {WITHOUT}?")
        page.get_by_role("link", name="Cancelar").click()
        expect(row).not_to_contain_text("¿Eliminar")
        expect(row.get_by_role("cell", name="+56 9 ···· 4567")).to_be_visible()
        assert number_of(gatehouse, "1205") == "+56961234567"

        tool(page, WITHOUT).click()
        page.get_by_role("link", name="Eliminar número").click()
        page.get_by_role("button", name="Eliminar", exact=True).click()
        expect(row.get_by_role("cell", name="Sin número")).to_be_visible()
        assert number_of(gatehouse, "1205") is None


def test_a_bundle_is_bought_on_its_conditions_and_stands_in_the_history(conserje: Conserje) -> None:
    """K010 to K022."""
    page = conserje.page
    enter(conserje.gatehouse, page, UNITS)
    page.get_by_role("link", name="Bolsas de SMS").click()
    conserje.shows("Bolsas de SMS")
    available = page.locator("dl.stat div").filter(has_text="SMS disponibles")
    expect(available).to_contain_text("30")

    page.get_by_role("link", name="Comprar la bolsa 300 SMS").click()
    conserje.shows("¿Comprar la bolsa 300 SMS?")
    page.get_by_role("link", name="Cancelar").click()
    conserje.shows("Bolsas de SMS")

    page.get_by_role("link", name="Comprar la bolsa 300 SMS").click()
    expect(page.locator("dl.facts")).to_contain_text("$ 15.990")
    confirm = page.get_by_role("button", name="Confirmar la compra")
    box = page.get_by_label("Acepto las condiciones")
    if conserje.has_script:
        expect(confirm).to_be_disabled()
        box.check()
        expect(confirm).to_be_enabled()
        box.uncheck()
        expect(confirm).to_be_disabled()
    else:
        conserje.complaints.expect_status(422)
        confirm.click()
        expect(page.get_by_role("alert")).to_contain_text("Para comprar, marque «Acepto las condiciones».")
    box.check()
    confirm.click()

    window = page.get_by_role("dialog", name="La compra se realizó con éxito: 300 SMS por $ 15.990.")
    expect(window).to_be_visible()
    window.get_by_role("button", name="Cerrar").click()
    expect(window).to_be_hidden()
    expect(available).to_contain_text("330")
    expect(page.locator("dl.stat div").filter(has_text="Bolsas compradas")).to_contain_text("1")

    page.get_by_role("link", name="Historial de compras").click()
    conserje.shows("Historial de compras")
    bought = page.locator("tbody tr")
    for told in ("300 SMS", "$ 15.990", "Paula Pino"):
        expect(bought).to_contain_text(told)
    page.get_by_label("Hasta").fill("2020-12-31")
    page.get_by_role("button", name="Consultar").click()
    expect(page.locator("main")).to_contain_text("No hay compras en este período.")
    page.get_by_role("link", name="Ver todas").click()
    expect(bought).to_have_count(1)


def test_a_number_is_changed_by_keyboard_alone(gatehouse: Gatehouse, page: Page) -> None:
    enter(gatehouse, page)
    tool(page, WITH).press("Enter")
    field = page.get_by_label("Número de celular")
    expect(field).to_be_focused()
    page.keyboard.type("987654321")
    page.keyboard.press("Enter")
    expect(tool(page, WITH)).to_be_focused()
    assert "+56 9 ···· 4321" in line(page, WITH)
    page.keyboard.press("Enter")
    expect(field).to_be_focused()
    for _ in range(2):
        page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Eliminar número")).to_be_focused()
    page.keyboard.press("Enter")
    # What is pressed without looking keeps the number.
    expect(page.get_by_role("link", name="Cancelar")).to_be_focused()
    page.keyboard.press("Enter")
    expect(tool(page, WITH)).to_be_focused()
    assert number_of(gatehouse, "1204") == "+56987654321"


def test_two_rows_are_open_side_by_side(gatehouse: Gatehouse, page: Page) -> None:
    enter(gatehouse, page)
    for unit in (WITHOUT, WITH):
        tool(page, unit).click()
    fields = page.get_by_label("Número de celular")
    expect(fields).to_have_count(2)
    fields.nth(1).fill("9 8765 4321")
    page.locator("tbody").filter(has_text=WITHOUT).get_by_role("button", name="Guardar").click()
    expect(fields).to_have_count(1)
    assert number_of(gatehouse, "1205") == "+56987654321"
    assert number_of(gatehouse, "1204") == "+56965432109"


def test_the_window_closes_with_escape_and_going_back_does_not_buy_again(gatehouse: Gatehouse, page: Page) -> None:
    enter(gatehouse, page, BUNDLES)
    page.get_by_role("link", name="Comprar la bolsa 100 SMS").click()
    page.get_by_label("Acepto las condiciones").check()
    page.get_by_role("button", name="Confirmar la compra").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.reload()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("dl.stat")).to_contain_text("130")
    page.go_back()
    confirm = page.get_by_role("button", name="Confirmar la compra")
    box = page.get_by_label("Acepto las condiciones")
    expect(box).to_be_visible()
    assert confirm.is_enabled() == box.is_checked()


def test_one_press_too_many_buys_one_bundle(gatehouse: Gatehouse, page: Page) -> None:
    enter(gatehouse, page, BUNDLES)
    page.get_by_role("link", name="Comprar la bolsa 100 SMS").click()
    page.get_by_label("Acepto las condiciones").check()
    page.get_by_role("button", name="Confirmar la compra").dblclick()
    expect(page.locator("dl.stat")).to_contain_text("130")
    expect(page.locator("dl.stat div").filter(has_text="Bolsas compradas")).to_contain_text("1")


def test_the_icon_of_the_tool_is_drawn(gatehouse: Gatehouse, page: Page) -> None:
    """The sprite is a file of its own, which the content security policy must let in."""
    drawn: list[Request] = []
    page.on("requestfinished", lambda request: drawn.append(request) if "sprite" in request.url else None)
    enter(gatehouse, page)
    icon = tool(page, WITH).locator("svg use")
    expect(icon).to_be_attached()
    box = icon.evaluate("use => { const {width, height} = use.getBBox(); return [width, height]; }")
    assert min(box) > 5
    assert drawn
