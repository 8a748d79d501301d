"""Taking the person out of a visit: what remains is that somebody came, when, to which unit, and what was decided."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from conserje.database import db
from conserje.visits.models import FORGOTTEN, NOBODY, Visit, Visitor, VisitorKind

# Nobody came at no time: the row stands at the end of every list, and is never the first to be old.
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def forget_visits(visits: Sequence[Visit]) -> None:
    """Make the visits nobody's: they stay for counting, without name, document, plate, notes, photograph."""
    nobody = {unit_id: _nobody_of(unit_id) for unit_id in {visit.unit_id for visit in visits}}
    for visit in visits:
        visit.visitor_id = nobody[visit.unit_id]
        visit.full_name = FORGOTTEN
        visit.document_type = visit.document_number = visit.photo = None
        visit.plate = visit.note = visit.decision_note = visit.answered_by = ""
    db.session.flush()


def forget_visitors(visitors: Iterable[Visitor]) -> int:
    """Delete these rows of the register, of which no visit may be left; gives how many went.

    One that has a visit after all stays: deleting it would take the visit along.
    """
    gone = 0
    for visitor in visitors:
        has_visit = select(Visit.id).where(Visit.visitor_id == visitor.id).limit(1)
        if db.session.scalar(has_visit) is None:
            db.session.delete(visitor)
            gone += 1
    db.session.flush()
    return gone


def photos_without_use(digests: Collection[str]) -> set[str]:
    """Of these photographs of the bound community those that no visit and no row of the register shows any more."""
    shown: set[str] = set()
    for model in (Visit, Visitor):
        still_shown = db.session.scalars(select(model.photo).where(model.photo.in_(digests)))
        shown |= {digest for digest in still_shown if digest}
    return set(digests) - shown


def _nobody_of(unit_id: int) -> int:
    """The row of the unit's register that stands for whoever was forgotten."""
    found = select(Visitor.id).where(Visitor.unit_id == unit_id, Visitor.identity_key == NOBODY)
    known = db.session.scalar(found)
    if known is not None:
        return known
    nobody = Visitor(
        unit_id=unit_id,
        identity_key=NOBODY,
        full_name=FORGOTTEN,
        kind=VisitorKind.OTHER,
        last_visit_at=_NEVER,
    )
    try:
        with db.session.begin_nested():
            db.session.add(nobody)
    except IntegrityError:
        return db.session.scalars(found).one()
    return nobody.id
