"""The gate that nobody touches: what happens elsewhere shows by itself, is heard, and comes in after a broken line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect

from conserje import change_feed, clock
from conserje.accounts.models import Account
from conserje.database import db
from conserje.visits import approval
from conserje.visits.models import Method, Visit
from tests.browser import Complaints, OpenPage
from tests.builders import actor
from tests.journeys.gatehouse import Gatehouse
from tests.journeys.steps import Conserje, Line

pytestmark = pytest.mark.journey

# From a decision to the row on another screen (milliseconds).
SOON = 2_000
STREAM = "**/cambios*"
NAME = "Bruno Díaz"
# Counts the tones instead of playing them.
COUNTED_TONES = """
addEventListener('DOMContentLoaded', () => { document.documentElement.dataset.tones = 0; });
window.AudioContext = class { async resume() {} };
window.GainNode = class { connect() {} };
window.OscillatorNode = class {
  connect(next) { return next; }
  start() { document.documentElement.dataset.tones++; }
  stop() {}
};
"""
HIDDEN = "Object.defineProperty(document, 'hidden', {configurable: true, get: () => window.away === true});"


@pytest.fixture
def front(gatehouse: Gatehouse, open_page: OpenPage, complaints: Complaints) -> Conserje:
    """The front gate, with Gustavo."""
    page = open_page()
    page.add_init_script(COUNTED_TONES + HIDDEN)
    return Conserje(gatehouse, page, complaints)


@pytest.fixture
def waiting(gatehouse: Gatehouse) -> int:
    """Somebody waits at unit 1204."""
    return gatehouse.came(NAME, unit="1204", hours_ago=0.1)


@contextmanager
def stream_opens(page: Page) -> Iterator[None]:
    """Until the page's stream is open."""
    with page.expect_response(STREAM) as opened:
        yield
    assert opened.value.status == 200


def watch(conserje: Conserje, screen: str = "unit", name: str = "conserje") -> None:
    """Stand in front of a screen that listens."""
    path = "/porteria/" if screen == "home" else conserje.gatehouse.path_of("1204")
    with stream_opens(conserje.page):
        conserje.gatehouse.enter(conserje.page, name, path)
    conserje.page.evaluate("window.sameDocument = true")


def resident_answers(gatehouse: Gatehouse, visit_id: int) -> None:
    """The resident says yes at this moment."""
    with gatehouse.filling():
        visit = db.session.get_one(Visit, visit_id)
        by = actor(db.session.get_one(Account, gatehouse.cast.accounts["relevo"]))
        approval.accept(visit, Method.CALL, "", by=by, now=clock.now())
        change_feed.note(visit.community_id, visit.id, at=clock.now(), is_answer=True)


def sounds(page: Page, times: int) -> None:
    """Wait until the gate has sounded so often; each time it plays two tones."""
    expect(page.locator("html")).to_have_attribute("data-tones", str(2 * times), timeout=SOON)


def same_document(page: Page) -> bool:
    same: bool = page.evaluate("window.sameDocument === true")
    return same


# --- By itself -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("screen", ["unit", "home"])
def test_what_another_gate_decides_shows_within_two_seconds(
    front: Conserje, waiting: int, open_page: OpenPage, complaints: Complaints, screen: str
) -> None:
    watch(front, screen)
    other = Conserje(front.gatehouse, open_page(), complaints)
    front.gatehouse.enter_unit(other.page, "relevo", unit="1204")
    other.row(NAME).get_by_role("link", name="Pendiente").click()
    other.page.get_by_label("Medio de aprobación").select_option("Presencial")
    other.page.get_by_role("button", name="Guardar").click()
    expect(front.row(NAME)).to_contain_text("Aceptado", timeout=SOON)
    expect(front.row(NAME)).to_contain_text("Rita Pino")
    assert same_document(front.page)
    sounds(front.page, 0)


def test_on_postgresql_an_answer_shows_by_itself_too(gatehouse_on_postgresql: Gatehouse, page: Page) -> None:
    visit_id = gatehouse_on_postgresql.came(NAME, unit="1204", hours_ago=0.1)
    with stream_opens(page):
        gatehouse_on_postgresql.enter_unit(page, unit="1204")
    resident_answers(gatehouse_on_postgresql, visit_id)
    expect(page.locator("table.faces tbody").filter(has_text=NAME)).to_contain_text("Aceptado", timeout=SOON)


@pytest.mark.parametrize("screen", ["unit", "home"])
def test_who_comes_to_another_gate_shows_by_itself(front: Conserje, gatehouse: Gatehouse, screen: str) -> None:
    watch(front, screen)
    gatehouse.came("Camila Soto Díaz", unit="1204", hours_ago=0)
    expect(front.row("Camila Soto Díaz")).to_contain_text("Pendiente", timeout=SOON)


