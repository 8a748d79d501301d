"""Whoever looks at personal data or decides something leaves one line, with ids and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from conserje import clock
from conserje.audit.models import AuditLine
from conserje.visits.models import State
from tests.blueprints.scene import arrival, journal, only_visit
from tests.builders import Cast
from tests.page import Visitor

GOOD = {"document_type": "run", "document_number": "12.345.678-5", "full_name": "Camila Soto Díaz", "kind": "visit"}


@pytest.fixture
def conserje(visit_as: Callable[[str], Visitor]) -> Visitor:
    return visit_as("conserje")


def _only(app: Flask, action: str) -> AuditLine:
    (line,) = journal(app, action)
    return line


def _is_signed(line: AuditLine, cast: Cast) -> None:
    """Who, where, from where and when; and nothing about anybody."""
    assert (line.account_id, line.community_id) == (cast.accounts["conserje"], cast.aromos)
    assert line.address == "127.0.0.1"
    assert timedelta(0) <= clock.now() - line.at < timedelta(minutes=1)
    columns = [column.name for column in AuditLine.__table__.columns if column.name != "at"]
    everything = " ".join(str(getattr(line, name)) for name in columns)
    for text in ("Camila", "12345678", "12.345.678", "87654321", "Rojas", "@"):
        assert text not in everything


def test_registering_a_visitor(app: Flask, cast: Cast, conserje: Visitor) -> None:
    conserje.get(f"/porteria/unidades/{cast.units['aromos']}/visitantes/nuevo").submit("#visitor-form", **GOOD)
    visit, line = only_visit(app, cast), _only(app, "visit.announced")
    assert (line.subject, line.subject_id) == ("visit", visit.id)
    assert line.facts == {"unit": visit.unit_id, "visitor": visit.visitor_id}
    _is_signed(line, cast)


@pytest.mark.parametrize(
    ("button", "action", "facts"),
    [("Guardar", "visit.accepted", {"method": "call"}), ("Rechazar", "visit.rejected", {})],
)
def test_deciding_a_visit(
    app: Flask, cast: Cast, conserje: Visitor, button: str, action: str, facts: dict[str, str]
) -> None:
    visit = arrival(app, cast.aromos, cast.units["aromos"])
    conserje.get(f"/porteria/visitas/{visit.id}/decidir")
    conserje.submit("form.open", button, method="call", note="Camila no vive aquí")
    line = _only(app, action)
    assert (line.subject, line.subject_id, line.facts) == ("visit", visit.id, facts)
    _is_signed(line, cast)


@pytest.mark.parametrize(("inside", "button", "action"), [(True, "salida", "left"), (False, "ingreso", "entered")])
def test_going_in_and_out(app: Flask, cast: Cast, conserje: Visitor, inside: bool, button: str, action: str) -> None:
    visit = arrival(app, cast.aromos, cast.units["aromos"], state=State.ACCEPTED, inside=inside)
    conserje.get(f"/porteria/unidades/{cast.units['aromos']}").press(f"Marcar {button}")
    line = _only(app, f"visit.{action}")
    assert (line.subject, line.subject_id, line.facts) == ("visit", visit.id, {})
    _is_signed(line, cast)


def test_seeing_the_telephones_of_a_unit(app: Flask, cast: Cast, conserje: Visitor) -> None:
    unit_id = cast.units["aromos"]
    conserje.get(f"/porteria/unidades/{unit_id}").press("Ver Teléfonos")
    line = _only(app, "phones.viewed")
    assert (line.subject, line.subject_id, line.facts) == ("unit", unit_id, {})
    _is_signed(line, cast)


def test_telephones_are_not_seen_in_passing(app: Flask, cast: Cast, conserje: Visitor) -> None:
    unit = f"/porteria/unidades/{cast.units['aromos']}"
    for path in ("/porteria/", unit, f"{unit}/visitantes/nuevo", f"{unit}/registro", "/porteria/unidades?q=Rojas"):
        conserje.get(path)
        for text in ("87654321", "8765 4321", "61234567", "6123 4567", "tel:"):
            assert text not in conserje.answer.text
    assert conserje.get(f"{unit}/telefonos").status == 405
    assert not journal(app, "phones.viewed")


@pytest.mark.parametrize("htmx", [False, True], ids=["page", "fragment"])
def test_seeing_the_profile_of_a_visitor(app: Flask, cast: Cast, conserje: Visitor, htmx: bool) -> None:
    visit = arrival(app, cast.aromos, cast.units["aromos"], ago=timedelta(days=3))
    conserje.get(f"/porteria/visitantes/{visit.visitor_id}", htmx=htmx)
    assert "12.345.678-5" in conserje.answer.text
    line = _only(app, "profile.viewed")
    assert (line.subject, line.subject_id, line.facts) == ("visitor", visit.visitor_id, {})
    _is_signed(line, cast)


def test_a_document_older_than_a_day_is_masked_everywhere_but_in_the_profile(
    app: Flask, cast: Cast, conserje: Visitor
) -> None:
    visit = arrival(app, cast.aromos, cast.units["aromos"], ago=timedelta(hours=25))
    unit = f"/porteria/unidades/{cast.units['aromos']}"
    month = (clock.now() - timedelta(days=30)).date().isoformat()
    for path in (unit, f"{unit}/registro", f"/porteria/?since={month}", f"/porteria/visitas/{visit.id}"):
        conserje.get(path)
        assert "12.***.***-5" in conserje.answer.text, path
        assert "345.678" not in conserje.answer.text, path


def test_a_document_of_the_last_day_is_shown_in_full(app: Flask, cast: Cast, conserje: Visitor) -> None:
    arrival(app, cast.aromos, cast.units["aromos"], ago=timedelta(hours=23))
    for path in ("/porteria/", f"/porteria/unidades/{cast.units['aromos']}"):
        assert "12.345.678-5" in conserje.get(path).answer.text


def test_what_is_refused_to_a_profile_leaves_a_line_too(
    app: Flask, cast: Cast, visit_as: Callable[[str], Visitor]
) -> None:
    """ASVS 16.3.2: failed attempts to do what is not allowed are logged."""
    browser = visit_as("prueba")
    browser.post(f"/porteria/unidades/{cast.units['aromos']}/telefonos")
    assert browser.status == 403
    line = _only(app, "access.denied")
    assert (line.account_id, line.community_id) == (cast.accounts["prueba"], cast.aromos)
    assert line.facts == {"view": "gate.phones", "method": "POST"}
    assert not journal(app, "phones.viewed")


def test_reading_lists_leaves_no_line(app: Flask, cast: Cast, conserje: Visitor) -> None:
    arrival(app, cast.aromos, cast.units["aromos"])
    before = len(journal(app))
    unit = f"/porteria/unidades/{cast.units['aromos']}"
    for path in ("/porteria/", "/porteria/ingresos", unit, f"{unit}/visitas/actual", f"{unit}/visitantes/nuevo"):
        assert conserje.get(path).status == 200
    assert len(journal(app)) == before


def test_asking_the_register_for_a_document_shows_no_more_than_the_form_needs(
    app: Flask, cast: Cast, conserje: Visitor
) -> None:
    arrival(app, cast.aromos, cast.units["aromos"], ago=timedelta(days=2), plate="BCDF12")
    unit = f"/porteria/unidades/{cast.units['aromos']}"
    conserje.get(f"{unit}/visitantes/nuevo")
    conserje.post(f"{unit}/visitantes/conocido", {"document_type": "run", "document_number": "12345678-5"})
    assert conserje.one("#full_name")["value"] == "Camila Soto Díaz"
    assert conserje.one("#plate")["value"] == "BCDF12"
    only_visit(app, cast)
    other = f"/porteria/unidades/{cast.units['aromos-102']}/visitantes/conocido"
    conserje.post(other, {"document_type": "run", "document_number": "12345678-5"})
    assert conserje.one("#full_name").get("value", "") == "", "the register is the unit's own"
