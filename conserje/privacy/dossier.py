"""Everything that a community holds of one person, put together for him."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from conserje.access_lists.models import AccessListEntry, WatchEntry
from conserje.audit.journal import Actor, record_now
from conserje.communities.models import Resident, ResidentPhone, Unit
from conserje.database import Base, db
from conserje.identity.documents import Document
from conserje.messages.models import Message
from conserje.privacy.people import Source
from conserje.tenancy import bound_community_id
from conserje.visits.models import NOBODY, Visit, Visitor, document_of
from conserje.visits.registration import identity_key

# What the journal calls the row by which a person was found.
SUBJECTS = {Source.REGISTER: "visitor", Source.LISTED: "access_list_entry", Source.RESIDENT: "resident"}
_TABLES: dict[Source, type[Base]] = {
    Source.REGISTER: Visitor,
    Source.LISTED: AccessListEntry,
    Source.WATCHED: WatchEntry,
    Source.RESIDENT: Resident,
    Source.MESSAGE: Message,
}


@dataclass(frozen=True)
class Dossier:
    """A person of the bound community, the visits with the newest first. `units` names each unit that is spoken of.

    `key` is what the register of visitors would tell the person by; whoever is no visitor has none.
    """

    source: Source
    row_id: int
    key: str | None
    name: str
    document: Document | None
    resident: Resident | None
    phones: Sequence[str]
    register: Sequence[Visitor]
    visits: Sequence[Visit]
    listed: Sequence[AccessListEntry]
    watched: Sequence[WatchEntry]
    messages: Sequence[Message]
    units: dict[int, str]


def gather(source: Source, row_id: int) -> Dossier | None:
    """Everything of the person whom this row is of; None where the bound community has no such row."""
    row = db.session.get(_TABLES[source], row_id)
    match row:
        case Resident():
            return _of_resident(row)
        case Message() if row.community_id == bound_community_id() and row.recipient:
            return _put_together(source, row_id, row.recipient, None, messages=_messages_to([row.recipient]))
        case Visitor() if row.identity_key != NOBODY:
            return _of_key(source, row_id, row.identity_key, row.full_name, row.document)
        case AccessListEntry():
            return _of_key(source, row_id, identity_key(row.document, ""), row.full_name, row.document)
        case WatchEntry():
            document = document_of(row.document_type, row.document_number)
            return _of_key(source, row_id, identity_key(document, row.full_name), row.full_name, document)
    return None


def note(act: str, of: Dossier, *, by: Actor, now: datetime) -> None:
    """Write down that somebody looked at the person's data (`privacy.viewed`), or took them along (`…exported`)."""
    record_now(act, *subject(of, by), by=by, at=now, facts=trace(of))


def subject(of: Dossier, by: Actor) -> tuple[str, int | None]:
    """What the journal says an act on the person was about."""
    known = SUBJECTS.get(of.source)
    return (known, of.row_id) if known else ("community", by.community_id)


def trace(of: Dossier) -> dict[str, object]:
    """Ids and counts by which an act can be followed later: nothing of the person."""
    return {
        "row": of.row_id,
        "source": of.source,
        "visits": len(of.visits),
        "register": len(of.register),
        "listed": len(of.listed),
        "watched": len(of.watched),
        "messages": len(of.messages),
    }


def _of_resident(resident: Resident) -> Dossier:
    numbers = db.session.scalars(
        select(ResidentPhone.number).where(ResidentPhone.resident_id == resident.id).order_by(ResidentPhone.id)
    ).all()
    contacts = [*numbers, *([resident.email] if resident.email else [])]
    return _put_together(
        Source.RESIDENT,
        resident.id,
        resident.full_name,
        None,
        resident=resident,
        phones=numbers,
        messages=_messages_to(contacts),
    )


def _of_key(source: Source, row_id: int, key: str, name: str, document: Document | None) -> Dossier:
    register = db.session.scalars(select(Visitor).where(Visitor.identity_key == key).order_by(Visitor.id)).all()
    visits = db.session.scalars(
        select(Visit)
        .where(Visit.visitor_id.in_([visitor.id for visitor in register]))
        .order_by(Visit.announced_at.desc(), Visit.id.desc())
    ).all()
    listed: Sequence[AccessListEntry] = ()
    if document is not None:
        listed = db.session.scalars(
            select(AccessListEntry)
            .where(AccessListEntry.document_type == document.type, AccessListEntry.document_number == document.number)
            .order_by(AccessListEntry.id)
        ).all()
    watched = [
        entry
        for entry in db.session.scalars(select(WatchEntry).order_by(WatchEntry.id))
        if identity_key(document_of(entry.document_type, entry.document_number), entry.full_name) == key
    ]
    return _put_together(
        source, row_id, name, document, key=key, register=register, visits=visits, listed=listed, watched=watched
    )


def _put_together(
    source: Source,
    row_id: int,
    name: str,
    document: Document | None,
    *,
    key: str | None = None,
    resident: Resident | None = None,
    phones: Sequence[str] = (),
    register: Sequence[Visitor] = (),
    visits: Sequence[Visit] = (),
    listed: Sequence[AccessListEntry] = (),
    watched: Sequence[WatchEntry] = (),
    messages: Sequence[Message] = (),
) -> Dossier:
    of_units: list[Visitor | Visit | AccessListEntry | Resident] = [*register, *visits, *listed]
    spoken_of = {row.unit_id for row in of_units + ([resident] if resident else [])}
    units = {unit.id: unit.label for unit in db.session.scalars(select(Unit).where(Unit.id.in_(spoken_of)))}
    return Dossier(
        source, row_id, key, name, document, resident, phones, register, visits, listed, watched, messages, units
    )


def _messages_to(contacts: Iterable[str]) -> Sequence[Message]:
    """The community's messages to these, the newest first."""
    return db.session.scalars(
        select(Message)
        .where(
            Message.community_id == bound_community_id(),
            func.lower(Message.recipient).in_([contact.casefold() for contact in contacts]),
        )
        .order_by(Message.id.desc())
    ).all()
