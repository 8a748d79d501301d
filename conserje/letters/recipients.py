"""To whom a unit's letter is addressed: its principal, else an owner, else whoever lives there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select

from conserje.communities import units
from conserje.communities.models import Resident, ResidentKind, Unit
from conserje.database import db

_AT_ONCE = 200
_IN_ORDER = (Unit.tower, func.length(Unit.number), Unit.number)
_FIRST = (
    Resident.unit_id,
    case((Resident.is_principal, 0), else_=1),
    case((Resident.kind == ResidentKind.OWNER, 0), else_=1),
    Resident.contact_order,
    Resident.id,
)


@dataclass(frozen=True)
class Recipient:
    """A unit and who opens its letter; an empty name where nobody is known to live there."""

    unit_id: int
    unit: str
    name: str
    email: str


def of_units(ids: Collection[int]) -> Iterator[Recipient]:
    """The recipients of these units, in the order of [Inmuebles], some at a time; units that are gone are left out."""
    known = own(ids)
    for start in range(0, len(known), _AT_ONCE):
        some = known[start : start + _AT_ONCE]
        found = {unit.id: unit for unit in db.session.scalars(select(Unit).where(Unit.id.in_(some)))}
        openers = _openers(some)
        for unit_id in some:
            if unit_id in found:
                yield _recipient(found[unit_id], openers.get(unit_id))


def listed(typed: str) -> Sequence[int]:
    """The ids of the units that answer to what was typed, in the order of [Inmuebles]; of all where nothing was."""
    return db.session.scalars(select(Unit.id).where(*units.narrowed(typed)).order_by(*_IN_ORDER)).all()


def own(ids: Collection[int]) -> list[int]:
    """Of these units the community's own, in the order of [Inmuebles]."""
    wanted = set(ids)
    return [unit_id for unit_id in listed("") if unit_id in wanted]


def first() -> Recipient | None:
    """The recipient of the first unit of the list: the example of a preview."""
    return next(of_units(listed("")[:1]), None)


def _openers(unit_ids: Sequence[int]) -> dict[int, Resident]:
    openers: dict[int, Resident] = {}
    for resident in db.session.scalars(select(Resident).where(Resident.unit_id.in_(unit_ids)).order_by(*_FIRST)):
        openers.setdefault(resident.unit_id, resident)
    return openers


def _recipient(unit: Unit, resident: Resident | None) -> Recipient:
    if resident is None:
        return Recipient(unit.id, unit.label, "", "")
    return Recipient(unit.id, unit.label, resident.full_name, resident.email or "")
