"""The SMS of each month: which are due, and until when they are good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from conserje.sms_wallet import grants
from tests.builders import NOON

SANTIAGO, BOGOTA = "America/Santiago", "America/Bogota"
MOMENT = timedelta(microseconds=1)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc]


def due(now: datetime, granted_until: str = "", since: datetime = NOON, zone: str = SANTIAGO) -> list[str]:
    found = grants.missing(since=since, granted_until=granted_until, now=now, time_zone=zone)
    return [grant.month for grant in found]


def test_the_month_of_the_foundation_is_granted_with_it() -> None:
    (grant,) = grants.missing(since=NOON, granted_until="", now=NOON, time_zone=SANTIAGO)
    assert (grant.month, grant.granted_at, grant.expires_at) == ("2026-11", NOON, utc(2027, 5, 20, 16))


def test_every_other_month_is_granted_at_its_first_moment() -> None:
    grant = grants.missing(since=NOON, granted_until="", now=utc(2026, 12, 15), time_zone=SANTIAGO)[1]
    assert (grant.month, grant.granted_at, grant.expires_at) == ("2026-12", utc(2026, 12, 1, 3), utc(2027, 6, 1, 4))


@pytest.mark.parametrize(
    ("zone", "midnight"), [(SANTIAGO, utc(2026, 12, 1, 3)), (BOGOTA, utc(2026, 12, 1, 5))], ids=["Chile", "Colombia"]
)
def test_a_month_begins_at_the_communitys_midnight(zone: str, midnight: datetime) -> None:
    assert due(midnight - MOMENT, zone=zone) == ["2026-11"]
    assert due(midnight, zone=zone) == ["2026-11", "2026-12"]


def test_a_community_of_the_last_hours_of_a_month_has_that_month() -> None:
    late = utc(2026, 12, 1, 2, 30)
    assert due(late, since=late) == ["2026-11"]
    assert due(utc(2026, 12, 1, 3), since=late) == ["2026-11", "2026-12"]


def test_what_is_written_down_is_not_granted_again() -> None:
    assert due(utc(2027, 1, 10), "2026-11") == ["2026-12", "2027-01"]
    assert due(utc(2027, 1, 10), "2027-01") == []


def test_a_grant_ends_six_months_after_it_began() -> None:
    first_ends = utc(2027, 5, 20, 16)
    seven = ["2026-11", "2026-12", "2027-01", "2027-02", "2027-03", "2027-04", "2027-05"]
    assert due(first_ends - MOMENT) == seven
    assert due(first_ends) == seven[1:]
    assert due(utc(2027, 6, 1, 4) - MOMENT) == seven[1:]
    assert due(utc(2027, 6, 1, 4)) == [*seven[2:], "2027-06"]


def test_after_years_only_the_last_six_months_are_granted() -> None:
    assert due(utc(2031, 3, 15)) == ["2030-10", "2030-11", "2030-12", "2031-01", "2031-02", "2031-03"]


def test_a_clock_moved_back_over_the_end_of_a_month_grants_nothing_twice() -> None:
    assert due(utc(2026, 12, 1, 3) - timedelta(hours=1), "2026-12") == []


def test_a_clock_moved_back_before_the_foundation_leaves_the_first_grant() -> None:
    founded = utc(2026, 12, 1, 3, 20)
    assert due(founded - timedelta(hours=1), since=founded) == ["2026-12"]
