"""What time it is: UTC inside, the community's own day and hour outside."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def local(moment: datetime, time_zone: str) -> datetime:
    """The moment as the clock on the gatehouse's wall shows it."""
    return moment.astimezone(ZoneInfo(time_zone))


def from_local(wall_time: datetime, time_zone: str) -> datetime:
    """A wall-clock time (naive, as typed at the gate) as UTC.

    An hour that the change to summer time skips is read as one hour later; one that occurs twice, as the first.
    """
    return wall_time.replace(tzinfo=ZoneInfo(time_zone)).astimezone(UTC)


def day_bounds(day: date, time_zone: str) -> tuple[datetime, datetime]:
    """First moment of a community's local day and first moment of the next, in UTC."""
    start = datetime.combine(day, time.min)
    return from_local(start, time_zone), from_local(start + timedelta(days=1), time_zone)
