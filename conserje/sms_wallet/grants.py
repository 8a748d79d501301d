"""The SMS that a community is given each calendar month, by contract (K032)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from conserje.sms_wallet import months

MONTHLY_PARTS = 30
# How long a credit is good, granted or bought, in calendar months (K035).
VALID_MONTHS = 6


@dataclass(frozen=True)
class Grant:
    """The parts of one month, as 2026-11, and when they come and go."""

    month: str
    granted_at: datetime
    expires_at: datetime


def missing(*, since: datetime, granted_until: str, now: datetime, time_zone: str) -> list[Grant]:
    """The grants due by now that are not yet written down and still good, the oldest first.

    The first comes with the community (`since`), every other at the first moment of its month in the time zone.
    `granted_until` is the last month written down, empty where none is.
    """
    first = months.month_of(since, time_zone)
    # A clock that was moved back over the end of the month does not take the first grant away.
    current = max(first, months.month_of(now, time_zone))
    due = []
    for back in range(VALID_MONTHS, -1, -1):
        month = months.later(current, -back)
        if month < first or months.label(month) <= granted_until:
            continue
        granted_at = since if month == first else months.begins(month, time_zone)
        expires_at = expiry(granted_at, time_zone)
        if expires_at > now:
            due.append(Grant(months.label(month), granted_at, expires_at))
    return due


def expiry(granted_at: datetime, time_zone: str) -> datetime:
    """When what came into the wallet at this moment is lost (K035): six calendar months later, in UTC."""
    return months.months_after(granted_at, VALID_MONTHS, time_zone)
