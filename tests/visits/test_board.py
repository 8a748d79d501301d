"""What the gate's lists show: which visits, in what order, page by page, and what is masked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from conserje import clock, database
from conserje.access_lists.matching import Listing
from conserje.communities.models import Unit
from conserje.database import db
from conserje.identity.documents import Document, DocumentType
from conserje.visits import approval, board, presence
from conserje.visits.board import DEACTIVATED_SHOWN, VISITS_SHOWN, Filters, Page, Place
from conserje.visits.models import Method, State, Visit, Visitor, VisitorKind
from tests.builders import NOON, RUN, make_unit
from tests.visits.scene import DAY, HOUR, WINDOW, Gate, journal, make_visit, make_visitor

MINUTE = timedelta(minutes=1)
MOMENT = timedelta(microseconds=1)
EVERYTHING = Filters(until=NOON + 1000 * DAY)
IN_EVERY_STATE = {
    State.PENDING: {"announced_at": NOON - MINUTE},
    State.EXPIRED: {"announced_at": NOON - HOUR},
    State.ACCEPTED: {"announced_at": NOON - 2 * HOUR, "state": State.ACCEPTED},
    State.REJECTED: {"announced_at": NOON - 3 * HOUR, "state": State.REJECTED},
}


@pytest.fixture
def visitor(gate: Gate) -> Visitor:
    return make_visitor(gate.unit, document_type="run", document_number=RUN.number)


@pytest.fixture
def in_every_state(visitor: Visitor) -> dict[State, Visit]:
    return {state: make_visit(visitor, **values) for state, values in IN_EVERY_STATE.items()}


def ids(rows: Sequence[object]) -> list[int]:
    return [row.id for row in rows]  # type: ignore[attr-defined]


def listed(now: datetime = NOON, **filters: object) -> list[int]:
    page = board.entries(Filters(**filters), now=now)
    assert page.next is None
    return ids(page.rows)


def every_page(ask: Callable[[Place | None], Page], size: int) -> list[int]:
    """Ids of all rows, page after page; every page but the last is full."""
    page = ask(None)
    found = ids(page.rows)
    while page.next is not None:
        assert len(page.rows) == size
        page = ask(page.next)
        assert page.rows, "no page is empty"
        found += ids(page.rows)
    assert len(page.rows) <= size
    return found


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
    assert (row.is_inside, row.may_enter, row.unauthorised) == (True, False, False)


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
    assert board.row(make_visit(visitor, listing=Listing.UNAUTHORISED), now=NOON).unauthorised


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


# Pages


# Every visit at a moment of its own; all at one; groups that lie across the ends of pages.
@pytest.mark.parametrize("of_one_moment", [1, 1000, 7])
@pytest.mark.parametrize("count", [0, 1, VISITS_SHOWN, VISITS_SHOWN + 1, 3 * VISITS_SHOWN + 2])
def test_the_pages_of_entries_have_no_gaps_and_no_repeats(visitor: Visitor, count: int, of_one_moment: int) -> None:
    written = [make_visit(visitor, NOON - HOUR + (n // of_one_moment) * MINUTE).id for n in range(count)]
    found = every_page(lambda after: board.entries(Filters(), now=NOON, after=after), VISITS_SHOWN)
    assert found == written[::-1]


def test_moments_a_microsecond_apart_are_kept_apart_by_the_pages(visitor: Visitor) -> None:
    written = [make_visit(visitor, NOON - HOUR + n * MOMENT).id for n in range(VISITS_SHOWN * 2)]
    assert every_page(lambda after: board.entries(Filters(), now=NOON, after=after), VISITS_SHOWN) == written[::-1]


def test_whoever_arrives_meanwhile_does_not_shift_the_pages(visitor: Visitor) -> None:
    written = [make_visit(visitor, NOON - HOUR).id for _ in range(VISITS_SHOWN + 5)]
    first = board.entries(Filters(), now=NOON)
    make_visit(visitor, NOON)
    second = board.entries(Filters(), now=NOON, after=first.next)
    assert ids(first.rows) + ids(second.rows) == written[::-1]


def test_the_pages_keep_to_the_filters(gate: Gate, visitor: Visitor) -> None:
    other = make_visitor(make_unit("1205"))
    wanted = []
    for n in range(2 * VISITS_SHOWN + 3):
        wanted.append(make_visit(visitor, NOON - HOUR + n // 3 * MINUTE, State.REJECTED).id)
        make_visit(other, NOON - HOUR + n // 3 * MINUTE, State.REJECTED)
        make_visit(visitor, NOON - HOUR + n // 3 * MINUTE, State.ACCEPTED)
    filters = Filters(unit_ids=(gate.unit.id,), state=State.REJECTED)
    found = every_page(lambda after: board.entries(filters, now=NOON, after=after), VISITS_SHOWN)
    assert found == wanted[::-1]


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


@pytest.mark.parametrize("of_one_moment", [1, 1000, 7])
@pytest.mark.parametrize("count", [0, DEACTIVATED_SHOWN, DEACTIVATED_SHOWN + 1, 3 * DEACTIVATED_SHOWN + 2])
def test_the_pages_of_the_deactivated_have_no_gaps_and_no_repeats(gate: Gate, count: int, of_one_moment: int) -> None:
    written = [
        make_visitor(gate.unit, f"Persona {n}", last_visit_at=NOON - 100 * DAY + (n // of_one_moment) * MINUTE).id
        for n in range(count)
    ]
    found = every_page(lambda after: board.deactivated(gate.unit, now=NOON, after=after), DEACTIVATED_SHOWN)
    assert found == written[::-1]


# The profile


def test_the_profile_shows_all_visits_of_the_person_to_the_unit(gate: Gate, visitor: Visitor) -> None:
    make_visit(make_visitor(gate.unit, "Otra Persona"))
    old, new = make_visit(visitor, NOON - 400 * DAY).id, make_visit(visitor, NOON).id
    page = board.open_profile(visitor, by=gate.conserje, now=NOON)
    assert (ids(page.rows), page.next) == ([new, old], None)


def test_the_pages_of_the_profile_have_no_gaps_and_no_repeats(gate: Gate, visitor: Visitor) -> None:
    written = [make_visit(visitor, NOON - 9 * DAY + n // 3 * HOUR).id for n in range(2 * VISITS_SHOWN + 1)]
    found = every_page(lambda after: board.open_profile(visitor, by=gate.conserje, now=NOON, after=after), VISITS_SHOWN)
    assert found == written[::-1]


def test_opening_a_profile_is_written_in_the_journal_although_it_only_reads(gate: Gate, visitor: Visitor) -> None:
    db.session.commit()
    board.open_profile(visitor, by=gate.conserje, now=NOON)
    database.end_request(keep=False)
    (line,) = journal()
    assert (line.action, line.subject, line.subject_id) == ("profile.viewed", "visitor", visitor.id)
    assert (line.account_id, line.community_id, line.at) == (gate.conserje.account_id, gate.community.id, NOON)
