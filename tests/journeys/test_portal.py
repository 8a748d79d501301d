"""The residents' portal: the administrator invites, the resident enters, answers and settles who else may."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from conserje.communities.models import Resident, Unit
from conserje.database import db
from conserje.visits.models import State
from tests.browser import OpenPage
from tests.builders import make_resident
from tests.journeys.administration_screens import enter
from tests.journeys.portal_screens import MAIL
from tests.journeys.steps import Conserje
from tests.journeys.test_resident import NAME, announce, becomes, open_message

pytestmark = pytest.mark.journey


def invite(conserje: Conserje) -> None:
    """[Generar usuarios], until its page says that one link was sent."""
    page = conserje.page
    enter(conserje.gatehouse, page, "/administracion/accesos-de-residentes")
    page.get_by_role("button", name="Generar usuarios").click()
    expect(page.locator("main")).to_contain_text("1 acceso enviado")


def ask_for_a_link(conserje: Conserje, phone: Page) -> None:
    phone.goto(conserje.gatehouse.url + "/residentes/")
    phone.get_by_label("Correo o celular").fill("9 9876 5432")
    phone.get_by_role("button", name="Enviarme un enlace").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Revise sus mensajes")


def sent_to(conserje: Conserje, number: str) -> None:
    """Wait until the tray holds a link of the portal for this number."""
    tray = conserje.page.context.new_page()
    for _ in range(100):
        tray.goto(conserje.gatehouse.url + "/bandeja-de-salida/")
        if tray.locator("li").filter(has_text=number).filter(has_text="portal de residentes").count():
            break
    tray.close()


def test_an_invited_resident_answers_in_the_portal_and_says_who_else_may(
    conserje: Conserje, open_page: OpenPage
) -> None:
    gatehouse = conserje.gatehouse
    with gatehouse.filling():
        unit = db.session.get_one(Unit, gatehouse.cast.units["1204"])
        pedro = make_resident(unit, "Pedro", "Rojas", ("+56922223333",), email=MAIL, kind="owner").id
    phone = open_page(script=False, width=360, height=740)
    with gatehouse.sending():
        invite(conserje)
        announce(conserje)

        # Pedro, by the invitation: he sees the visit, and may not answer.
        open_message(gatehouse, conserje.page, phone, MAIL)
        phone.get_by_role("button", name="Entrar").click()
        expect(phone.get_by_role("heading", level=2).first).to_have_text(NAME)
        expect(phone.get_by_role("button", name="Autorizar")).to_have_count(0)
        phone.get_by_role("button", name="Salir").click()

        # Íñigo, the principal, by a link to his telephone.
        ask_for_a_link(conserje, phone)
        sent_to(conserje, "+56 9 9876 5432")
        open_message(gatehouse, conserje.page, phone, "+56 9 9876 5432")
        phone.get_by_role("button", name="Entrar").click()
        phone.get_by_label("Motivo del rechazo").press("Enter")
        phone.get_by_role("button", name="Autorizar").click()
        expect(phone.get_by_role("status")).to_contain_text("Entrada autorizada")
        conserje.gatehouse.enter_unit(conserje.page, unit="1204")
        becomes(conserje, "Portal del residente")
        (visit,) = gatehouse.visits()
        assert (visit.state, visit.answered_by) == (State.ACCEPTED, "Íñigo Núñez Ávila")

        phone.get_by_text("¿No era para ustedes?").click()
        phone.get_by_role("button", name="No era para nosotros").click()
        becomes(conserje, "no era para ellos")

        phone.get_by_role("link", name="Mi unidad").click()
        phone.locator("li").filter(has_text="Pedro Rojas").get_by_label("Puede autorizar").check()
        phone.get_by_role("button", name="Guardar").click()
        expect(phone.get_by_role("status")).to_contain_text("Quedó guardado")
        with gatehouse.reading():
            assert db.session.get_one(Resident, pedro).may_approve
