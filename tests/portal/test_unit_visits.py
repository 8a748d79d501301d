"""What residents see of their unit's visits, and what they say about them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import select

from conserje import tenancy
from conserje.access_lists.matching import Listing
from conserje.audit.journal import Actor
from conserje.change_feed import Change
from conserje.communities.models import Resident, Unit
from conserje.database import db
from conserje.errors import Refused
from conserje.portal import unit_visits
from conserje.portal.unit_visits import SHOWN_FOR, VISITS_SHOWN
from conserje.visits import board
from conserje.visits.answers import Answer
from conserje.visits.models import Method, State, Visit
from tests.builders import NOON, make_unit
from tests.portal.scene import THERE, House, journal, people
from tests.visits.scene import DAY, MINUTE, WINDOW, make_visit, make_visitor

BY = Actor(None, None, THERE)
_number = count()


@pytest.fixture
def ana(house: House) -> Iterator[Resident]:
    with tenancy.acting_for(house.community):
        yield people(house)[2]


@pytest.fixture
def pedro(ana: Resident, house: House) -> Resident:
    return people(house)[3]


def came(resident: Resident, ago: timedelta = MINUTE, state: State = State.PENDING, **values: object) -> Visit:
    unit = db.session.get_one(Unit, resident.unit_id)
    visitor = make_visitor(unit, f"Visita {next(_number)}")
    return make_visit(visitor, NOON - ago, state, **values)


def say(visit: Visit, resident: Resident, said: Answer = Answer.AUTHORISE, *, now: datetime = NOON) -> Visit:
    return unit_visits.answer(visit, resident, said, "", by=BY, agent="Telefono/1.0", now=now)


# The lists


def test_what_waits_is_apart_from_what_came(ana: Resident) -> None:
    waiting, lapsed, accepted = came(ana), came(ana, WINDOW), came(ana, 2 * DAY, State.ACCEPTED)
    assert [visit.id for visit in unit_visits.waiting(ana, now=NOON)] == [waiting.id]
    shown = unit_visits.listed(ana, now=NOON).rows
    assert [(visit.id, visit.state) for visit in shown] == [(lapsed.id, State.EXPIRED), (accepted.id, State.ACCEPTED)]


def test_the_photograph_is_there_while_the_visit_waits_and_no_longer(ana: Resident) -> None:
    came(ana, photo="a" * 40)
    came(ana, DAY, State.ACCEPTED, photo="b" * 40)
    assert [visit.photo for visit in unit_visits.waiting(ana, now=NOON)] == ["a" * 40]
    assert [visit.photo for visit in unit_visits.listed(ana, now=NOON).rows] == [None]


def test_thirty_days_are_shown_and_other_units_are_not(ana: Resident) -> None:
    kept, old = came(ana, SHOWN_FOR, State.REJECTED), came(ana, SHOWN_FOR + MINUTE, State.REJECTED)
    elsewhere = make_visit(make_visitor(make_unit("9", "")), NOON - MINUTE, State.ACCEPTED)
    assert [visit.id for visit in unit_visits.listed(ana, now=NOON).rows] == [kept.id]
    found = [unit_visits.find(ana, visit.id, now=NOON) for visit in (kept, old, elsewhere)]
    assert found == [kept, None, None]


def test_pages_meet_without_gap_or_repetition(ana: Resident) -> None:
    # Two of each moment: the id decides.
    made = [came(ana, (n // 2 + 1) * MINUTE, State.ACCEPTED).id for n in range(VISITS_SHOWN + 5)]
    first = unit_visits.listed(ana, now=NOON)
    second = unit_visits.listed(ana, now=NOON, after=first.next)
    seen = [visit.id for visit in (*first.rows, *second.rows)]
    assert (len(first.rows), len(second.rows), second.next) == (VISITS_SHOWN, 5, None)
    assert (sorted(seen), len(set(seen))) == (sorted(made), len(made))


# Answering


def test_the_answer_is_the_visits_state_by_the_portal(ana: Resident) -> None:
    visit = say(came(ana), ana)
    assert (visit.state, visit.method, visit.answered_by) == (State.ACCEPTED, Method.PORTAL, "Ana Rojas")
    assert (visit.decided_by, visit.decided_at, visit.entered_at) == (None, NOON, NOON)
    (line,) = journal("portal.answered")
    assert (line.account_id, line.subject_id) == (None, visit.id)
    assert line.facts == {"resident": ana.id, "answer": "authorise", "agent": "Telefono/1.0"}
    assert [change.is_answer for change in db.session.scalars(select(Change))] == [True]


def test_a_refusal_keeps_its_reason(ana: Resident) -> None:
    visit = came(ana)
    unit_visits.answer(visit, ana, Answer.REJECT, "Hoy no", by=BY, agent="", now=NOON)
    assert (visit.state, visit.decision_note) == (State.REJECTED, "Hoy no")


def test_the_first_decision_wins(ana: Resident, pedro: Resident) -> None:
    pedro.may_approve = True
    visit = say(came(ana), ana)
    with pytest.raises(Refused, match="visit_already_decided"):
        say(visit, pedro, Answer.REJECT)
    with pytest.raises(Refused, match="visit_already_decided"):
        say(visit, pedro)
    assert (visit.state, visit.answered_by) == (State.ACCEPTED, "Ana Rojas")


def test_the_same_answer_posted_twice_counts_once(ana: Resident) -> None:
    visit = say(came(ana), ana)
    assert say(visit, ana, now=NOON + MINUTE).decided_at == NOON
    assert len(journal("portal.answered")) == 1


def test_who_may_not_approve_is_refused(ana: Resident, pedro: Resident) -> None:
    with pytest.raises(Refused, match="may_not_approve"):
        say(came(ana), pedro)


@pytest.mark.parametrize("listing", [Listing.UNAUTHORISED, Listing.WATCHED, Listing.WATCHED_NAME])
def test_about_somebody_whom_a_list_does_not_let_in_residents_are_not_asked(ana: Resident, listing: Listing) -> None:
    with pytest.raises(Refused, match="unauthorised_not_asked"):
        say(came(ana, listing=listing), ana)


def test_after_the_window_it_is_too_late(ana: Resident) -> None:
    with pytest.raises(Refused, match="answer_too_late"):
        say(came(ana, WINDOW), ana)


def test_a_visit_that_is_over_is_not_answered(ana: Resident) -> None:
    with pytest.raises(Refused, match="visit_no_longer_valid"):
        say(came(ana, valid_until=NOON), ana)


# «No era para nosotros»


def test_disowning_is_told_to_the_gate_once(ana: Resident, pedro: Resident) -> None:
    visit = came(ana, DAY, State.ACCEPTED)
    for who, now in ((ana, NOON), (pedro, NOON + MINUTE)):
        unit_visits.disown(visit, who, by=BY, now=now)
    assert visit.disowned_at == NOON
    assert [(line.subject_id, line.facts) for line in journal("visit.disowned")] == [(visit.id, {"resident": ana.id})]
    assert board.row(visit, now=NOON).disowned_at == NOON
    assert len(db.session.scalars(select(Change)).all()) == 1


def test_what_still_waits_is_rejected_rather_than_disowned(ana: Resident) -> None:
    with pytest.raises(Refused, match="visit_still_waiting"):
        unit_visits.disown(came(ana), ana, by=BY, now=NOON)
    unit_visits.disown(came(ana, WINDOW), ana, by=BY, now=NOON)
