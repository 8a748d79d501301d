"""Who lives in each unit, and how they are reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from conserje.communities import residents
from conserje.communities.models import Resident, ResidentKind, ResidentPhone, Unit
from conserje.database import db
from conserje.demo import numbers
from conserje.demo.names import Name, given_names, invented
from conserje.identity.countries import Country
from conserje.identity.names import fold

# How many live in a unit: an empty flat now and then, a family of five too.
_HOUSEHOLD_SIZES = {0: 4, 1: 23, 2: 32, 3: 21, 4: 14, 5: 6}
_MAIL_DOMAINS = ("correo.example", "mail.example", "buzon.example")


@dataclass(frozen=True)
class Person:
    """A resident to be, and the numbers to call him or her on."""

    resident: Resident
    phones: tuple[str, ...]


class Households:
    """Invents the people of a community's units."""

    def __init__(self, chance: Random, country: Country) -> None:
        self._chance = chance
        self._country = country
        self._addresses: dict[str, int] = {}

    def move_in(self, unit: Unit) -> list[Person]:
        """A household for the unit: the first is the principal; children bear the surnames of the first two."""
        (size,) = self._chance.choices(tuple(_HOUSEHOLD_SIZES), tuple(_HOUSEHOLD_SIZES.values()))
        names = self._names(size)
        rented = self._chance.random() < 0.35
        people = [self.person(unit, name, place, rented=rented) for place, name in enumerate(names)]
        self._give_notice_phone(unit, people)
        return people

    def person(self, unit: Unit, name: Name, place: int, *, rented: bool) -> Person:
        """The resident who comes in this place of the household, 0 being the principal."""
        grown_up = place < 2
        kind = ResidentKind.OCCUPANT
        if place == 0:
            kind = ResidentKind.TENANT if rented else ResidentKind.OWNER
        resident = Resident(
            unit_id=unit.id,
            given_names=name.given,
            surnames=name.surnames,
            search=residents.search_text(name.given, name.surnames),
            kind=kind,
            is_principal=place == 0,
            may_approve=place == 0 or (grown_up and self._chance.random() < 0.8),
            contact_order=place,
            email=self._address(name) if self._chance.random() < (0.85 if grown_up else 0.25) else None,
        )
        reachable = self._chance.random() < (0.92 if grown_up else 0.45)
        count = (2 if self._chance.random() < 0.08 else 1) if reachable else 0
        return Person(resident, tuple(numbers.mobile(self._chance, self._country) for _ in range(count)))

    def _names(self, size: int) -> list[Name]:
        adults = [invented(self._chance, self._country) for _ in range(min(size, 2))]
        both_surnames = " ".join(name.surnames.split()[0] for name in adults)
        children = [Name(given_names(self._chance, self._country), both_surnames) for _ in range(size - len(adults))]
        return adults + children

    def _give_notice_phone(self, unit: Unit, people: Sequence[Person]) -> None:
        if self._chance.random() >= 0.85:
            return
        own = [number for person in people for number in person.phones]
        unit.notice_phone = own[0] if own else numbers.mobile(self._chance, self._country)

    def _address(self, name: Name) -> str:
        local = f"{fold(name.given).split()[0]}.{fold(name.surnames).split()[0]}"
        self._addresses[local] = times = self._addresses.get(local, 0) + 1
        return f"{local}{times if times > 1 else ''}@{self._chance.choice(_MAIL_DOMAINS)}"


def keep(people: Sequence[Person]) -> None:
    """Write the residents and their telephones."""
    db.session.add_all(person.resident for person in people)
    db.session.flush()
    db.session.add_all(
        ResidentPhone(resident_id=person.resident.id, number=number) for person in people for number in person.phones
    )
    db.session.flush()
