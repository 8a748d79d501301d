"""What applying a draft would change, told from what the community holds. Pure: it asks nobody and writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from conserje.communities.models import Origin, unit_label
from conserje.identity.names import fold
from conserje.importing.reading import Said
from conserje.importing.standing import HeldResident, HeldUnit, KnownUnits, Standing


@dataclass(frozen=True)
class Difference:
    """A unit or a resident that is held and would change: each value as it is and as it would be."""

    id: int
    unit: str
    name: str
    values: dict[str, tuple[object, object]]


@dataclass(frozen=True)
class NewResident:
    """Somebody who would be added, to a unit that is held or to one of the plan's new units (its place there)."""

    unit: str
    said: Said
    unit_id: int | None = None
    new_unit: int | None = None

    @property
    def name(self) -> str:
        return f"{self.said['given_names']} {self.said['surnames']}"


@dataclass(frozen=True)
class Absent:
    """A unit that came from the source before and no longer comes; with a name, a resident of it who does not."""

    unit_id: int
    unit: str
    name: str = ""


@dataclass
class Plan:
    """Everything that would happen. Those absent are kept: no import deletes."""

    origin: Origin
    new_units: list[Said] = field(default_factory=list)
    changed_units: list[Difference] = field(default_factory=list)
    unchanged_units: list[str] = field(default_factory=list)
    new_residents: list[NewResident] = field(default_factory=list)
    changed_residents: list[Difference] = field(default_factory=list)
    unchanged_residents: list[tuple[str, str]] = field(default_factory=list)
    absent_units: list[Absent] = field(default_factory=list)
    absent_residents: list[Absent] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        return {
            "units_new": len(self.new_units),
            "units_changed": len(self.changed_units),
            "units_unchanged": len(self.unchanged_units),
            "residents_new": len(self.new_residents),
            "residents_changed": len(self.changed_residents),
            "residents_unchanged": len(self.unchanged_residents),
            "units_absent": len(self.absent_units),
            "residents_absent": len(self.absent_residents),
        }


def compare(standing: Standing, units: Iterable[Said], origin: Origin) -> Plan:
    """What is new, what changes and what stays as it is, if these units are applied (K106, T06).

    What a draft does not say is left as it is. A unit is known again by its tower and number; a resident within the
    unit by the e-mail, else by the name. What comes is the source's from then on, also where it was made by hand.
    """
    plan = Plan(origin)
    units_come: set[int] = set()
    residents_come: set[int] = set()
    known = KnownUnits(standing.units)
    people: defaultdict[int, list[HeldResident]] = defaultdict(list)
    for resident in standing.residents:
        people[resident.unit_id].append(resident)
    for said in units:
        tower, number = said["tower"], said["number"]
        held = known.find(tower, number)
        if held is None:
            place = len(plan.new_units)
            plan.new_units.append(said)
            label = unit_label(tower, number)
            plan.new_residents += [NewResident(label, each, new_unit=place) for each in said["residents"]]
        else:
            units_come.add(held.id)
            _compare_unit(plan, held, said)
            residents_come |= _compare_residents(plan, held, people[held.id], said["residents"], standing.phones)
    _note_absent(plan, standing.units, people, units_come, residents_come)
    return plan


def _note_absent(
    plan: Plan,
    units: Iterable[HeldUnit],
    people: Mapping[int, list[HeldResident]],
    units_come: set[int],
    residents_come: set[int],
) -> None:
    for unit in units:
        label = unit_label(unit.tower, unit.number)
        if unit.origin == plan.origin and unit.id not in units_come:
            plan.absent_units.append(Absent(unit.id, label))
        plan.absent_residents += [
            Absent(unit.id, label, _name(resident))
            for resident in people.get(unit.id, ())
            if resident.origin == plan.origin and resident.id not in residents_come
        ]


def _compare_unit(plan: Plan, held: HeldUnit, said: Said) -> None:
    wanted = {name: value for name, value in said.items() if name != "residents"} | {"origin": plan.origin.value}
    values = _differences(held, wanted)
    label = unit_label(held.tower, held.number)
    if values:
        plan.changed_units.append(Difference(held.id, label, "", values))
    else:
        plan.unchanged_units.append(label)


def _compare_residents(
    plan: Plan, unit: HeldUnit, held: list[HeldResident], said: list[Said], phones: dict[int, tuple[str, ...]]
) -> set[int]:
    """Note what becomes of the unit's people; ids of those held who come."""
    label = unit_label(unit.tower, unit.number)
    known = _known_again(held, said)
    has_principal = any(each.get("is_principal") for each in said)
    for place, each in enumerate(said):
        if place not in known:
            plan.new_residents.append(NewResident(label, each, unit_id=unit.id))
            continue
        resident = known[place]
        wanted = {name: value for name, value in each.items() if name != "phones"} | {"origin": plan.origin.value}
        if has_principal:
            wanted["is_principal"] = bool(each.get("is_principal"))
        values = _differences(resident, wanted)
        numbers = phones.get(resident.id, ())
        if "phones" in each and tuple(each["phones"]) != numbers:
            values["phones"] = (numbers, tuple(each["phones"]))
        _note(plan, resident, label, values)
    come = {resident.id for resident in known.values()}
    for resident in held:
        if has_principal and resident.is_principal and resident.id not in come:
            # A unit has one principal at most, and the source has named it (T07).
            plan.changed_residents.append(
                Difference(resident.id, label, _name(resident), {"is_principal": (True, False)})
            )
    return come


def _note(plan: Plan, resident: HeldResident, label: str, values: dict[str, tuple[object, object]]) -> None:
    if values:
        plan.changed_residents.append(Difference(resident.id, label, _name(resident), values))
    else:
        plan.unchanged_residents.append((label, _name(resident)))


def _known_again(held: list[HeldResident], said: list[Said]) -> dict[int, HeldResident]:
    """Which of those held each of those said is: first everybody by e-mail, then the others by name, each once."""
    by_email = {resident.email.casefold(): resident for resident in reversed(held) if resident.email}
    known = {
        place: by_email[email]
        for place, each in enumerate(said)
        if (email := str(each.get("email") or "").casefold()) in by_email
    }
    taken = {resident.id for resident in known.values()}
    by_name: defaultdict[str, list[HeldResident]] = defaultdict(list)
    for resident in held:
        if resident.id not in taken:
            by_name[fold(_name(resident))].append(resident)
    for place, each in enumerate(said):
        namesakes = by_name[fold(f"{each['given_names']} {each['surnames']}")]
        if place not in known and namesakes:
            known[place] = namesakes.pop(0)
    return known


def _name(resident: HeldResident) -> str:
    return f"{resident.given_names} {resident.surnames}"


def _differences(held: HeldUnit | HeldResident, wanted: Said) -> dict[str, tuple[object, object]]:
    found = ((name, getattr(held, name), value) for name, value in wanted.items())
    return {name: (before, after) for name, before, after in found if before != after}
