"""The community's watch list and the hours of an access, from the office to the gate. With script and without."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from conserje import clock
from conserje.visits.models import State
from tests.browser import OpenPage
from tests.journeys.access_screens import WATCH_LIST, lists_of
from tests.journeys.administration_screens import enter
from tests.journeys.steps import Conserje
from tests.journeys.test_access_lists import CAMILA, RUN, announce, line, messages

pytestmark = pytest.mark.journey

REASON = "Amenazó al conserje"


def test_whom_the_community_watches_for_the_gate_reports_to_the_administration(
    conserje: Conserje, open_page: OpenPage
) -> None:
    gatehouse, page = conserje.gatehouse, conserje.page
    conserje.complaints.expect_status(409)
    office = open_page(script=conserje.has_script)
    enter(gatehouse, office)
    office.get_by_role("link", name="Lista de vigilancia").click()
    office.get_by_role("link", name="Agregar a la lista").click()
    office.get_by_label("Nombre completo").fill(CAMILA)
    office.get_by_label("Número de documento").fill(RUN)
    office.get_by_label("Motivo").fill(REASON)
    office.get_by_label("Revisar el").fill((clock.now() + timedelta(days=60)).date().isoformat())
    office.get_by_role("button", name="Guardar").click()
    expect(office.get_by_role("status")).to_contain_text(f"{CAMILA} quedó en la lista de vigilancia.")
    for told in (RUN, REASON, "Paula Pino"):
        expect(line(office, CAMILA)).to_contain_text(told)

    gatehouse.enter_unit(page, unit="1204")
    camila = announce(conserje, RUN, "Camila Soto", is_barred=True)
    for told in ("Pendiente", "Lista de vigilancia", "Avise a la administración"):
        expect(camila).to_contain_text(told)
    expect(camila).not_to_contain_text(REASON)
    expect(camila.get_by_role("button", name="Reenviar")).to_have_count(0)
    camila.get_by_role("link", name="Pendiente").click()
    page.get_by_label("Observación").fill("Insiste mucho")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("alert")).to_contain_text("Está en la lista de vigilancia. Solo un administrador")
    assert gatehouse.visits()[-1].state == State.PENDING

    office.goto(gatehouse.url + gatehouse.path_of("1204"))
    visit = office.locator("table.faces tbody").filter(has_text="Camila Soto")
    expect(visit).to_contain_text(REASON)
    visit.get_by_role("link", name="Pendiente").click()
    office.get_by_label("Medio de aprobación").select_option("Administración")
    office.get_by_label("Observación").fill("Viene a una audiencia")
    office.get_by_role("button", name="Guardar").click()
    expect(visit).to_contain_text("Aceptado")
    assert messages(gatehouse) == 0

    office.goto(gatehouse.url + WATCH_LIST)
    office.get_by_role("link", name=f"Eliminar: {CAMILA}").click()
    office.get_by_role("button", name="Aceptar").click()
    expect(office.get_by_role("main")).to_contain_text("No hay nadie en la lista de vigilancia.")


def test_whoever_comes_at_another_hour_is_asked_about_and_the_gate_reads_when_he_is_expected(
    conserje: Conserje, open_page: OpenPage
) -> None:
    gatehouse = conserje.gatehouse
    # Another day of the week than today's, tomorrow's and yesterday's.
    day = (clock.local(clock.now(), "America/Santiago").weekday() + 3) % 7
    name = ("Lunes", "Martes", "Miércoles", "Jueves", "Viernes", "Sábados", "Domingos")[day]
    office = open_page(script=conserje.has_script)
    enter(gatehouse, office, lists_of(gatehouse))
    office.get_by_role("link", name="Ingresar acceso").click()
    office.get_by_label("Tipo de acceso").select_option("Acceso autorizado")
    office.get_by_label("Número de documento").fill(RUN)
    office.get_by_label("Nombre completo").fill(CAMILA)
    office.get_by_label(name).check()
    office.get_by_label("Desde las").fill("09:00")
    office.get_by_label("Hasta las").fill("13:00")
    office.get_by_role("button", name="Continuar").click()
    when = f"los {name.lower()} de 9:00 a 13:00"
    expect(office.locator("dl.facts")).to_contain_text(when)
    office.get_by_role("button", name="Ingresar", exact=True).click()
    expect(line(office, CAMILA)).to_contain_text(when)

    gatehouse.enter_unit(conserje.page, unit="1204")
    camila = announce(conserje, RUN, CAMILA)
    expect(camila).to_contain_text("Pendiente")
    expect(camila).to_contain_text(f"Autorizado {when}")
    assert messages(gatehouse) == 1

    office.get_by_role("link", name=f"Editar el acceso de {CAMILA}").click()
    office.get_by_label(name).uncheck()
    office.get_by_label("Desde las").fill("")
    office.get_by_label("Hasta las").fill("")
    office.get_by_role("button", name="Guardar").click()
    expect(line(office, CAMILA)).not_to_contain_text(when)
