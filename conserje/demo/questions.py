"""Who waits at the demo's gates at this moment: their residents are being asked, as after [Guardar]."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from conserje.communities.models import Community, Unit
from conserje.database import db
from conserje.visits import asking
from conserje.visits.models import State, Visit


def ask(community: Community, now: datetime) -> None:
    """Owe a message about every visit that still waits for an answer. Needs `begin_writing()`."""
    waiting = select(Visit).where(Visit.state == State.PENDING, Visit.answer_by > now).order_by(Visit.announced_at)
    for visit in db.session.scalars(waiting).all():
        asking.ask(visit, db.session.get_one(Unit, visit.unit_id), community, now=now)
