"""When the purge is due, and when somebody is warned."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from conserje.database import db
from conserje.privacy.models import PurgeRun
from conserje.privacy.overdue import overdue
from conserje.privacy.schedule import LastPurge, communities_due, is_due, last_run
from tests.builders import NOON
from tests.visits.scene import Gate

HOUR = timedelta(hours=1)
# Three in the morning in Santiago, in summer time.
NIGHT = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)


def ran(gate: Gate, at: datetime) -> PurgeRun:
    run = PurgeRun(community_id=gate.community.id, ran_at=at, counts={"visits": 1})
    db.session.add(run)
    db.session.flush()
    return run


@pytest.mark.parametrize(
    ("now", "hours_since", "due"),
    [
        (NIGHT, 24, True),
        (NIGHT, 13, True),
        (NIGHT, 2, False),
        (NOON, 24, False),
        (NOON, 29, False),
        (NOON, 31, True),
        (NIGHT - 2 * HOUR, 24, False),
        (NIGHT + 3 * HOUR, 24, False),
    ],
)
def test_it_is_due_at_night_and_by_day_only_where_nights_were_missed(
    now: datetime, hours_since: int, due: bool
) -> None:
    assert is_due(LastPurge(1, "America/Santiago", now - hours_since * HOUR), now) is due


def test_the_night_is_that_of_the_communitys_clock() -> None:
    two_in_bogota = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
    assert is_due(LastPurge(1, "America/Bogota", two_in_bogota - 24 * HOUR), two_in_bogota)
    assert not is_due(LastPurge(1, "America/Bogota", NIGHT - 24 * HOUR), NIGHT)


def test_a_new_community_waits_for_its_first_night_and_one_that_was_purged_for_the_next(gate: Gate) -> None:
    assert communities_due(NOON + HOUR) == []
    assert communities_due(NIGHT) == [gate.community.id]
    ran(gate, NIGHT)
    assert communities_due(NIGHT + HOUR) == []
    assert communities_due(NIGHT + 24 * HOUR) == [gate.community.id]


def test_somebody_is_warned_after_a_day_and_a_half(gate: Gate) -> None:
    assert not overdue(gate.community, NOON + 36 * HOUR).purge
    assert overdue(gate.community, NOON + 37 * HOUR).purge
    run = ran(gate, NOON + 20 * HOUR)
    assert not overdue(gate.community, NOON + 56 * HOUR).purge
    assert overdue(gate.community, NOON + 57 * HOUR).purge
    assert last_run(gate.community) is run
