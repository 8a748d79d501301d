"""What applying a list would change, told from what the units' lists hold. Pure, but for `held_entries`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from conserje.access_lists.importing import said_validity
from conserje.access_lists.matching import Listing
from conserje.access_lists.models import AccessListEntry
from conserje.access_lists.schedules import ALWAYS, Validity
from conserje.communities.models import unit_label
from conserje.database import db
from conserje.identity.documents import Document, DocumentType
from conserje.importing.reading import Said
from conserje.importing.standing import HeldUnit, KnownUnits


class HeldEntry(NamedTuple):
    """An entry of a unit's lists as it is."""

    id: int
    unit_id: int
    document_type: str
    document_number: str
    full_name: str
    listing: str
    expires_on: date | None
    days: int
    from_minute: int | None
    until_minute: int | None

    @property
    def validity(self) -> Validity:
        return Validity(self.expires_on, self.days, self.from_minute, self.until_minute)


@dataclass(frozen=True)
class Wanted:
    """Somebody as the list says him: on which of the unit's lists, and when; `held` is what is there already."""

    unit_id: int
    unit: str
    document: Document
    full_name: str
    listing: Listing
    validity: Validity
    held: HeldEntry | None = None

    @property
    def is_move(self) -> bool:
        """Whether the person stands on the unit's other list (K087, K088)."""
        return self.held is not None and self.held.listing != self.listing

    @property
    def is_change(self) -> bool:
        return self.held is not None and (self.held.full_name, self.held.validity) != (self.full_name, self.validity)


@dataclass
class Plan:
    """Everything that would happen; `gone` are units that are there no longer."""

    new: list[Wanted] = field(default_factory=list)
    moved: list[Wanted] = field(default_factory=list)
    changed: list[Wanted] = field(default_factory=list)
    unchanged: list[Wanted] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)

    @property
    def has_work(self) -> bool:
        return bool(self.new or self.moved or self.changed)

    def counts(self) -> dict[str, int]:
        return {
            "new": len(self.new),
            "moved": len(self.moved),
            "changed": len(self.changed),
            "unchanged": len(self.unchanged),
        }


def held_entries(*, holding: bool = False) -> list[HeldEntry]:
    """All lists of the bound community's units; `holding` them until the transaction ends."""
    entries = select(*(getattr(AccessListEntry, name) for name in HeldEntry._fields)).order_by(AccessListEntry.id)
    return [HeldEntry._make(row) for row in db.session.execute(entries.with_for_update() if holding else entries)]


def compare(units: KnownUnits, held: Iterable[HeldEntry], said: Iterable[Said]) -> Plan:
    """What is new, what moves to a unit's other list, what changes and what stays, if these lines are applied.

    Somebody is known again by the document (its canonical number), within the unit. Who moves leaves last day, days
    and hours behind, as by hand (`upkeep.change_type`), and has what the list says.
    """
    by_document = {(each.unit_id, each.document_type, each.document_number): each for each in held}
    plan = Plan()
    for each in said:
        unit = units.find(each["tower"], each["number"])
        if unit is None:
            plan.gone.append(unit_label(each["tower"], each["number"]))
            continue
        known = by_document.get((unit.id, each["document_type"], each["document_number"]))
        _note(plan, _wanted(unit, each, known))
    return plan


def _wanted(unit: HeldUnit, said: Said, held: HeldEntry | None) -> Wanted:
    stays = held is not None and held.listing == said["listing"]
    return Wanted(
        unit.id,
        unit_label(unit.tower, unit.number),
        Document(DocumentType(said["document_type"]), said["document_number"]),
        said["full_name"],
        Listing(said["listing"]),
        said_validity(said, held.validity if held is not None and stays else ALWAYS),
        held,
    )


def _note(plan: Plan, wanted: Wanted) -> None:
    if wanted.held is None:
        plan.new.append(wanted)
    elif wanted.is_move:
        plan.moved.append(wanted)
    elif wanted.is_change:
        plan.changed.append(wanted)
    else:
        plan.unchanged.append(wanted)
