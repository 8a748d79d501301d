"""The way to every screen of the administration, as `screens.py` has it for the gate."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from conserje import clock
from conserje.access_lists import upkeep
from conserje.access_lists.matching import Listing
from conserje.accounts.models import Account
from conserje.communities.models import Community, Unit
from conserje.database import db
from conserje.identity.documents import Document, DocumentType
from tests.builders import actor, make_resident, run_number
from tests.journeys.gatehouse import Gatehouse

UNITS, BUNDLES = "/administracion/inmuebles", "/administracion/bolsas-de-sms"


def enter(gatehouse: Gatehouse, page: Page, path: str = UNITS) -> Page:
    """Come to a screen of Aromos as its administrator."""
    gatehouse.enter(page, "admin")
    page.locator("header summary").click()
    page.get_by_role("button", name="Edificio Los Aromos").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.goto(gatehouse.url + path)
    return page


def with_addresses(gatehouse: Gatehouse) -> None:
    """Residents of 1204 with e-mail addresses, one as long as they come."""
    with gatehouse.filling():
        rojas = db.session.get_one(Unit, gatehouse.cast.units["1204"])
        make_resident(rojas, "Ana", "Titular", email="ana.titular@correo.example", is_principal=False)
        make_resident(rojas, "Luis", "Largo", email=f"{'luis.del.apellido.largo' * 3}@correo.example")


def units(gatehouse: Gatehouse, page: Page) -> None:
    with_addresses(gatehouse)
    enter(gatehouse, page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Inmuebles")


def units_not_found(gatehouse: Gatehouse, page: Page) -> None:
    enter(gatehouse, page, f"{UNITS}?q=zzz")


def number(gatehouse: Gatehouse, page: Page) -> None:
    units(gatehouse, page)
    tool(page, "Torre B · 1204").click()
    expect(page.get_by_label("Número de celular")).to_be_visible()


def number_refused(gatehouse: Gatehouse, page: Page) -> None:
    number(gatehouse, page)
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("alert")).to_contain_text("Revise lo siguiente")


def number_deletion(gatehouse: Gatehouse, page: Page) -> None:
    number(gatehouse, page)
    page.get_by_role("link", name="Eliminar número").click()
    expect(page.get_by_role("button", name="Eliminar", exact=True)).to_be_visible()


def number_on_its_own_page(gatehouse: Gatehouse, page: Page) -> None:
    enter(gatehouse, page, f"{UNITS}/{gatehouse.cast.units['1204']}/numero")
    expect(page.get_by_label("Número de celular")).to_be_visible()


def units_consulted(gatehouse: Gatehouse, page: Page) -> None:
    gatehouse.enter(page, "prueba", UNITS)
    expect(page.get_by_role("button", name="SMS").first).to_be_disabled()


def sms_bundles(gatehouse: Gatehouse, page: Page) -> None:
    enter(gatehouse, page, BUNDLES)
    expect(page.get_by_role("heading", level=1)).to_have_text("Bolsas de SMS")


def purchase(gatehouse: Gatehouse, page: Page) -> None:
    sms_bundles(gatehouse, page)
    page.get_by_role("link", name="Comprar la bolsa 300 SMS").click()
    expect(page.get_by_role("button", name="Confirmar la compra")).to_be_disabled()


def purchase_accepted(gatehouse: Gatehouse, page: Page) -> None:
    purchase(gatehouse, page)
    page.get_by_label("Acepto las condiciones").check()


def purchase_refused(gatehouse: Gatehouse, page: Page) -> None:
    purchase(gatehouse, page)
    page.locator("main form").evaluate("form => form.submit()")
    expect(page.get_by_role("alert")).to_contain_text("Revise lo siguiente")


def bought(gatehouse: Gatehouse, page: Page) -> None:
    purchase_accepted(gatehouse, page)
    page.get_by_role("button", name="Confirmar la compra").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def history_empty(gatehouse: Gatehouse, page: Page) -> None:
    enter(gatehouse, page, f"{BUNDLES}/historial")


def history(gatehouse: Gatehouse, page: Page) -> None:
    bought(gatehouse, page)
    page.get_by_role("link", name="Historial de compras").click()
    expect(page.get_by_role("cell", name="Paula Pino")).to_be_visible()


def history_refused(gatehouse: Gatehouse, page: Page) -> None:
    enter(gatehouse, page, f"{BUNDLES}/historial?since=2026-11-05&until=2026-11-01")
    expect(page.get_by_role("alert")).to_contain_text("Revise lo siguiente")


def tool(page: Page, unit: str) -> Locator:
    """The SMS tool of a unit's row."""
    return page.get_by_role("link", name=f"SMS: número de avisos de {unit}")


def settings(gatehouse: Gatehouse, page: Page) -> None:
    enter(gatehouse, page, "/administracion/configuraciones")
    expect(page.get_by_role("heading", level=1)).to_have_text("Configuraciones")


def settings_refused(gatehouse: Gatehouse, page: Page) -> None:
    settings(gatehouse, page)
    page.get_by_label("Minutos para responder").fill("99")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("alert")).to_contain_text("entre 2 y 30")


def logos(gatehouse: Gatehouse, page: Page) -> None:
    enter(gatehouse, page, "/administracion/logos")
    expect(page.get_by_role("heading", level=1)).to_have_text("Administración")


