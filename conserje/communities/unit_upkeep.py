"""Units that the administration makes by hand, beside those that the accounting product brings."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from conserje.audit.journal import Actor, record
from conserje.communities import units
from conserje.communities.models import Community, Origin, Resident, Unit, UnitKind, unit_label
from conserje.database import db
from conserje.errors import Refused
from conserje.identity.names import fold

LONGEST_TOWER = 40
LONGEST_NUMBER = 20
LONGEST_FLOOR = 10


@dataclass(frozen=True)
class UnitParticulars:
    """What a form says of a unit: texts as `tower`, `number` and `floor` gave them."""

    tower: str
    number: str
    floor: str
    kind: UnitKind


def tower(text: str) -> str:
    """A tower's name, tidied; none where there are no towers. Refuses: `text_too_long`, `text_characters`."""
    return _tidy(text, LONGEST_TOWER, "tower")


def number(text: str) -> str:
    """A unit's number, tidied. Refuses: `unit_number_required`, `text_too_long`, `text_characters`."""
    tidy = _tidy(text, LONGEST_NUMBER, "number")
    if not fold(tidy):
        raise Refused("unit_number_required", field="number")
    return tidy


def floor(text: str) -> str:
    """A floor, tidied; none where nobody said. Refuses: `text_too_long`, `text_characters`."""
    return _tidy(text, LONGEST_FLOOR, "floor")


def add(community: Community, said: UnitParticulars, *, by: Actor, now: datetime) -> Unit:
    """A new unit of the community, made by hand.

    Refuses (field `number`): `unit_taken` (fact: unit) where another one has this tower and number, without regard to
    capitals, accents and spaces; somebody who adds the same one at the same moment waits for his turn.
    """
    _take_turns(community.id)
    _require_free(said)
    unit = Unit(origin=Origin.HAND, **_columns(said))
    db.session.add(unit)
    db.session.flush()
    record("unit.added", "unit", unit.id, by=by, at=now)
    return unit


def version(unit: Unit) -> str:
    """What the unit's form shows, as one short text: by it a form that is older than a change is told."""
    shown = [unit.tower, unit.number, unit.floor, unit.kind, unit.origin]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:16]


def change(unit: Unit, said: UnitParticulars, *, seen: str = "", by: Actor, now: datetime) -> Unit:
    """Give the unit other particulars. The journal names which changed.

    `seen` is the `version` that whoever types was shown.
    Refuses: what `require_by_hand` refuses, `unit_changed` where somebody else changed it meanwhile, and what `add`
    refuses.
    """
    _take_turns(unit.community_id)
    unit = taken(unit)
    require_by_hand(unit)
    if seen and seen != version(unit):
        raise Refused("unit_changed")
    _require_free(said, but=unit)
    values = _columns(said)
    changed = sorted(name for name in asdict(said) if getattr(unit, name) != values[name])
    for name, value in values.items():
        setattr(unit, name, value)
    db.session.flush()
    if changed:
        record("unit.changed", "unit", unit.id, by=by, at=now, facts={"changed": changed})
    return unit


def delete(unit: Unit, *, by: Actor, now: datetime) -> None:
    """Delete a unit, with its access lists. Whoever calls has looked whether it has visits.

    Refuses: what `require_deletable` refuses; `unit_has_residents`, whom its deletion would take along; `unit_gone`.
    """
    unit = taken(unit)
    require_deletable(unit)
    if db.session.scalar(select(Resident.id).where(Resident.unit_id == unit.id).limit(1)) is not None:
        raise Refused("unit_has_residents")
    record("unit.deleted", "unit", unit.id, by=by, at=now)
    db.session.delete(unit)
    db.session.flush()


def require_by_hand(unit: Unit) -> None:
    """A unit is changed where it is kept (T05).

    Refuses: `unit_imported`, of the accounting product; `unit_from_file`, which is mended in the file and imported
    again.
    """
    require_deletable(unit)
    if unit.origin == Origin.FILE:
        raise Refused("unit_from_file")


def require_deletable(unit: Unit) -> None:
    """A file takes nothing away: what it brought once is deleted here. Refuses: `unit_imported`, of the accounting
    product (T05), which would bring it back.
    """
    if unit.origin == Origin.HTTP:
        raise Refused("unit_imported")


def taken(unit: Unit) -> Unit:
    """The unit as it is now, held until this act is done: acts on it and on its people take turns.

    Refuses: `unit_gone` where somebody deleted it meanwhile.
    """
    current = db.session.get(Unit, unit.id, with_for_update=True, populate_existing=True)
    if current is None:
        raise Refused("unit_gone")
    return current


def _take_turns(community_id: int) -> None:
    """No constraint of the database compares without accents: those who name units go one after the other."""
    # Not so firmly that visits, which name their community too, wait as well.
    db.session.get_one(Community, community_id, with_for_update={"key_share": True})


def _require_free(said: UnitParticulars, *, but: Unit | None = None) -> None:
    wanted = _compared(said.tower), _compared(said.number)
    beside: list[ColumnElement[bool]] = [Unit.id != but.id] if but else []
    alike = func.replace(Unit.search, " ", "") == "".join(wanted)
    for held in db.session.scalars(select(Unit).where(alike, *beside)):
        if (_compared(held.tower), _compared(held.number)) == wanted:
            raise Refused("unit_taken", field="number", unit=unit_label(held.tower, held.number))


def _compared(text: str) -> str:
    return fold(text).replace(" ", "")


def _columns(said: UnitParticulars) -> dict[str, str]:
    return {
        "tower": said.tower,
        "number": said.number,
        "floor": said.floor,
        "kind": said.kind.value,
        "search": units.search_text(said.tower, said.number),
    }


def _tidy(text: str, longest: int, field: str) -> str:
    tidy = " ".join(text.split())
    if len(tidy) > longest:
        raise Refused("text_too_long", field=field, longest=longest)
    if not tidy.isprintable():
        raise Refused("text_characters", field=field)
    return tidy
