"""Two browsers over the same visits: two gates of one community, and two tabs of one conserje."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, Page, expect

from conserje.visits.models import State
from tests.browser import Complaints, OpenPage
from tests.builders import run_number
from tests.journeys.gatehouse import Gatehouse
from tests.journeys.steps import Conserje, Line

pytestmark = pytest.mark.journey


@pytest.fixture
def front(gatehouse: Gatehouse, open_page: OpenPage, complaints: Complaints) -> Conserje:
    """The front gate, with Gustavo."""
    return Conserje(gatehouse, open_page(), complaints)


def come_back(page: Page) -> None:
    """Somebody looks at the screen again: what it shows is asked for at once, whether its stream told it or not."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


@contextmanager
def list_arrives(page: Page) -> Iterator[None]:
    """Until the list that was asked for has been shown, or passed over."""
    page.locator("[data-poll]").evaluate(
        "list => list.addEventListener('htmx:finally:request', () => list.dataset.arrived = '', {once: true})"
    )
    yield
    expect(page.locator("[data-poll][data-arrived]")).to_have_count(1)
    page.locator("[data-poll]").evaluate("list => delete list.dataset.arrived")


def decision(page: Page) -> Locator:
    """The form of the decision, which stands in the list."""
    return page.locator("#visits form.open")


# --- Two gates -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["Guardar", "Rechazar"])
def test_who_decides_later_sees_what_was_decided(conserje: Conserje, front: Conserje, answer: str) -> None:
    gatehouse = conserje.gatehouse
    visit_id = gatehouse.came("Bruno Díaz", unit="1204", hours_ago=0.1)
    gatehouse.enter_unit(front.page, unit="1204")
    gatehouse.enter_unit(conserje.page, "relevo", unit="1204")
    for each in (front, conserje):
        each.row("Bruno Díaz").get_by_role("link", name="Pendiente").click()
        expect(each.page.get_by_label("Medio de aprobación")).to_be_visible()
    front.page.get_by_label("Medio de aprobación").select_option("Presencial")
    front.page.get_by_role("button", name="Guardar").click()
    expect(front.row("Bruno Díaz")).to_contain_text("Aceptado")

    conserje.complaints.expect_status(409)
    conserje.page.get_by_label("Observación").fill("Nadie contesta")
    conserje.page.get_by_role("button", name=answer).click()
    late = conserje.row("Bruno Díaz")
    expect(conserje.page.get_by_role("alert")).to_contain_text("Esta visita ya fue decidida. Se muestra cómo quedó.")
    for told in ("Aceptado", "Presencial", "Gustavo Pino"):
        expect(late).to_contain_text(told)
    expect(late).not_to_contain_text("Nadie contesta")
    (visit,) = gatehouse.visits()
    assert (visit.id, visit.state, visit.decided_by) == (visit_id, State.ACCEPTED, gatehouse.cast.accounts["conserje"])


def test_a_state_that_is_out_of_date_shows_how_it_is_when_it_is_pressed(conserje: Conserje, front: Conserje) -> None:
    gatehouse = conserje.gatehouse
    gatehouse.came("Bruno Díaz", unit="1204", hours_ago=0.1)
    Line(conserje.page, "**/cambios*")  # its stream never comes: what the other gate does is not told
    gatehouse.enter_unit(conserje.page, unit="1204")
    gatehouse.enter_unit(front.page, "relevo", unit="1204")
    front.row("Bruno Díaz").get_by_role("link", name="Pendiente").click()
    front.page.get_by_role("button", name="Guardar").click()
    expect(front.row("Bruno Díaz")).to_contain_text("Aceptado")
    conserje.row("Bruno Díaz").get_by_role("link", name="Pendiente").click()
    expect(conserje.row("Bruno Díaz")).to_contain_text("Aceptado")
    expect(conserje.page.get_by_label("Medio de aprobación")).to_have_count(0)


