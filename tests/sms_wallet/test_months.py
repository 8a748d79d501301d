"""Calendar months on the community's wall."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from conserje.sms_wallet import months

SANTIAGO, BOGOTA = "America/Santiago", "America/Bogota"


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("moment", "zone", "month"),
    [
        (utc(2026, 12, 1, 2, 59), SANTIAGO, date(2026, 11, 1)),
        (utc(2026, 12, 1, 3), SANTIAGO, date(2026, 12, 1)),
        (utc(2026, 12, 1, 4, 59), BOGOTA, date(2026, 11, 1)),
        (utc(2026, 12, 1, 5), BOGOTA, date(2026, 12, 1)),
        (utc(2027, 1, 1, 0), BOGOTA, date(2026, 12, 1)),
    ],
)
def test_the_month_is_the_one_on_the_communitys_calendar(moment: datetime, zone: str, month: date) -> None:
    assert months.month_of(moment, zone) == month


@pytest.mark.parametrize(
    ("steps", "month"), [(0, (2026, 11)), (1, (2026, 12)), (2, (2027, 1)), (14, (2028, 1)), (-11, (2025, 12))]
)
def test_months_are_counted_over_the_end_of_a_year(steps: int, month: tuple[int, int]) -> None:
    assert months.later(date(2026, 11, 1), steps) == date(*month, 1)


def test_a_month_begins_at_its_first_local_moment() -> None:
    assert months.begins(date(2026, 12, 1), SANTIAGO) == utc(2026, 12, 1, 3)
    assert months.begins(date(2026, 7, 1), SANTIAGO) == utc(2026, 7, 1, 4), "winter time"
    assert months.begins(date(2026, 12, 1), BOGOTA) == utc(2026, 12, 1, 5)


@pytest.mark.parametrize(
    ("moment", "zone", "later"),
    [
        (utc(2026, 11, 20, 15), SANTIAGO, utc(2027, 5, 20, 16)),
        (utc(2026, 11, 20, 15), BOGOTA, utc(2027, 5, 20, 15)),
        # 31 August has no counterpart in February, and 31 October none in April.
        (utc(2026, 8, 31, 15), BOGOTA, utc(2027, 2, 28, 15)),
        (utc(2027, 8, 31, 15), BOGOTA, utc(2028, 2, 29, 15)),
        (utc(2026, 10, 31, 15), BOGOTA, utc(2027, 4, 30, 15)),
        # In Bogotá it is still 31 December.
        (utc(2027, 1, 1, 2), BOGOTA, utc(2027, 7, 1, 2)),
        # The night on which summer time ends in Chile: 23:30 occurs twice, six months later once.
        (utc(2026, 4, 5, 2, 30), SANTIAGO, utc(2026, 10, 5, 2, 30)),
        (utc(2026, 4, 5, 3, 30), SANTIAGO, utc(2026, 10, 5, 2, 30)),
    ],
)
def test_so_many_months_later_is_the_same_day_and_hour_or_the_last_day_there_is(
    moment: datetime, zone: str, later: datetime
) -> None:
    assert months.months_after(moment, 6, zone) == later
