"""What a purge erases, and what it leaves."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from conserje import jobs
from conserje.approval_links import links
from conserje.approval_links.models import ApprovalLink
from conserje.database import db
from conserje.jobs import Job
from conserje.messages.models import Channel, Fate, Message, Purpose
from conserje.privacy import purge
from conserje.privacy.forgetting import forget_visits
from conserje.privacy.purge import STEPS
from conserje.visits import board
from conserje.visits.models import FORGOTTEN, State, Visit, Visitor
from tests.builders import NOON, OTHER_RUN, RUN
from tests.visits.scene import Gate

DAY = timedelta(days=1)
PHOTO = "a" * 64
# The vigencia of a visit lasts a day, and the default is ninety.
OVER = NOON + 91 * DAY + timedelta(seconds=1)


def came(gate: Gate, now: datetime = NOON, **values: object) -> Visit:
    said = {"plate": "BBCL23", "note": "Trae un mueble.", "photo": PHOTO, **values}
    visit = gate.announce(now=now, **said)
    visit.state, visit.decided_at, visit.decision_note, visit.answered_by = State.ACCEPTED, now, "Conocida", "Ana Rojas"
    db.session.flush()
    return visit


def purged(gate: Gate, now: datetime) -> dict[str, int]:
    of = purge.terms(gate.community, now)
    told = purge.due_counts(of)
    gone: dict[str, int] = {}
    for step in STEPS:
        count = purge.carry_out(step, of, purge.find(step, of, 0))
        gone[step.counted_as] = gone.get(step.counted_as, 0) + count
    assert gone == told, "what is told beforehand is what goes"
    db.session.expire_all()
    return {kind: number for kind, number in gone.items() if number}


def everything() -> list[tuple[object, ...]]:
    visits = [(v.full_name, v.document_number, v.plate, v.photo, v.note) for v in db.session.scalars(select(Visit))]
    people = [(v.full_name, v.document_number, v.plate, v.photo) for v in db.session.scalars(select(Visitor))]
    return [*visits, *people]


def test_an_old_visit_stays_as_nobodys_and_its_visitor_goes(gate: Gate) -> None:
    visit = came(gate)
    gone = purged(gate, OVER)
    assert gone == {
        "photos": 2,
        "plates": 2,
        "documents": 2,
        "visits": 1,
        "register": 1,
    }
    assert (visit.full_name, visit.document_number, visit.plate, visit.note, visit.photo) == (
        FORGOTTEN,
        None,
        "",
        "",
        None,
    )
    assert (visit.decision_note, visit.answered_by) == ("", "")
    assert (visit.state, visit.unit_id, visit.announced_at) == (State.ACCEPTED, gate.unit.id, NOON)
    (nobody,) = db.session.scalars(select(Visitor))
    assert nobody.full_name == FORGOTTEN


def test_a_second_purge_finds_nothing(gate: Gate) -> None:
    came(gate)
    purged(gate, OVER)
    assert purged(gate, OVER) == {}


def test_until_its_days_are_over_everything_stays(gate: Gate) -> None:
    gate.community.retention = {"photos": 90}
    came(gate)
    before = everything()
    assert purged(gate, NOON + 91 * DAY) == {}
    assert everything() == before


def test_photographs_go_before_the_rest(gate: Gate) -> None:
    visit = came(gate)
    assert purged(gate, NOON + 32 * DAY) == {"photos": 2}
    assert (visit.photo, visit.full_name) == (None, "Camila Soto Díaz")


@pytest.mark.parametrize("kind", ["documents", "photos", "plates"])
def test_with_no_days_it_lives_the_day_that_the_gate_needs(gate: Gate, kind: str) -> None:
    gate.community.retention = {kind: 0}
    came(gate)
    assert purged(gate, NOON + 2 * DAY) == {}
    assert purged(gate, NOON + 2 * DAY + timedelta(seconds=1)) == {kind: 2}


def test_whoever_lost_the_document_is_another_person_when_he_comes_again(gate: Gate) -> None:
    gate.community.retention = {"documents": 0}
    came(gate)
    purged(gate, NOON + 3 * DAY)
    again = came(gate, NOON + 4 * DAY)
    assert again.document_number == RUN.number
    assert len(db.session.scalars(select(Visitor)).all()) == 2


def test_a_visit_that_is_valid_for_long_keeps_its_person(gate: Gate) -> None:
    came(gate, valid_until=NOON + 300 * DAY)
    assert purged(gate, OVER) == {}


def test_whoever_came_again_stays_in_the_register(gate: Gate) -> None:
    first, second = came(gate), came(gate, NOON + 80 * DAY)
    assert purged(gate, OVER)["visits"] == 1
    assert (first.full_name, second.full_name) == (FORGOTTEN, "Camila Soto Díaz")
    assert second.visitor_id != first.visitor_id
    assert second.document_number == RUN.number


def test_visits_of_a_unit_are_one_nobodys_who_is_in_no_list(gate: Gate) -> None:
    came(gate)
    came(gate, now=NOON, full_name="Bruno Díaz", document=OTHER_RUN)
    purged(gate, OVER)
    assert len(db.session.scalars(select(Visitor)).all()) == 1
    assert board.deactivated(gate.unit, now=OVER).rows == []


def test_a_row_of_the_register_with_a_visit_is_never_deleted(gate: Gate) -> None:
    """Deleting it would take the visit along."""
    visit = came(gate)
    visitor = db.session.get_one(Visitor, visit.visitor_id)
    assert purge.forget_visitors([visitor]) == 0
    forget_visits([visit])
    assert purge.forget_visitors([visitor]) == 1
    assert db.session.scalars(select(Visit)).one().id == visit.id


def test_links_go_a_day_after_the_visits_window(gate: Gate) -> None:
    visit = came(gate)
    links.issue(visit.id, Channel.SMS, "+56961234567", None, now=NOON)
    assert purged(gate, visit.answer_by + DAY) == {}
    assert purged(gate, visit.answer_by + DAY + timedelta(seconds=1)) == {"links": 1}
    assert not db.session.scalars(select(ApprovalLink)).all()


@pytest.mark.parametrize("fate", list(Fate))
def test_a_message_that_is_over_loses_its_recipient_and_stays(gate: Gate, fate: Fate) -> None:
    """The ledger of SMS and the counters name and count the row (K107)."""
    message = Message(
        community_id=gate.community.id,
        channel=Channel.SMS,
        purpose=Purpose.APPROVAL,
        recipient="+56961234567",
        urgency=0,
        fate=fate,
        created_at=NOON,
        due_at=NOON,
        worthless_at=NOON,
    )
    db.session.add(message)
    db.session.flush()
    assert purged(gate, NOON + 90 * DAY) == {}
    is_over = fate not in (Fate.QUEUED, Fate.SENDING)
    assert purged(gate, NOON + 91 * DAY) == ({"messages": 1} if is_over else {})
    assert message.recipient == ("" if is_over else "+56961234567")


def test_jobs_go_a_week_after_their_end(gate: Gate) -> None:
    ended = jobs.order("kind", {}, community_id=gate.community.id, account_id=gate.admin.account_id or 0, now=NOON)
    waiting = jobs.order("kind", {}, community_id=gate.community.id, account_id=gate.admin.account_id or 0, now=NOON)
    ended.finished_at = NOON
    db.session.flush()
    assert purged(gate, NOON + 7 * DAY) == {}
    assert purged(gate, NOON + 8 * DAY) == {"jobs": 1}
    assert db.session.scalars(select(Job.id)).all() == [waiting.id]
