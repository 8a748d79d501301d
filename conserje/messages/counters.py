"""How many messages a community sent (K107)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from conserje import clock
from conserje.communities.models import Community
from conserje.database import db
from conserje.messages.models import Channel, Fate, Message


@dataclass(frozen=True)
class Sent:
    """Messages sent through one channel: since the first of the community's month, and ever."""

    this_month: int
    in_total: int


def counted(community: Community, channel: Channel, *, now: datetime) -> Sent:
    """What the counter of a channel shows. The month is that of the community's calendar."""
    first = clock.local(now, community.time_zone).date().replace(day=1)
    began, _ = clock.day_bounds(first, community.time_zone)
    return Sent(sent(community, channel, began), sent(community, channel))


def sent(community: Community, channel: Channel, since: datetime | None = None) -> int:
    """Messages of the community that were surely sent; of those queued at `since` (UTC) or later, where it is given.

    A message counts once, whatever the number of its parts.
    """
    counting = select(func.count(Message.id)).where(
        Message.community_id == community.id, Message.channel == channel, Message.fate == Fate.SENT
    )
    if since is not None:
        counting = counting.where(Message.created_at >= since)
    return db.session.scalar(counting) or 0
