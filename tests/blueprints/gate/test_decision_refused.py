"""A decision that cannot be taken is said in the visit's row, and the visit stays as it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from conserje import clock
from conserje.access_lists.matching import Listing
from conserje.visits.models import State, Visit
from tests.blueprints.scene import arrival, changed, journal, only_visit, words
from tests.builders import Cast
from tests.page import Visitor

A_CHOICE = "Elija una opción de la lista."
LONG = "El texto admite hasta 140 caracteres."
NOT_SHOWN = "El texto tiene caracteres que no se pueden mostrar."
A_REASON = "Escriba el motivo."
# The button, what is typed, beside which field the answer stands, and what it says.
REFUSED = [
    ("Guardar", {"method": "nonsense"}, "method", A_CHOICE),
    ("Guardar", {"method": ""}, "method", A_CHOICE),
    ("Guardar", {"method": "sms"}, "method", A_CHOICE),
    ("Guardar", {"method": "access_list"}, "method", A_CHOICE),
    ("Guardar", {"note": "x" * 141}, "note", LONG),
    ("Guardar", {"note": "x" * 5000}, "note", LONG),
    ("Guardar", {"note": "un\x07o"}, "note", NOT_SHOWN),
    ("Guardar", {"note": "\u202eon"}, "note", NOT_SHOWN),
    ("Rechazar", {"note": ""}, "note", A_REASON),
    ("Rechazar", {"note": " \t "}, "note", A_REASON),
    ("Rechazar", {"note": "x" * 141}, "note", LONG),
    ("Rechazar", {"note": "No vive aquí", "method": "nonsense"}, "method", A_CHOICE),
]


@pytest.fixture
def waiting(app: Flask, cast: Cast) -> Visit:
    return arrival(app, cast.aromos, cast.units["aromos"])


@pytest.fixture
def at_the_decision(waiting: Visit, visit_as: Callable[[str], Visitor]) -> Visitor:
    return visit_as("conserje").get(f"/porteria/visitas/{waiting.id}/decidir")


@pytest.mark.parametrize(("button", "typed", "field", "says"), REFUSED)
def test_a_field_is_refused_beside_itself_and_in_the_summary(
    app: Flask,
    cast: Cast,
    waiting: Visit,
    at_the_decision: Visitor,
    button: str,
    typed: dict[str, str],
    field: str,
    says: str,
) -> None:
    form = at_the_decision.page
    for htmx in (False, True):
        at_the_decision.page = form
        at_the_decision.submit("form.open", button, **typed, htmx=htmx)
        assert at_the_decision.status == 422
        control = at_the_decision.one(f"form.open [name={field}]")
        assert control["id"] == f"{field}-{waiting.id}", "other forms on the screen have fields of this name"
        assert at_the_decision.one(f"#{control['id']}-error").get_text() == says
        assert control["aria-invalid"] == "true"
        (link,) = at_the_decision.page.select(".summary a")
        assert (link["href"], link.get_text()) == (f"#{control['id']}", says)
        assert at_the_decision.one("form.open [name=note]").get("value", "") == typed.get("note", "").strip()
    assert only_visit(app, cast).state == State.PENDING
    assert {line.action for line in journal(app)} == {"visit.announced", "sign_in"}


def test_the_corrected_decision_is_taken(app: Flask, cast: Cast, at_the_decision: Visitor) -> None:
    at_the_decision.submit("form.open", "Rechazar", note="")
    at_the_decision.submit("form.open", "Rechazar", note="No contesta nadie")
    assert at_the_decision.status == 303
    visit = only_visit(app, cast)
    assert (visit.state, visit.decision_note, visit.method) == (State.REJECTED, "No contesta nadie", None)


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
@pytest.mark.parametrize("button", ["Guardar", "Rechazar"])
def test_the_second_of_two_who_decide_sees_what_the_first_decided(
    app: Flask,
    cast: Cast,
    waiting: Visit,
    at_the_decision: Visitor,
    visit_as: Callable[[str], Visitor],
    button: str,
    htmx: bool,
) -> None:
    admin = visit_as("admin")
    admin.press("Edificio Los Aromos")
    admin.get(f"/porteria/visitas/{waiting.id}/decidir").submit("form.open", method="intercom", note="La señora Ana")
    at_the_decision.submit("form.open", button, method="call", note="Nadie contesta", htmx=htmx)
    assert at_the_decision.status == 409
    said = words(at_the_decision)
    assert "Esta visita ya fue decidida. Se muestra cómo quedó." in said
    assert "Aceptado" in said
    assert "Citófono" in said
    assert "Paula Pino" in said
    assert not at_the_decision.page.select("form.open")
    visit = only_visit(app, cast)
    assert (visit.state, visit.method, visit.decided_by) == (State.ACCEPTED, "intercom", cast.accounts["admin"])


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_what_is_over_cannot_be_accepted(
    app: Flask, cast: Cast, waiting: Visit, at_the_decision: Visitor, htmx: bool
) -> None:
    now = clock.now()
    changed(app, waiting, valid_from=now - timedelta(hours=30), valid_until=now - timedelta(hours=1))
    at_the_decision.submit("form.open", method="call", htmx=htmx)
    assert at_the_decision.status == 409
    assert "La vigencia de esta visita ya terminó. Regístrela de nuevo." in words(at_the_decision)
    assert only_visit(app, cast).state == State.PENDING


def test_a_decided_visit_has_no_form_to_decide_it(app: Flask, cast: Cast, visit_as: Callable[[str], Visitor]) -> None:
    visit = arrival(app, cast.aromos, cast.units["aromos"], state=State.ACCEPTED)
    conserje = visit_as("conserje").get(f"/porteria/visitas/{visit.id}/decidir")
    assert conserje.status == 200
    assert not conserje.page.select("form.open")


def test_a_visit_that_nobody_answered_is_still_decided(
    app: Flask, cast: Cast, visit_as: Callable[[str], Visitor]
) -> None:
    arrival(app, cast.aromos, cast.units["aromos"], ago=timedelta(hours=1))
    conserje = visit_as("conserje").get(f"/porteria/unidades/{cast.units['aromos']}")
    conserje.click("Vencido").submit("form.open", method="in_person").follow()
    assert "Presencial" in conserje.text("#visits")
    assert only_visit(app, cast).state == State.ACCEPTED


def test_somebody_unauthorised_is_let_in_by_an_administrator_with_a_reason_only(
    app: Flask, cast: Cast, waiting: Visit, at_the_decision: Visitor, visit_as: Callable[[str], Visitor]
) -> None:
    changed(app, waiting, listing=Listing.UNAUTHORISED)
    at_the_decision.get(f"/porteria/visitas/{waiting.id}/decidir")
    assert "está en la lista «No autorizado» de la unidad." in words(at_the_decision)
    at_the_decision.submit("form.open", method="call", note="Insiste")
    assert at_the_decision.status == 409
    assert "Solo un administrador puede aceptar." in words(at_the_decision)

    admin = visit_as("admin")
    admin.press("Edificio Los Aromos")
    admin.get(f"/porteria/visitas/{waiting.id}/decidir").submit("form.open", method="call")
    assert (admin.status, admin.text("form.open .error")) == (422, A_REASON)
    assert only_visit(app, cast).state == State.PENDING
    admin.submit("form.open", method="call", note="Autorizado por el comité")
    assert admin.status == 303
    assert only_visit(app, cast).state == State.ACCEPTED


MOVES = [
    ("ingreso", {"state": State.PENDING}, "Esta visita no está aceptada."),
    ("ingreso", {"state": State.ACCEPTED}, "El ingreso ya estaba registrado."),
    ("salida", {"state": State.PENDING}, "La salida ya estaba registrada."),
    ("salida", {"state": State.ACCEPTED, "inside": False}, "La salida ya estaba registrada."),
]


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
@pytest.mark.parametrize(("move", "how", "says"), MOVES)
def test_a_move_that_makes_no_sense_is_said_in_the_row(
    app: Flask,
    cast: Cast,
    visit_as: Callable[[str], Visitor],
    move: str,
    how: dict[str, object],
    says: str,
    htmx: bool,
) -> None:
    visit = arrival(app, cast.aromos, cast.units["aromos"], **how)  # type: ignore[arg-type]
    conserje = visit_as("conserje")
    conserje.post(f"/porteria/visitas/{visit.id}/{move}", {"key": "k"}, htmx=htmx)
    assert conserje.status == 409
    assert says in words(conserje)
    assert conserje.page.select(f"#visit-{visit.id}")
    after = only_visit(app, cast)
    assert (after.entered_at, after.left_at) == (visit.entered_at, visit.left_at)


def test_an_entry_before_its_time_is_refused(app: Flask, cast: Cast, visit_as: Callable[[str], Visitor]) -> None:
    unit_id, later = cast.units["aromos"], clock.now() + timedelta(hours=2)
    visit = arrival(app, cast.aromos, unit_id, state=State.ACCEPTED, inside=False, valid_from=later)
    conserje = visit_as("conserje").get(f"/porteria/unidades/{unit_id}")
    assert "Marcar ingreso" not in words(conserje)
    conserje.post(f"/porteria/visitas/{visit.id}/ingreso", {"key": "k"})
    assert "La vigencia de esta visita aún no comienza." in words(conserje)


def test_a_visitor_who_is_accepted_and_valid_is_not_activated_again(
    app: Flask, cast: Cast, visit_as: Callable[[str], Visitor]
) -> None:
    visit = arrival(app, cast.aromos, cast.units["aromos"], state=State.ACCEPTED)
    conserje = visit_as("conserje").post(f"/porteria/visitantes/{visit.visitor_id}/activar", {"key": "k"})
    assert conserje.status == 409
    assert "Este visitante ya tiene una visita aceptada y vigente." in words(conserje)
    only_visit(app, cast)
