"""A unit's access lists, from the administrator's screen to what the gate does with them. With script and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import func, select

from conserje.access_lists.matching import Listing
from conserje.access_lists.models import AccessListEntry
from conserje.database import db
from conserje.messages.models import Message
from conserje.visits.models import State
from tests.browser import OpenPage
from tests.journeys.access_screens import fill_access, listed, lists_of
from tests.journeys.administration_screens import UNITS, enter
from tests.journeys.gatehouse import Gatehouse
from tests.journeys.steps import Conserje

pytestmark = pytest.mark.journey

UNIT = "Torre B · 1204"
CAMILA, RUN = "Camila Soto Díaz", "12.345.678-5"


def messages(gatehouse: Gatehouse) -> int:
    with gatehouse.reading():
        return db.session.scalars(select(func.count(Message.id))).one()


def entries(gatehouse: Gatehouse) -> list[tuple[str, str]]:
    with gatehouse.reading():
        found = db.session.scalars(select(AccessListEntry).order_by(AccessListEntry.id))
        return [(each.document_number, each.listing) for each in found]


def line(page: Page, name: str) -> Locator:
    return page.locator("main tbody tr").filter(has_text=name)


def announce(conserje: Conserje, number: str, name: str, *, is_barred: bool = False) -> Locator:
    """[Agregar Visitante] at 1204; gives the visit's row. Of whom a list keeps out [Buscar] warns already, and nothing
    says that all is well."""
    page = conserje.page
    page.get_by_role("link", name="Agregar Visitante").click()
    page.get_by_label("Número de documento").fill(number)
    if is_barred:
        warning = page.locator("#visitor-form").get_by_role("alert")
        if conserje.has_script:
            # Leaving the box asks by itself; its answer would move the button from under the mouse.
            page.get_by_label("Nombre completo").focus()
            expect(warning).to_contain_text("No permita su ingreso.")
        page.locator("#visitor-form").get_by_role("button", name="Buscar").click()
        expect(warning).to_contain_text("No permita su ingreso.")
        expect(page.get_by_label("Nombre completo")).to_be_focused()
    page.get_by_label("Nombre completo").fill(name)
    page.get_by_role("button", name="Guardar").click()
    if is_barred:
        expect(conserje.row(name)).to_contain_text("No permita su ingreso.")
        expect(conserje.row(name).locator(".note")).to_be_in_viewport(ratio=1)
        expect(page.get_by_role("status")).to_be_empty()
    else:
        expect(page.get_by_role("status")).to_contain_text(f"{name} quedó en la lista de visitas.")
    return conserje.row(name)


def test_whom_an_administrator_authorises_comes_in_at_once_and_nobody_is_asked(
    conserje: Conserje, open_page: OpenPage
) -> None:
    """K072, K074, K082 to K086, K076 to K078; Decisions, «Access lists at the gate»."""
    gatehouse = conserje.gatehouse
    office = open_page(script=conserje.has_script)
    enter(gatehouse, office, UNITS)
    office.get_by_role("link", name=f"Listas de acceso de {UNIT}").click()
    expect(office.get_by_role("heading", level=1)).to_have_text(UNIT)

    fill_access(office, "Acceso autorizado", "12345678-5", CAMILA)
    for told in (UNIT, "Acceso autorizado", "RUN", RUN, CAMILA):
        expect(office.locator("dl.facts")).to_contain_text(told)
    office.get_by_role("link", name="Cancelar").click()
    expect(office.locator("main")).to_contain_text("Esta unidad todavía no tiene a nadie en sus listas.")
    assert entries(gatehouse) == []

    fill_access(office, "Acceso autorizado", "12345678-5", CAMILA)
    office.get_by_role("button", name="Ingresar", exact=True).click()
    expect(office.get_by_role("status")).to_contain_text(f"{CAMILA} quedó en la lista «Acceso autorizado».")
    for told in (RUN, CAMILA, "Acceso autorizado", "admin@demo.example"):
        expect(line(office, CAMILA)).to_contain_text(told)

    gatehouse.enter_unit(conserje.page, unit="1204")
    camila = announce(conserje, "012.345.678 5", CAMILA)
    expect(camila).to_contain_text("Aceptado")
    expect(camila).to_contain_text("Lista de acceso")
    expect(camila.get_by_role("button", name="Marcar salida")).to_be_visible()
    assert messages(gatehouse) == 0

    elena = announce(conserje, "11.111.111-1", "Elena Paz")
    expect(elena).to_contain_text("Pendiente")
    assert messages(gatehouse) == 1


def test_whom_the_unit_does_not_want_only_an_administrator_lets_in_with_a_reason(
    conserje: Conserje, open_page: OpenPage
) -> None:
    gatehouse, page = conserje.gatehouse, conserje.page
    listed(gatehouse, Listing.UNAUTHORISED, 12_345_678, CAMILA)
    conserje.complaints.expect_status(409)
    conserje.complaints.expect_status(422)

    gatehouse.enter_unit(page, unit="1204")
    camila = announce(conserje, RUN, CAMILA, is_barred=True)
    expect(camila).to_contain_text("Pendiente")
    expect(camila).to_contain_text("Lista de acceso: no autorizado")
    expect(camila.get_by_role("button", name="Reenviar")).to_have_count(0)
    camila.get_by_role("link", name="Pendiente").click()
    expect(page.get_by_role("alert")).to_contain_text("está en la lista «No autorizado» de la unidad.")
    page.get_by_label("Observación").fill("Insiste mucho")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("alert")).to_contain_text("Solo un administrador puede aceptar.")
    assert gatehouse.visits()[-1].state == State.PENDING
    assert messages(gatehouse) == 0

    office = open_page(script=conserje.has_script)
    enter(gatehouse, office, gatehouse.path_of("1204"))
    visit = office.locator("table.faces tbody").filter(has_text=CAMILA)
    visit.get_by_role("link", name="Pendiente").click()
    office.get_by_label("Medio de aprobación").select_option("Administración")
    office.get_by_role("button", name="Guardar").click()
    expect(office.get_by_role("alert").last).to_contain_text("Escriba el motivo.")
    office.get_by_label("Observación").fill("Lo autoriza el comité")
    office.get_by_role("button", name="Guardar").click()
    for told in ("Aceptado", "Administración", "Lo autoriza el comité", "Paula Pino"):
        expect(visit).to_contain_text(told)
    assert gatehouse.visits()[-1].state == State.ACCEPTED
    assert messages(gatehouse) == 0


def test_a_person_is_moved_between_the_lists_and_taken_off(conserje: Conserje) -> None:
    """K075, K079 to K081, K087, K088."""
    gatehouse, page = conserje.gatehouse, conserje.page
    number = listed(gatehouse, Listing.AUTHORISED, 12_345_678, CAMILA).number
    listed(gatehouse, Listing.UNAUTHORISED, 9_876_543, "Bruno Díaz")
    enter(gatehouse, page, lists_of(gatehouse))

    page.get_by_label("Tipo de acceso", exact=True).select_option("No autorizado (1)")
    page.get_by_role("button", name="Ver", exact=True).click()
    expect(line(page, CAMILA)).to_have_count(0)
    expect(line(page, "Bruno Díaz")).to_be_visible()
    page.get_by_label("Tipo de acceso", exact=True).select_option("Todos (2)")
    page.get_by_role("button", name="Ver", exact=True).click()

    page.get_by_role("button", name=f"Cambiar tipo de acceso de {CAMILA} a «No autorizado»").click()
    expect(line(page, CAMILA)).to_contain_text("No autorizado")
    expect(line(page, CAMILA)).to_contain_text("admin@demo.example")
    assert (number, "unauthorised") in entries(gatehouse)

    conserje.complaints.expect_status(409)
    fill_access(page, "Acceso autorizado", RUN, "Camila S.")
    page.get_by_role("button", name="Ingresar", exact=True).click()
    conserje.shows("Ya está en una lista")
    expect(page.get_by_role("alert")).to_contain_text(f"a nombre de {CAMILA}")
    assert (number, "unauthorised") in entries(gatehouse)
    page.get_by_role("button", name="Cambiar a «Acceso autorizado»").click()
    expect(line(page, CAMILA)).to_contain_text("Acceso autorizado")
    assert len(entries(gatehouse)) == 2

    page.get_by_role("link", name=f"Eliminar el acceso de {CAMILA}").click()
    page.get_by_role("link", name="Cancelar").click()
    expect(line(page, CAMILA)).to_be_visible()
    page.get_by_role("link", name=f"Eliminar el acceso de {CAMILA}").click()
    page.get_by_role("button", name="Aceptar").click()
    expect(page.get_by_role("status")).to_contain_text("El acceso quedó eliminado.")
    expect(line(page, CAMILA)).to_have_count(0)
    assert [listing for _, listing in entries(gatehouse)] == ["unauthorised"]


def test_a_second_press_moves_nobody_back(gatehouse: Gatehouse, page: Page) -> None:
    listed(gatehouse, Listing.AUTHORISED, 12_345_678, CAMILA)
    enter(gatehouse, page, lists_of(gatehouse))
    page.get_by_role("button", name=f"Cambiar tipo de acceso de {CAMILA}").dblclick()
    expect(line(page, CAMILA)).to_contain_text("No autorizado")
    assert [listing for _, listing in entries(gatehouse)] == ["unauthorised"]
