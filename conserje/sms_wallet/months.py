"""Calendar months of a community: grants, charges and the life of a credit are counted in them, not in days."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time

from conserje import clock


def month_of(moment: datetime, time_zone: str) -> date:
    """The first day of the month in which the moment lies on the community's calendar."""
    return clock.local(moment, time_zone).date().replace(day=1)


def later(first_day: date, months: int) -> date:
    """The first day of the month so many months later, or earlier where the number is negative."""
    year, month = divmod(first_day.year * 12 + first_day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def label(first_day: date) -> str:
    """The month as it is kept: 2026-11. Labels sort as their months do."""
    return f"{first_day:%Y-%m}"


def begins(first_day: date, time_zone: str) -> datetime:
    """The first moment of the month in the community's time zone, in UTC."""
    return clock.from_local(datetime.combine(first_day, time.min), time_zone)


def months_after(moment: datetime, months: int, time_zone: str) -> datetime:
    """The same day and hour on the community's wall so many months later, in UTC.

    Where that month is too short for the day, its last day: six months after 31 August is 28 February.
    """
    wall = clock.local(moment, time_zone).replace(tzinfo=None, fold=0)
    month = later(wall.date().replace(day=1), months)
    day = min(wall.day, monthrange(month.year, month.month)[1])
    return clock.from_local(wall.replace(year=month.year, month=month.month, day=day), time_zone)
