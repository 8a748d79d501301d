"""Writing a plan: everything in the one transaction of whoever calls, and as little as possible inside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import delete, select

from conserje.audit.journal import Actor, record
from conserje.communities import branding, residents, units
from conserje.communities.models import Community, ImportDraft, Resident, ResidentPhone, Unit
from conserje.database import db
from conserje.importing.comparing import Difference, Plan

# How many ids one statement names.
_AT_ONCE = 500
Row = TypeVar("Row", Unit, Resident)


@dataclass(frozen=True)
class NewRows:
    """What is to be added, made before the transaction begins: only the ids of units and residents are missing."""

    units: list[Unit]
    residents: list[Resident]
    phones: list[list[ResidentPhone]]


def new_rows(plan: Plan) -> NewRows:
    return NewRows(
        [_unit(said, plan.origin) for said in plan.new_units],
        [_resident(new.said, plan.origin) for new in plan.new_residents],
        [[ResidentPhone(number=number) for number in new.said.get("phones", ())] for new in plan.new_residents],
    )


def carry_out(plan: Plan, rows: NewRows, draft: ImportDraft, *, by: Actor, now: datetime) -> dict[str, int]:
    """Add and change what the plan says, and let the draft go (T06). The journal holds the counts, which come back.

    The administration's logo follows the draft, where that knows one or knows that there is none (K057).
    """
    db.session.add_all(rows.units)
    db.session.flush()
    for new, resident in zip(plan.new_residents, rows.residents, strict=True):
        resident.unit_id = new.unit_id if new.new_unit is None else rows.units[new.new_unit].id  # type: ignore[assignment]
    db.session.add_all(rows.residents)
    _change_units(plan.changed_units)
    _change_residents(plan.changed_residents)
    db.session.flush()
    for resident, phones in zip(rows.residents, rows.phones, strict=True):
        for phone in phones:
            phone.resident_id = resident.id
    db.session.add_all(phone for phones in rows.phones for phone in phones)
    if "digest" in draft.logo:
        community = db.session.get_one(Community, draft.community_id)
        branding.inherit_logo(community, draft.logo["digest"], by=by, now=now)
    counts = plan.counts()
    record("units.imported", "community", draft.community_id, by=by, at=now, facts={"origin": plan.origin, **counts})
    db.session.delete(draft)
    db.session.flush()
    return counts


def _unit(said: dict[str, Any], origin: str) -> Unit:
    values = {name: value for name, value in said.items() if name != "residents"}
    return Unit(**values, search=units.search_text(said["tower"], said["number"]), origin=origin)


def _resident(said: dict[str, Any], origin: str) -> Resident:
    values = {name: value for name, value in said.items() if name != "phones"}
    return Resident(**values, search=residents.search_text(said["given_names"], said["surnames"]), origin=origin)


def _change_units(differences: Sequence[Difference]) -> None:
    for unit, difference in _held(Unit, differences):
        for name, (_, after) in difference.values.items():
            setattr(unit, name, after)
        unit.search = units.search_text(unit.tower, unit.number)


def _change_residents(differences: Sequence[Difference]) -> None:
    for resident, difference in _held(Resident, differences):
        for name, (_, after) in difference.values.items():
            if name != "phones":
                setattr(resident, name, after)
        resident.search = residents.search_text(resident.given_names, resident.surnames)
    _change_phones({each.id: each.values["phones"][1] for each in differences if "phones" in each.values})


def _change_phones(numbers: dict[int, Any]) -> None:
    for some in _batches(numbers):
        db.session.execute(
            delete(ResidentPhone)
            .where(ResidentPhone.resident_id.in_(some))
            .execution_options(synchronize_session=False)
        )
    db.session.add_all(
        ResidentPhone(resident_id=id_, number=number) for id_, some in numbers.items() for number in some
    )


def _held(model: type[Row], differences: Sequence[Difference]) -> Iterator[tuple[Row, Difference]]:
    by_id = {difference.id: difference for difference in differences}
    for some in _batches(by_id):
        for row in db.session.scalars(select(model).where(model.id.in_(some))):
            yield row, by_id[row.id]


def _batches(ids: Iterable[int]) -> Iterator[list[int]]:
    remaining = iter(ids)
    while some := list(islice(remaining, _AT_ONCE)):
        yield some
