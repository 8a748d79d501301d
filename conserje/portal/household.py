"""What residents settle by themselves: who of the unit may approve visits, who is asked first, and their own phones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from conserje.audit.journal import Actor, record
from conserje.communities import resident_upkeep, residents
from conserje.communities.models import Community, Resident, ResidentKind, Unit
from conserje.communities.resident_upkeep import Contact
from conserje.errors import Refused
from conserje.identity import phones
from conserje.identity.countries import Country


@dataclass(frozen=True)
class Member:
    """A resident as the others of the unit see him: telephones masked."""

    id: int
    full_name: str
    kind: ResidentKind
    is_principal: bool
    may_approve: bool
    contact_order: int
    phones: tuple[str, ...]


@dataclass(frozen=True)
class Wish:
    """What is wanted of a member of the household."""

    may_approve: bool
    contact_order: int


def members(unit: Unit) -> list[Member]:
    """The unit's residents: the principal first, then in order of contact."""
    return [
        Member(
            id=card.resident.id,
            full_name=card.resident.full_name,
            kind=ResidentKind(card.resident.kind),
            is_principal=card.resident.is_principal,
            may_approve=card.resident.may_approve,
            contact_order=card.resident.contact_order,
            phones=tuple(phones.masked(number) for number in card.numbers),
        )
        for card in resident_upkeep.of_unit(unit)
    ]


def settles(resident: Resident, unit: Unit) -> bool:
    """Whether this resident says who may approve: the principal, or any owner where the unit has no principal."""
    has_principal = any(each.is_principal for each in residents.of_unit(unit))
    return resident.is_principal if has_principal else resident.kind == ResidentKind.OWNER


def settle(
    resident: Resident,
    unit: Unit,
    wishes: Mapping[int, Wish],
    seen: Mapping[int, str],
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Say of everybody of the unit who may approve visits, and in which order they are asked.

    `seen`: the `resident_upkeep.version` of each, as the form was drawn with it.
    Refuses: `household_not_yours`; `household_changed` where the people are others than the form shows;
    `resident_changed` where one of them was changed meanwhile; `setting_out_of_range` (field contact_order).
    """
    if not settles(resident, unit):
        raise Refused("household_not_yours")
    people = residents.of_unit(unit)
    if {each.id for each in people} != set(wishes):
        raise Refused("household_changed")
    changed = 0
    for each in people:
        wish, held = wishes[each.id], _contact_of(each)
        wanted = replace(held, may_approve=wish.may_approve, contact_order=wish.contact_order)
        # A form posted twice finds its wish fulfilled.
        if wanted != held:
            resident_upkeep.change(each, None, wanted, seen=seen.get(each.id, "-"), by=by, now=now)
            changed += 1
    if changed:
        record("portal.household_settled", "resident", resident.id, by=by, at=now, facts={"unit": unit.id})


def change_phones(
    resident: Resident, community: Community, numbers: Sequence[str], *, seen: str, by: Actor, now: datetime
) -> None:
    """Give oneself other telephones, as typed, at most `resident_upkeep.MOST_PHONES`.

    A new one opens no portal by being written here: whoever enters by it needs a link that was sent to it. `seen`: the
    `resident_upkeep.version` that the form was drawn with.
    Refuses what `resident_upkeep.change` refuses, beside the fields `phone_1` and so on.
    """
    held = _contact_of(resident)
    # A form posted twice finds its numbers kept.
    if _read(numbers, community.of_country) == held.phones:
        return
    wanted = replace(held, phones=tuple(numbers))
    resident_upkeep.change(resident, None, wanted, seen=seen or "-", by=by, now=now)
    record("portal.phones_changed", "resident", resident.id, by=by, at=now, facts={"unit": resident.unit_id})


def _read(numbers: Sequence[str], country: Country) -> tuple[str, ...] | None:
    """The numbers in E.164; none where one of them is none."""
    try:
        return tuple(phones.parse(typed, country) for typed in numbers if typed.strip())
    except Refused:
        return None


def _contact_of(resident: Resident) -> Contact:
    return Contact(
        may_approve=resident.may_approve,
        contact_order=resident.contact_order,
        phones=resident_upkeep.numbers_of(resident),
        reduced_mobility=resident.reduced_mobility,
        electro_dependent=resident.electro_dependent,
    )
