"""Keeping a unit's two access lists (K070 to K088)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.exc import IntegrityError

from conserje import paging
from conserje.access_lists.matching import LISTS, Listing, wall_clock
from conserje.access_lists.models import AccessListEntry
from conserje.access_lists.schedules import ALWAYS, Validity, is_over, minute_of, require_sense
from conserje.accounts.models import Account
from conserje.audit.journal import Actor, record
from conserje.communities.models import Unit
from conserje.database import db
from conserje.errors import Refused
from conserje.identity.documents import Document
from conserje.paging import Sorting

_LATEST_FIRST = Sorting((AccessListEntry.listed_at, AccessListEntry.id), downwards=True)


@dataclass(frozen=True)
class EntryRow:
    """A person on one of the lists (K077, K078), and the e-mail of who recorded this access type (K076)."""

    entry: AccessListEntry
    listed_by: str
    is_over: bool

    @property
    def other(self) -> Listing:
        """The list to which the person can be moved."""
        return other_than(self.entry.listing)


@dataclass(frozen=True)
class EntryPage:
    """`sizes`: how many persons each list of the unit holds, whichever of them is shown; `over`: of how many of them
    the last day has passed."""

    rows: Sequence[EntryRow]
    sizes: Mapping[Listing, int]
    over: int
    next: int | None


def add(
    unit: Unit,
    document: Document,
    full_name: str,
    listing: Listing,
    *,
    validity: Validity = ALWAYS,
    by: Actor,
    now: datetime,
) -> AccessListEntry:
    """Put a person on one of the unit's two lists (K086), until its last day and, where authorised, on its hours only.

    Refuses: what `schedules.require_sense` refuses; `already_listed` (facts: listing, name) where the document stands
    on a list already, this one or the other (K087), also where somebody else put it there at the same moment;
    `change_type` then moves it (K088).
    """
    _require_sense(unit, listing, validity, now)
    held = with_document(unit, document)
    if held is not None:
        raise _already_listed(held)
    entry = made(unit.id, document, full_name, listing, validity, by=by, now=now)
    try:
        with db.session.begin_nested():
            db.session.add(entry)
    except IntegrityError:
        held = with_document(unit, document)
        if held is None:
            raise
        raise _already_listed(held) from None
    note("access_list.added", entry, by, now)
    return entry


def change_type(entry: AccessListEntry, to: Listing, *, by: Actor, now: datetime) -> AccessListEntry:
    """Move a person to that list (K080, K088): the same entry, so never on both, recorded anew by whom and when (K076,
    K078). Somebody who stands there already is left as recorded. Visits announced before keep what was said of them.

    The last day, days and hours were said of the list that the person leaves: on the other the entry holds always.

    Refuses: `not_listed_any_more` where the person was taken off the lists meanwhile.
    """
    current = _as_it_is_now(entry)
    if current.listing == to:
        return current
    put_over(current, to, ALWAYS, by=by, now=now)
    db.session.flush()
    return current


def made(
    unit_id: int, document: Document, full_name: str, listing: Listing, validity: Validity, *, by: Actor, now: datetime
) -> AccessListEntry:
    """An entry that is not stored yet."""
    return AccessListEntry(
        unit_id=unit_id,
        document_type=document.type,
        document_number=document.number,
        full_name=full_name,
        listing=listing,
        listed_at=now,
        listed_by=_account_of(by),
        validity=validity,
    )


def put_over(entry: AccessListEntry, to: Listing, validity: Validity, *, by: Actor, now: datetime) -> None:
    """Record the entry, which is held, anew on that list."""
    entry.listing, entry.listed_at, entry.listed_by = to, now, _account_of(by)
    entry.validity = validity
    note("access_list.moved", entry, by, now)


def amend(entry: AccessListEntry, validity: Validity, *, seen: str, by: Actor, now: datetime) -> AccessListEntry:
    """[Editar]: give the entry another last day, other days or hours; who listed the person and when stays.

    `seen` is the `amendable` that whoever types was shown.
    Refuses: `not_listed_any_more`; `access_changed` where somebody else changed the entry meanwhile; and what
    `schedules.require_sense` refuses.
    """
    current = _as_it_is_now(entry)
    if seen != amendable(current):
        raise Refused("access_changed")
    unit = db.session.get_one(Unit, current.unit_id)
    _require_sense(unit, Listing(current.listing), validity, now)
    if current.validity != validity:
        current.validity = validity
        db.session.flush()
        note("access_list.amended", current, by, now)
    return current


def amendable(entry: AccessListEntry) -> str:
    """Changes with whatever [Editar] shows of the entry."""
    when = entry.validity
    return f"{entry.version}.{when.expires_on or ''}.{when.days}.{when.from_minute}.{when.until_minute}"


def remove(entry: AccessListEntry, *, by: Actor, now: datetime) -> None:
    """Take a person off the lists (K081). Refuses: `not_listed_any_more` where somebody else did so meanwhile."""
    current = _as_it_is_now(entry)
    note("access_list.removed", current, by, now)
    db.session.delete(current)
    db.session.flush()


def listed(
    unit: Unit,
    *,
    listing: Listing | None = None,
    only_over: bool = False,
    after: int | None = None,
    now: datetime,
) -> EntryPage:
    """Who stands on the unit's lists, or on one of them (K075), the latest first, page by page.

    `only_over` shows those whose last day has passed. `after` is the id of the entry that the page before ended with.
    """
    wall = wall_clock(unit, now)
    wanted = (
        select(AccessListEntry, Account.email)
        .join(Account, Account.id == AccessListEntry.listed_by)
        .where(AccessListEntry.unit_id == unit.id)
    )
    if listing is not None:
        wanted = wanted.where(AccessListEntry.listing == listing)
    if only_over:
        wanted = wanted.where(_over_at(wall))
    page = paging.turned(wanted, _LATEST_FIRST, after=after)
    rows = [EntryRow(entry, email, is_over(entry.validity, wall)) for entry, email, _ in page.rows]
    return EntryPage(rows, _sizes(unit), _how_many_over(unit, wall), page.next)


def find(unit: Unit, entry_id: int) -> AccessListEntry | None:
    """The entry of that id on the unit's lists."""
    return db.session.scalars(
        select(AccessListEntry).where(AccessListEntry.unit_id == unit.id, AccessListEntry.id == entry_id)
    ).one_or_none()


