"""The community's units as the administration sees them: who is reached by e-mail, and at which number by SMS."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from sqlalchemy import Select, func, select

from conserje import paging
from conserje.communities import units
from conserje.communities.models import Origin, Resident, Unit
from conserje.database import db
from conserje.identity import phones
from conserje.paging import Page, Sorting


class Order(StrEnum):
    """What the list is sorted by."""

    UNIT = "unit"
    LATEST = "latest"


_SORTINGS = {
    # By tower, and within it as people count: 2 before 10.
    Order.UNIT: Sorting((Unit.tower, func.length(Unit.number), Unit.number, Unit.id)),
    Order.LATEST: Sorting((Unit.id,), downwards=True),
}


@dataclass(frozen=True)
class UnitRow:
    """A unit as a row of [Inmuebles] (K108). `notice_phone` is masked, or empty where there is none."""

    id: int
    label: str
    principal_emails: tuple[str, ...]
    secondary_emails: tuple[str, ...]
    notice_phone: str
    origin: str = Origin.HAND


def listed(typed: str = "", order: Order = Order.UNIT, *, after: int | None = None) -> Page[UnitRow]:
    """The community's units (K106), narrowed to what was typed: number, tower or a resident's name.

    `after` is the id of the unit that the page before ended with; the list begins at its top where that unit is gone.
    """
    page = paging.turned(_wanted(typed), _SORTINGS[order], after=after)
    return page.showing(_rows([unit for unit, _ in page.rows]))


def every(typed: str = "", order: Order = Order.UNIT) -> Iterator[tuple[Unit, UnitRow]]:
    """The whole list of `listed`, for an Excel file: each unit, and as its row."""
    found = paging.whole(_wanted(typed), _SORTINGS[order])
    while some := [unit for (unit,) in islice(found, paging.ROWS_AT_ONCE)]:
        yield from zip(some, _rows(some), strict=True)


def row(unit: Unit) -> UnitRow:
    """One unit as its row."""
    return _rows([unit])[0]


def _wanted(typed: str) -> Select[Unit]:
    return select(Unit).where(*units.narrowed(typed))


def _rows(shown: Sequence[Unit]) -> list[UnitRow]:
    principals: defaultdict[int, list[str]] = defaultdict(list)
    secondaries: defaultdict[int, list[str]] = defaultdict(list)
    for unit_id, email, is_principal in db.session.execute(
        select(Resident.unit_id, Resident.email, Resident.is_principal)
        .where(Resident.unit_id.in_([unit.id for unit in shown]))
        .order_by(Resident.contact_order, Resident.id)
    ):
        if email:
            (principals if is_principal else secondaries)[unit_id].append(email)
    return [
        UnitRow(
            id=unit.id,
            label=unit.label,
            principal_emails=tuple(principals[unit.id]),
            secondary_emails=tuple(secondaries[unit.id]),
            notice_phone=phones.masked(unit.notice_phone) if unit.notice_phone else "",
            origin=unit.origin,
        )
        for unit in shown
    ]