def test_a_visit_that_nobody_answered_becomes_vencido_by_itself(front: Conserje, waiting: int) -> None:
    watch(front)
    with front.gatehouse.filling():
        db.session.get_one(Visit, waiting).answer_by = clock.now() + timedelta(seconds=2)
    expect(front.row(NAME)).to_contain_text("Pendiente")
    expect(front.row(NAME)).to_contain_text("Vencido", timeout=SOON + 2_000)


def test_an_answer_of_a_resident_is_heard_and_said(front: Conserje, waiting: int) -> None:
    watch(front)
    resident_answers(front.gatehouse, waiting)
    expect(front.row(NAME)).to_contain_text("Aceptado", timeout=SOON)
    expect(front.page.get_by_role("status")).to_contain_text(f"{NAME}: Aceptado")
    sounds(front.page, 1)


def test_an_answer_is_said_where_the_visit_is_not_on_the_screen(front: Conserje, waiting: int) -> None:
    with stream_opens(front.page):
        front.gatehouse.enter_unit(front.page, unit="1205")
    resident_answers(front.gatehouse, waiting)
    expect(front.page.get_by_role("status")).to_contain_text(f"{NAME}: Aceptado", timeout=SOON)


def test_a_real_browser_makes_the_sound_without_complaint(gatehouse: Gatehouse, waiting: int, page: Page) -> None:
    with stream_opens(page):
        gatehouse.enter_unit(page, unit="1204")
    page.get_by_role("heading", level=1).click()
    resident_answers(gatehouse, waiting)
    expect(page.get_by_role("status")).to_contain_text(f"{NAME}: Aceptado", timeout=SOON)


def test_the_sound_is_switched_off_and_stays_off(front: Conserje, waiting: int, gatehouse: Gatehouse) -> None:
    another = gatehouse.came("Rosa Ríos", unit="1204", hours_ago=0.1)
    watch(front)
    switch = front.page.get_by_role("button", name="Sonido")
    expect(switch).to_have_attribute("aria-pressed", "true")
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "false")
    expect(front.page.get_by_role("status")).to_contain_text("Ya no suena")
    resident_answers(gatehouse, waiting)
    expect(front.row(NAME)).to_contain_text("Aceptado", timeout=SOON)
    with stream_opens(front.page):
        front.page.reload()
    expect(switch).to_have_attribute("aria-pressed", "false")
    resident_answers(gatehouse, another)
    expect(front.row("Rosa Ríos")).to_contain_text("Aceptado", timeout=SOON)
    sounds(front.page, 0)


def test_a_tab_that_nobody_looks_at_sounds_and_is_marked_until_it_is_looked_at(front: Conserje, waiting: int) -> None:
    page = front.page
    watch(front)
    title = page.title()
    page.evaluate("window.away = true")
    resident_answers(front.gatehouse, waiting)
    sounds(page, 1)
    expect(page).to_have_title(f"● {title}")
    page.evaluate("window.away = false; document.dispatchEvent(new Event('visibilitychange'))")
    expect(page).to_have_title(title)
    expect(front.row(NAME)).to_contain_text("Aceptado")


# --- Nothing of what one does is disturbed -------------------------------------------------------------------------


def test_news_of_a_visit_whose_form_is_open_stand_beside_the_form(front: Conserje, waiting: int) -> None:
    watch(front)
    front.row(NAME).get_by_role("link", name="Pendiente").click()
    note = front.page.locator("#visits form.open").get_by_label("Observación")
    note.fill("Contestó")
    front.gatehouse.accept(waiting)
    expect(front.row(NAME).get_by_role("alert")).to_contain_text(f"{NAME}: Aceptado", timeout=SOON)
    front.page.keyboard.type(" Ana")
    expect(note).to_have_value("Contestó Ana")
    front.complaints.expect_status(409)
    front.page.locator("#visits form.open").get_by_role("button", name="Guardar").click()
    expect(front.row(NAME)).to_contain_text("Esta visita ya fue decidida")


def test_what_the_server_said_to_a_press_outlasts_the_news_of_the_same_decision(front: Conserje, waiting: int) -> None:
    line = Line(front.page, STREAM)
    front.gatehouse.enter_unit(front.page, unit="1204")
    front.row(NAME).get_by_role("link", name="Pendiente").click()
    expect(front.page.locator("#visits form.open")).to_be_visible()
    front.gatehouse.accept(waiting)
    front.complaints.expect_status(409)
    front.page.locator("#visits form.open").get_by_role("button", name="Guardar").click()
    said = front.row(NAME).get_by_role("alert")
    expect(said).to_contain_text("Esta visita ya fue decidida")
    with front.page.expect_response("**/visitas/*/actual"):
        line.release()
    front.page.evaluate("() => fetch('/healthz').then((answer) => answer.text())")  # the row has been looked at by now
    expect(front.row(NAME)).to_contain_text("Aceptado")
    expect(said).to_contain_text("Esta visita ya fue decidida")


