"""When an entry holds: by the wall clock, whatever the time zone and the change to summer time make of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conserje import clock
from conserje.access_lists.schedules import (
    ALWAYS,
    EVERY_DAY,
    MINUTES_OF_A_DAY,
    Validity,
    days_of,
    holds,
    is_over,
    require_sense,
)
from conserje.errors import Refused

SANTIAGO, BOGOTA = "America/Santiago", "America/Bogota"
TUESDAY = date(2026, 11, 24)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)

zones = st.sampled_from([SANTIAGO, BOGOTA, "Pacific/Easter", "Europe/Madrid"])
# The years in which Chile's clocks change, by the minute.
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
last_days = st.none() | st.dates(date(2024, 1, 1), date(2030, 12, 31))
minutes = st.integers(0, MINUTES_OF_A_DAY - 1)
hours = st.none() | st.tuples(minutes, minutes).filter(lambda pair: pair[0] != pair[1])


@st.composite
def validities(draw: st.DrawFn) -> Validity:
    said = draw(hours)
    return Validity(draw(last_days), draw(st.integers(1, EVERY_DAY)), *(said or (None, None)))


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute))


def as_intervals(validity: Validity, around: date) -> list[tuple[datetime, datetime]]:
    """The rule again, told differently: on the wall, each of its days opens once and closes once."""
    found = []
    for day in (around - DAY, around):
        starts = datetime.combine(day, time.min)
        if validity.days >> day.weekday() & 1 and (validity.expires_on is None or day <= validity.expires_on):
            opens, closes = validity.from_minute, validity.until_minute
            if opens is None or closes is None:
                found.append((starts, starts + DAY))
            else:
                ends = starts + closes * MINUTE + (DAY if closes < opens else timedelta(0))
                found.append((starts + opens * MINUTE, ends))
    return found


@given(validities(), moments, zones)
def test_an_entry_holds_while_one_of_its_days_is_open_on_the_wall(
    validity: Validity, moment: datetime, zone: str
) -> None:
    wall = clock.local(moment, zone)
    naive = wall.replace(tzinfo=None)
    is_open = any(opens <= naive < closes for opens, closes in as_intervals(validity, naive.date()))
    assert holds(validity, wall) is is_open


@given(validities(), moments, zones)
def test_what_is_over_never_holds_again(validity: Validity, moment: datetime, zone: str) -> None:
    if is_over(validity, clock.local(moment, zone)):
        # Half a day further: an hour that occurs twice does not bring back a day that has passed.
        for later in (moment + timedelta(hours=12), moment + 30 * DAY):
            assert not holds(validity, clock.local(later, zone))
            assert is_over(validity, clock.local(later, zone))


@given(moments, zones)
def test_whatever_is_said_of_nothing_holds_always(moment: datetime, zone: str) -> None:
    assert holds(ALWAYS, clock.local(moment, zone))
    assert not is_over(ALWAYS, clock.local(moment, zone))


@given(st.sets(st.integers(0, 6), min_size=1))
def test_days_are_kept_as_they_are_said(weekdays: set[int]) -> None:
    assert set(Validity(days=days_of(weekdays)).weekdays) == weekdays


def test_no_day_said_is_every_day() -> None:
    assert days_of([]) == EVERY_DAY
    assert not Validity(days=EVERY_DAY).has_schedule


TUESDAYS = Validity(days=days_of([1]), from_minute=9 * 60, until_minute=13 * 60)


@pytest.mark.parametrize(
    ("wall", "is_let_in"),
    [
        (at(TUESDAY, 8, 59), False),
        (at(TUESDAY, 9), True),
        (at(TUESDAY, 12, 59), True),
        (at(TUESDAY, 13), False),
        (at(TUESDAY - DAY, 10), False),
        (at(TUESDAY + 7 * DAY, 10), True),
    ],
)
def test_whoever_comes_every_tuesday_is_let_in_on_tuesday_mornings(wall: datetime, is_let_in: bool) -> None:
    assert holds(TUESDAYS, wall) is is_let_in


@pytest.mark.parametrize(
    ("wall", "is_let_in"),
    [
        (at(TUESDAY, 21, 59), False),
        (at(TUESDAY, 22), True),
        (at(TUESDAY + DAY, 5, 59), True),
        (at(TUESDAY + DAY, 6), False),
        (at(TUESDAY, 5), False),
        (at(TUESDAY + DAY, 22), False),
    ],
)
def test_a_night_belongs_to_the_day_on_which_it_begins(wall: datetime, is_let_in: bool) -> None:
    assert holds(Validity(days=days_of([1]), from_minute=22 * 60, until_minute=6 * 60), wall) is is_let_in


def test_the_last_day_counts_whole_and_a_night_that_began_on_it_too() -> None:
    day, night = Validity(TUESDAY), Validity(TUESDAY, from_minute=22 * 60, until_minute=6 * 60)
    assert not is_over(day, at(TUESDAY, 23, 59))
    assert is_over(day, at(TUESDAY + DAY, 0))
    assert holds(night, at(TUESDAY + DAY, 5, 59))
    assert is_over(night, at(TUESDAY + DAY, 6))


def held_minutes(validity: Validity, since: datetime, zone: str) -> int:
    return sum(holds(validity, clock.local(since + n * MINUTE, zone)) for n in range(2 * MINUTES_OF_A_DAY))


@pytest.mark.parametrize(
    ("noon_before", "zone", "hours_long"),
    [
        # From 23:00 to 2:00: in April Chile lives the hour before midnight twice; in September it skips the one after.
        ("2026-04-04T15:00", SANTIAGO, 4),
        ("2026-09-05T16:00", SANTIAGO, 2),
        ("2026-09-05T17:00", BOGOTA, 3),
    ],
)
def test_hours_are_those_of_the_clock_on_the_wall_when_clocks_change(
    noon_before: str, zone: str, hours_long: int
) -> None:
    saturday_night = Validity(days=days_of([5]), from_minute=23 * 60, until_minute=2 * 60)
    since = datetime.fromisoformat(noon_before).replace(tzinfo=UTC)
    assert held_minutes(saturday_night, since, zone) == hours_long * 60


@pytest.mark.parametrize(
    ("validity", "is_authorised", "code", "field"),
    [
        (Validity(TUESDAY - DAY), True, "expiry_past", "expires_on"),
        (Validity(from_minute=60), True, "hours_incomplete", "until_hour"),
        (Validity(until_minute=60), True, "hours_incomplete", "from_hour"),
        (Validity(from_minute=60, until_minute=60), True, "hours_equal", "until_hour"),
        (Validity(days=1), False, "schedule_unauthorised", "days"),
        (Validity(from_minute=60, until_minute=90), False, "schedule_unauthorised", "days"),
    ],
)
def test_what_makes_no_sense_is_refused(validity: Validity, is_authorised: bool, code: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        require_sense(validity, is_authorised=is_authorised, today=TUESDAY)
    assert (refused.value.code, refused.value.field) == (code, field)


@pytest.mark.parametrize("validity", [ALWAYS, Validity(TUESDAY), Validity(TUESDAY + DAY)])
def test_a_last_day_of_today_or_later_makes_sense_on_either_list(validity: Validity) -> None:
    for is_authorised in (True, False):
        require_sense(validity, is_authorised=is_authorised, today=TUESDAY)