def listed(gatehouse: Gatehouse, listing: Listing, body: int, name: str) -> Document:
    """Somebody whom the superadmin put on a list of 1204 before; gives the document."""
    document = Document(DocumentType.RUN, run_number(body))
    with gatehouse.filling():
        unit = db.session.get_one(Unit, gatehouse.cast.units["1204"])
        community = db.session.get_one(Community, gatehouse.cast.aromos)
        by = actor(db.session.get_one(Account, gatehouse.cast.accounts["super"]), community)
        upkeep.add(unit, document, name, listing, by=by, now=clock.now())
    return document


def lists_of(gatehouse: Gatehouse) -> str:
    """The address of the access lists of 1204."""
    return f"{UNITS}/{gatehouse.cast.units['1204']}/accesos"


def access_lists_empty(gatehouse: Gatehouse, page: Page) -> None:
    enter(gatehouse, page, lists_of(gatehouse))
    expect(page.get_by_role("link", name="Ingresar acceso")).to_be_visible()


def both_lists(gatehouse: Gatehouse) -> None:
    listed(gatehouse, Listing.AUTHORISED, 12_345_678, "Camila Soto Díaz")
    listed(gatehouse, Listing.UNAUTHORISED, 9_876_543, "Maximiliano Valenzuela de la Fuente Sepúlveda")


def access_lists(gatehouse: Gatehouse, page: Page) -> None:
    both_lists(gatehouse)
    enter(gatehouse, page, lists_of(gatehouse))
    expect(page.get_by_role("button", name="Cambiar tipo de acceso de Camila Soto Díaz")).to_be_visible()


def access_lists_consulted(gatehouse: Gatehouse, page: Page) -> None:
    both_lists(gatehouse)
    gatehouse.enter(page, "prueba", lists_of(gatehouse))
    expect(page.get_by_role("button", name="Ingresar acceso")).to_be_disabled()


def access_form(gatehouse: Gatehouse, page: Page) -> None:
    access_lists_empty(gatehouse, page)
    page.get_by_role("link", name="Ingresar acceso").click()
    expect(page.get_by_label("Tipo de acceso")).to_be_focused()


def access_form_refused(gatehouse: Gatehouse, page: Page) -> None:
    access_form(gatehouse, page)
    page.get_by_role("button", name="Continuar").click()
    expect(page.get_by_role("alert")).to_contain_text("Revise lo siguiente")


def fill_access(page: Page, listing: str, number: str, name: str) -> None:
    """[Ingresar acceso], from the unit's lists up to the review."""
    page.get_by_role("link", name="Ingresar acceso").click()
    page.get_by_label("Tipo de acceso").select_option(listing)
    page.get_by_label("Tipo de documento").select_option("RUN")
    page.get_by_label("Número de documento").fill(number)
    page.get_by_label("Nombre completo").fill(name)
    page.get_by_role("button", name="Continuar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Revise los datos del acceso")


def access_review(gatehouse: Gatehouse, page: Page) -> None:
    access_lists_empty(gatehouse, page)
    fill_access(page, "No autorizado", "12.345.678-5", "Camila Soto Díaz")


def access_already_listed(gatehouse: Gatehouse, page: Page) -> None:
    access_lists(gatehouse, page)
    fill_access(page, "No autorizado", "12.345.678-5", "Camila Soto Díaz")
    page.get_by_role("button", name="Ingresar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ya está en una lista")


def access_removal(gatehouse: Gatehouse, page: Page) -> None:
    access_lists(gatehouse, page)
    page.get_by_role("link", name="Eliminar el acceso de Camila Soto Díaz").click()
    expect(page.get_by_role("link", name="Cancelar")).to_be_focused()


def somebody_unauthorised(gatehouse: Gatehouse, page: Page) -> None:
    listed(gatehouse, Listing.UNAUTHORISED, 9_876_543, "Camila Soto Díaz")
    gatehouse.came("Camila Soto Díaz", 9_876_543, unit="1204", hours_ago=0.02)
    gatehouse.enter_unit(page, unit="1204")
    row = page.locator("tbody.alarm")
    expect(row).to_contain_text("Lista de acceso: no autorizado")
    row.get_by_role("link", name="Pendiente").click()
    expect(row.get_by_role("alert")).to_contain_text("Está en la lista de acceso no autorizado de esta unidad.")


def bitacora(gatehouse: Gatehouse, page: Page) -> None:
    listed(gatehouse, Listing.AUTHORISED, 9_876_543, "Camila Soto Díaz")
    enter(gatehouse, page, "/administracion/bitacora")
    expect(page.locator("tbody tr")).to_have_count(1)


SCREENS = {
    opener.__name__: (opener, status)
    for opener, status in (
        (units, None),
        (units_not_found, None),
        (number, None),
        (number_refused, 422),
        (number_deletion, None),
        (number_on_its_own_page, None),
        (units_consulted, None),
        (access_lists_empty, None),
        (access_lists, None),
        (access_lists_consulted, None),
        (access_form, None),
        (access_form_refused, 422),
        (access_review, None),
        (access_already_listed, 409),
        (access_removal, None),
        (somebody_unauthorised, None),
        (sms_bundles, None),
        (purchase, None),
        (purchase_accepted, None),
        (purchase_refused, 422),
        (bought, None),
        (history_empty, None),
        (history, None),
        (history_refused, 422),
        (settings, None),
        (settings_refused, 422),
        (logos, None),
        (bitacora, None),
    )
}
