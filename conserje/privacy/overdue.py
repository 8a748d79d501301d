"""What somebody has to be warned of: data that nobody purges, and requests that nobody answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from conserje import clock
from conserje.communities.models import Community
from conserje.database import db
from conserje.privacy import schedule
from conserje.privacy.models import DataRequest, PurgeRun


@dataclass(frozen=True)
class Overdue:
    """Whether no purge ended for too long, and how many requests are past their day without an answer."""

    purge: bool
    requests: int


def overdue(community: Community, now: datetime) -> Overdue:
    """What the community is late with; one query for both, since every page of its administration asks."""
    late = select(func.count(DataRequest.id)).where(
        DataRequest.community_id == community.id,
        DataRequest.closed_at.is_(None),
        DataRequest.due_on < clock.local(now, community.time_zone).date(),
    )
    latest, requests = db.session.execute(
        select(func.max(PurgeRun.ran_at), late.scalar_subquery()).where(PurgeRun.community_id == community.id)
    ).one()
    return Overdue(schedule.is_overdue(community, latest, now), requests)
