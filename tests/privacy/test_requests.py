"""Correcting and erasing a person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from conserje.access_lists.matching import Listing
from conserje.access_lists.models import AccessListEntry, WatchEntry
from conserje.access_lists.upkeep import add
from conserje.database import db
from conserje.errors import Refused
from conserje.identity.documents import Document
from conserje.messages.models import Message
from conserje.privacy import dossier
from conserje.privacy.dossier import Dossier
from conserje.privacy.people import Source
from conserje.privacy.requests import correct, erase
from conserje.visits import presence
from conserje.visits.models import FORGOTTEN, State, Visit, Visitor
from tests.builders import NOON, OTHER_RUN, RUN, make_resident, make_unit
from tests.privacy.test_people import PHONE, message_to, watch
from tests.visits.scene import Gate, journal

PHOTO = "a" * 64
LATER = NOON + timedelta(days=3)


def of(source: Source, row_id: int) -> Dossier:
    found = dossier.gather(source, row_id)
    assert found is not None
    return found


def person(visit: Visit) -> Dossier:
    return of(Source.REGISTER, visit.visitor_id)


def put_right(gate: Gate, visit: Visit, name: str = "Camila Soto Paz", document: Document | None = OTHER_RUN) -> int:
    return correct(person(visit), name, document, by=gate.admin, now=LATER)


def test_the_register_and_every_visit_are_corrected(gate: Gate) -> None:
    visits = [gate.announce(), gate.announce(unit=make_unit("1305"))]
    put_right(gate, visits[0])
    for row in (*visits, *db.session.scalars(select(Visitor))):
        assert (row.full_name, row.document) == ("Camila Soto Paz", OTHER_RUN)
    line = journal()[-1]
    assert (line.action, line.subject) == ("privacy.corrected", "visitor")
    assert not any(part in str(line.facts) for part in ("Camila", RUN.number, OTHER_RUN.number))


def test_who_comes_again_with_the_right_document_is_the_same_person(gate: Gate) -> None:
    visit = gate.announce()
    put_right(gate, visit)
    assert gate.announce("Camila Soto Paz", OTHER_RUN, now=LATER).visitor_id == visit.visitor_id


def test_where_the_register_knows_the_right_person_already_both_become_one(gate: Gate) -> None:
    wrong, right = gate.announce(), gate.announce("Camila Soto Paz", OTHER_RUN, now=NOON + timedelta(hours=1))
    kept = put_right(gate, wrong)
    db.session.expire_all()
    (visitor,) = db.session.scalars(select(Visitor))
    assert visitor.id == kept == right.visitor_id
    assert {visit.visitor_id for visit in db.session.scalars(select(Visit))} == {kept}
    assert len(db.session.scalars(select(Visit)).all()) == 2


def test_a_document_may_be_taken_away(gate: Gate) -> None:
    visit = gate.announce()
    put_right(gate, visit, document=None)
    assert (visit.document, db.session.get_one(Visitor, visit.visitor_id).identity_key) == (
        None,
        "name:camila soto paz",
    )


def test_whom_the_register_does_not_know_is_not_corrected_here(gate: Gate) -> None:
    entry = add(gate.unit, RUN, "Camila Soto", Listing.AUTHORISED, by=gate.admin, now=NOON)
    with pytest.raises(Refused, match="nothing_to_correct"):
        correct(of(Source.LISTED, entry.id), "Otra", None, by=gate.admin, now=NOON)


def test_an_erased_person_is_nowhere_and_the_count_of_visits_stays(gate: Gate) -> None:
    other = make_unit("1305")
    visits = [gate.announce(photo=PHOTO), gate.announce(unit=other, note="Camila trae un mueble")]
    add(other, RUN, "Camila Soto", Listing.UNAUTHORISED, by=gate.admin, now=NOON)
    watch(gate, "Camila Soto", document_type=RUN.type, document_number=RUN.number)
    bystander = gate.announce("Bruno Vera", Document(RUN.type, "7000001-5"))
    photos = erase(person(visits[0]), by=gate.admin, now=LATER)
    assert photos == {PHOTO}
    db.session.expire_all()
    assert [visit.full_name for visit in visits] == [FORGOTTEN, FORGOTTEN]
    assert {visitor.full_name for visitor in db.session.scalars(select(Visitor))} == {FORGOTTEN, "Bruno Vera"}
    assert bystander.full_name == "Bruno Vera"
    assert not db.session.scalars(select(AccessListEntry)).all()
    assert not db.session.scalars(select(WatchEntry)).all()
    line = journal()[-1]
    assert (line.action, line.facts["visits"], line.facts["watched"]) == ("privacy.erased", 2, 1)
    assert "Camila" not in str(line.facts)


def test_whoever_waits_or_is_still_welcome_is_not_erased(gate: Gate) -> None:
    visit = gate.announce()
    with pytest.raises(Refused, match="person_is_visiting"):
        erase(person(visit), by=gate.admin, now=NOON)
    visit.state, visit.entered_at = State.ACCEPTED, NOON
    db.session.flush()
    with pytest.raises(Refused, match="person_is_visiting"):
        erase(person(visit), by=gate.admin, now=NOON + timedelta(hours=1))
    presence.mark_exit(visit, by=gate.conserje, now=NOON + timedelta(hours=2))
    erase(person(visit), by=gate.admin, now=NOON + timedelta(hours=2))
    assert visit.full_name == FORGOTTEN


def test_a_resident_is_not_erased_while_he_is_one(gate: Gate) -> None:
    resident = make_resident(gate.unit, phones=(PHONE,))
    with pytest.raises(Refused, match="person_is_resident"):
        erase(of(Source.RESIDENT, resident.id), by=gate.admin, now=NOON)
    message = message_to(gate, PHONE)
    with pytest.raises(Refused, match="person_is_resident"):
        erase(of(Source.MESSAGE, message.id), by=gate.admin, now=NOON)


def test_of_a_former_resident_the_messages_lose_the_number(gate: Gate) -> None:
    message, other = message_to(gate, PHONE), message_to(gate, "+56987654321")
    erase(of(Source.MESSAGE, message.id), by=gate.admin, now=NOON)
    assert [each.recipient for each in db.session.scalars(select(Message).order_by(Message.id))] == [
        "",
        other.recipient,
    ]
