"""The way to the screens of the second factor: where it is set up, its recovery codes, and the code at signing in."""

from __future__ import annotations

from playwright.sync_api import Page, expect
from pyotp import TOTP

from conserje import clock
from tests.builders import PASSWORD
from tests.journeys.gatehouse import Gatehouse

PATH = "/mi-verificacion"


def begin(page: Page) -> TOTP:
    """From [Verificación en dos pasos] to the picture; the secret that it holds, as a telephone has it then."""
    page.get_by_label("Contraseña actual").fill(PASSWORD)
    page.get_by_role("button", name="Configurar").click()
    expect(page.get_by_role("img", name="Código QR")).to_be_visible()
    return TOTP(page.locator("main b.main").inner_text().replace(" ", ""))


def second_factor_set_up(gatehouse: Gatehouse, page: Page) -> None:
    gatehouse.enter(page, "admin", PATH)
    begin(page)


def recovery_codes(gatehouse: Gatehouse, page: Page) -> None:
    gatehouse.enter(page, "admin", PATH)
    telephone = begin(page)
    page.get_by_label("Código de 6 dígitos").fill(telephone.at(clock.now()))
    page.get_by_role("button", name="Activar").click()
    expect(page.locator("main ol li")).to_have_count(10)


def second_step_refused(gatehouse: Gatehouse, page: Page) -> None:
    recovery_codes(gatehouse, page)
    page.get_by_role("button", name="Salir").click()
    page.get_by_label("Correo electrónico").fill(gatehouse.cast.emails["admin"])
    page.get_by_label("Contraseña").fill(PASSWORD)
    page.get_by_role("button", name="Ingresar").click()
    page.get_by_label("Código de 6 dígitos").fill("000000")
    page.get_by_role("button", name="Ingresar").click()
    expect(page.get_by_role("alert")).to_contain_text("Revise lo siguiente")


SCREENS = {
    opener.__name__: (opener, status)
    for opener, status in (
        (second_factor_set_up, None),
        (recovery_codes, None),
        (second_step_refused, 422),
    )
}
