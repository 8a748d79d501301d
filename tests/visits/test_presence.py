"""Coming in and going out."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from conserje.database import db
from conserje.errors import Refused
from conserje.visits import approval
from conserje.visits.models import Method, State, Visit
from conserje.visits.presence import is_inside, mark_entry, mark_exit, may_enter
from tests.builders import NOON
from tests.visits.scene import HOUR, MINUTE, MOMENT, Gate, journal, make_visit, make_visitor

BEGINS, ENDS = NOON + HOUR, NOON + 5 * HOUR


def expected(gate: Gate) -> Visit:
    """Somebody accepted whose vigencia begins in an hour and lasts four."""
    visit = gate.announce(valid_from=BEGINS, valid_until=ENDS)
    return approval.accept(visit, Method.CALL, "", by=gate.conserje, now=NOON)


def inside(gate: Gate) -> Visit:
    return mark_entry(expected(gate), by=gate.conserje, now=BEGINS)


def stored(visit: Visit) -> tuple[datetime | None, datetime | None]:
    db.session.expire(visit)
    return visit.entered_at, visit.left_at


def refused_entry(gate: Gate, visit: Visit, now: datetime) -> str:
    assert not may_enter(visit, now), "[Marcar ingreso] is offered only where it is accepted"
    before = stored(visit)
    with pytest.raises(Refused) as refused:
        mark_entry(visit, by=gate.conserje, now=now)
    assert stored(visit) == before
    return refused.value.code


def test_the_entry_of_somebody_accepted_earlier_is_recorded_when_the_vigencia_begins(gate: Gate) -> None:
    visit = expected(gate)
    assert not is_inside(visit)
    assert may_enter(visit, BEGINS)
    assert stored(mark_entry(visit, by=gate.conserje, now=BEGINS)) == (BEGINS, None)
    assert is_inside(visit)


def test_an_entry_before_the_vigencia_is_refused(gate: Gate) -> None:
    assert refused_entry(gate, expected(gate), BEGINS - MOMENT) == "visit_not_yet_valid"


def test_an_entry_after_the_vigencia_is_refused(gate: Gate) -> None:
    visit = expected(gate)
    assert may_enter(visit, ENDS - MOMENT)
    assert refused_entry(gate, visit, ENDS) == "visit_no_longer_valid"


@pytest.mark.parametrize("state", [State.PENDING, State.REJECTED])
@pytest.mark.parametrize("later", [timedelta(0), HOUR], ids=["at once", "past the deadline"])
def test_an_entry_without_acceptance_is_refused(gate: Gate, state: State, later: timedelta) -> None:
    visit = make_visit(make_visitor(gate.unit), state=state)
    assert refused_entry(gate, visit, NOON + later) == "visit_not_accepted"


def test_an_entry_of_somebody_inside_is_refused(gate: Gate) -> None:
    assert refused_entry(gate, inside(gate), BEGINS + MINUTE) == "already_inside"


def test_accepting_at_the_window_leaves_no_second_entry_to_record(gate: Gate) -> None:
    visit = approval.accept(gate.announce(), Method.CALL, "", by=gate.conserje, now=NOON)
    assert refused_entry(gate, visit, NOON + MINUTE) == "already_inside"


def test_the_exit_of_somebody_inside_is_recorded(gate: Gate) -> None:
    visit = mark_exit(inside(gate), by=gate.conserje, now=BEGINS + MINUTE)
    assert stored(visit) == (BEGINS, BEGINS + MINUTE)
    assert not is_inside(visit)


def test_the_exit_is_recorded_when_the_vigencia_is_long_over(gate: Gate) -> None:
    assert stored(mark_exit(inside(gate), by=gate.conserje, now=ENDS + 48 * HOUR)) == (BEGINS, ENDS + 48 * HOUR)


@pytest.mark.parametrize("someone", [expected, lambda gate: gate.announce()], ids=["accepted", "pending"])
def test_the_exit_of_somebody_who_never_came_in_is_refused(gate: Gate, someone: object) -> None:
    visit = someone(gate)  # type: ignore[operator]
    with pytest.raises(Refused) as refused:
        mark_exit(visit, by=gate.conserje, now=BEGINS)
    assert refused.value.code == "not_inside"
    assert stored(visit) == (None, None)


def test_a_second_exit_is_refused_and_the_first_stands(gate: Gate) -> None:
    visit = mark_exit(inside(gate), by=gate.conserje, now=BEGINS + MINUTE)
    with pytest.raises(Refused) as refused:
        mark_exit(visit, by=gate.conserje, now=BEGINS + 2 * MINUTE)
    assert refused.value.code == "not_inside"
    assert stored(visit) == (BEGINS, BEGINS + MINUTE)


def test_who_went_out_comes_in_again_while_the_vigencia_lasts(gate: Gate) -> None:
    visit = mark_exit(inside(gate), by=gate.conserje, now=BEGINS + MINUTE)
    assert may_enter(visit, ENDS - MOMENT)
    assert stored(mark_entry(visit, by=gate.conserje, now=ENDS - MOMENT)) == (ENDS - MOMENT, None)
    assert is_inside(visit)


def test_who_went_out_does_not_come_in_again_after_the_vigencia(gate: Gate) -> None:
    visit = mark_exit(inside(gate), by=gate.conserje, now=BEGINS + MINUTE)
    assert refused_entry(gate, visit, ENDS) == "visit_no_longer_valid"


def test_entries_and_exits_are_written_in_the_journal(gate: Gate) -> None:
    visit = mark_exit(inside(gate), by=gate.admin, now=BEGINS + MINUTE)
    entered, left = journal()[-2:]
    assert (entered.action, entered.subject_id, entered.account_id, entered.at) == (
        "visit.entered",
        visit.id,
        gate.conserje.account_id,
        BEGINS,
    )
    assert (left.action, left.subject_id, left.account_id, left.at) == (
        "visit.left",
        visit.id,
        gate.admin.account_id,
        BEGINS + MINUTE,
    )


def test_an_entry_or_exit_touches_no_other_visit(gate: Gate) -> None:
    bystander = make_visit(make_visitor(gate.unit, "Otra Persona"), state=State.ACCEPTED, entered_at=NOON)
    waiting = make_visit(make_visitor(gate.unit, "Alguien Más"), state=State.ACCEPTED)
    mark_exit(inside(gate), by=gate.conserje, now=BEGINS + MINUTE)
    assert stored(bystander) == (NOON, None)
    assert stored(waiting) == (None, None)