@pytest.mark.parametrize("screen", ["unit", "home"])
def test_a_list_shows_by_itself_who_came_to_the_other_gate(front: Conserje, gatehouse: Gatehouse, screen: str) -> None:
    gatehouse.enter(front.page, path=gatehouse.path_of("1204") if screen == "unit" else "/porteria/")
    focused = front.page.locator(":focus").element_handle()
    gatehouse.came("Camila Soto Díaz", unit="1204", hours_ago=0)
    come_back(front.page)
    expect(front.row("Camila Soto Díaz")).to_contain_text("Pendiente")
    assert front.page.evaluate("focused => focused === document.activeElement", focused), "the focus stays"


def test_news_leave_the_focus_on_the_row_where_it_was(front: Conserje, gatehouse: Gatehouse) -> None:
    gatehouse.came("Bruno Díaz", unit="1204", hours_ago=0.1)
    gatehouse.enter_unit(front.page, unit="1204")
    waiting = front.row("Bruno Díaz").get_by_role("link", name="Pendiente")
    waiting.focus()
    gatehouse.came("Camila Soto Díaz", unit="1204", hours_ago=0)
    come_back(front.page)
    expect(front.row("Camila Soto Díaz")).to_be_visible()
    expect(waiting).to_be_focused()


def test_a_list_that_has_not_changed_is_not_sent_again(front: Conserje, gatehouse: Gatehouse) -> None:
    gatehouse.came("Camila Soto Díaz", unit="1204", hours_ago=5)
    gatehouse.enter_unit(front.page, unit="1204")
    with front.page.expect_response("**/visitas/actual") as asked:
        come_back(front.page)
    assert asked.value.status == 304


def test_news_from_the_other_gate_do_not_close_a_form(front: Conserje, gatehouse: Gatehouse) -> None:
    page = front.page
    gatehouse.came("Bruno Díaz", unit="1204", hours_ago=0.1)
    gatehouse.enter_unit(page, unit="1204")
    page.get_by_role("link", name="Agregar Visitante").click()
    page.get_by_label("Nombre completo").fill("Pedro")
    gatehouse.came("Camila Soto Díaz", unit="1204", hours_ago=0)
    come_back(page)
    expect(front.row("Camila Soto Díaz")).to_be_visible()
    page.keyboard.type(" Pérez")
    expect(page.get_by_label("Nombre completo")).to_have_value("Pedro Pérez")

    front.row("Bruno Díaz").get_by_role("link", name="Pendiente").click()
    note = decision(page).get_by_label("Observación")
    note.fill("Contestó")
    gatehouse.came("Rosa Ríos", unit="1204", hours_ago=0)
    come_back(page)
    page.keyboard.type(" Ana")
    expect(note).to_have_value("Contestó Ana")
    decision(page).get_by_role("button", name="Guardar").click()
    expect(front.row("Bruno Díaz")).to_contain_text("Contestó Ana")
    come_back(page)
    expect(front.row("Rosa Ríos")).to_be_visible()


def test_a_list_that_is_asked_for_while_a_form_opens_does_not_close_it(front: Conserje, gatehouse: Gatehouse) -> None:
    """The list's answer is on its way when [Pendiente] is pressed, and arrives after the form."""
    page = front.page
    gatehouse.came("Bruno Díaz", unit="1204", hours_ago=0.1)
    gatehouse.enter_unit(page, unit="1204")
    line = Line(page, "**/visitas/actual")
    with page.expect_request("**/visitas/actual"):
        gatehouse.came("Camila Soto Díaz", unit="1204", hours_ago=0)
        come_back(page)
    front.row("Bruno Díaz").get_by_role("link", name="Pendiente").click()
    note = decision(page).get_by_label("Observación")
    note.fill("Contestó Ana")
    with list_arrives(page):
        line.release()
    expect(note).to_have_value("Contestó Ana")
    decision(page).get_by_role("link", name="Cancelar").click()
    expect(note).to_have_count(0)
    come_back(page)
    expect(front.row("Camila Soto Díaz")).to_be_visible()


