"""UTC inside, the community's own day and hour outside. In 2026 Chile's clocks change at midnight of two Sundays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conserje import clock
from conserje.identity.countries import Country

CHILE, COLOMBIA = Country.CL.time_zone, Country.CO.time_zone
# Here 24:00 is 23:00 again (5 April), and 00:00 is 01:00 at once (6 September).
BACK, FORWARD = date(2026, 4, 5), date(2026, 9, 6)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
days = st.dates(date(2000, 1, 1), date(2037, 12, 31))
zones = st.sampled_from([CHILE, COLOMBIA, "Pacific/Easter", "Europe/Madrid"])


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_now_is_in_utc() -> None:
    assert clock.now().tzinfo is UTC


@pytest.mark.parametrize(
    ("moment", "zone", "shown"),
    [
        ("2026-01-15T15:00", CHILE, "2026-01-15T12:00:00-03:00"),
        ("2026-07-15T15:00", CHILE, "2026-07-15T11:00:00-04:00"),
        ("2026-07-15T15:00", COLOMBIA, "2026-07-15T10:00:00-05:00"),
        ("2026-01-01T02:59", CHILE, "2025-12-31T23:59:00-03:00"),
    ],
)
def test_a_moment_is_shown_as_the_clock_on_the_wall_shows_it(moment: str, zone: str, shown: str) -> None:
    assert clock.local(utc(moment), zone).isoformat() == shown


@pytest.mark.parametrize(
    ("typed", "zone", "moment"),
    [
        ("2026-01-15T12:00", CHILE, "2026-01-15T15:00"),
        ("2026-07-15T11:00", CHILE, "2026-07-15T15:00"),
        ("2026-07-15T10:00", COLOMBIA, "2026-07-15T15:00"),
    ],
)
def test_a_time_typed_at_the_gate_is_kept_in_utc(typed: str, zone: str, moment: str) -> None:
    found = clock.from_local(wall(typed), zone)
    assert found == utc(moment)
    assert found.tzinfo is UTC


def test_a_time_that_the_change_of_hour_skips_is_one_hour_later() -> None:
    assert clock.from_local(wall("2026-09-06T00:30"), CHILE) == clock.from_local(wall("2026-09-06T01:30"), CHILE)


def test_a_time_that_comes_twice_is_the_first() -> None:
    first = clock.from_local(wall("2026-04-04T23:30"), CHILE)
    assert first == utc("2026-04-05T02:30")
    assert clock.local(first + HOUR, CHILE).replace(tzinfo=None) == wall("2026-04-04T23:30")


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        (BACK - DAY, CHILE, 25),
        (BACK, CHILE, 24),
        (FORWARD - DAY, CHILE, 24),
        (FORWARD, CHILE, 23),
        (date(2026, 1, 15), CHILE, 24),
        (BACK - DAY, COLOMBIA, 24),
        (FORWARD, COLOMBIA, 24),
    ],
)
def test_a_local_day_lasts_as_long_as_its_clock_says(day: date, zone: str, hours: int) -> None:
    start, end = clock.day_bounds(day, zone)
    assert end - start == hours * HOUR


def test_the_day_without_a_midnight_begins_at_one() -> None:
    start, _ = clock.day_bounds(FORWARD, CHILE)
    assert clock.local(start, CHILE).replace(tzinfo=None) == wall("2026-09-06T01:00")


@given(days, zones)
def test_a_days_bounds_hold_that_day_and_nothing_else(day: date, zone: str) -> None:
    start, end = clock.day_bounds(day, zone)
    moment = timedelta(microseconds=1)
    assert clock.local(start, zone).date() == clock.local(end - moment, zone).date() == day
    assert clock.local(start - moment, zone).date() == day - DAY
    assert clock.local(end, zone).date() == day + DAY


@given(days, zones)
def test_one_day_ends_where_the_next_begins(day: date, zone: str) -> None:
    assert clock.day_bounds(day, zone)[1] == clock.day_bounds(day + DAY, zone)[0]


@given(st.datetimes(wall("2000-01-01"), wall("2037-12-31")).map(lambda each: each.replace(tzinfo=UTC)), zones)
def test_what_is_shown_and_typed_again_is_the_same_moment_but_for_the_hour_that_comes_twice(
    moment: datetime, zone: str
) -> None:
    shown = clock.local(moment, zone)
    again = clock.from_local(shown.replace(tzinfo=None, fold=0), zone)
    assert again == moment or (shown.fold == 1 and again == moment - HOUR)
