"""Inside the portal: what is shown and answered, in each of one's homes."""

from __future__ import annotations

import pytest

from conserje import clock, tenancy
from conserje.communities.models import Resident, Unit
from conserje.database import db
from conserje.photos.images import DIGEST_LENGTH
from conserje.photos.storage import thumbnail_key
from conserje.visits.models import Method, State
from tests.blueprints.portal.arrivals import came, visit_of, waiting
from tests.blueprints.portal.conftest import MAIL, PEDROS, Portal
from tests.blueprints.scene import changed, journal, rows
from tests.builders import make_resident
from tests.page import Visitor

DIGEST = "a" * DIGEST_LENGTH


# Visits


def test_what_waits_comes_first_and_is_answered(portal: Portal) -> None:
    visit = waiting(portal)
    came(portal)
    browser = portal.entered()
    assert [each.get_text(strip=True) for each in browser.page.select("h2")] == [
        "Camila Soto Díaz",
        "Visitas de los últimos 30 días",
    ]
    assert "Luis Paz" in browser.text("ul.list")
    assert "12.345" not in browser.text(), "residents see no document"
    browser.submit("form.open", "Autorizar", answer="authorise")
    assert "Entrada autorizada" in browser.follow().text("[role=status]")
    answered = visit_of(portal, visit)
    assert (answered.state, answered.method, answered.answered_by) == (
        State.ACCEPTED,
        Method.PORTAL,
        "Ana Rojas Aromos",
    )


def test_a_refusal_keeps_its_reason_and_the_gate_reads_the_means(portal: Portal) -> None:
    visit = waiting(portal)
    portal.entered().submit("form.open", "Rechazar", answer="reject", reason=" Hoy  no ")
    assert visit_of(portal, visit).decision_note == "Hoy no"
    gate = Visitor(portal.app)
    gate.sign_in(portal.cast.emails["conserje"])
    assert "Portal del residente" in gate.get(f"/porteria/visitas/{visit.id}").text("table.faces")


def test_an_answer_after_somebody_elses_says_how_it_stands(portal: Portal) -> None:
    visit = waiting(portal)
    browser = portal.entered()
    changed(portal.app, visit, state=State.REJECTED, decided_at=clock.now())
    browser.submit("form.open", "Autorizar", answer="authorise")
    assert browser.status == 409
    assert "ya fue decidida" in browser.text("[role=alert]")
    assert visit_of(portal, visit).state == State.REJECTED


@pytest.mark.parametrize(("fields", "said"), [({}, "Elija una"), ({"answer": "reject", "reason": "a" * 141}, "140")])
def test_nonsense_changes_nothing_and_loses_nothing(portal: Portal, fields: dict[str, str], said: str) -> None:
    visit = waiting(portal)
    browser = portal.entered()
    browser.post(f"/residentes/visitas/{visit.id}/respuesta", fields)
    assert browser.status == 422
    assert said in browser.text("[role=alert]")
    assert browser.one(f"#reason-{visit.id}")["value"] == fields.get("reason", "")
    assert visit_of(portal, visit).state == State.PENDING


def test_who_may_not_approve_sees_and_does_not_answer(portal: Portal) -> None:
    visit = waiting(portal)
    browser = portal.entered(PEDROS)
    assert "Camila Soto Díaz" in browser.text("main")
    assert not browser.page.select("form.open")
    browser.post(f"/residentes/visitas/{visit.id}/respuesta", {"answer": "authorise"})
    assert browser.status == 403
    assert visit_of(portal, visit).state == State.PENDING


def test_the_photograph_is_shown_while_the_visit_waits(portal: Portal) -> None:
    visit = waiting(portal, photo=DIGEST)
    portal.app.extensions["photos"].save(thumbnail_key(portal.cast.aromos, DIGEST), b"\xff\xd8\xff")
    browser = portal.entered()
    path = str(browser.one("main img")["src"])
    assert browser.get(path).answer.mimetype == "image/jpeg"
    assert browser.answer.headers["Cache-Control"] == "no-store"
    changed(portal.app, visit, state=State.ACCEPTED, decided_at=clock.now())
    assert browser.get(path).status == 404


def test_disowning_a_visit_is_said_to_the_gate(portal: Portal) -> None:
    visit = came(portal)
    browser = portal.entered(PEDROS)
    for _ in range(2):
        browser.press("No era para nosotros")
        assert browser.status == 303
    assert "No era para ustedes" in browser.follow().text("ul.list")
    assert [line.facts for line in journal(portal.app, "visit.disowned")] == [{"resident": portal.pedro}]
    gate = Visitor(portal.app)
    gate.sign_in(portal.cast.emails["conserje"])
    assert "no era para ellos" in gate.get(f"/porteria/visitas/{visit.id}").text("table.faces")


# One's homes


def test_of_several_homes_one_is_chosen_at_the_top(portal: Portal) -> None:
    with portal.app.app_context(), tenancy.acting_for(portal.cast.torres):
        unit = db.session.get_one(Unit, portal.cast.units["torres-102"])
        other = make_resident(unit, "Ana", "Rojas", email=MAIL.upper()).id
        db.session.commit()
    browser = portal.entered()
    assert len(browser.page.select("select[name=home] option")) == 2
    browser.submit("form.row", "", home=str(other)).follow()
    assert browser.text("h1") == "Torre A · 102"
    assert "Torres del Parque" in browser.text(".brand")
    assert browser.get("/residentes/").text("h1") == "Torre A · 102"


def test_a_home_that_is_not_ones_own_is_not_found(portal: Portal) -> None:
    browser = portal.entered()
    foreign = rows(portal.app, portal.cast.torres, Resident)[0].id
    for home in (str(portal.pedro), str(foreign), "0", "x", "", "9" * 30):
        assert browser.post("/residentes/unidad", {"home": home}).status == 404
        browser.get("/residentes/")


def test_who_is_taken_off_the_unit_is_out_at_once(portal: Portal) -> None:
    waiting(portal)
    browser = portal.entered()
    portal.change(portal.ana, email="otra@correo.example")
    for path in ("/residentes/", "/residentes/mi-unidad", "/residentes/mis-datos"):
        assert browser.get(path).status == 403
        assert "Camila" not in browser.text()
    assert "Ya no tiene acceso" in browser.text("h1")
    browser.submit("form", "Salir")
    assert browser.status == 303
