"""The gate by keyboard alone: how many strokes, where the focus is, and that letters disturb nobody who writes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import Complaints
from tests.journeys.gatehouse import Gatehouse
from tests.journeys.screens import SCREENS, people_came

pytestmark = pytest.mark.journey

MOST_STROKES = 9  # under ten
STOPS_IN_A_DATE = 7
FOCUSABLE = "a[href], button, input, select, textarea, summary"


def offered(page: Page, which: str = "") -> Locator:
    return page.locator(f"#unit-options [role=option]{which}")


class Hands:
    """Somebody's hands on the keyboard: what is about the visitor is typed for free, every other stroke counts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.strokes = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.strokes += 1

    def type_of_the_visitor(self, text: str) -> None:
        self.page.keyboard.type(text)


def test_from_the_empty_unit_box_to_the_saved_visit_in_under_ten_strokes(gatehouse: Gatehouse, page: Page) -> None:
    gatehouse.enter(page)
    hands = Hands(page)
    add = page.get_by_role("link", name="Agregar Visitante")
    expect(page.get_by_role("combobox").first).to_be_focused()
    hands.press("1", "2", "0", "4", "Enter")
    expect(add).to_be_focused()
    hands.press("Enter")
    expect(page.get_by_label("Número de documento")).to_be_focused()
    hands.type_of_the_visitor("12345678-5")
    hands.press("Enter")
    expect(page.get_by_label("Nombre completo")).to_be_focused()
    hands.type_of_the_visitor("Camila Soto Díaz")
    hands.press("Enter")
    expect(page.get_by_role("link", name="Pendiente")).to_be_focused()
    assert [visit.full_name for visit in gatehouse.visits()] == ["Camila Soto Díaz"]
    assert hands.strokes <= MOST_STROKES, f"{hands.strokes} strokes"


def test_the_focus_goes_where_the_next_step_is(gatehouse: Gatehouse, page: Page) -> None:
    gatehouse.came("Bruno Díaz", unit="1204", hours_ago=0.1)
    gatehouse.came("Rosa Ríos", unit="1205", hours_ago=0.1)
    gatehouse.enter(page)
    box = page.get_by_role("combobox").first
    expect(box).to_be_focused()
    page.keyboard.type("torre b")
    expect(offered(page)).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(offered(page, "[aria-selected=true]")).to_contain_text("1205")
    expect(box).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(offered(page, "[aria-selected=true]")).to_contain_text("1204")
    assert box.get_attribute("aria-activedescendant") == offered(page, "[aria-selected=true]").get_attribute("id")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Agregar Visitante")).to_be_focused()

    page.get_by_role("link", name="Pendiente").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Medio de aprobación")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".state", has_text="Aceptado")).to_be_focused()

    page.keyboard.press("t")
    expect(page.get_by_role("heading", name="Teléfonos")).to_be_focused()
    page.get_by_role("button", name="Cerrar").press("Enter")
    expect(page.get_by_role("link", name="Agregar Visitante")).to_be_focused()
    expect(page.get_by_role("heading", name="Teléfonos")).to_have_count(0)

    page.get_by_role("link", name="Consultar").press("Enter")
    expect(page.get_by_role("heading", name="Bruno Díaz", level=1)).to_be_focused()


