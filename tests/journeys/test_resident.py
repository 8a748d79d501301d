"""The resident is asked and answers: the conserje at the gate, the message, the phone that opens its link."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from conserje import clock
from conserje.communities.models import Community, LogoChoice, Unit
from conserje.database import db
from conserje.messages.models import Message
from conserje.photos.drawn import draw_logo
from conserje.photos.logos import keep_logo, prepare_logo
from conserje.visits.models import State, Visit
from tests.browser import Complaints, OpenPage
from tests.journeys.gatehouse import Gatehouse
from tests.journeys.steps import Conserje

pytestmark = pytest.mark.journey

NAME = "Camila Soto Díaz"


def announce(conserje: Conserje, *, unit: str = "1204", name: str = NAME, run: str = "12.345.678-5") -> None:
    page = conserje.page
    conserje.gatehouse.enter_unit(page, unit=unit)
    page.get_by_role("link", name="Agregar Visitante").click()
    page.get_by_label("Número de documento").fill(run)
    page.get_by_label("Nombre completo").fill(name)
    page.get_by_role("button", name="Guardar").click()
    expect(conserje.row(name)).to_contain_text("Pendiente")


def becomes(conserje: Conserje, words: str, name: str = NAME) -> None:
    """The row says so by itself; without script, once the page is loaded anew."""
    row = conserje.row(name)
    if conserje.has_script:
        expect(row).to_contain_text(words)
        return
    for _ in range(100):
        conserje.page.goto(conserje.gatehouse.url + conserje.gatehouse.path_of("1204"))
        if words in row.inner_text():
            return
    raise AssertionError(f"{words} is not in {row.inner_text()}")


def open_message(gatehouse: Gatehouse, page: Page, phone: Page, number: str = "+56 9 6543 2109") -> None:
    """Read the message in [Bandeja de salida] and open its link on a phone, as whoever got it would."""
    tray = page.context.new_page()
    tray.goto(gatehouse.url + "/bandeja-de-salida/")
    message = tray.locator("li").filter(has_text=number).first
    link = message.get_by_role("link", name="Abrir como el destinatario").get_attribute("href")
    tray.close()
    assert link
    phone.goto(link)


def show_a_logo(gatehouse: Gatehouse) -> None:
    """Aromos' own, 72 pixels wide in its small form."""
    logo = prepare_logo(BytesIO(draw_logo()), shrinks=False)
    with gatehouse.filling():
        community = db.session.get_one(Community, gatehouse.cast.aromos)
        community.logo = keep_logo(gatehouse.app.extensions["photos"], community.administration_id, logo)
        community.logo_choice = LogoChoice.COMMUNITY


def answered_story(conserje: Conserje, phone: Page) -> None:
    gatehouse = conserje.gatehouse
    show_a_logo(gatehouse)
    with gatehouse.sending():
        announce(conserje)
        becomes(conserje, "SMS enviado")
        open_message(gatehouse, conserje.page, phone)
        expect(phone.get_by_role("heading")).to_have_text(NAME)
        for told in ("Edificio Los Aromos", "Torre B · 1204", "Visita", "Puede responder hasta las"):
            expect(phone.locator("main")).to_contain_text(told)
        expect(phone.locator(".where img")).to_have_js_property("naturalWidth", 72)
        phone.get_by_role("button", name="Autorizar").click()
        expect(phone.get_by_role("heading")).to_have_text("Entrada autorizada")
        becomes(conserje, "Aceptado")
        expect(conserje.row(NAME)).to_contain_text("SMS")
        (visit,) = gatehouse.visits()
        assert (visit.state, visit.method) == (State.ACCEPTED, "sms")


def test_the_resident_says_yes_and_the_row_turns_by_itself(conserje: Conserje, open_page: OpenPage) -> None:
    answered_story(conserje, open_page(script=False, width=360, height=740))


def test_the_same_on_postgresql(
    gatehouse_on_postgresql: Gatehouse, page: Page, complaints: Complaints, open_page: OpenPage
) -> None:
    conserje = Conserje(gatehouse_on_postgresql, page, complaints)
    answered_story(conserje, open_page(script=False, width=360, height=740))