def test_news_leave_the_focus_in_the_row(front: Conserje, waiting: int) -> None:
    watch(front)
    front.row(NAME).get_by_role("link", name="Consultar").focus()
    front.gatehouse.accept(waiting)
    expect(front.row(NAME)).to_contain_text("Aceptado", timeout=SOON)
    expect(front.row(NAME).get_by_role("link", name="Consultar")).to_be_focused()


def test_what_was_focused_and_is_gone_leaves_the_focus_on_the_state(front: Conserje, waiting: int) -> None:
    watch(front)
    front.row(NAME).get_by_role("link", name="Pendiente").focus()
    front.gatehouse.accept(waiting)
    expect(front.row(NAME).locator(".state.yes")).to_be_focused(timeout=SOON)


# --- One stream for each browser -----------------------------------------------------------------------------------


def streams_of(context: BrowserContext) -> list[Request]:
    """The requests for streams that this browser makes from now on."""
    found: list[Request] = []
    context.on("request", lambda request: found.append(request) if "/cambios" in request.url else None)
    return found


def test_two_tabs_of_a_browser_hold_one_stream_and_both_are_told(
    front: Conserje, waiting: int, gatehouse: Gatehouse
) -> None:
    another = gatehouse.came("Rosa Ríos", unit="1204", hours_ago=0.1)
    streams = streams_of(front.page.context)
    watch(front)
    second = Conserje(gatehouse, front.page.context.new_page(), front.complaints)
    gatehouse.enter_unit(second.page, unit="1204")
    with second.page.expect_response("**/visitas/actual"):
        pass  # the second tab caught up with what it had not been told, and listens to the first
    gatehouse.accept(waiting)
    for tab in (front, second):
        expect(tab.row(NAME)).to_contain_text("Aceptado", timeout=SOON)
    assert len(streams) == 1

    with second.page.expect_request(STREAM):
        front.page.close()
    gatehouse.accept(another)
    expect(second.row("Rosa Ríos")).to_contain_text("Aceptado", timeout=SOON + 1_000)
    assert len(streams) == 2


# --- Broken lines --------------------------------------------------------------------------------------------------


def test_a_row_catches_up_without_a_reload_when_the_network_is_back(front: Conserje, waiting: int) -> None:
    watch(front)
    front.complaints.expect_lost_requests()
    front.page.context.set_offline(True)
    front.gatehouse.accept(waiting)
    expect(front.page.get_by_role("alert").filter(has_text="Sin conexión")).to_be_visible()
    expect(front.row(NAME)).to_contain_text("Pendiente")
    front.page.context.set_offline(False)
    expect(front.row(NAME)).to_contain_text("Aceptado", timeout=5_000)
    assert same_document(front.page)


def test_a_gate_without_a_stream_asks_every_five_seconds_while_somebody_waits(front: Conserje, waiting: int) -> None:
    front.complaints.expect_lost_requests()
    front.page.route(STREAM, lambda route: route.abort("connectionrefused"))
    front.gatehouse.enter_unit(front.page, unit="1204")
    front.gatehouse.accept(waiting)
    expect(front.row(NAME)).to_contain_text("Aceptado", timeout=8_000)


def test_a_stream_that_was_held_up_tells_what_happened_meanwhile(front: Conserje, waiting: int) -> None:
    line = Line(front.page, STREAM)
    with front.page.expect_request(STREAM):
        front.gatehouse.enter_unit(front.page, unit="1204")
    with front.gatehouse.filling():
        db.session.get_one(Visit, waiting).note = "Espera"
        change_feed.note(front.gatehouse.cast.aromos, waiting, at=clock.now() - timedelta(minutes=1))
    line.release()
    expect(front.row(NAME)).to_contain_text("«Espera»", timeout=SOON + 1_000)


def test_a_restart_of_the_server_is_quick_and_the_screen_catches_up(front: Conserje, waiting: int) -> None:
    watch(front)
    front.complaints.expect_lost_requests()
    front.gatehouse.stop()
    front.gatehouse.accept(waiting)
    front.gatehouse.start()
    expect(front.row(NAME)).to_contain_text("Aceptado", timeout=10_000)
    assert same_document(front.page)
