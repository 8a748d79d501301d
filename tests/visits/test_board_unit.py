"""What the screen of a chosen unit shows: its last 24 hours, its deactivated visitors, and a visitor's profile."""

from __future__ import annotations

from datetime import datetime

from conserje import database
from conserje.communities.models import Unit
from conserje.database import db
from conserje.visits import approval, board, presence
from conserje.visits.models import Method, State, Visit, Visitor, VisitorKind
from tests.builders import NOON, make_unit
from tests.visits.scene import DAY, HOUR, MINUTE, MOMENT, WINDOW, Gate, ids, journal, make_visit, make_visitor

# The unit's own list


def test_the_units_list_holds_its_last_24_hours_in_every_state(
    gate: Gate, visitor: Visitor, in_every_state: dict[State, Visit]
) -> None:
    make_visit(visitor, NOON - DAY - MOMENT)
    make_visit(make_visitor(make_unit("1205")))
    oldest = make_visit(visitor, NOON - DAY)
    rows = board.of_unit(gate.unit, now=NOON)
    assert ids(rows) == [*ids(list(in_every_state.values())), oldest.id]
    assert [row.state for row in rows[:4]] == list(in_every_state)


def test_the_visits_of_one_moment_stand_in_the_units_list_the_latest_written_first(
    gate: Gate, visitor: Visitor
) -> None:
    written = [make_visit(visitor).id for _ in range(3)]
    assert ids(board.of_unit(gate.unit, now=NOON)) == written[::-1]


# Visitantes desactivados


def deactivated(unit: Unit, now: datetime = NOON) -> list[int]:
    return ids(board.deactivated(unit, now=now).rows)


def test_somebody_with_a_pending_visit_is_not_among_the_deactivated(gate: Gate) -> None:
    visitor_id = gate.announce().visitor_id
    assert deactivated(gate.unit, NOON + WINDOW - MOMENT) == []
    assert deactivated(gate.unit, NOON + WINDOW) == [visitor_id]


def test_somebody_accepted_is_not_among_the_deactivated_while_the_visit_is_valid(gate: Gate) -> None:
    visit = gate.announce(valid_until=NOON + 2 * HOUR)
    approval.accept(visit, Method.CALL, "", by=gate.conserje, now=NOON)
    assert deactivated(gate.unit, NOON + 2 * HOUR - MOMENT) == []
    assert deactivated(gate.unit, NOON + 2 * HOUR) == [visit.visitor_id]


def test_somebody_who_went_out_is_not_among_the_deactivated_while_the_visit_is_valid(gate: Gate) -> None:
    visit = gate.announce()
    approval.accept(visit, Method.CALL, "", by=gate.conserje, now=NOON)
    presence.mark_exit(visit, by=gate.conserje, now=NOON + MINUTE)
    assert deactivated(gate.unit, NOON + HOUR) == []


def test_somebody_rejected_is_among_the_deactivated_at_once(gate: Gate) -> None:
    visit = gate.announce()
    approval.reject(visit, "No lo esperan.", by=gate.conserje, now=NOON)
    assert deactivated(gate.unit, NOON) == [visit.visitor_id]


def test_one_active_visit_among_many_old_ones_keeps_somebody_active(gate: Gate, visitor: Visitor) -> None:
    for state in (State.PENDING, State.ACCEPTED, State.REJECTED):
        make_visit(visitor, NOON - 3 * DAY, state)
    assert deactivated(gate.unit) == [visitor.id]
    make_visit(visitor)
    assert deactivated(gate.unit) == []


def test_the_visit_of_somebody_else_does_not_make_one_active(gate: Gate, visitor: Visitor) -> None:
    make_visit(make_visitor(gate.unit, "Otra Persona"))
    assert deactivated(gate.unit) == [visitor.id]


def test_the_deactivated_are_the_units_own(gate: Gate, visitor: Visitor) -> None:
    assert deactivated(make_unit("1205")) == []


def test_a_deactivated_visitor_is_shown_with_what_the_register_knows(gate: Gate) -> None:
    visit = gate.announce(kind=VisitorKind.FAMILY, now=NOON - HOUR)
    (row,) = board.deactivated(gate.unit, now=NOON).rows
    assert (row.id, row.full_name, row.kind) == (visit.visitor_id, "Camila Soto Díaz", VisitorKind.FAMILY)
    assert row.last_visit_at == NOON - HOUR
    assert row == board.deactivated_now(visit.visitor_id, now=NOON)


def test_an_active_visitor_has_no_row_among_the_deactivated(gate: Gate) -> None:
    visit = gate.announce(now=NOON)
    assert board.deactivated_now(visit.visitor_id, now=NOON) is None


def test_who_came_last_stands_first_among_the_deactivated(gate: Gate) -> None:
    people = [make_visitor(gate.unit, name, last_visit_at=NOON - days * DAY).id for name, days in
              (("Ana", 3), ("Beatriz", 1), ("Carla", 2), ("Diana", 1))]  # fmt: skip
    ana, beatriz, carla, diana = people
    assert deactivated(gate.unit) == [diana, beatriz, carla, ana]


# The profile


def test_the_profile_shows_all_visits_of_the_person_to_the_unit(gate: Gate, visitor: Visitor) -> None:
    make_visit(make_visitor(gate.unit, "Otra Persona"))
    old, new = make_visit(visitor, NOON - 400 * DAY).id, make_visit(visitor, NOON).id
    page = board.open_profile(visitor, by=gate.conserje, now=NOON)
    assert (ids(page.rows), page.next) == ([new, old], None)


def test_opening_a_profile_is_written_in_the_journal_although_it_only_reads(gate: Gate, visitor: Visitor) -> None:
    db.session.commit()
    board.open_profile(visitor, by=gate.conserje, now=NOON)
    database.end_request(keep=False)
    (line,) = journal()
    assert (line.action, line.subject, line.subject_id) == ("profile.viewed", "visitor", visitor.id)
    assert (line.account_id, line.community_id, line.at) == (gate.conserje.account_id, gate.community.id, NOON)
