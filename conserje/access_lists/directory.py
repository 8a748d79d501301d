"""[Listas de acceso]: who stands on the lists of all units of a community, searched, narrowed, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import starmap

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from conserje import clock, paging
from conserje.access_lists.models import AccessListEntry
from conserje.access_lists.schedules import is_over
from conserje.accounts.models import Account
from conserje.communities import units
from conserje.communities.models import Community, Unit
from conserje.database import without_accents
from conserje.identity.keystrokes import bare
from conserje.paging import Page, Sorting


class Order(StrEnum):
    """What the list is sorted by."""

    UNIT = "unit"
    NAME = "name"
    LATEST = "latest"


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to; nothing given narrows nothing. `listing` is one of `matching.LISTS`."""

    typed: str = ""
    listing: str = ""


@dataclass(frozen=True)
class ListedRow:
    """A person on a list of a unit, and the e-mail of who recorded this access type (K076)."""

    entry: AccessListEntry
    unit_label: str
    listed_by: str
    is_over: bool


_OF_ITS_UNIT = and_(Unit.community_id == AccessListEntry.community_id, Unit.id == AccessListEntry.unit_id)
_SORTINGS = {
    # As [Inmuebles] has them, and within a unit the latest last.
    Order.UNIT: Sorting((Unit.tower, func.length(Unit.number), Unit.number, AccessListEntry.id)),
    Order.NAME: Sorting((without_accents(AccessListEntry.full_name), AccessListEntry.id)),
    Order.LATEST: Sorting((AccessListEntry.listed_at, AccessListEntry.id), downwards=True),
}


def listed(
    community: Community, wanted: Wanted, order: Order = Order.UNIT, *, after: int | None = None, now: datetime
) -> Page[ListedRow]:
    """The community's lists, by unit, by name, or those recorded last first.

    Narrowed to those whose name or unit has each word typed, whatever its accents and capitals, or whose document's
    number begins so. `after` is the id of the entry that the page before ended with.
    """
    page = paging.turned(_wanted(wanted), _SORTINGS[order], after=after)
    wall = clock.local(now, community.time_zone)
    return page.showing([_row(entry, unit, email, wall) for entry, unit, email, _ in page.rows])


def everybody(community: Community, wanted: Wanted, order: Order = Order.UNIT, *, now: datetime) -> Iterator[ListedRow]:
    """The whole list of `listed`, for an Excel file."""
    wall = clock.local(now, community.time_zone)
    found = paging.whole(_wanted(wanted), _SORTINGS[order])
    return starmap(lambda entry, unit, email: _row(entry, unit, email, wall), found)


def _wanted(wanted: Wanted) -> Select[AccessListEntry, Unit, str]:
    found = (
        select(AccessListEntry, Unit, Account.email)
        .join(Unit, _OF_ITS_UNIT)
        .join(Account, Account.id == AccessListEntry.listed_by)
        .where(*_answering(wanted.typed))
    )
    return found.where(AccessListEntry.listing == wanted.listing) if wanted.listing else found


def _answering(typed: str) -> Iterator[ColumnElement[bool]]:
    words = units.asked_words(typed)
    if words:
        # Kept with the dash of a RUN, typed with points or without any.
        number = func.replace(AccessListEntry.document_number, "-", "")
        yield or_(and_(*map(_has, words)), number.startswith(bare(typed).upper(), autoescape=True))


def _has(word: str) -> ColumnElement[bool]:
    return or_(without_accents(AccessListEntry.full_name).contains(word), Unit.search.like(f"% {word}%"))


def _row(entry: AccessListEntry, unit: Unit, email: str, wall: datetime) -> ListedRow:
    return ListedRow(entry, unit.label, email, is_over(entry.validity, wall))
