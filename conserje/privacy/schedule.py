"""When a community's data are to be purged, and whether that has been left undone for too long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, select

from conserje import clock
from conserje.communities.models import Community
from conserje.database import db
from conserje.privacy.models import PurgeRun

# By the clock on the gatehouse's wall: few people come then.
NIGHT_HOURS = range(2, 6)
# Once a night; by day only what the nights have missed, well before anybody is warned.
NOT_AGAIN_WITHIN = timedelta(hours=12)
CAUGHT_UP_AFTER = timedelta(hours=30)
WARNED_AFTER = timedelta(hours=36)


@dataclass(frozen=True)
class LastPurge:
    """The latest purge of a community that came to its end; `at` is its creation where there was none yet."""

    community_id: int
    time_zone: str
    at: datetime


def is_due(last: LastPurge, now: datetime) -> bool:
    """Whether the community's purge is to begin now: at night, or at any hour where nights were missed."""
    since = now - last.at
    at_night = clock.local(now, last.time_zone).hour in NIGHT_HOURS
    return since >= (NOT_AGAIN_WITHIN if at_night else CAUGHT_UP_AFTER)


def communities() -> list[tuple[int, str]]:
    """Id and name of every community of the installation."""
    found = db.session.execute(select(Community.id, Community.name).order_by(Community.id))
    return [(row.id, row.name) for row in found]


def communities_due(now: datetime) -> list[int]:
    """Ids of the communities whose purge is to begin now, the longest waiting first."""
    found = db.session.execute(
        select(Community.id, Community.time_zone, func.coalesce(func.max(PurgeRun.ran_at), Community.created_at))
        .outerjoin(PurgeRun, and_(PurgeRun.community_id == Community.id, PurgeRun.ran_at <= now))
        .group_by(Community.id, Community.time_zone, Community.created_at)
    )
    lasts = [LastPurge(*row) for row in found]
    return [last.community_id for last in sorted(lasts, key=lambda last: last.at) if is_due(last, now)]


def last_run(community: Community) -> PurgeRun | None:
    """The community's latest purge that came to its end."""
    return db.session.scalars(
        select(PurgeRun).where(PurgeRun.community_id == community.id).order_by(PurgeRun.ran_at.desc()).limit(1)
    ).one_or_none()


def is_overdue(community: Community, latest: datetime | None, now: datetime) -> bool:
    """Whether somebody has to look why nothing was purged for a day and a half. `latest`: when it last was."""
    if now - community.created_at <= WARNED_AFTER:
        return False
    return latest is None or now - latest > WARNED_AFTER
