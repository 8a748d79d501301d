"""What the community holds at a moment, as plain rows: what a draft is compared with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select

from conserje.communities.models import Resident, ResidentPhone, Unit
from conserje.database import db
from conserje.importing.reading import unit_key


class HeldUnit(NamedTuple):
    id: int
    tower: str
    number: str
    floor: str
    kind: str
    notice_phone: str | None
    origin: str


class KnownUnits:
    """The units that are held, by tower and number: as they are written, else as they are known again."""

    def __init__(self, units: Sequence[HeldUnit]) -> None:
        self._as_written = {(unit.tower, unit.number): unit for unit in units}
        self._known_again = {unit_key(unit.tower, unit.number): unit for unit in reversed(units)}

    def find(self, tower: str, number: str) -> HeldUnit | None:
        return self._as_written.get((tower, number)) or self._known_again.get(unit_key(tower, number))


class HeldResident(NamedTuple):
    id: int
    unit_id: int
    given_names: str
    surnames: str
    kind: str
    is_principal: bool
    may_approve: bool
    contact_order: int
    email: str | None
    reduced_mobility: bool
    electro_dependent: bool
    origin: str


@dataclass(frozen=True)
class Standing:
    """Two are equal when nothing that an import may change was changed between them."""

    units: list[HeldUnit]
    residents: list[HeldResident]
    phones: dict[int, tuple[str, ...]]


def standing(*, holding: bool = False) -> Standing:
    """The bound community's units, residents and telephones; `holding` the units until the transaction ends."""
    units = held_units(holding=holding)
    residents = db.session.execute(
        select(*(getattr(Resident, name) for name in HeldResident._fields)).order_by(Resident.id)
    )
    phones: defaultdict[int, tuple[str, ...]] = defaultdict(tuple)
    for resident_id, number in db.session.execute(
        select(ResidentPhone.resident_id, ResidentPhone.number).order_by(ResidentPhone.id)
    ):
        phones[resident_id] += (number,)
    return Standing(units, [HeldResident._make(row) for row in residents], dict(phones))


def held_units(*, holding: bool = False) -> list[HeldUnit]:
    """The bound community's units; `holding` them until the transaction ends."""
    units = select(*(getattr(Unit, name) for name in HeldUnit._fields)).order_by(Unit.id)
    return [HeldUnit._make(row) for row in db.session.execute(units.with_for_update() if holding else units)]