@pytest.mark.parametrize(
    ("button", "told"), [("Rechazar", "«Vuelva mañana»"), ("No conozco a esta persona", "No conoce a esta persona")]
)
def test_the_resident_says_no(conserje: Conserje, open_page: OpenPage, button: str, told: str) -> None:
    phone = open_page(script=False, width=360, height=740)
    with conserje.gatehouse.sending():
        announce(conserje)
        becomes(conserje, "SMS enviado")
        open_message(conserje.gatehouse, conserje.page, phone)
        phone.get_by_label("Motivo del rechazo").fill("Vuelva mañana")
        phone.get_by_role("button", name=button).click()
        expect(phone.get_by_role("heading")).to_have_text("Visita rechazada")
        becomes(conserje, "Rechazado")
        expect(conserje.row(NAME)).to_contain_text(told)


def test_enter_and_looking_answer_nothing(conserje: Conserje, open_page: OpenPage, complaints: Complaints) -> None:
    phone = open_page(script=False, width=360, height=740)
    with conserje.gatehouse.sending():
        announce(conserje)
        becomes(conserje, "SMS enviado")
        open_message(conserje.gatehouse, conserje.page, phone)
        phone.get_by_label("Motivo del rechazo").press("Enter")
        phone.reload()
        expect(phone.get_by_role("button", name="Autorizar")).to_be_visible()
    assert conserje.gatehouse.visits()[0].state == State.PENDING


def test_everybody_who_may_approve_is_asked_when_the_number_is_silent_and_the_first_answer_wins(
    gatehouse: Gatehouse, page: Page, complaints: Complaints, open_page: OpenPage
) -> None:
    gatehouse.settle(escalation_seconds=0)
    conserje = Conserje(gatehouse, page, complaints)
    first, second = (open_page(script=False, width=360, height=740) for _ in range(2))
    with gatehouse.sending():
        announce(conserje)
        becomes(conserje, "SMS enviado")
        tray = page.context.new_page()
        tray.goto(gatehouse.url + "/bandeja-de-salida/")
        expect(tray.locator("main li")).to_have_count(2)
        tray.close()
        open_message(gatehouse, page, first, "+56 9 6543 2109")
        open_message(gatehouse, page, second, "+56 9 9876 5432")
        second.get_by_role("button", name="Autorizar").click()
        expect(second.get_by_role("heading")).to_have_text("Entrada autorizada")
        complaints.expect_status(409)
        first.get_by_role("button", name="Rechazar").click()
        expect(first.get_by_role("heading")).to_have_text("Ya respondido")
        becomes(conserje, "Aceptado")
        expect(conserje.row(NAME)).to_contain_text("Íñigo Núñez Ávila")


def test_a_unit_without_any_number_says_at_once_to_call(conserje: Conserje) -> None:
    with conserje.gatehouse.filling():
        db.session.get_one(Unit, conserje.gatehouse.cast.units["1205"]).notice_phone = None
    announce(conserje, unit="1205")
    row = conserje.row(NAME)
    expect(row).to_contain_text("Sin número para avisar: llame al residente")
    row.get_by_role("button", name="Ver Teléfonos").click()
    expect(conserje.page.locator("main")).to_contain_text("Esta unidad no tiene teléfonos registrados")


def test_after_the_window_the_gate_calls_or_asks_again(
    conserje: Conserje, open_page: OpenPage, complaints: Complaints
) -> None:
    gatehouse, page = conserje.gatehouse, conserje.page
    phone = open_page(script=False, width=360, height=740)
    with gatehouse.sending():
        announce(conserje)
        becomes(conserje, "SMS enviado")
        with gatehouse.filling():
            visit = db.session.get_one(Visit, gatehouse.visits()[0].id)
            # Eleven minutes later, as far as the visit is concerned.
            visit.announced_at -= timedelta(minutes=11)
            visit.answer_by = clock.now()
            for message in db.session.scalars(select(Message)):
                message.created_at -= timedelta(minutes=11)
        becomes(conserje, "Vencido")
        complaints.expect_status(410)
        open_message(gatehouse, page, phone)
        expect(phone.get_by_role("heading")).to_have_text("El plazo venció")
        expect(conserje.row(NAME).get_by_role("button", name="Ver Teléfonos")).to_be_visible()
        conserje.row(NAME).get_by_role("button", name="Reenviar").click()
        expect(conserje.row(NAME)).to_contain_text("Pendiente")
        phone.reload()
        phone.get_by_role("button", name="Autorizar").click()
        becomes(conserje, "Aceptado")
