"""Who of those who arrive is on the community's watch list: by document, else by name."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select

from conserje.access_lists.matching import Listing
from conserje.access_lists.models import WatchEntry
from conserje.database import db
from conserje.identity.documents import Document
from conserje.identity.names import fold

# What the folded name may take: a letter such as ß becomes two.
LONGEST_SEARCH = 90

# A person as he presents himself at the gate.
Person = tuple[Document | None, str]


def search_text(full_name: str) -> str:
    """The name by which an entry is found: without accents and capitals."""
    return fold(full_name)[:LONGEST_SEARCH]


def watched(document: Document | None, full_name: str) -> Listing | None:
    """Whether the community watches for this person: WATCHED by document, WATCHED_NAME by name, None for nobody.

    The name counts only where it cannot be told by document: the visitor shows none, or the entry has none. One
    statement over an index.
    """
    entries = _entries_of([(document, full_name)])
    entry = entry_of(entries, document, full_name)
    if entry is None:
        return None
    return Listing.WATCHED if document and entry.document == document else Listing.WATCHED_NAME


def entry_of(entries: Collection[WatchEntry], document: Document | None, full_name: str) -> WatchEntry | None:
    """The entry that is about this person: the one of the document before those of the name."""
    name = search_text(full_name)
    of_document = (each for each in entries if document is not None and each.document == document)
    of_name = (each for each in entries if each.search == name and (document is None or each.document is None))
    return next(of_document, None) or next(of_name, None)


def reasons(persons: Sequence[Person]) -> list[str]:
    """Why the community watches for each of them; empty where it does not do so any more. One statement for all."""
    entries = _entries_of(persons) if persons else []
    found = [entry_of(entries, *person) for person in persons]
    return [entry.reason if entry else "" for entry in found]


def _entries_of(persons: Sequence[Person]) -> Sequence[WatchEntry]:
    documents = [document for document, _ in persons if document]
    by_name = WatchEntry.search.in_([search_text(name) for _, name in persons])
    by_document = [
        (WatchEntry.document_type == each.type) & (WatchEntry.document_number == each.number) for each in documents
    ]
    return db.session.scalars(select(WatchEntry).where(or_(by_name, *by_document)).order_by(WatchEntry.id)).all()
