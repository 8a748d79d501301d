"""Keeping the community's watch list: whom no unit lets in without an administrator."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.exc import IntegrityError

from conserje import clock, paging
from conserje.access_lists.models import WatchEntry
from conserje.access_lists.watching import search_text
from conserje.accounts.models import Account
from conserje.audit.journal import Actor, record
from conserje.communities.models import Community
from conserje.database import db
from conserje.errors import Refused
from conserje.identity.documents import Document
from conserje.identity.keystrokes import bare
from conserje.identity.names import fold
from conserje.paging import Page, Sorting

LONGEST_REASON = 140
# Whoever is watched for is looked at again within half a year.
LONGEST_UNTIL_REVIEW = 180


@dataclass(frozen=True)
class Watch:
    """What is said of somebody to watch for."""

    document: Document | None
    full_name: str
    reason: str
    review_on: date


@dataclass(frozen=True)
class WatchRow:
    """An entry, who added it, and whether its review date has passed."""

    entry: WatchEntry
    added_by: str
    is_due: bool


class Order(StrEnum):
    """What the list is sorted by."""

    REVIEW = "review"
    NAME = "name"
    LATEST = "latest"


_SORTINGS = {
    Order.REVIEW: Sorting((WatchEntry.review_on, WatchEntry.id)),
    Order.NAME: Sorting((WatchEntry.search, WatchEntry.id)),
    Order.LATEST: Sorting((WatchEntry.id,), downwards=True),
}


def add(community: Community, said: Watch, *, by: Actor, now: datetime) -> WatchEntry:
    """Put somebody on the community's watch list.

    Refuses: `already_watched` (facts: name) where the document is on it, also where somebody else put it there at the
    same moment; `reason_required`; `note_too_long` (facts: longest); `review_out_of_range` (facts: days).
    """
    _require_sense(community, said, now)
    if by.account_id is None:
        raise ValueError("somebody keeps the watch list, not the system")
    entry = WatchEntry(added_at=now, added_by=by.account_id)
    _write(entry, said)
    _record("watch.added", entry, by, now)
    return entry


def change(community: Community, entry: WatchEntry, said: Watch, *, seen: str, by: Actor, now: datetime) -> WatchEntry:
    """Say something else of an entry, or set the next review; who added it and when stays.

    `seen` is the `version` that whoever types was shown.
    Refuses: `watch_gone`; `watch_changed` where somebody else changed it meanwhile; and what `add` refuses.
    """
    current = _as_it_is_now(entry)
    if seen != version(current):
        raise Refused("watch_changed")
    _require_sense(community, said, now)
    _write(current, said)
    if seen != version(current):
        _record("watch.changed", current, by, now)
    return current


def remove(entry: WatchEntry, *, by: Actor, now: datetime) -> None:
    """Watch for somebody no longer. Visits announced before keep what was said of them. Refuses: `watch_gone`."""
    current = _as_it_is_now(entry)
    _record("watch.removed", current, by, now)
    db.session.delete(current)
    db.session.flush()


def listed(
    community: Community, typed: str = "", order: Order = Order.REVIEW, *, after: int | None = None, now: datetime
) -> Page[WatchRow]:
    """The community's watch list, page by page, what is to be reviewed first at its top unless asked otherwise.

    `typed` narrows it to names that hold each of the words, accents and case ignored, or to a document's number.
    """
    page, today = paging.turned(_wanted(typed), _SORTINGS[order], after=after), _today(community, now)
    return page.showing([_row(entry, given, surname, today) for entry, given, surname, _ in page.rows])


def everybody(
    community: Community, typed: str = "", order: Order = Order.REVIEW, *, now: datetime
) -> Iterator[WatchRow]:
    """The whole list of `listed`, for an Excel file."""
    today = _today(community, now)
    for entry, given, surname in paging.whole(_wanted(typed), _SORTINGS[order]):
        yield _row(entry, given, surname, today)


def due(community: Community, *, now: datetime) -> int:
    """Past how many entries' review date it is."""
    late = WatchEntry.review_on < _today(community, now)
    return db.session.scalar(select(func.count(WatchEntry.id)).where(late)) or 0


def find(entry_id: int) -> WatchEntry | None:
    """The bound community's entry of this id."""
    return db.session.get(WatchEntry, entry_id)


def version(entry: WatchEntry) -> str:
    """What the entry's form shows, as one short text: by it a form that is older than a change is told."""
    shown = [entry.document_type, entry.document_number, entry.full_name, entry.reason, entry.review_on.isoformat()]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:16]


def _require_sense(community: Community, said: Watch, now: datetime) -> None:
    if not said.reason:
        raise Refused("reason_required", field="reason")
    if len(said.reason) > LONGEST_REASON:
        raise Refused("note_too_long", field="reason", longest=LONGEST_REASON)
    today = _today(community, now)
    if not today <= said.review_on <= today + timedelta(days=LONGEST_UNTIL_REVIEW):
        raise Refused("review_out_of_range", field="review_on", days=LONGEST_UNTIL_REVIEW)


def _write(entry: WatchEntry, said: Watch) -> None:
    """Store what was said; the table itself keeps a document from standing there twice."""
    held = _with_document(said.document)
    if held is not None and held.id != entry.id:
        raise _already_watched(held)
    try:
        with db.session.begin_nested():
            entry.document_type = said.document.type if said.document else None
            entry.document_number = said.document.number if said.document else None
            entry.full_name, entry.search = said.full_name, search_text(said.full_name)
            entry.reason, entry.review_on = said.reason, said.review_on
            db.session.add(entry)
    except IntegrityError:
        held = _with_document(said.document)
        if held is None:
            raise
        raise _already_watched(held) from None


def _with_document(document: Document | None) -> WatchEntry | None:
    if document is None:
        return None
    return db.session.scalars(
        select(WatchEntry).where(
            WatchEntry.document_type == document.type, WatchEntry.document_number == document.number
        )
    ).one_or_none()


def _as_it_is_now(entry: WatchEntry) -> WatchEntry:
    """The entry locked and read anew: two administrators changing the same one take turns."""
    current = db.session.get(WatchEntry, entry.id, with_for_update=True, populate_existing=True)
    if current is None:
        raise Refused("watch_gone")
    return current


def _already_watched(held: WatchEntry) -> Refused:
    return Refused("already_watched", field="document_number", name=held.full_name)


def _wanted(typed: str) -> Select[WatchEntry, str, str]:
    return (
        select(WatchEntry, Account.given_name, Account.paternal_surname)
        .join(Account, Account.id == WatchEntry.added_by)
        .where(*_narrowed(typed))
    )


def _row(entry: WatchEntry, given: str, surname: str, today: date) -> WatchRow:
    return WatchRow(entry, f"{given} {surname}", entry.review_on < today)


def _narrowed(typed: str) -> list[ColumnElement[bool]]:
    words = fold(typed).split()
    if not words:
        return []
    of_name = and_(*(WatchEntry.search.contains(word, autoescape=True) for word in words))
    # Kept with the dash of a RUN, typed with points or without any.
    number = func.replace(WatchEntry.document_number, "-", "")
    return [or_(of_name, number.startswith(bare(typed).upper(), autoescape=True))]


def _today(community: Community, now: datetime) -> date:
    return clock.local(now, community.time_zone).date()


def _record(action: str, entry: WatchEntry, by: Actor, now: datetime) -> None:
    record(action, "watch_entry", entry.id, by=by, at=now)
