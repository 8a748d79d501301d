"""The gate's lists page by page: no row is left out and none comes twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conserje.visits import board
from conserje.visits.board import DEACTIVATED_SHOWN, VISITS_SHOWN, Filters, Page, Place
from conserje.visits.models import State, Visitor
from tests.builders import NOON, make_unit
from tests.visits.scene import DAY, HOUR, MINUTE, MOMENT, Gate, ids, make_visit, make_visitor


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


@pytest.mark.parametrize("of_one_moment", [1, 1000, 7])
@pytest.mark.parametrize("count", [0, DEACTIVATED_SHOWN, DEACTIVATED_SHOWN + 1, 3 * DEACTIVATED_SHOWN + 2])
def test_the_pages_of_the_deactivated_have_no_gaps_and_no_repeats(gate: Gate, count: int, of_one_moment: int) -> None:
    written = [
        make_visitor(gate.unit, f"Persona {n}", last_visit_at=NOON - 100 * DAY + (n // of_one_moment) * MINUTE).id
        for n in range(count)
    ]
    found = every_page(lambda after: board.deactivated(gate.unit, now=NOON, after=after), DEACTIVATED_SHOWN)
    assert found == written[::-1]


def test_the_pages_of_the_profile_have_no_gaps_and_no_repeats(gate: Gate, visitor: Visitor) -> None:
    written = [make_visit(visitor, NOON - 9 * DAY + n // 3 * HOUR).id for n in range(2 * VISITS_SHOWN + 1)]
    found = every_page(lambda after: board.open_profile(visitor, by=gate.conserje, now=NOON, after=after), VISITS_SHOWN)
    assert found == written[::-1]
