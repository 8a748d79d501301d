"""Finding a person in everything that a community holds, for whoever asks what is held of him.

A person is who has one key: the document, or without one the name (`registration.identity_key`). A resident and a
recipient of messages have no document and are found as such.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import and_, func, or_, select

from conserje.access_lists.models import AccessListEntry, WatchEntry
from conserje.audit.journal import Actor, record_now
from conserje.communities.models import Community, Resident, ResidentPhone
from conserje.database import db
from conserje.errors import Refused
from conserje.identity import documents, phones
from conserje.identity.documents import Document
from conserje.identity.names import fold
from conserje.messages.models import Message
from conserje.visits.models import FORGOTTEN, Visit, Visitor, document_of
from conserje.visits.registration import identity_key

PEOPLE_SHOWN = 50
# Fewer letters find half the community.
SHORTEST = 3


class Source(StrEnum):
    """In which list of the community a person was found; with the id of the row it leads to the person."""

    REGISTER = "registro"
    LISTED = "lista"
    WATCHED = "vigilancia"
    RESIDENT = "residente"
    MESSAGE = "mensaje"


@dataclass
class Found:
    """A person who answers to what was asked, and in which lists."""

    source: Source
    row_id: int
    name: str
    document: Document | None = None
    places: set[Source] = field(default_factory=set)


@dataclass(frozen=True)
class Question:
    """What was typed, as it may be meant: a document, a telephone, an e-mail, words of a name."""

    numbers: frozenset[str]
    contact: str
    words: tuple[str, ...]

    def means(self, number: str | None, *names: str) -> bool:
        if number and number in self.numbers:
            return True
        return bool(self.words) and any(_has_all(self.words, name) for name in names)


def find(community: Community, typed: str, *, by: Actor, now: datetime) -> list[Found]:
    """Who may be meant, one entry for each person, at most one more than are shown.

    That somebody searched is written in the journal, and not for whom. Refuses: `search_too_short` (facts: shortest).
    """
    asked = _understood(typed, community)
    people: dict[str, Found] = {}
    for key, found in _answers(asked, community):
        people.setdefault(key, found).places.add(found.source)
        if len(people) > PEOPLE_SHOWN:
            break
    record_now("privacy.searched", "community", community.id, by=by, at=now, facts={"found": len(people)})
    return list(people.values())


def _understood(typed: str, community: Community) -> Question:
    text = typed.strip()
    words = tuple(fold(text).split())
    if sum(map(len, words)) < SHORTEST:
        raise Refused("search_too_short", field="text", shortest=SHORTEST)
    contact = text.casefold() if "@" in text else _telephone(text, community)
    is_name = not contact and any(letter.isalpha() for letter in text)
    return Question(frozenset(_document_numbers(text, community)), contact, words if is_name else ())


def _document_numbers(text: str, community: Community) -> Iterator[str]:
    """What the text is as a document of each kind that the country knows."""
    for kind in documents.types_for(community.of_country):
        try:
            yield documents.parse(kind, text).number
        except Refused:
            continue


def _telephone(text: str, community: Community) -> str:
    try:
        return phones.parse(text, community.of_country)
    except Refused:
        return ""


def _answers(asked: Question, community: Community) -> Iterator[tuple[str, Found]]:
    yield from _residents(asked)
    yield from _register(asked)
    yield from _listed(asked)
    yield from _watched(asked)
    yield from _messages(asked, community)


def _register(asked: Question) -> Iterator[tuple[str, Found]]:
    # Of their visits the names that differ: people are found by what they were once called, too.
    visits_under_another_name = and_(
        Visit.community_id == Visitor.community_id, Visit.visitor_id == Visitor.id, Visit.full_name != Visitor.full_name
    )
    rows = db.session.execute(
        select(
            Visitor.id,
            Visitor.identity_key,
            Visitor.full_name,
            Visitor.document_type,
            Visitor.document_number,
            Visit.full_name.label("other_name"),
        )
        .outerjoin(Visit, visits_under_another_name)
        .where(Visitor.full_name != FORGOTTEN)
        .order_by(Visitor.last_visit_at.desc(), Visitor.id)
    )
    for row in rows:
        if asked.means(row.document_number, row.full_name, row.other_name or ""):
            document = document_of(row.document_type, row.document_number)
            yield row.identity_key, Found(Source.REGISTER, row.id, row.full_name, document)


def _listed(asked: Question) -> Iterator[tuple[str, Found]]:
    for entry in db.session.scalars(select(AccessListEntry).order_by(AccessListEntry.id)):
        if asked.means(entry.document_number, entry.full_name):
            key = identity_key(entry.document, entry.full_name)
            yield key, Found(Source.LISTED, entry.id, entry.full_name, entry.document)


def _watched(asked: Question) -> Iterator[tuple[str, Found]]:
    for entry in db.session.scalars(select(WatchEntry).order_by(WatchEntry.id)):
        if asked.means(entry.document_number, entry.full_name):
            document = document_of(entry.document_type, entry.document_number)
            yield identity_key(document, entry.full_name), Found(Source.WATCHED, entry.id, entry.full_name, document)


def _residents(asked: Question) -> Iterator[tuple[str, Found]]:
    if asked.contact:
        with_number = select(ResidentPhone.resident_id).where(ResidentPhone.number == asked.contact)
        wanted = select(Resident).where(or_(Resident.email_key == asked.contact, Resident.id.in_(with_number)))
    elif asked.words:
        wanted = select(Resident).where(*(Resident.search.like(f"% {word}%") for word in asked.words))
    else:
        return
    for resident in db.session.scalars(wanted.order_by(Resident.id).limit(PEOPLE_SHOWN + 1)):
        yield f"resident:{resident.id}", Found(Source.RESIDENT, resident.id, resident.full_name)


def _messages(asked: Question, community: Community) -> Iterator[tuple[str, Found]]:
    """A recipient, where no resident has that contact any more."""
    if not asked.contact or next(_residents(asked), None) is not None:
        return
    latest = db.session.scalar(
        select(func.max(Message.id)).where(
            Message.community_id == community.id, func.lower(Message.recipient) == asked.contact
        )
    )
    if latest is not None:
        yield "message", Found(Source.MESSAGE, latest, asked.contact)


def _has_all(words: tuple[str, ...], name: str) -> bool:
    held = f" {fold(name)}"
    return all(f" {word}" in held for word in words)
