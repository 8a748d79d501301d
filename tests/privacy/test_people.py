"""Finding a person in what a community holds."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from conserje import tenancy
from conserje.access_lists.matching import Listing
from conserje.access_lists.models import WatchEntry
from conserje.access_lists.upkeep import add
from conserje.audit.models import AuditLine
from conserje.communities.models import Administration
from conserje.database import db, end_request
from conserje.errors import Refused
from conserje.identity.names import fold
from conserje.messages.models import Channel, Fate, Message, Purpose
from conserje.privacy import dossier
from conserje.privacy.people import PEOPLE_SHOWN, Found, Source, find
from tests.builders import NOON, OTHER_RUN, RUN, make_community, make_resident, make_unit
from tests.visits.scene import Gate, make_visitor

PHONE = "+56961234567"


def asked(gate: Gate, typed: str) -> list[Found]:
    return find(gate.community, typed, by=gate.admin, now=NOON)


def names(gate: Gate, typed: str) -> list[str]:
    return [found.name for found in asked(gate, typed)]


def message_to(gate: Gate, recipient: str) -> Message:
    message = Message(
        community_id=gate.community.id,
        channel=Channel.SMS,
        purpose=Purpose.APPROVAL,
        recipient=recipient,
        urgency=0,
        fate=Fate.SENT,
        created_at=NOON,
        due_at=NOON,
        worthless_at=NOON,
    )
    db.session.add(message)
    db.session.flush()
    return message


def watch(gate: Gate, name: str, **values: object) -> WatchEntry:
    entry = WatchEntry(
        full_name=name,
        search=fold(name),
        reason="Amenazas",
        review_on=date(2027, 1, 1),
        added_at=NOON,
        added_by=gate.admin.account_id,
        **values,
    )
    db.session.add(entry)
    db.session.flush()
    return entry


@pytest.mark.parametrize("typed", ["12.345.678-5", "123456785", " 12345678-5 ", "camila soto", "DÍAZ camila", "sot"])
def test_a_visitor_is_found_by_document_and_by_words_of_the_name(gate: Gate, typed: str) -> None:
    gate.announce()
    gate.announce("Bruno Vera", OTHER_RUN)
    assert names(gate, typed) == ["Camila Soto Díaz"]


@pytest.mark.parametrize("typed", ["11.111.111-2", "99999999", "amila", "camila rojas"])
def test_nobody_is_found_by_something_else(gate: Gate, typed: str) -> None:
    gate.announce()
    assert asked(gate, typed) == []


def test_one_person_in_several_units_and_lists_is_one(gate: Gate) -> None:
    other = make_unit("1305")
    gate.announce()
    gate.announce(unit=other)
    add(other, RUN, "Camila Soto", Listing.AUTHORISED, by=gate.admin, now=NOON)
    watch(gate, "Camila Soto D.", document_type=RUN.type, document_number=RUN.number)
    (found,) = asked(gate, "12345678-5")
    assert found.places == {Source.REGISTER, Source.LISTED, Source.WATCHED}
    everything = dossier.gather(found.source, found.row_id)
    assert everything is not None
    counted = (everything.register, everything.visits, everything.listed, everything.watched)
    assert list(map(len, counted)) == [2, 2, 1, 1]
    assert set(everything.units.values()) == {gate.unit.label, other.label}


def test_without_a_document_a_person_is_the_name(gate: Gate) -> None:
    gate.community.document_required = False
    gate.announce("José Peña", None)
    watch(gate, "JOSE PEÑA")
    (found,) = asked(gate, "josé peña")
    assert found.places == {Source.REGISTER, Source.WATCHED}


def test_a_person_is_found_by_what_a_visit_once_called_him(gate: Gate) -> None:
    gate.announce("Camila Soltera")
    gate.announce("Camila Casada")
    assert names(gate, "casada") == ["Camila Casada"]


@pytest.mark.parametrize("typed", ["9 6123 4567", "+56961234567", "ANA@correo.example", "rojas"])
def test_a_resident_is_found_by_phone_mail_and_name_with_the_messages(gate: Gate, typed: str) -> None:
    resident = make_resident(gate.unit, phones=(PHONE,), email="Ana@correo.example")
    message = message_to(gate, PHONE)
    (found,) = asked(gate, typed)
    assert (found.source, found.row_id) == (Source.RESIDENT, resident.id)
    everything = dossier.gather(found.source, found.row_id)
    assert everything is not None
    assert (everything.phones, everything.messages) == ([PHONE], [message])


def test_a_recipient_who_is_no_resident_any_more_is_found_by_the_messages(gate: Gate) -> None:
    message = message_to(gate, PHONE)
    (found,) = asked(gate, "961234567")
    assert (found.source, found.row_id) == (Source.MESSAGE, message.id)
    everything = dossier.gather(found.source, found.row_id)
    assert everything is not None
    assert everything.messages == [message]


@pytest.mark.parametrize("typed", ["", "  ", "ab", "-.", "1 2"])
def test_too_little_is_refused(gate: Gate, typed: str) -> None:
    with pytest.raises(Refused, match="search_too_short"):
        asked(gate, typed)


def test_the_journal_knows_that_somebody_searched_and_not_for_whom(gate: Gate) -> None:
    gate.announce()
    asked(gate, "camila")
    db.session.flush()
    end_request(keep=True)
    line = db.session.scalars(select(AuditLine).order_by(AuditLine.id.desc()).limit(1)).one()
    assert (line.action, line.facts, line.account_id) == ("privacy.searched", {"found": 1}, gate.admin.account_id)


def test_of_very_many_it_is_told_that_there_are_more(gate: Gate) -> None:
    for n in range(PEOPLE_SHOWN + 5):
        make_visitor(gate.unit, f"Camila {n}", identity_key=f"name:camila {n}")
    assert len(asked(gate, "camila")) == PEOPLE_SHOWN + 1


def test_nobody_of_another_community_is_found(gate: Gate) -> None:
    other = make_community(db.session.scalars(select(Administration)).one(), "Otra")
    gate_visit = gate.announce()
    resident = make_resident(gate.unit, phones=(PHONE,))
    message = message_to(gate, PHONE)
    ids = {Source.REGISTER: gate_visit.visitor_id, Source.RESIDENT: resident.id, Source.MESSAGE: message.id}
    with tenancy.acting_for(other.id):
        for typed in ("12.345.678-5", "camila", PHONE, "rojas"):
            assert find(other, typed, by=gate.admin, now=NOON) == []
        assert [dossier.gather(source, row_id) for source, row_id in ids.items()] == [None, None, None]
