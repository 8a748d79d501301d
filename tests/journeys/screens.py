"""The way to every screen of the gate, and what stands on it: for what is asked of each of them."""

from __future__ import annotations

import io
from collections.abc import Callable

from playwright.sync_api import Page, expect

from conserje.photos.drawn import draw_portrait
from conserje.photos.images import prepare
from conserje.visits.models import State
from tests.journeys import (
    access_screens,
    administration_screens,
    import_screens,
    letter_screens,
    portal_screens,
    privacy_screens,
    resident_screens,
    second_factor_screens,
    staff_screens,
)
from tests.journeys.gatehouse import Gatehouse

Opener = Callable[[Gatehouse, Page], None]


def people_came(gatehouse: Gatehouse) -> None:
    """One visit of each kind in unit 1204, with the longest texts that the forms let through."""
    gatehouse.came("Bruno Díaz", unit="1204", hours_ago=0.1, plate="BCDF23", companions=2)
    gatehouse.came("Wolfeschlegelsteinhausenbergerdorff" * 2, unit="1204", state=State.ACCEPTED, note="Q" * 140)
    gatehouse.came("Rosa Ríos", unit="1204", hours_ago=3, state=State.REJECTED)
    gatehouse.came("Vera Vidal", unit="1204", hours_ago=5)
    gatehouse.came("Elsa Foto", unit="1204", state=State.ACCEPTED, photo=prepare(io.BytesIO(draw_portrait(7))))


def home(gatehouse: Gatehouse, page: Page) -> None:
    gatehouse.enter(page)


def home_refused(gatehouse: Gatehouse, page: Page) -> None:
    gatehouse.enter(page, path="/porteria/?unit=9999&since=2026-11-05&until=2026-11-01&state=")
    expect(page.get_by_role("alert")).to_contain_text("Revise lo siguiente")


def unit(gatehouse: Gatehouse, page: Page) -> None:
    gatehouse.enter_unit(page, unit="1204")


def options(gatehouse: Gatehouse, page: Page) -> None:
    gatehouse.enter(page)
    expect(page.get_by_role("combobox").first).to_be_focused()
    page.keyboard.type("torre")
    expect(page.locator("#unit-options [role=option]")).to_have_count(4)
    page.keyboard.press("ArrowDown")


def found_units(gatehouse: Gatehouse, page: Page) -> None:
    gatehouse.enter(page, path="/porteria/unidades?q=torre")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Unidades que coinciden")


def found_nothing(gatehouse: Gatehouse, page: Page) -> None:
    gatehouse.enter(page, path="/porteria/unidades?q=zzz")


def form(gatehouse: Gatehouse, page: Page) -> None:
    unit(gatehouse, page)
    page.get_by_role("link", name="Agregar Visitante").click()
    expect(page.get_by_label("Nombre completo")).to_be_visible()


def form_on_its_own_page(gatehouse: Gatehouse, page: Page) -> None:
    gatehouse.enter(page, path=f"{gatehouse.path_of('1204')}/visitantes/nuevo")
    expect(page.get_by_label("Nombre completo")).to_be_visible()


def form_refused(gatehouse: Gatehouse, page: Page) -> None:
    form(gatehouse, page)
    page.get_by_label("Nombre completo").fill("Camila Soto Díaz")
    page.get_by_label("Acompañantes").fill("99")
    page.get_by_label("Hasta").fill("2020-01-01T10:00")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("alert")).to_contain_text("Revise lo siguiente")


def decision(gatehouse: Gatehouse, page: Page) -> None:
    unit(gatehouse, page)
    page.get_by_role("link", name="Pendiente").first.click()
    expect(page.get_by_label("Medio de aprobación")).to_be_visible()


def everything_open(gatehouse: Gatehouse, page: Page) -> None:
    form(gatehouse, page)
    for name in ("Bruno Díaz", "Vera Vidal"):
        page.locator("tbody").filter(has_text=name).locator("a.state").click()
    expect(page.get_by_label("Medio de aprobación")).to_have_count(2)


def phones(gatehouse: Gatehouse, page: Page) -> None:
    unit(gatehouse, page)
    page.get_by_role("button", name="Ver Teléfonos").first.click()
    expect(page.get_by_role("heading", name="Teléfonos")).to_be_visible()


def profile(gatehouse: Gatehouse, page: Page) -> None:
    unit(gatehouse, page)
    page.locator("tbody").filter(has_text="Elsa Foto").get_by_role("link", name="Consultar").click()
    expect(page.get_by_role("heading", name="Visitas a esta unidad")).to_be_visible()


def password(gatehouse: Gatehouse, page: Page) -> None:
    gatehouse.enter(page, path="/mi-clave")


def password_refused(gatehouse: Gatehouse, page: Page) -> None:
    password(gatehouse, page)
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("alert")).to_contain_text("Revise lo siguiente")


def communities(gatehouse: Gatehouse, page: Page) -> None:
    gatehouse.enter(page, "admin")
    page.locator("summary", has_text="Cambiar").click()
    expect(page.get_by_role("button", name="Edificio Los Aromos")).to_be_visible()


def community_changed(gatehouse: Gatehouse, page: Page) -> None:
    communities(gatehouse, page)
    page.get_by_role("button", name="Edificio Los Aromos").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def not_found(gatehouse: Gatehouse, page: Page) -> None:
    gatehouse.enter(page, path="/porteria/unidades/999999")
    expect(page.get_by_role("heading", level=1)).to_have_text("No se pudo")


def not_allowed(gatehouse: Gatehouse, page: Page) -> None:
    gatehouse.enter(page, "prueba", path=f"{gatehouse.path_of('1204')}/visitantes/nuevo")
    expect(page.get_by_role("heading", level=1)).to_have_text("No se pudo")


# Each screen's way, and the status that it answers with where that is a refusal.
SCREENS: dict[str, tuple[Opener, int | None]] = {
    opener.__name__: (opener, status)
    for opener, status in (
        (home, None),
        (home_refused, 422),
        (unit, None),
        (options, None),
        (found_units, None),
        (found_nothing, None),
        (form, None),
        (form_on_its_own_page, None),
        (form_refused, 422),
        (decision, None),
        (everything_open, None),
        (phones, None),
        (profile, None),
        (password, None),
        (password_refused, 422),
        (communities, None),
        (community_changed, None),
        (not_found, 404),
        (not_allowed, 403),
    )
}
SCREENS |= administration_screens.SCREENS | portal_screens.SCREENS | staff_screens.SCREENS | resident_screens.SCREENS
SCREENS |= access_screens.SCREENS | import_screens.SCREENS | letter_screens.SCREENS | privacy_screens.SCREENS
SCREENS |= second_factor_screens.SCREENS
