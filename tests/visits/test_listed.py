"""Whom a unit's access lists let in, and whom they keep waiting, from the announcement to the decision."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from conserje import change_feed
from conserje.access_lists import upkeep
from conserje.access_lists.matching import Listing
from conserje.change_feed import Change
from conserje.database import db
from conserje.errors import Refused
from conserje.messages.models import Message
from conserje.visits import approval, asking, board, registration
from conserje.visits.models import Method, State
from tests.builders import NOON, OTHER_RUN, RUN
from tests.visits.scene import DAY, HOUR, MINUTE, Gate

NOTICE = "+56965432109"


@pytest.fixture
def gate(gate: Gate) -> Gate:
    """A gate whose unit has a number to ask at."""
    gate.unit.notice_phone = NOTICE
    return gate


def put(gate: Gate, listing: Listing) -> None:
    upkeep.add(gate.unit, RUN, "Camila Soto Díaz", listing, by=gate.admin, now=NOON)


def how_many(model: type[Message] | type[Change]) -> int:
    return db.session.scalars(select(func.count(model.id))).one()


def test_an_authorised_person_is_accepted_at_once_and_nobody_is_asked(gate: Gate) -> None:
    put(gate, Listing.AUTHORISED)
    visit = gate.announce()
    assert (visit.state, visit.method, visit.listing) == (State.ACCEPTED, Method.ACCESS_LIST, Listing.AUTHORISED)
    assert (visit.decided_at, visit.entered_at, visit.decided_by) == (NOON, NOON, None)
    assert (how_many(Message), visit.times_asked, visit.escalates_at) == (0, 0, None)


@pytest.mark.parametrize("listing", [Listing.AUTHORISED, Listing.UNAUTHORISED])
def test_the_other_screens_are_told(gate: Gate, listing: Listing, monkeypatch: pytest.MonkeyPatch) -> None:
    noted: list[int] = []
    monkeypatch.setattr(change_feed, "note", lambda community_id, visit_id, **_: noted.append(visit_id))
    put(gate, listing)
    assert noted == [gate.announce().id]


def test_an_unauthorised_person_waits_with_a_warning_and_nobody_is_asked(gate: Gate) -> None:
    put(gate, Listing.UNAUTHORISED)
    visit = gate.announce()
    assert (visit.state, visit.listing, visit.entered_at) == (State.PENDING, Listing.UNAUTHORISED, None)
    assert (how_many(Message), visit.escalates_at) == (0, None)
    row = board.row(visit, now=NOON)
    assert (row.is_barred, row.may_decide, row.may_ask_again, row.asked) == (True, True, False, None)


@pytest.mark.parametrize("later", [MINUTE, HOUR], ids=["pending", "expired"])
def test_about_an_unauthorised_person_the_resident_is_not_asked_again_either(gate: Gate, later: object) -> None:
    put(gate, Listing.UNAUTHORISED)
    visit = gate.announce()
    with pytest.raises(Refused, match="unauthorised_not_asked"):
        asking.ask_again(visit, by=gate.admin, now=NOON + later)  # type: ignore[operator]
    assert how_many(Message) == 0
    assert board.row(visit, now=NOON + later).may_ask_again is False  # type: ignore[operator]


def test_only_an_administrator_lets_an_unauthorised_person_in_and_says_why(gate: Gate) -> None:
    put(gate, Listing.UNAUTHORISED)
    visit = gate.announce()
    with pytest.raises(Refused, match="unauthorised_needs_admin"):
        approval.accept(visit, Method.CALL, "Insiste", by=gate.conserje, now=NOON)
    with pytest.raises(Refused, match="reason_required"):
        approval.accept(visit, Method.ADMINISTRATION, "", by=gate.admin, now=NOON)
    approval.accept(visit, Method.ADMINISTRATION, "Viene con la policía", by=gate.admin, now=NOON)
    assert (visit.state, visit.decision_note) == (State.ACCEPTED, "Viene con la policía")


def test_somebody_else_is_asked_about_as_ever(gate: Gate) -> None:
    put(gate, Listing.AUTHORISED)
    visit = gate.announce("Elena Paz", OTHER_RUN)
    assert (visit.state, visit.listing) == (State.PENDING, Listing.NOT_LISTED)
    assert how_many(Message) == 1


def test_whoever_is_listed_after_being_announced_keeps_what_was_said_then(gate: Gate) -> None:
    visit = gate.announce()
    put(gate, Listing.UNAUTHORISED)
    assert gate.announce(now=NOON + MINUTE).id == visit.id
    assert visit.listing == Listing.NOT_LISTED
    approval.accept(visit, Method.CALL, "", by=gate.conserje, now=NOON + MINUTE)
    assert visit.state == State.ACCEPTED


def test_whoever_is_moved_is_treated_so_at_the_next_announcement(gate: Gate) -> None:
    put(gate, Listing.UNAUTHORISED)
    first = gate.announce()
    approval.reject(first, "No puede entrar", by=gate.conserje, now=NOON)
    (row,) = upkeep.listed(gate.unit, now=NOON).rows
    upkeep.change_type(row.entry, Listing.AUTHORISED, by=gate.admin, now=NOON)
    assert gate.announce(now=NOON + MINUTE).state == State.ACCEPTED


def test_activating_somebody_from_the_register_asks_the_lists_too(gate: Gate) -> None:
    visit = gate.announce()
    approval.reject(visit, "No los conocen", by=gate.conserje, now=NOON)
    put(gate, Listing.AUTHORISED)
    visitor = registration.known(gate.unit, RUN)
    assert visitor is not None
    again = registration.reactivate(visitor, by=gate.conserje, now=NOON + DAY)
    assert (again.state, again.method) == (State.ACCEPTED, Method.ACCESS_LIST)
