"""Who comes to each unit: the register of visitors, while it is being invented."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from conserje.demo import numbers
from conserje.demo.names import invented
from conserje.identity.countries import Country
from conserje.identity.documents import Document
from conserje.visits.models import Visit, Visitor, VisitorKind
from conserje.visits.registration import identity_key

_TRADES = {
    VisitorKind.DELIVERY: 34,
    VisitorKind.TRANSPORT: 24,
    VisitorKind.TECHNICIAN: 14,
    VisitorKind.SUPPLIER: 14,
    VisitorKind.DOMESTIC: 18,
}
_COMES_BY_CAR = {
    VisitorKind.TRANSPORT: 0.95,
    VisitorKind.SUPPLIER: 0.6,
    VisitorKind.TECHNICIAN: 0.4,
    VisitorKind.FAMILY: 0.3,
    VisitorKind.VISIT: 0.25,
}


@dataclass(frozen=True)
class Stranger:
    """Somebody who may come to any unit."""

    name: str
    document: Document | None
    kind: VisitorKind
    plate: str


@dataclass(eq=False)
class Guest:
    """A stranger in one unit's register, with the visits so far.

    `free_at`: until then a visit waits for an answer or is still valid, and no other is announced.
    """

    unit_id: int
    who: Stranger
    free_at: datetime
    visits: list[Visit] = field(default_factory=list)
    photo: str | None = None

    def row(self) -> Visitor:
        """The register's row as the latest visit left it."""
        document = self.who.document
        return Visitor(
            unit_id=self.unit_id,
            identity_key=identity_key(document, self.who.name),
            full_name=self.who.name,
            document_type=document.type if document else None,
            document_number=document.number if document else None,
            kind=self.who.kind,
            plate=self.who.plate,
            photo=self.photo,
            last_visit_at=max(visit.announced_at for visit in self.visits),
        )


class Register:
    """The registers of a community's units, and the tradespeople who serve several of them."""

    def __init__(self, chance: Random, country: Country, *, document_required: bool) -> None:
        self._chance = chance
        self._country = country
        self._document_required = document_required
        self._guests: dict[tuple[int, str], Guest] = {}
        self._circles: defaultdict[tuple[int, VisitorKind], list[Guest]] = defaultdict(list)
        self._trades = {kind: [self.stranger(kind) for _ in range(size)] for kind, size in _TRADES.items()}

    def guests(self) -> list[Guest]:
        """Everybody who came at least once."""
        return [guest for guest in self._guests.values() if guest.visits]

    def stranger(self, kind: VisitorKind, paternal_surname: str = "") -> Stranger:
        """Somebody new, with the papers and the vehicle that this kind of visitor has."""
        return Stranger(
            name=invented(self._chance, self._country, paternal_surname).full,
            document=self._document(kind),
            kind=kind,
            plate=self._plate(kind),
        )

    def tradesperson(self, kind: VisitorKind) -> Stranger:
        """Mostly somebody who works in the whole neighbourhood, sometimes somebody new."""
        known = self._trades.get(kind, [])
        return self._chance.choice(known) if known and self._chance.random() < 0.8 else self.stranger(kind)

    def enter(self, unit_id: int, who: Stranger, at: datetime) -> Guest:
        """The stranger's place in the unit's register, which is one however often the same person is entered."""
        key = (unit_id, identity_key(who.document, who.name))
        guest = self._guests.get(key)
        if guest is None:
            guest = self._guests[key] = Guest(unit_id, who, free_at=at)
            self._circles[unit_id, who.kind].append(guest)
        return guest

    def known(self, unit_id: int, kind: VisitorKind, at: datetime) -> Guest | None:
        """Somebody who came before and may come again at this moment; the older friends more often."""
        free = [guest for guest in self._circles[unit_id, kind] if guest.free_at <= at]
        if not free:
            return None
        return free[min(self._chance.randrange(len(free)), self._chance.randrange(len(free)))]

    def _document(self, kind: VisitorKind) -> Document | None:
        passes_by = kind in (VisitorKind.DELIVERY, VisitorKind.TRANSPORT)
        if not self._document_required and passes_by and self._chance.random() < 0.7:
            return None
        return numbers.document(self._chance, self._country)

    def _plate(self, kind: VisitorKind) -> str:
        if kind is VisitorKind.DELIVERY:
            return numbers.motorcycle_plate(self._chance, self._country) if self._chance.random() < 0.5 else ""
        by_car = self._chance.random() < _COMES_BY_CAR.get(kind, 0.0)
        return numbers.car_plate(self._chance, self._country) if by_car else ""
