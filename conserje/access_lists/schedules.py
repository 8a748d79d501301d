"""When an entry of a unit's lists holds: until which day, on which days of the week, between which hours.

All by the clock on the gatehouse's wall: an hour that the change to summer time skips is nobody's hour, and one that
occurs twice counts both times.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from conserje.errors import Refused

# A bit for each day of the week, from Monday on.
EVERY_DAY = 0b1111111
MINUTES_OF_A_DAY = 24 * 60
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Validity:
    """When an entry holds; nothing said holds always. `expires_on` is the last day, minutes are of the local day.

    Hours over midnight, 22:00 to 6:00, belong to the day on which they begin.
    """

    expires_on: date | None = None
    days: int = EVERY_DAY
    from_minute: int | None = None
    until_minute: int | None = None

    @property
    def has_schedule(self) -> bool:
        """Whether it holds on some days or at some hours only."""
        return self.days != EVERY_DAY or self.from_minute is not None

    @property
    def weekdays(self) -> tuple[int, ...]:
        """The days on which it holds: 0 is Monday."""
        return tuple(day for day in range(7) if self.days >> day & 1)


ALWAYS = Validity()


def days_of(weekdays: Iterable[int]) -> int:
    """The days of the week as they are kept; every day where none is named."""
    return sum(1 << day for day in set(weekdays)) or EVERY_DAY


def minute_of(wall: datetime) -> int:
    """The minute of the day that the wall clock shows."""
    return wall.hour * 60 + wall.minute


def is_over(validity: Validity, wall: datetime) -> bool:
    """Whether its last day has passed: the entry then counts as not listed."""
    return validity.expires_on is not None and _day_of(validity, wall) > validity.expires_on


def holds(validity: Validity, wall: datetime) -> bool:
    """Whether an authorised entry lets its person in at this moment of the community's wall clock."""
    on_its_day = bool(validity.days >> _day_of(validity, wall).weekday() & 1)
    return on_its_day and _within_hours(validity, minute_of(wall)) and not is_over(validity, wall)


def require_sense(validity: Validity, *, is_authorised: bool, today: date) -> None:
    """Refuses: `expiry_past`; `hours_incomplete` where only one of the two hours is said; `hours_equal`;
    `schedule_unauthorised` where somebody who may not enter is given days or hours.
    """
    if validity.expires_on is not None and validity.expires_on < today:
        raise Refused("expiry_past", field="expires_on")
    if (validity.from_minute is None) != (validity.until_minute is None):
        raise Refused("hours_incomplete", field="until_hour" if validity.until_minute is None else "from_hour")
    if validity.from_minute is not None and validity.from_minute == validity.until_minute:
        raise Refused("hours_equal", field="until_hour")
    if validity.has_schedule and not is_authorised:
        raise Refused("schedule_unauthorised", field="days")


def _day_of(validity: Validity, wall: datetime) -> date:
    """The day to which this moment belongs: after midnight still yesterday, as long as yesterday's hours last."""
    start, end = validity.from_minute, validity.until_minute
    still_yesterday = start is not None and end is not None and end < start and minute_of(wall) < end
    return wall.date() - _ONE_DAY if still_yesterday else wall.date()


def _within_hours(validity: Validity, minute: int) -> bool:
    start, end = validity.from_minute, validity.until_minute
    if start is None or end is None:
        return True
    return start <= minute < end if start < end else minute >= start or minute < end
