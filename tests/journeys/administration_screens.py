"""The way to every screen of the administration, as `screens.py` has it for the gate."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from conserje.communities.models import Unit
from conserje.database import db
from tests.builders import make_resident
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
    )
}
