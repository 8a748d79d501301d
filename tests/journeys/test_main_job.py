"""The conserje's main job from signing in to the visitor's leaving, with script and without (O01 to O31)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FilePayload, Page, expect

from conserje.clock import now
from conserje.photos.drawn import draw_portrait
from conserje.visits.models import State
from tests.browser import Complaints
from tests.builders import run_number
from tests.journeys.gatehouse import Gatehouse
from tests.journeys.steps import Conserje

pytestmark = pytest.mark.journey

COLUMNS = [
    "Foto", "Nombre completo", "Unidad", "Identificación", "Tipo", "Rango de fecha", "Autorización", "Estado",
    "Acciones",
]  # fmt: skip


def test_the_whole_main_job(conserje: Conserje) -> None:
    main_job(conserje)


def test_the_whole_main_job_on_postgresql(
    gatehouse_on_postgresql: Gatehouse, page: Page, complaints: Complaints
) -> None:
    main_job(Conserje(gatehouse_on_postgresql, page, complaints))


def main_job(conserje: Conserje) -> None:
    page, gatehouse = conserje.page, conserje.gatehouse
    gatehouse.came("Pedro Pérez", unit="1205", hours_ago=2, state=State.ACCEPTED)
    gatehouse.came("Ida Lejana", unit="1205", hours_ago=25, state=State.ACCEPTED)

    page.goto(gatehouse.url)
    conserje.sign_in()
    conserje.shows("Ingresos Autorizados en las últimas 24 horas")
    expect(conserje.unit_box).to_be_focused()
    assert page.locator("table.faces th").all_inner_texts() == COLUMNS
    expect(conserje.row("Pedro Pérez")).to_contain_text("Torre B · 1205")
    expect(conserje.row("Ida Lejana")).to_have_count(0)

    with conserje.in_place():
        conserje.choose_unit("1204", "Torre B · 1204")
        for block in ("Visitantes de las últimas 24 horas", "Residentes", "Visitantes desactivados"):
            expect(page.get_by_role("heading", name=block, level=2)).to_be_visible()
        expect(page.locator("main")).to_contain_text("Íñigo Núñez Ávila")

        page.get_by_role("link", name="Agregar Visitante").click()
        page.get_by_label("Número de documento").fill("12.345.678-5")
        page.get_by_label("Nombre completo").fill("Camila Soto Díaz")
        page.get_by_label("Tipo", exact=True).select_option("Técnico")
        portrait: FilePayload = {"name": "c.jpg", "mimeType": "image/jpeg", "buffer": draw_portrait(3)}
        page.get_by_label("Foto").set_input_files(portrait)
        page.get_by_role("button", name="Guardar").click()
        camila = conserje.row("Camila Soto Díaz")
        expect(camila).to_contain_text("12.345.678-5")
        expect(camila).to_contain_text("Técnico")
        expect(page.get_by_role("status")).to_contain_text("Camila Soto Díaz quedó en la lista")
        expect(page.locator("#visitor-form")).to_have_count(0)

        camila.get_by_role("link", name="Pendiente").click()
        page.get_by_label("Medio de aprobación").select_option("Citófono")
        page.get_by_label("Observación").fill("Contestó Íñigo")
        page.get_by_role("button", name="Guardar").click()
        expect(camila).to_contain_text("Aceptado")
        for told in ("Citófono", "Gustavo Pino", "Contestó Íñigo"):
            expect(camila).to_contain_text(told)

        camila.get_by_role("button", name="Marcar salida").click()
        expect(camila).to_contain_text("salió")
        camila.get_by_role("button", name="Marcar ingreso").click()
        expect(camila).to_contain_text("entró")
        camila.get_by_role("button", name="Marcar salida").click()
        expect(camila.get_by_role("button", name="Marcar ingreso")).to_be_visible()

        camila.get_by_role("link", name="Consultar").click()
        conserje.shows("Camila Soto Díaz")
        expect(page.locator("dl.facts")).to_contain_text("RUN 12.345.678-5")
        picture = page.get_by_role("img", name="Foto de Camila Soto Díaz")
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("image => image.naturalWidth") > 96
        expect(page.get_by_role("heading", name="Visitas a esta unidad")).to_be_visible()
        page.get_by_role("link", name="Volver a Torre B · 1204").click()
        expect(camila).to_contain_text("Aceptado")

    (visit,) = [each for each in gatehouse.visits() if each.full_name == "Camila Soto Díaz"]
    assert (visit.state, visit.method, visit.decision_note) == (State.ACCEPTED, "intercom", "Contestó Íñigo")
    assert visit.left_at is not None


def test_the_list_is_narrowed_by_unit_dates_and_state(conserje: Conserje) -> None:
    page, gatehouse = conserje.page, conserje.gatehouse
    gatehouse.came("Pedro Pérez", unit="1205", state=State.ACCEPTED)
    gatehouse.came("Rosa Ríos", unit="1204", state=State.REJECTED)
    gatehouse.came("Ida Lejana", unit="1205", hours_ago=72, state=State.ACCEPTED)
    gatehouse.enter(page)

    filter_by(page, unit="1205")
    expect(conserje.row("Pedro Pérez")).to_be_visible()
    expect(conserje.row("Rosa Ríos")).to_have_count(0)
    filter_by(page, unit="", state="Rechazado")
    expect(conserje.row("Rosa Ríos")).to_be_visible()
    expect(conserje.row("Pedro Pérez")).to_have_count(0)

    day = (now().date().toordinal() - 5, now().date().toordinal() - 2)
    since, until = (now().date().fromordinal(each).isoformat() for each in day)
    filter_by(page, state="Todos", since=since, until=until)
    conserje.shows("Ingresos del período elegido")
    expect(conserje.row("Ida Lejana")).to_be_visible()
    expect(conserje.row("Pedro Pérez")).to_have_count(0)
    assert f"since={since}" in page.url, "the filters live in the address"
    page.reload()
    expect(conserje.row("Ida Lejana")).to_be_visible()
    page.get_by_role("link", name="Quitar filtros").click()
    expect(conserje.row("Pedro Pérez")).to_be_visible()
    expect(conserje.row("Rosa Ríos")).to_be_visible()


def filter_by(page: Page, **values: str) -> None:
    filters = page.locator("form.filters")
    if not filters.is_visible():
        page.get_by_text("Filtrar por unidad, rango de fecha o estado").click()
    for name, value in values.items():
        label = {"unit": "Unidad", "state": "Estado", "since": "Desde", "until": "Hasta"}[name]
        if name == "state":
            filters.get_by_label(label).select_option(value)
        else:
            filters.get_by_label(label).fill(value)
    page.get_by_role("button", name="Filtrar").click()
    page.wait_for_url(re.compile("state="))


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("1204", "Torre B · 1204"),
        ("b 1205", "Torre B · 1205"),
        ("torre b", "Torre B · 1204"),
        ("nunez avi", "Torre B · 1204"),
        ("INIGO", "Torre B · 1204"),
    ],
    ids=["number", "tower and number", "tower", "resident without accents", "resident in capitals"],
)
def test_a_unit_is_found_by(conserje: Conserje, typed: str, label: str) -> None:
    conserje.gatehouse.enter(conserje.page)
    with conserje.in_place():
        conserje.choose_unit(typed, label)
    assert conserje.page.url.endswith(conserje.gatehouse.path_of(label[-4:]))


def test_a_visitor_who_is_turned_away_is_in_the_register_and_can_be_activated(conserje: Conserje) -> None:
    page, gatehouse = conserje.page, conserje.gatehouse
    gatehouse.came("Bruno Díaz", unit="1204", hours_ago=0.1)
    gatehouse.enter_unit(page, unit="1204")
    bruno = conserje.row("Bruno Díaz")
    expect(conserje.registered("Bruno Díaz")).to_have_count(0)
    with conserje.in_place():
        bruno.get_by_role("link", name="Pendiente").click()
        page.get_by_label("Observación").fill("No lo conocen")
        page.get_by_role("button", name="Rechazar").click()
        expect(bruno).to_contain_text("Rechazado")
        expect(bruno).to_contain_text("No lo conocen")
        expect(conserje.registered("Bruno Díaz")).to_be_visible()

        conserje.registered("Bruno Díaz").get_by_role("button", name="Activar").click()
        expect(conserje.registered("Bruno Díaz")).to_have_count(0)
        expect(bruno.filter(has_text="Pendiente")).to_be_visible()
        expect(bruno).to_have_count(2)
    assert [visit.state for visit in gatehouse.visits()] == [State.REJECTED, State.PENDING]


def test_a_refusal_asks_for_its_reason(conserje: Conserje) -> None:
    page, gatehouse = conserje.page, conserje.gatehouse
    gatehouse.came("Bruno Díaz", unit="1204", hours_ago=0.1)
    gatehouse.enter_unit(page, unit="1204")
    conserje.row("Bruno Díaz").get_by_role("link", name="Pendiente").click()
    conserje.complaints.expect_status(422)
    page.get_by_role("button", name="Rechazar").click()
    expect(page.get_by_role("alert")).to_contain_text("Escriba el motivo.")
    assert [visit.state for visit in gatehouse.visits()] == [State.PENDING]


def test_phones_can_be_called(conserje: Conserje) -> None:
    page, gatehouse = conserje.page, conserje.gatehouse
    gatehouse.enter_unit(page, unit="1204")
    expect(page.locator("a[href^='tel:']")).to_have_count(0)
    with conserje.in_place():
        page.get_by_role("button", name="Ver Teléfonos").click()
        expect(page.get_by_role("heading", name="Teléfonos")).to_be_visible()
    numbers = [link.get_attribute("href") for link in page.locator("a[href^='tel:']").all()]
    assert numbers == ["tel:+56965432109", "tel:+56998765432"]


def test_the_document_of_somebody_known_fills_the_form(conserje: Conserje) -> None:
    page, gatehouse = conserje.page, conserje.gatehouse
    gatehouse.came("Elena Fuentes", 15_432_198, unit="1204", hours_ago=50, state=State.REJECTED, plate="BCDF23")
    gatehouse.enter_unit(page, unit="1204")
    page.get_by_role("link", name="Agregar Visitante").click()
    page.get_by_label("Número de documento").fill(run_number(15_432_198))
    if conserje.has_script:
        page.keyboard.press("Tab")
    else:
        page.locator("#visitor-form").get_by_role("button", name="Buscar").click()
    expect(page.get_by_label("Nombre completo")).to_have_value("Elena Fuentes")
    expect(page.get_by_label("Patente")).to_have_value("BCDF23")
    page.get_by_role("button", name="Guardar").click()
    expect(conserje.row("Elena Fuentes").filter(has_text="Pendiente")).to_be_visible()


def test_a_reader_of_codes_fills_the_run(conserje: Conserje) -> None:
    """The reader is a keyboard: it types the code of the card and ends with Enter."""
    page, gatehouse = conserje.page, conserje.gatehouse
    gatehouse.enter_unit(page, unit="1204")
    page.get_by_role("link", name="Agregar Visitante").click()
    number = page.get_by_label("Número de documento")
    expect(number).to_be_focused()
    page.keyboard.type("https://portal.sidiv.registrocivil.cl/docstatus?RUN=12345678-5&type=CEDULA&serial=123456789")
    page.keyboard.press("Enter")
    expect(number).to_have_value("12.345.678-5")
    expect(page.get_by_label("Nombre completo")).to_be_focused()
    assert gatehouse.visits() == [], "nothing is saved yet"
    page.keyboard.type("Camila Soto Díaz")
    page.keyboard.press("Enter")
    expect(conserje.row("Camila Soto Díaz")).to_contain_text("Pendiente")


def test_back_returns_to_where_one_was(conserje: Conserje) -> None:
    page, gatehouse = conserje.page, conserje.gatehouse
    gatehouse.came("Pedro Pérez", unit="1204", state=State.ACCEPTED)
    gatehouse.enter(page)
    filter_by(page, state="Aceptado")
    listed = page.url
    conserje.row("Pedro Pérez").get_by_role("link", name="Torre B · 1204").click()
    conserje.shows("Torre B · 1204")
    conserje.row("Pedro Pérez").get_by_role("link", name="Consultar").click()
    conserje.shows("Pedro Pérez")
    page.go_back()
    conserje.shows("Torre B · 1204")
    expect(conserje.row("Pedro Pérez")).to_be_visible()
    assert page.url.endswith(gatehouse.path_of("1204"))
    page.go_back()
    conserje.shows("Ingresos Autorizados en las últimas 24 horas")
    assert page.url == listed
    expect(page.locator("form.filters").get_by_label("Estado")).to_have_value("accepted")
    page.go_forward()
    conserje.shows("Torre B · 1204")
    page.get_by_role("link", name="Agregar Visitante").click()
    expect(page.get_by_label("Nombre completo")).to_be_visible()


def test_back_to_a_long_list_returns_to_the_row(gatehouse: Gatehouse, page: Page) -> None:
    for number in range(16):
        gatehouse.came(f"Visita {number:02}", unit="1205", hours_ago=1 + number, state=State.ACCEPTED)
    gatehouse.enter(page)
    oldest = page.locator("tbody", has_text="Visita 15")
    oldest.get_by_role("link", name="Torre B · 1205").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Torre B · 1205")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ingresos Autorizados en las últimas 24 horas")
    expect(oldest).to_be_in_viewport()
