"""A thin and broken line between the gate and the server: nothing typed is lost, nothing is saved twice."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from conserje.visits.models import State
from tests.browser import Complaints, OpenPage
from tests.builders import run_number
from tests.journeys.gatehouse import Gatehouse
from tests.journeys.steps import Conserje, Line

pytestmark = pytest.mark.journey

NAME = "Camila Soto Díaz"


def offline_bar(page: Page) -> Locator:
    return page.get_by_role("alert").filter(has_text="Sin conexión")


def fill_form(page: Page) -> None:
    page.get_by_role("link", name="Agregar Visitante").click()
    page.get_by_label("Número de documento").fill(run_number(12_345_678))
    page.get_by_label("Nombre completo").fill(NAME)
    page.get_by_label("Observación").fill("Trae un paquete")


def test_saving_without_a_network_says_so_keeps_what_was_typed_and_saves_once(
    gatehouse: Gatehouse, page: Page, complaints: Complaints
) -> None:
    gatehouse.enter_unit(page, unit="1204")
    with page.expect_response("**/conocido"):
        fill_form(page)
        page.get_by_label("Patente").focus()
    complaints.expect_lost_requests()
    page.context.set_offline(True)
    page.get_by_role("button", name="Guardar").click()
    expect(offline_bar(page)).to_be_visible()
    expect(page.get_by_label("Nombre completo")).to_have_value(NAME)
    expect(page.get_by_label("Observación")).to_have_value("Trae un paquete")
    page.get_by_role("button", name="Reintentar").click()
    expect(offline_bar(page)).to_be_visible()
    assert gatehouse.visits() == []

    page.context.set_offline(False)
    page.get_by_role("button", name="Reintentar").click()
    expect(page.locator("tbody", has_text=NAME)).to_contain_text("Pendiente")
    expect(offline_bar(page)).to_be_hidden()
    assert [visit.full_name for visit in gatehouse.visits()] == [NAME]


def test_what_was_asked_for_without_a_network_comes_when_it_is_back(
    gatehouse: Gatehouse, page: Page, complaints: Complaints
) -> None:
    gatehouse.came("Pedro Pérez", unit="1204", state=State.ACCEPTED)
    gatehouse.enter(page)
    complaints.expect_lost_requests()
    page.context.set_offline(True)
    expect(offline_bar(page)).to_be_visible()
    page.get_by_role("link", name="Torre B · 1204").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ingresos Autorizados en las últimas 24 horas")
    page.context.set_offline(False)
    expect(page.get_by_role("heading", level=1)).to_have_text("Torre B · 1204")
    expect(offline_bar(page)).to_be_hidden()


def test_an_answer_that_is_lost_on_its_way_back_does_not_double_the_visit(
    gatehouse: Gatehouse, page: Page, complaints: Complaints
) -> None:
    """The server saved it, and the gate does not know: pressing again gives that visit, decided meanwhile or not."""
    gatehouse.enter_unit(page, unit="1204")

    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    page.route("**/visitantes", lose_the_answer, times=1)
    fill_form(page)
    complaints.expect_lost_requests()
    page.get_by_role("button", name="Guardar").click()
    expect(offline_bar(page)).to_be_visible()
    (saved,) = gatehouse.visits()
    gatehouse.accept(saved.id)
    page.get_by_role("button", name="Reintentar").click()
    expect(page.locator("tbody", has_text=NAME)).to_contain_text("Aceptado")
    expect(page.locator("#visitor-form")).to_have_count(0)
    assert len(gatehouse.visits()) == 1


def test_a_slow_save_shows_that_it_works_and_cannot_be_pressed_twice(gatehouse: Gatehouse, page: Page) -> None:
    gatehouse.enter_unit(page, unit="1204")
    fill_form(page)
    line = Line(page, "**/visitantes")
    save = page.get_by_role("button", name="Guardar")
    place = save.bounding_box()
    assert place is not None
    page.mouse.dblclick(place["x"] + 9, place["y"] + 9)
    expect(save).to_have_attribute("aria-busy", "true")
    page.mouse.click(place["x"] + 9, place["y"] + 9)
    page.get_by_label("Nombre completo").press("Enter")
    assert len(line.held) == 1
    line.release()
    expect(page.locator("tbody", has_text=NAME)).to_contain_text("Pendiente")
    assert len(gatehouse.visits()) == 1


def test_a_row_shows_that_its_act_is_on_the_way(gatehouse: Gatehouse, page: Page) -> None:
    gatehouse.came("Pedro Pérez", unit="1204", state=State.ACCEPTED)
    gatehouse.enter_unit(page, unit="1204")
    line = Line(page, "**/salida")
    leave = page.get_by_role("button", name="Marcar salida")
    leave.dblclick()
    expect(leave).to_have_attribute("aria-busy", "true")
    assert len(line.held) == 1
    line.release()
    expect(page.locator("tbody", has_text="Pedro Pérez")).to_contain_text("salió")


def test_without_script_two_presses_save_one_visit(gatehouse: Gatehouse, plain_page: Page) -> None:
    gatehouse.enter_unit(plain_page, unit="1204")
    fill_form(plain_page)
    plain_page.get_by_role("button", name="Guardar").dblclick()
    expect(plain_page.locator("tbody", has_text=NAME)).to_contain_text("Pendiente")
    assert len(gatehouse.visits()) == 1


@pytest.mark.parametrize("number", [run_number(12_345_678), "12345678-0"], ids=["known", "wrong"])
def test_typing_on_while_the_document_is_looked_up_loses_no_letter(
    gatehouse: Gatehouse, page: Page, number: str
) -> None:
    gatehouse.came("Otro Nombre", 12_345_678, unit="1204", hours_ago=50, state=State.REJECTED, plate="BCDF23")
    gatehouse.enter_unit(page, unit="1204")
    page.get_by_role("link", name="Agregar Visitante").click()
    name, note = page.get_by_label("Nombre completo"), page.get_by_label("Observación")
    expect(page.get_by_label("Número de documento")).to_be_focused()
    line = Line(page, "**/conocido")
    page.keyboard.type(number)
    with page.expect_request("**/conocido"):
        name.focus()
    page.keyboard.type(NAME)
    note.focus()
    page.keyboard.type("Trae ")
    with page.expect_response("**/conocido"):
        line.release()
        page.keyboard.type("un ")
    page.keyboard.type("paquete")
    if number == "12345678-0":
        expect(page.get_by_role("alert")).to_contain_text("El dígito verificador")
    else:
        expect(page.get_by_label("Patente")).to_have_value("BCDF23")
    expect(name).to_have_value(NAME)
    expect(note).to_have_value("Trae un paquete")
    expect(note).to_be_focused()


def test_a_session_that_ended_leads_to_signing_in_and_back_to_the_same_unit(conserje: Conserje) -> None:
    page, gatehouse = conserje.page, conserje.gatehouse
    gatehouse.enter(page)
    conserje.choose_unit("1204", "Torre B · 1204")
    gatehouse.end_sessions()
    if conserje.has_script:
        conserje.complaints.expect_status(401)
    page.get_by_role("button", name="Ver Teléfonos").click()
    conserje.shows("Ingresar")
    conserje.sign_in()
    conserje.shows("Torre B · 1204")
    assert page.url.endswith(gatehouse.path_of("1204"))


def test_a_restart_is_not_noticed_and_a_server_that_is_away_is_waited_for(
    gatehouse: Gatehouse, open_page: OpenPage, complaints: Complaints
) -> None:
    early, late = open_page(), open_page()
    for page in (early, late):
        gatehouse.enter_unit(page, unit="1204")
        with page.expect_response("**/conocido"):
            fill_form(page)
    late.get_by_label("Nombre completo").fill("Pedro Pérez")
    late.get_by_label("Número de documento").fill(run_number(20_000_000))
    complaints.expect_lost_requests()

    gatehouse.stop()
    early.get_by_role("button", name="Guardar").click()
    expect(offline_bar(early)).to_be_visible()
    gatehouse.start()
    late.get_by_role("button", name="Guardar").click()
    expect(late.locator("tbody", has_text="Pedro Pérez")).to_contain_text("Pendiente")
    expect(offline_bar(late)).to_be_hidden()
    early.get_by_role("button", name="Reintentar").click()
    expect(early.locator("tbody", has_text=NAME)).to_contain_text("Pendiente")
    assert [visit.full_name for visit in gatehouse.visits()] == ["Pedro Pérez", NAME]
