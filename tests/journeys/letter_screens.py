"""The way to the screens of the welcome letter, as `screens.py` has it for the gate."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.administration_screens import enter
from tests.journeys.gatehouse import Gatehouse

LETTERS = "/administracion/cartas"


def letters_refused(gatehouse: Gatehouse, page: Page) -> None:
    enter(gatehouse, page, LETTERS)
    page.get_by_role("button", name="Enviar por correo").click()
    expect(page.get_by_role("alert")).to_contain_text("Marque al menos un inmueble")


def letters_waiting(gatehouse: Gatehouse, page: Page) -> None:
    enter(gatehouse, page, LETTERS)
    page.get_by_label("1204").check()
    page.get_by_role("button", name="Descargar un PDF", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("En espera")


def letter_preview(gatehouse: Gatehouse, page: Page) -> None:
    enter(gatehouse, page, f"{LETTERS}/texto")
    page.get_by_role("button", name="Vista previa").click()
    expect(page.get_by_role("heading", name="Vista previa")).to_be_visible()


SCREENS = {
    opener.__name__: (opener, status)
    for opener, status in (
        (letters_refused, 422),
        (letters_waiting, None),
        (letter_preview, None),
    )
}
