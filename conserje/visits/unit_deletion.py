"""Deleting a unit: what happened at its door would go with it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from conserje.audit.journal import Actor
from conserje.communities import unit_upkeep
from conserje.communities.models import Unit
from conserje.database import db
from conserje.errors import Refused
from conserje.visits.models import Visitor


def delete_unit(unit: Unit, *, by: Actor, now: datetime) -> None:
    """Delete a unit that was made by hand or came in a file, and that nobody has used yet.

    Refuses: `unit_has_visits`, since the record of who came in must stay; and what `unit_upkeep.delete` does.
    """
    unit = unit_upkeep.taken(unit)
    if db.session.scalar(select(Visitor.id).where(Visitor.unit_id == unit.id).limit(1)) is not None:
        raise Refused("unit_has_visits")
    unit_upkeep.delete(unit, by=by, now=now)
