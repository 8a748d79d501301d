"""The unit that is shown first, on the board's own rows."""

from __future__ import annotations

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import select

from conserje.audit.journal import Actor
from conserje.communities import residents, units
from conserje.communities.models import Unit
from conserje.database import db
from conserje.visits import board
from conserje.visits.models import State, Visit
from tests.demo.conftest import FILLED_AT
from tests.demo.people import AROMOS, inside


@pytest.fixture
def unit(demo: Flask) -> Unit:
    with inside(AROMOS):
        (found,) = units.find("b 1204")
        assert found.label == "Torre B · 1204"
        return db.session.scalars(select(Unit).where(Unit.id == found.id)).one()


def test_twelve_came_in_the_last_day_in_every_state(unit: Unit) -> None:
    with inside(AROMOS):
        rows = board.of_unit(unit, now=FILLED_AT)
    assert len(rows) == 12
    assert len({row.visitor_id for row in rows}) == 12
    states = Counter(row.state for row in rows)
    assert states == {State.ACCEPTED: 8, State.PENDING: 2, State.EXPIRED: 1, State.REJECTED: 1}
    accepted = [row for row in rows if row.state is State.ACCEPTED]
    assert sum(row.is_inside for row in accepted) == 2
    assert sum(row.left_at is not None for row in accepted) == 5
    assert sum(row.valid_from > FILLED_AT for row in accepted) == 1


def test_more_than_twenty_visitors_are_deactivated(unit: Unit) -> None:
    with inside(AROMOS):
        first = board.deactivated(unit, now=FILLED_AT)
        assert first.next is not None
        second = board.deactivated(unit, now=FILLED_AT, after=first.next)
    assert len(first.rows) == board.DEACTIVATED_SHOWN
    assert second.rows


def test_a_friend_of_today_came_before(unit: Unit) -> None:
    with inside(AROMOS):
        rows = board.of_unit(unit, now=FILLED_AT)
        visits = db.session.scalars(select(Visit.visitor_id).where(Visit.unit_id == unit.id)).all()
    times = Counter(visits)
    assert sum(times[row.visitor_id] > 1 for row in rows) == 3


def test_the_family_has_four_members_and_telephones_to_call(unit: Unit) -> None:
    with inside(AROMOS):
        people = residents.of_unit(unit)
        contacts = residents.open_phones(unit, by=Actor(None, None), now=FILLED_AT)
    assert people[0].full_name == "Ana María Rojas Vidal"
    assert [each.may_approve for each in people] == [True, True, False, False]
    assert [len(contact.numbers) for contact in contacts] == [1, 1, 2, 1]