def with_document(unit: Unit, document: Document) -> AccessListEntry | None:
    """The entry of that document on the unit's lists."""
    return db.session.scalars(
        select(AccessListEntry)
        .where(
            AccessListEntry.unit_id == unit.id,
            AccessListEntry.document_type == document.type,
            AccessListEntry.document_number == document.number,
        )
        # It may have been moved since this session read it.
        .execution_options(populate_existing=True)
    ).one_or_none()


def other_than(listing: str) -> Listing:
    """The other one of the two lists."""
    return Listing.UNAUTHORISED if listing == Listing.AUTHORISED else Listing.AUTHORISED


def _sizes(unit: Unit) -> dict[Listing, int]:
    counted = db.session.execute(
        select(AccessListEntry.listing, func.count(AccessListEntry.id))
        .where(AccessListEntry.unit_id == unit.id)
        .group_by(AccessListEntry.listing)
    )
    found = {row[0]: row[1] for row in counted}
    return {each: found.get(each, 0) for each in LISTS}


def _how_many_over(unit: Unit, wall: datetime) -> int:
    counted = select(func.count(AccessListEntry.id)).where(AccessListEntry.unit_id == unit.id, _over_at(wall))
    return db.session.scalar(counted) or 0


def _over_at(wall: datetime) -> ColumnElement[bool]:
    """What `schedules.is_over` says, as a condition on entries: a night that has begun on the last day still lasts."""
    last, start, end = AccessListEntry.expires_on, AccessListEntry.from_minute, AccessListEntry.until_minute
    today = wall.date()
    night_lasts = and_(start.is_not(None), end < start, end > minute_of(wall))
    return or_(last < today - timedelta(days=1), and_(last < today, ~night_lasts))


def _require_sense(unit: Unit, listing: Listing, validity: Validity, now: datetime) -> None:
    today = wall_clock(unit, now).date()
    require_sense(validity, is_authorised=listing is Listing.AUTHORISED, today=today)


def _as_it_is_now(entry: AccessListEntry) -> AccessListEntry:
    """The entry locked and read anew: two administrators changing the same person take turns."""
    current = db.session.get(AccessListEntry, entry.id, with_for_update=True, populate_existing=True)
    if current is None:
        raise Refused("not_listed_any_more")
    return current


def _already_listed(held: AccessListEntry) -> Refused:
    return Refused("already_listed", listing=held.listing, name=held.full_name)


def _account_of(by: Actor) -> int:
    if by.account_id is None:
        raise ValueError("somebody keeps the lists, not the system")
    return by.account_id


def note(action: str, entry: AccessListEntry, by: Actor, now: datetime) -> None:
    """Write down what was done to an entry that is stored."""
    facts = {"unit": entry.unit_id, "listing": str(entry.listing)}
    record(action, "access_list_entry", entry.id, by=by, at=now, facts=facts)
