"""Coming in and going out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, update

from conserje import change_feed
from conserje.audit.journal import Actor, record
from conserje.database import changes_one, db
from conserje.errors import Refused
from conserje.visits.models import State, Visit


def is_inside(visit: Visit) -> bool:
    """Whether the visitor came in and has not gone out since."""
    return visit.entered_at is not None and visit.left_at is None


def may_enter(visit: Visit, now: datetime) -> bool:
    """Whether [Marcar ingreso] is offered: accepted, within its vigencia, and not inside."""
    return visit.state == State.ACCEPTED and not is_inside(visit) and visit.valid_from <= now < visit.valid_until


def mark_entry(visit: Visit, *, by: Actor, now: datetime) -> Visit:
    """The visitor of an accepted visit comes in, for the first time or again while the vigencia lasts.

    Refuses: `visit_not_accepted`, `visit_not_yet_valid`, `visit_no_longer_valid`, `already_inside`.
    """
    if visit.state != State.ACCEPTED:
        raise Refused("visit_not_accepted")
    if now < visit.valid_from:
        raise Refused("visit_not_yet_valid")
    if now >= visit.valid_until:
        raise Refused("visit_no_longer_valid")
    entered = changes_one(
        update(Visit)
        .where(
            Visit.id == visit.id,
            Visit.state == State.ACCEPTED,
            or_(Visit.entered_at.is_(None), Visit.left_at.is_not(None)),
        )
        .values(entered_at=now, left_at=None)
    )
    if not entered:
        raise Refused("already_inside")
    db.session.refresh(visit)
    record("visit.entered", "visit", visit.id, by=by, at=now)
    change_feed.note(visit.community_id, visit.id, at=now)
    return visit


def mark_exit(visit: Visit, *, by: Actor, now: datetime) -> Visit:
    """The visitor goes out. Refuses: `not_inside`."""
    left = changes_one(
        update(Visit)
        .where(Visit.id == visit.id, Visit.entered_at.is_not(None), Visit.left_at.is_(None))
        .values(left_at=now)
    )
    if not left:
        raise Refused("not_inside")
    db.session.refresh(visit)
    record("visit.left", "visit", visit.id, by=by, at=now)
    change_feed.note(visit.community_id, visit.id, at=now)
    return visit
