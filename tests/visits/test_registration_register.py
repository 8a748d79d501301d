"""The unit's register, which announcements keep up, and [Activar] out of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from conserje.database import db
from conserje.errors import Refused
from conserje.identity.documents import Document, DocumentType
from conserje.visits import approval
from conserje.visits.models import Method, State, Visitor, VisitorKind
from conserje.visits.registration import identity_key, known, reactivate
from tests.builders import NOON, OTHER_RUN, RUN, make_unit
from tests.visits.scene import DAY, HOUR, MINUTE, MOMENT, WINDOW, Gate, how_many


def register(gate: Gate) -> list[Visitor]:
    return list(db.session.scalars(select(Visitor).order_by(Visitor.id)))


# The register: one row per unit and document, or without one per unit and normalised name


def test_the_same_document_is_one_row_of_the_register(gate: Gate) -> None:
    first = gate.announce("Camila Soto", RUN)
    second = gate.announce("Camila Soto", RUN, now=NOON + WINDOW)
    assert second.id != first.id
    assert second.visitor_id == first.visitor_id
    assert how_many(Visitor) == 1


def test_a_new_name_updates_the_register_and_each_visit_keeps_its_own(gate: Gate) -> None:
    first = gate.announce("Camila Soto", RUN)
    second = gate.announce("Camila Soto Díaz", RUN, now=NOON + WINDOW)
    db.session.flush()
    db.session.expire_all()
    assert (first.full_name, second.full_name) == ("Camila Soto", "Camila Soto Díaz")
    assert [visitor.full_name for visitor in register(gate)] == ["Camila Soto Díaz"]


def test_two_documents_of_one_name_are_two_people(gate: Gate) -> None:
    assert gate.announce("Camila Soto", RUN).visitor_id != gate.announce("Camila Soto", OTHER_RUN).visitor_id


def test_one_number_of_two_kinds_of_document_is_two_people(gate: Gate) -> None:
    passport, other = (Document(kind, "AB123456") for kind in (DocumentType.PASSPORT, DocumentType.OTHER))
    assert gate.announce("Camila Soto", passport).visitor_id != gate.announce("Camila Soto", other).visitor_id


@pytest.mark.parametrize("again", ["CAMILA SOTO DIAZ", "Camila  Soto  Díaz", "Camila Soto-Díaz", "camila sóto díaz"])
def test_without_a_document_the_normalised_name_is_one_row(gate: Gate, again: str) -> None:
    gate.community.document_required = False
    first = gate.announce("Camila Soto Díaz", None)
    second = gate.announce(again, None, now=NOON + WINDOW)
    assert second.visitor_id == first.visitor_id
    assert [visitor.full_name for visitor in register(gate)] == [again]


def test_without_a_document_another_name_is_another_person(gate: Gate) -> None:
    gate.community.document_required = False
    assert gate.announce("Camila Soto", None).visitor_id != gate.announce("Camila Sota", None).visitor_id


def test_a_name_alone_is_not_taken_for_somebody_of_that_name_with_a_document(gate: Gate) -> None:
    gate.community.document_required = False
    assert gate.announce("Camila Soto", RUN).visitor_id != gate.announce("Camila Soto", None).visitor_id


def test_each_unit_has_a_register_of_its_own(gate: Gate) -> None:
    neighbour = make_unit("1205")
    assert gate.announce().visitor_id != gate.announce(unit=neighbour).visitor_id
    assert [visitor.unit_id for visitor in register(gate)] == [gate.unit.id, neighbour.id]


def test_the_longest_name_and_the_longest_document_fit_the_register(gate: Gate) -> None:
    gate.community.document_required = False
    for name, document in (("ñ" * 80, None), ("ñ" * 80, Document(DocumentType.FOREIGN_ID, "X" * 15))):
        visit = gate.announce(name, document)
        assert db.session.get_one(Visitor, visit.visitor_id).full_name == name


def test_the_register_keeps_the_last_plate_photo_and_kind(gate: Gate) -> None:
    gate.announce(plate="BBCL23", photo="a" * 64)
    gate.announce(kind=VisitorKind.DELIVERY, plate="CCDD45", photo="b" * 64, now=NOON + WINDOW)
    (visitor,) = register(gate)
    assert (visitor.kind, visitor.plate, visitor.photo) == (VisitorKind.DELIVERY, "CCDD45", "b" * 64)


def test_the_register_keeps_plate_and_photo_when_the_next_visit_brings_none(gate: Gate) -> None:
    gate.announce(plate="BBCL23", photo="a" * 64)
    visit = gate.announce(now=NOON + WINDOW)
    (visitor,) = register(gate)
    assert (visitor.plate, visitor.photo) == ("BBCL23", "a" * 64)
    assert (visit.plate, visit.photo) == ("", "a" * 64), "the register's photograph shows who it is, on foot today"


def test_the_register_tells_when_somebody_came_last(gate: Gate) -> None:
    gate.announce()
    gate.announce(now=NOON + HOUR)
    assert [visitor.last_visit_at for visitor in register(gate)] == [NOON + HOUR]


def test_a_document_leads_to_whoever_came_to_this_unit_with_it(gate: Gate) -> None:
    visit = gate.announce("Camila Soto", RUN)
    found = known(gate.unit, RUN)
    assert found is not None
    assert found.id == visit.visitor_id
    assert known(gate.unit, OTHER_RUN) is None
    assert known(make_unit("1205"), RUN) is None


def test_people_are_told_apart_by_document_or_else_by_folded_name() -> None:
    assert identity_key(RUN, "whoever") == "run:12345678-5"
    assert identity_key(None, "  Camila  SOTO Díaz ") == "name:camila soto diaz"


# [Activar]


def expired(gate: Gate, **said: object) -> Visitor:
    """Somebody of the register whose visit nobody answered."""
    visit = gate.announce(now=NOON - HOUR, **said)
    return db.session.get_one(Visitor, visit.visitor_id)


def test_activating_opens_a_pending_visit_with_the_registers_data(gate: Gate) -> None:
    visitor = expired(gate, kind=VisitorKind.TECHNICIAN, plate="BBCL23", photo="a" * 64, note="Antigua.", companions=3)
    visit = reactivate(visitor, by=gate.admin, now=NOON)
    assert (visit.visitor_id, visit.state, visit.unit_id) == (visitor.id, State.PENDING, gate.unit.id)
    assert (visit.full_name, visit.document, visit.kind) == ("Camila Soto Díaz", RUN, VisitorKind.TECHNICIAN)
    assert (visit.plate, visit.photo) == ("BBCL23", "a" * 64)
    assert (visit.note, visit.companions) == ("", 0), "those belonged to the visit of then"
    assert (visit.announced_at, visit.announced_by) == (NOON, gate.admin.account_id)


def test_an_activated_visit_is_valid_for_24_hours_and_waits_for_an_answer(gate: Gate) -> None:
    visit = reactivate(expired(gate), by=gate.conserje, now=NOON)
    assert (visit.valid_from, visit.valid_until) == (NOON, NOON + DAY)
    assert visit.answer_by == NOON + WINDOW


def test_activating_somebody_who_waits_shows_that_visit(gate: Gate) -> None:
    visitor = expired(gate)
    first = reactivate(visitor, by=gate.conserje, now=NOON)
    assert reactivate(visitor, by=gate.conserje, now=NOON + MINUTE).id == first.id


def test_somebody_whose_accepted_visit_is_still_valid_is_not_activated(gate: Gate) -> None:
    visit = gate.announce(valid_until=NOON + 2 * HOUR)
    approval.accept(visit, Method.CALL, "", by=gate.conserje, now=NOON)
    visitor = db.session.get_one(Visitor, visit.visitor_id)
    with pytest.raises(Refused) as refused:
        reactivate(visitor, by=gate.conserje, now=NOON + 2 * HOUR - MOMENT)
    assert refused.value.code == "visitor_is_active"
    assert reactivate(visitor, by=gate.conserje, now=NOON + 2 * HOUR).state == State.PENDING


def test_a_rejected_visitor_may_be_activated(gate: Gate) -> None:
    visit = gate.announce()
    approval.reject(visit, "No lo esperan.", by=gate.conserje, now=NOON)
    visitor = db.session.get_one(Visitor, visit.visitor_id)
    assert reactivate(visitor, by=gate.conserje, now=NOON + MINUTE).state == State.PENDING


def test_activating_somebody_without_a_document_is_refused_where_one_is_now_demanded(gate: Gate) -> None:
    gate.community.document_required = False
    gate.announce("Camila Soto", None, now=NOON - HOUR)
    gate.community.document_required = True
    with pytest.raises(Refused) as refused:
        reactivate(register(gate)[0], by=gate.conserje, now=NOON)
    assert refused.value.code == "document_required"
