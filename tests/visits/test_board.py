"""A visit as a row, and the list of the community's entries: which visits, in what order, and what is masked."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from conserje import clock
from conserje.access_lists.matching import Listing
from conserje.database import db
from conserje.identity.documents import Document, DocumentType
from conserje.visits import approval, board, presence
from conserje.visits.board import Filters
from conserje.visits.models import Method, State, Visit, Visitor, VisitorKind
from tests.builders import NOON, RUN, make_unit
from tests.visits.scene import DAY, HOUR, MINUTE, MOMENT, WINDOW, Gate, ids, make_visit, make_visitor

EVERYTHING = Filters(until=NOON + 1000 * DAY)


def listed(now: datetime = NOON, **filters: object) -> list[int]:
    page = board.entries(Filters(**filters), now=now)
    assert page.next is None
    return ids(page.rows)


# A visit as a row


def test_a_row_shows_what_is_known_of_the_visit(gate: Gate) -> None:
    visit = gate.announce(
        "Camila Soto Díaz",
        RUN,
        kind=VisitorKind.SUPPLIER,
        companions=2,
        plate="BBCL23",
        note="Trae un mueble.",
        photo="a" * 64,
    )
    approval.accept(visit, Method.INTERCOM, "Contestó Ana.", by=gate.admin, now=NOON + MINUTE)
    row = board.row(visit, now=NOON + 2 * MINUTE)
    assert (row.id, row.visitor_id) == (visit.id, visit.visitor_id)
    assert (row.unit_id, row.unit_label) == (gate.unit.id, "Torre B · 1204")
    assert (row.full_name, row.document, row.kind) == ("Camila Soto Díaz", "12.345.678-5", VisitorKind.SUPPLIER)
    assert (row.companions, row.plate, row.note, row.photo) == (2, "BBCL23", "Trae un mueble.", "a" * 64)
    assert (row.announced_at, row.valid_from, row.valid_until) == (NOON, NOON, NOON + DAY)
    assert (row.state, row.answer_by, row.may_decide) == (State.ACCEPTED, NOON + WINDOW, False)
    assert (row.method, row.decided_at, row.decided_by) == (Method.INTERCOM, NOON + MINUTE, "Paula Pino")
    assert (row.decision_note, row.entered_at, row.left_at) == ("Contestó Ana.", NOON + MINUTE, None)
    assert (row.is_inside, row.may_enter, row.is_barred) == (True, False, False)


def test_a_row_of_an_undecided_visit_names_nobody_and_no_means(gate: Gate) -> None:
    row = board.row(gate.announce(), now=NOON)
    assert (row.state, row.may_decide) == (State.PENDING, True)
    assert (row.method, row.decided_at, row.decided_by, row.decision_note) == (None, None, "", "")


def test_a_row_without_a_document_shows_none(gate: Gate) -> None:
    gate.community.document_required = False
    assert board.row(gate.announce("Camila Soto", None), now=NOON).document == ""


def test_an_expired_visit_may_still_be_decided(gate: Gate) -> None:
    row = board.row(gate.announce(), now=NOON + WINDOW)
    assert (row.state, row.may_decide) == (State.EXPIRED, True)


def test_a_row_warns_of_somebody_on_the_unauthorised_list(visitor: Visitor) -> None:
    assert board.row(make_visit(visitor, listing=Listing.UNAUTHORISED), now=NOON).is_barred


def test_the_version_of_a_row_changes_with_every_act(gate: Gate) -> None:
    visit = gate.announce()
    versions = [board.row(visit, now=NOON).version]
    for act, minutes in ((_accept, 1), (presence.mark_exit, 2), (presence.mark_entry, 3), (presence.mark_exit, 4)):
        act(visit, by=gate.conserje, now=NOON + minutes * MINUTE)
        versions.append(board.row(visit, now=NOON).version)
    assert len(set(versions)) == 5


def _accept(visit: Visit, **who_and_when: object) -> Visit:
    return approval.accept(visit, Method.CALL, "", **who_and_when)  # type: ignore[arg-type]


# What is masked


def test_a_document_is_shown_in_full_for_24_hours_and_masked_afterwards(gate: Gate) -> None:
    visit = gate.announce()
    assert board.row(visit, now=NOON + DAY).document == "12.345.678-5"
    assert board.row(visit, now=NOON + DAY + MOMENT).document == "12.***.***-5"


def test_the_same_holds_in_a_list(visitor: Visitor) -> None:
    make_visit(visitor, NOON - DAY)
    make_visit(visitor, NOON - DAY - MOMENT)
    rows = board.entries(EVERYTHING, now=NOON).rows
    assert [row.document for row in rows] == ["12.345.678-5", "12.***.***-5"]


def test_a_document_is_masked_in_the_register(gate: Gate, visitor: Visitor) -> None:
    assert [row.document for row in board.deactivated(gate.unit, now=NOON).rows] == ["12.***.***-5"]
    row = board.deactivated_now(visitor.id, now=NOON)
    assert row is not None
    assert row.document == "12.***.***-5"


def test_a_document_of_another_kind_is_masked_too(gate: Gate) -> None:
    visit = gate.announce("Camila Soto", Document(DocumentType.PASSPORT, "AB123456"))
    assert board.row(visit, now=NOON + 2 * DAY).document == "AB*****6"


# The community's entries


def test_the_list_of_entries_holds_the_last_24_hours_in_every_state(in_every_state: dict[State, Visit]) -> None:
    assert listed() == ids(list(in_every_state.values()))


def test_the_list_of_entries_is_of_the_last_24_hours(visitor: Visitor) -> None:
    make_visit(visitor, NOON - DAY - MOMENT)
    last = make_visit(visitor, NOON - DAY)
    assert listed() == [last.id]


def test_the_newest_entry_comes_first_and_of_the_same_moment_the_latest_written(visitor: Visitor) -> None:
    moments = [NOON - HOUR, NOON - 3 * HOUR, NOON - HOUR, NOON - 2 * HOUR]
    a, b, c, d = (make_visit(visitor, at).id for at in moments)
    assert listed() == [c, a, d, b]


@pytest.mark.parametrize("state", list(State))
def test_the_list_is_narrowed_to_a_state(in_every_state: dict[State, Visit], state: State) -> None:
    assert listed(state=state) == [in_every_state[state].id]


def test_a_pending_visit_moves_to_the_expired_at_its_deadline(visitor: Visitor) -> None:
    visit = make_visit(visitor)
    before, after = NOON + WINDOW - MOMENT, NOON + WINDOW
    assert (listed(before, state=State.PENDING), listed(before, state=State.EXPIRED)) == ([visit.id], [])
    assert (listed(after, state=State.PENDING), listed(after, state=State.EXPIRED)) == ([], [visit.id])


def test_the_list_is_narrowed_to_units(gate: Gate, visitor: Visitor) -> None:
    make_visit(visitor)
    second, third = (make_visit(make_visitor(make_unit(number))).id for number in ("1205", "1206"))
    units = {visit_id: db.session.get_one(Visit, visit_id).unit_id for visit_id in (second, third)}
    assert listed(unit_ids=(units[second],)) == [second]
    assert listed(unit_ids=(units[second], units[third])) == [third, second]


def test_a_range_shows_older_visits_from_its_beginning_until_before_its_end(visitor: Visitor) -> None:
    since, until = NOON - 10 * DAY, NOON - 9 * DAY
    moments = [since - MOMENT, since, until - MOMENT, until]
    _, first, last, _ = (make_visit(visitor, at).id for at in moments)
    assert listed(since=since, until=until) == [last, first]


def test_a_range_without_an_end_runs_until_now(visitor: Visitor) -> None:
    make_visit(visitor, NOON - 11 * DAY)
    old, new = make_visit(visitor, NOON - 10 * DAY).id, make_visit(visitor, NOON).id
    assert listed(since=NOON - 10 * DAY) == [new, old]


def test_a_range_without_a_beginning_runs_from_the_first_visit(visitor: Visitor) -> None:
    old, new = make_visit(visitor, NOON - 400 * DAY).id, make_visit(visitor, NOON - 10 * DAY).id
    make_visit(visitor, NOON)
    assert listed(until=NOON - 9 * DAY) == [new, old]


def test_the_filters_narrow_together(gate: Gate, visitor: Visitor) -> None:
    other = make_visitor(make_unit("1205"))
    wanted = make_visit(visitor, NOON - 5 * DAY, State.REJECTED)
    make_visit(visitor, NOON - 5 * DAY, State.ACCEPTED)
    make_visit(visitor, NOON - 7 * DAY, State.REJECTED)
    make_visit(other, NOON - 5 * DAY, State.REJECTED)
    found = listed(unit_ids=(gate.unit.id,), since=NOON - 6 * DAY, until=NOON - 4 * DAY, state=State.REJECTED)
    assert found == [wanted.id]


# Local days over the change of the hour


@pytest.mark.parametrize(
    ("day", "moments"),
    [
        # 24 hours: 3 h behind UTC in summer, 4 h in winter.
        (date(2026, 1, 15), ["2026-01-15T03:00", "2026-01-16T02:59"]),
        (date(2026, 7, 15), ["2026-07-15T04:00", "2026-07-16T03:59"]),
        # The clock goes back at midnight: 23:00 to 24:00 comes twice, and both belong to this day of 25 hours.
        (date(2026, 4, 4), ["2026-04-04T03:00", "2026-04-05T02:30", "2026-04-05T03:30", "2026-04-05T03:59"]),
        (date(2026, 4, 5), ["2026-04-05T04:00", "2026-04-06T03:59"]),
        # The clock goes forward at midnight: 00:00 to 01:00 never comes, and the day of 23 hours begins at 01:00.
        (date(2026, 9, 5), ["2026-09-05T04:00", "2026-09-06T03:59"]),
        (date(2026, 9, 6), ["2026-09-06T04:00", "2026-09-07T02:59"]),
    ],
)
def test_a_local_day_holds_what_the_clock_on_the_wall_says(visitor: Visitor, day: date, moments: list[str]) -> None:
    within = [datetime.fromisoformat(moment).replace(tzinfo=UTC) for moment in moments]
    make_visit(visitor, within[0] - MINUTE)
    expected = [make_visit(visitor, moment).id for moment in within]
    make_visit(visitor, within[-1] + MINUTE)
    assert {clock.local(moment, "America/Santiago").date() for moment in within} == {day}
    since, until = clock.day_bounds(day, "America/Santiago")
    assert listed(since=since, until=until) == expected[::-1]
