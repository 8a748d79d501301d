"""[Bandeja de salida]: what the console carrier kept, for whoever tries the demonstration."""

from __future__ import annotations

from sqlalchemy import or_, select

from conserje.database import db
from conserje.messages.models import ConsoleMessage

MOST_SHOWN = 30


def latest(community_id: int) -> list[ConsoleMessage]:
    """The latest messages of the community, and those of no community, newest first."""
    return list(
        db.session.scalars(
            select(ConsoleMessage)
            .where(or_(ConsoleMessage.community_id == community_id, ConsoleMessage.community_id.is_(None)))
            .order_by(ConsoleMessage.id.desc())
            .limit(MOST_SHOWN)
        )
    )