# --- Two tabs of one browser ---------------------------------------------------------------------------------------


@pytest.fixture
def stale(gatehouse: Gatehouse, page: Page, complaints: Complaints) -> Conserje:
    """A tab that shows the unit 101 of Los Aromos, while another tab has switched to Parque Mirador."""
    other = page.context.new_page()
    gatehouse.came("Bruno Díaz", hours_ago=0.1)
    gatehouse.came("Rosa Ríos", hours_ago=3, state=State.REJECTED)
    gatehouse.enter(other, "admin")
    switch(other, "Edificio Los Aromos")
    gatehouse.enter_unit(page, "admin")
    expect(page.get_by_role("heading", level=1)).to_have_text("Torre A · 101")
    page.get_by_role("link", name="Agregar Visitante").click()
    page.get_by_label("Número de documento").fill(run_number(12_345_678))
    page.get_by_label("Nombre completo").fill("Camila Soto Díaz")
    complaints.expect_status(409)  # from here on, whether it asks by itself or somebody presses
    switch(other, "Condominio Parque Mirador")
    return Conserje(gatehouse, page, complaints)


def switch(page: Page, community: str) -> None:
    page.locator("summary", has_text="Cambiar").click()
    page.get_by_role("button", name=community).click()
    expect(page.get_by_role("dialog")).to_contain_text(f"Ahora trabaja en {community}")


def test_a_tab_left_behind_in_another_community_does_nothing_and_says_why(stale: Conserje) -> None:
    page = stale.page
    for act in ("Guardar", "Activar", "Ver Teléfonos", "Pendiente", "Consultar"):
        with page.expect_response(lambda response: response.status == 409):
            page.locator("main").get_by_text(act, exact=act != "Ver Teléfonos").first.click()
        expect(page.locator("#notices")).to_contain_text("En otra pestaña cambió a Condominio Parque Mirador")
        expect(page.get_by_label("Nombre completo")).to_have_value("Camila Soto Díaz")
    assert stale.gatehouse.visits("parque") == []
    assert [visit.state for visit in stale.gatehouse.visits()] == [State.PENDING, State.REJECTED]


def test_a_tab_left_behind_does_not_find_the_other_communitys_units_under_its_own_name(stale: Conserje) -> None:
    page = stale.page
    stale.type_unit("101")
    expect(page.locator("#notices")).to_contain_text("En otra pestaña cambió a Condominio Parque Mirador")
    expect(page.locator("#unit-options [role=option]")).to_have_count(0)
    # What Enter asked for is the address from then on: asked again by hand, it is the other community's.
    page.keyboard.press("Enter")
    page.wait_for_url("**/porteria/unidades?q=101")
    page.reload()
    expect(page.locator("header").first).to_contain_text("Condominio Parque Mirador")
    expect(page.get_by_role("heading", level=1)).to_have_text("Torre A · 101")


def test_without_script_a_tab_left_behind_is_told_so(
    gatehouse: Gatehouse, plain_page: Page, complaints: Complaints
) -> None:
    other = plain_page.context.new_page()
    gatehouse.enter(other, "admin")
    switch(other, "Edificio Los Aromos")
    gatehouse.enter_unit(plain_page, "admin")
    plain_page.get_by_role("link", name="Agregar Visitante").click()
    plain_page.get_by_label("Número de documento").fill(run_number(12_345_678))
    plain_page.get_by_label("Nombre completo").fill("Camila Soto Díaz")
    switch(other, "Condominio Parque Mirador")
    complaints.expect_status(409)
    plain_page.get_by_role("button", name="Guardar").click()
    expect(plain_page.locator("main")).to_contain_text("En otra pestaña cambió a Condominio Parque Mirador.")
    assert gatehouse.visits() == gatehouse.visits("parque") == []
