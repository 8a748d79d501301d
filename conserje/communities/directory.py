"""The community's units as the administration sees them: who is reached by e-mail, and at which number by SMS."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, literal, select, tuple_

from conserje.communities import units
from conserje.communities.models import Origin, Resident, Unit
from conserje.database import db
from conserje.identity import phones

UNITS_SHOWN = 50

# By tower, and within it as people count: 2 before 10. Tower and number are unique together.
_IN_ORDER = (Unit.tower, func.length(Unit.number), Unit.number)


@dataclass(frozen=True)
class UnitRow:
    """A unit as a row of [Inmuebles] (K108). `notice_phone` is masked, or empty where there is none."""

    id: int
    label: str
    principal_emails: tuple[str, ...]
    secondary_emails: tuple[str, ...]
    notice_phone: str
    origin: str = Origin.HAND


@dataclass(frozen=True)
class Page:
    """`count` is of the whole list; `next` is the id of the last unit shown, where more follow."""

    rows: Sequence[UnitRow]
    count: int
    next: int | None


def listed(typed: str = "", *, after: int | None = None) -> Page:
    """The community's units (K106), narrowed to what was typed: number, tower or a resident's name.

    `after` is the id of the unit that the page before ended with; the list begins at its top where that unit is gone.
    """
    narrowed = units.narrowed(typed)
    count = db.session.scalar(select(func.count(Unit.id)).where(*narrowed)) or 0
    wanted = select(Unit).where(*narrowed, *_beyond(after)).order_by(*_IN_ORDER).limit(UNITS_SHOWN + 1)
    found = db.session.scalars(wanted).all()
    shown = found[:UNITS_SHOWN]
    return Page(_rows(shown), count, shown[-1].id if len(found) > len(shown) else None)


def row(unit: Unit) -> UnitRow:
    """One unit as its row."""
    return _rows([unit])[0]


def _beyond(after: int | None) -> Iterable[ColumnElement[bool]]:
    last = db.session.get(Unit, after) if after is not None else None
    if last is not None:
        yield tuple_(*_IN_ORDER) > tuple_(literal(last.tower), literal(len(last.number)), literal(last.number))


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
