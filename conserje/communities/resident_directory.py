"""[Residentes]: the users of all units of a community (T01, T02), searched, narrowed, sorted, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import starmap

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from conserje import paging
from conserje.communities import units
from conserje.communities.models import Resident, Unit
from conserje.database import db
from conserje.paging import Page, Sorting


class Order(StrEnum):
    """What the list is sorted by."""

    UNIT = "unit"
    NAME = "name"


class Role(StrEnum):
    """Whether somebody is the one whom collection is addressed to (T07)."""

    PRINCIPAL = "principal"
    SECONDARY = "secondary"


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to; nothing given narrows nothing. `kind` is a `ResidentKind`, `role` a `Role`."""

    typed: str = ""
    kind: str = ""
    role: str = ""
    without_email: bool = False


@dataclass(frozen=True)
class ResidentRow:
    """A resident as a row of the list, and as the window of T04 shows him."""

    id: int
    unit_id: int
    unit_label: str
    given_names: str
    surnames: str
    email: str
    kind: str
    is_principal: bool
    origin: str

    @property
    def full_name(self) -> str:
        return f"{self.given_names} {self.surnames}".strip()

    @property
    def missing(self) -> tuple[str, ...]:
        """Which of the data that must all be filled in (T11) are not."""
        return tuple(name for name in ("given_names", "surnames", "email") if not getattr(self, name).strip())


_OF_ITS_UNIT = and_(Unit.community_id == Resident.community_id, Unit.id == Resident.unit_id)
_PRINCIPAL_FIRST = case((Resident.is_principal, 0), else_=1)
_SORTINGS = {
    # As [Inmuebles] has them, and within a unit as its page has them.
    Order.UNIT: Sorting(
        (Unit.tower, func.length(Unit.number), Unit.number, _PRINCIPAL_FIRST, Resident.contact_order, Resident.id)
    ),
    # The words by which a name is found hold neither accents nor capitals.
    Order.NAME: Sorting((Resident.search, Resident.id)),
}


def listed(wanted: Wanted, order: Order = Order.UNIT, *, after: int | None = None) -> Page[ResidentRow]:
    """The community's residents (T01, T02), by unit or by name.

    Narrowed to those whose unit, name or e-mail has each word typed, whatever its accents and capitals. `after` is the
    id of the resident that the page before ended with; the list begins at its top where that one is gone.
    """
    page = paging.turned(_wanted(wanted), _SORTINGS[order], after=after)
    return page.showing([_row(resident, unit) for resident, unit, _ in page.rows])


def row(resident: Resident) -> ResidentRow:
    """One resident as his row."""
    return _row(resident, db.session.get_one(Unit, resident.unit_id))


def everybody(wanted: Wanted, order: Order = Order.UNIT) -> Iterator[ResidentRow]:
    """The whole list of `listed`, for an Excel file (T18)."""
    return starmap(_row, paging.whole(_wanted(wanted), _SORTINGS[order]))


def _wanted(wanted: Wanted) -> Select[Resident, Unit]:
    return select(Resident, Unit).join(Unit, _OF_ITS_UNIT).where(*_narrowed(wanted))


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    words = units.asked_words(wanted.typed)
    # As [Inmuebles] understands it: «b 1204» is a unit, and not everybody in 1204 with a b in the e-mail.
    conditions = units.labelled(words) or [_has(word) for word in words]
    if wanted.kind:
        conditions.append(Resident.kind == wanted.kind)
    if wanted.role:
        conditions.append(Resident.is_principal.is_(wanted.role == Role.PRINCIPAL))
    if wanted.without_email:
        conditions.append(func.coalesce(Resident.email, "") == "")
    return conditions


def _has(word: str) -> ColumnElement[bool]:
    beginning = f"% {word}%"
    return or_(Resident.search.like(beginning), Unit.search.like(beginning), Resident.email_key.contains(word))


def _row(resident: Resident, unit: Unit) -> ResidentRow:
    return ResidentRow(
        id=resident.id,
        unit_id=unit.id,
        unit_label=unit.label,
        given_names=resident.given_names,
        surnames=resident.surnames,
        email=resident.email or "",
        kind=resident.kind,
        is_principal=resident.is_principal,
        origin=resident.origin,
    )