def test_a_form_with_errors_takes_the_focus_to_its_summary(
    gatehouse: Gatehouse, page: Page, complaints: Complaints
) -> None:
    gatehouse.enter_unit(page, unit="1204")
    expect(page.get_by_role("link", name="Agregar Visitante")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Número de documento")).to_be_focused()
    page.keyboard.type("12345678-9")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Nombre completo")).to_be_focused()
    page.keyboard.type("Camila Soto Díaz")
    complaints.expect_status(422)
    page.keyboard.press("Enter")
    summary = page.get_by_role("alert").filter(has_text="Revise lo siguiente")
    expect(summary).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Número de documento")).to_be_focused()
    expect(page.get_by_label("Nombre completo")).to_have_value("Camila Soto Díaz")


def test_escape_closes_the_options_and_keeps_what_was_typed(gatehouse: Gatehouse, page: Page) -> None:
    gatehouse.enter(page)
    box = page.get_by_role("combobox").first
    expect(box).to_be_focused()
    page.keyboard.type("120")
    expect(offered(page)).to_have_count(2)
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("120")
    expect(box).to_be_focused()


def test_letters_are_shortcuts_outside_fields_only_and_can_be_switched_off(gatehouse: Gatehouse, page: Page) -> None:
    gatehouse.enter_unit(page, unit="1204")
    box = page.get_by_role("combobox").first
    page.keyboard.press("u")
    expect(box).to_be_focused()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("atu")
    expect(box).to_have_value("atu")
    expect(page.locator("#desk")).to_be_empty()

    page.get_by_role("link", name="Agregar Visitante").focus()
    page.keyboard.press("a")
    expect(page.get_by_label("Número de documento")).to_be_focused()
    page.get_by_label("Nombre completo").focus()
    page.keyboard.type("Tatu")
    expect(page.get_by_label("Nombre completo")).to_have_value("Tatu")
    expect(page.get_by_role("heading", name="Teléfonos")).to_have_count(0)
    for held in ("Control", "Alt", "Meta"):
        page.get_by_role("button", name="Ver Teléfonos").focus()
        page.keyboard.press(f"{held}+u")
        expect(box).not_to_be_focused()

    switch = page.get_by_role("button", name="Atajos de teclado")
    expect(switch).to_have_attribute("aria-pressed", "true")
    switch.press("Enter")
    expect(switch).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("u")
    expect(switch).to_be_focused()
    page.reload()
    expect(page.get_by_role("button", name="Atajos de teclado")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("u")
    expect(page.get_by_role("link", name="Agregar Visitante")).to_be_focused()
    page.get_by_role("button", name="Atajos de teclado").press("Enter")
    page.keyboard.press("u")
    expect(box).to_be_focused()


def test_the_skip_link_comes_first_and_leads_to_the_content(gatehouse: Gatehouse, page: Page) -> None:
    gatehouse.enter(page, path="/mi-clave")
    page.locator("body").evaluate("() => document.activeElement.blur()")
    page.evaluate("getSelection().removeAllRanges()")
    skip = page.get_by_role("link", name="Ir al contenido")
    skip.focus()
    expect(skip).to_be_in_viewport()
    assert page.locator(FOCUSABLE).first.inner_text() == "Ir al contenido"
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Contraseña actual")).to_be_focused()


@pytest.mark.parametrize(
    "screen",
    ["home", "unit", "form", "decision", "phones", "profile", "password", "number", "purchase_accepted", "history"],
)
def test_the_tab_key_visits_every_control_and_is_caught_nowhere(gatehouse: Gatehouse, page: Page, screen: str) -> None:
    people_came(gatehouse)
    SCREENS[screen][0](gatehouse, page)
    controls: list[str] = (
        page.locator(FOCUSABLE)
        .filter(visible=True)
        .evaluate_all(
            """all => {
            window.visited = new Set();
            addEventListener("focusin", ({target}) => visited.add(target.dataset.place));
            const reached = all.filter(one => one.tabIndex >= 0 && !one.disabled);
            reached.forEach((one, place) => one.dataset.place = place);
            return reached.map(one => one.outerHTML);
        }"""
        )
    )
    parts_of_dates = STOPS_IN_A_DATE * page.locator("input[type^=date]").count()
    for key in ("Tab", "Shift+Tab"):
        page.evaluate("visited.clear()")
        for _ in range(len(controls) + parts_of_dates + 4):
            page.keyboard.press(key)
        visited = {int(place) for place in page.evaluate("[...visited]") if place is not None}
        missed = [control for place, control in enumerate(controls) if place not in visited]
        assert not missed, f"{key} never reaches {missed}"
