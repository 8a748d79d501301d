from __future__ import annotations

import pytest
from flask import Flask

from conserje.visits.models import State, Visit, Visitor
from tests.builders import NOON, RUN
from tests.visits.scene import HOUR, MINUTE, Gate, make_visit, make_visitor, open_gate


@pytest.fixture
def gate(ctx: Flask) -> Gate:
    return open_gate()


@pytest.fixture
def visitor(gate: Gate) -> Visitor:
    """Somebody of the unit's register, with a RUN and no visit."""
    return make_visitor(gate.unit, document_type="run", document_number=RUN.number)


@pytest.fixture
def in_every_state(visitor: Visitor) -> dict[State, Visit]:
    """A visit in each state at NOON, the newest first."""
    return {
        State.PENDING: make_visit(visitor, NOON - MINUTE),
        State.EXPIRED: make_visit(visitor, NOON - HOUR),
        State.ACCEPTED: make_visit(visitor, NOON - 2 * HOUR, State.ACCEPTED),
        State.REJECTED: make_visit(visitor, NOON - 3 * HOUR, State.REJECTED),
    }
