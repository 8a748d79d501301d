"""What a person may ask of his own data besides seeing them: to have them corrected, and to have them erased."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update

from conserje import change_feed
from conserje.approval_links.models import ApprovalLink
from conserje.audit.journal import Actor, record
from conserje.communities.models import Resident, ResidentPhone
from conserje.database import db
from conserje.errors import Refused
from conserje.identity.documents import Document
from conserje.messages.models import Message
from conserje.privacy import holds
from conserje.privacy.dossier import Dossier, subject, trace
from conserje.privacy.forgetting import forget_visitors, forget_visits
from conserje.privacy.people import Source
from conserje.privacy.purge import FINAL, drop_recipients
from conserje.visits.models import State, Visit, Visitor
from conserje.visits.registration import identity_key


def correct(of: Dossier, full_name: str, document: Document | None, *, by: Actor, now: datetime) -> int:
    """Put the person's name and document right in the register and in every visit; gives the id of a register's row.

    Where a unit's register knows the corrected person already, both become one. Refuses: `nothing_to_correct` where
    the register does not know the person: residents and lists are corrected on their own pages.
    """
    if not of.register:
        raise Refused("nothing_to_correct")
    kept = [_corrected(visitor, full_name, document) for visitor in of.register]
    for visit in of.visits:
        visit.full_name = full_name
        visit.document_type, visit.document_number = _columns(document)
        change_feed.note(visit.community_id, visit.id, at=now)
    if of.key is not None:
        holds.follow(of.key, identity_key(document, full_name))
    db.session.flush()
    record("privacy.corrected", *subject(of, by), by=by, at=now, facts=trace(of))
    return kept[0]


def erase(of: Dossier, *, by: Actor, now: datetime) -> set[str]:
    """Forget the person: visits become nobody's; rows of the register, of lists and links go, and recipients.

    Gives the photographs, to be deleted once this is committed (`files.delete_photos`). The journal keeps ids and
    counts. Refuses: `person_is_resident` while he is; `held` (facts: until) while his visits are kept because of an
    incident; `person_is_visiting` while a visit of his waits or is valid.
    """
    if of.resident is not None or (of.source is Source.MESSAGE and _is_of_resident(of.name)):
        raise Refused("person_is_resident")
    holds.take_turn(of)
    held = holds.lasting(of, now)
    if held is not None:
        raise Refused("held", until=held.hold.last_day)
    if any(_is_going_on(visit, now) for visit in of.visits):
        raise Refused("person_is_visiting")
    shown: list[Visitor | Visit] = [*of.register, *of.visits]
    photos = {row.photo for row in shown if row.photo}
    forget_visits(of.visits)
    forget_visitors(of.register)
    for entry in (*of.listed, *of.watched):
        db.session.delete(entry)
    _forget_recipient(of.messages)
    for visit in of.visits:
        change_feed.note(visit.community_id, visit.id, at=now)
    db.session.flush()
    record("privacy.erased", *subject(of, by), by=by, at=now, facts=trace(of))
    return photos


def _corrected(visitor: Visitor, full_name: str, document: Document | None) -> int:
    """The register's row of the corrected person; where there was one already, this one's visits become that one's."""
    key = identity_key(document, full_name)
    known = db.session.scalars(
        select(Visitor).where(Visitor.unit_id == visitor.unit_id, Visitor.identity_key == key, Visitor.id != visitor.id)
    ).one_or_none()
    if known is not None:
        of_both = update(Visit).where(Visit.visitor_id == visitor.id).values(visitor_id=known.id)
        db.session.execute(of_both.execution_options(synchronize_session="evaluate"))
        known.last_visit_at = max(known.last_visit_at, visitor.last_visit_at)
        db.session.delete(visitor)
    kept = known or visitor
    kept.full_name, kept.identity_key = full_name, key
    kept.document_type, kept.document_number = _columns(document)
    db.session.flush()
    return kept.id


def _columns(document: Document | None) -> tuple[str | None, str | None]:
    return (document.type, document.number) if document else (None, None)


def _is_going_on(visit: Visit, now: datetime) -> bool:
    if visit.state == State.PENDING:
        return visit.answer_by > now
    return visit.state == State.ACCEPTED and visit.valid_until > now and visit.left_at is None


def _is_of_resident(contact: str) -> bool:
    by_email = select(Resident.id).where(Resident.email_key == contact.casefold())
    by_phone = select(ResidentPhone.id).where(ResidentPhone.number == contact)
    return any(db.session.scalar(found.limit(1)) is not None for found in (by_email, by_phone))


def _forget_recipient(messages: Sequence[Message]) -> None:
    """Of messages that are over; what is on its way ends first, and goes with the purge."""
    recipients = {message.recipient.casefold() for message in messages}
    if recipients:
        links = delete(ApprovalLink).where(func.lower(ApprovalLink.recipient).in_(recipients))
        db.session.execute(links.execution_options(synchronize_session=False))
    drop_recipients([message for message in messages if message.fate in FINAL])
