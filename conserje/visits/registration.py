"""Announcing a visitor: the register, and the visit that somebody has to decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from conserje import change_feed
from conserje.access_lists.matching import Listing, matching
from conserje.access_lists.watching import watched
from conserje.audit.journal import Actor, record
from conserje.communities.models import Community, Unit
from conserje.database import db
from conserje.errors import Refused
from conserje.identity.documents import Document
from conserje.identity.names import LONGEST, fold
from conserje.permissions import Module
from conserje.visits import asking
from conserje.visits.models import Method, State, Visit, Visitor, VisitorKind

# The vigencia when nobody says otherwise: from now until 24 hours later.
USUAL_VALIDITY = timedelta(hours=24)
LONGEST_VALIDITY = timedelta(days=366)
MOST_COMPANIONS = 30


@dataclass(frozen=True)
class Announcement:
    """What the gate knows of an arrival. `photo` is the digest under which the photograph is kept."""

    full_name: str
    document: Document | None
    kind: VisitorKind
    valid_from: datetime
    valid_until: datetime
    companions: int = 0
    plate: str = ""
    note: str = ""
    photo: str | None = None


def announce(unit: Unit, said: Announcement, *, by: Actor, now: datetime) -> Visit:
    """Register an arrival for the unit: the visitor joins its register (O22), the visit its list (O24).

    Someone who is already waiting for an answer from that unit gets that same visit, not a second one. A person on
    the unit's authorised list is accepted at once, within the hours that the unit has said; about everybody else the
    resident is asked (O23), until the community's window closes. About somebody on the unauthorised list, or on the
    community's watch list, which wins over the unit's, nobody is asked. The visit keeps what the lists said when it was
    announced: whoever is put on a list later, or taken off it, waits on as announced. Where the community does without
    lists, they say nothing of anybody.

    Refuses: `document_required` where the community demands one; `range_reversed`, `range_over`, `range_too_long`
    (facts: days) for a vigencia that makes no sense; `companions_out_of_range` (facts: most).
    """
    community = db.session.get_one(Community, unit.community_id)
    _check(said, community, now)
    visitor = _enter_in_register(unit, said, now)
    waiting = _pending_visit(visitor, now)
    if waiting is not None:
        return waiting

    listing = listing_of(unit, said.document, said.full_name, now)
    visit = Visit(
        unit_id=unit.id,
        visitor_id=visitor.id,
        full_name=said.full_name,
        document_type=visitor.document_type,
        document_number=visitor.document_number,
        kind=said.kind,
        plate=said.plate,
        companions=said.companions,
        note=said.note,
        photo=said.photo or visitor.photo,
        listing=listing,
        announced_at=now,
        announced_by=by.account_id,
        valid_from=said.valid_from,
        valid_until=said.valid_until,
        state=State.PENDING,
        answer_by=now + timedelta(minutes=community.approval_minutes),
        decision_note="",
    )
    if listing is Listing.AUTHORISED:
        visit.state, visit.method, visit.decided_at = State.ACCEPTED, Method.ACCESS_LIST, now
        visit.entered_at = now if said.valid_from <= now else None
    db.session.add(visit)
    db.session.flush()
    record("visit.announced", "visit", visit.id, by=by, at=now, facts={"unit": unit.id, "visitor": visitor.id})
    if visit.state == State.PENDING and not listing.is_barred:
        asking.ask(visit, unit, community, now=now)
    change_feed.note(visit.community_id, visit.id, at=now)
    return visit


def reactivate(visitor: Visitor, *, by: Actor, now: datetime) -> Visit:
    """[Activar]: a new pending visit with the data that the register holds (O19), valid for the usual 24 hours.

    Someone who is already waiting gets that same visit. Refuses: `visitor_is_active` while an accepted visit is still
    valid, and what `announce` refuses.
    """
    unit = db.session.get_one(Unit, visitor.unit_id)
    still_valid = select(Visit.id).where(
        Visit.visitor_id == visitor.id, Visit.state == State.ACCEPTED, Visit.valid_until > now
    )
    if db.session.scalars(still_valid.limit(1)).first() is not None:
        raise Refused("visitor_is_active")
    said = Announcement(
        full_name=visitor.full_name,
        document=visitor.document,
        kind=VisitorKind(visitor.kind),
        plate=visitor.plate,
        valid_from=now,
        valid_until=now + USUAL_VALIDITY,
    )
    return announce(unit, said, by=by, now=now)


def known(unit: Unit, document: Document) -> Visitor | None:
    """Whoever came to this unit before with this document: their data fill the form."""
    return _in_register(unit, identity_key(document, ""))


def listing_of(unit: Unit, document: Document | None, full_name: str, now: datetime) -> Listing:
    """What the lists say of a person who arrives at the unit; the community's watch list wins over the unit's own.

    Where the community does without lists, they say nothing of anybody.
    """
    if not db.session.get_one(Community, unit.community_id).has(Module.ACCESS_LISTS):
        return Listing.NOT_LISTED
    return watched(document, full_name) or matching(unit, document, now)


def identity_key(document: Document | None, full_name: str) -> str:
    """By what a unit's register tells people apart: the document, or without one the normalised name."""
    return f"{document.type}:{document.number}" if document else f"name:{fold(full_name)[:LONGEST]}"


def _check(said: Announcement, community: Community, now: datetime) -> None:
    if said.document is None and community.document_required:
        raise Refused("document_required", field="document_number")
    if said.valid_until <= said.valid_from:
        raise Refused("range_reversed", field="valid_until")
    if said.valid_until <= now:
        raise Refused("range_over", field="valid_until")
    if said.valid_until - said.valid_from > LONGEST_VALIDITY or said.valid_from - now > LONGEST_VALIDITY:
        raise Refused("range_too_long", field="valid_until", days=LONGEST_VALIDITY.days)
    if not 0 <= said.companions <= MOST_COMPANIONS:
        raise Refused("companions_out_of_range", field="companions", most=MOST_COMPANIONS)


def _in_register(unit: Unit, key: str, *, lock: bool = False) -> Visitor | None:
    found = select(Visitor).where(Visitor.unit_id == unit.id, Visitor.identity_key == key)
    return db.session.scalars(found.with_for_update() if lock else found).one_or_none()


def _enter_in_register(unit: Unit, said: Announcement, now: datetime) -> Visitor:
    """The visitor's one row, new or brought up to date, and locked: two gates announcing the same person take turns."""
    key = identity_key(said.document, said.full_name)
    visitor = _in_register(unit, key, lock=True)
    if visitor is None:
        visitor = Visitor(
            unit_id=unit.id,
            identity_key=key,
            full_name=said.full_name,
            document_type=said.document.type if said.document else None,
            document_number=said.document.number if said.document else None,
            kind=said.kind,
            plate=said.plate,
            photo=said.photo,
            last_visit_at=now,
        )
        try:
            with db.session.begin_nested():
                db.session.add(visitor)
        except IntegrityError:
            visitor = _in_register(unit, key, lock=True)
            if visitor is None:
                raise
    visitor.full_name = said.full_name
    visitor.kind = said.kind
    visitor.plate = said.plate or visitor.plate
    visitor.photo = said.photo or visitor.photo
    visitor.last_visit_at = now
    return visitor


def _pending_visit(visitor: Visitor, now: datetime) -> Visit | None:
    return db.session.scalars(
        select(Visit)
        .where(Visit.visitor_id == visitor.id, Visit.state == State.PENDING, Visit.answer_by > now)
        .order_by(Visit.announced_at.desc())
        .limit(1)
    ).first()
