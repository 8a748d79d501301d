"""The unit that is shown first: a busy family with every state on one screen."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from conserje import clock
from conserje.communities.models import Unit
from conserje.demo.arrivals import Gate
from conserje.demo.names import Name
from conserje.demo.places import AROMOS, Door
from conserje.demo.register import Guest, Register
from conserje.demo.residents import Households, Person
from conserje.demo.rhythm import HISTORY_DAYS, Rhythm
from conserje.visits.models import VisitorKind as Kind

COMMUNITY = AROMOS
DOOR: Door = ("Torre B", "1204")
_SURNAME = "Rojas"
_FAMILY = (
    Name("Ana María", f"{_SURNAME} Vidal"),
    Name("Luis", "Mena Carrasco"),
    Name("Sofía", f"Mena {_SURNAME}"),
    Name("Benjamín", f"Mena {_SURNAME}"),
)
_PHONES = (("+56987654321",), ("+56961234568", "+56987654322"), ("+56987654323",), ())
_NOTICE_PHONE = "+56961234567"
_CAME_BEFORE = {
    Kind.FAMILY: 6,
    Kind.VISIT: 9,
    Kind.DELIVERY: 5,
    Kind.TECHNICIAN: 3,
    Kind.SUPPLIER: 2,
    Kind.TRANSPORT: 2,
}


def move_in(households: Households, unit: Unit) -> list[Person]:
    """The family of the unit: four people, two of whom may approve."""
    unit.notice_phone = _NOTICE_PHONE
    people = []
    for place, (name, phones) in enumerate(zip(_FAMILY, _PHONES, strict=True)):
        resident = households.person(unit, name, place, rented=False).resident
        resident.may_approve = place < 2
        people.append(Person(resident, phones))
    return people


class Showcase:
    """The visits of the unit: dozens of visitors in three months, and twelve in the last day."""

    def __init__(self, gate: Gate, rhythm: Rhythm, register: Register, unit_id: int, now: datetime) -> None:
        self._gate = gate
        self._rhythm = rhythm
        self._register = register
        self._unit_id = unit_id
        self._now = now.replace(microsecond=0)
        self._begin = self._now - timedelta(days=HISTORY_DAYS)

    def fill(self) -> list[Guest]:
        """Let it all happen; gives those of the last day, the latest first."""
        before = {kind: [self._came_before(kind) for _ in range(count)] for kind, count in _CAME_BEFORE.items()}
        friend, aunt, plumber = before[Kind.VISIT][0], before[Kind.FAMILY][0], before[Kind.TECHNICIAN][0]
        today = [
            self._accepted(self._stranger(Kind.VISIT), hours=23, minutes=12, stayed=170, late=True),
            self._accepted(self._stranger(Kind.TRANSPORT), hours=16, minutes=5, stayed=6),
            self._accepted(self._stranger(Kind.FAMILY), hours=12, minutes=40, stayed=205),
            self._announced(self._stranger(Kind.VISIT), hours=7, minutes=21),
            self._accepted(self._stranger(Kind.DELIVERY), hours=5, minutes=33, stayed=4),
            self._accepted(friend, hours=4, minutes=8, stayed=130),
            self._accepted(aunt, hours=1, minutes=52),
            self._expected_tomorrow(self._stranger(Kind.SUPPLIER), hours=1, minutes=14),
            self._rejected(self._stranger(Kind.DELIVERY), minutes=49),
            self._accepted(plumber, minutes=31),
            self._announced(self._stranger(Kind.DELIVERY), minutes=4),
            self._announced(self._stranger(Kind.VISIT), minutes=2),
        ]
        return today[::-1]

    def _stranger(self, kind: Kind) -> Guest:
        surname = _SURNAME if kind is Kind.FAMILY else ""
        return self._register.enter(self._unit_id, self._register.stranger(kind, surname), self._begin)

    def _came_before(self, kind: Kind) -> Guest:
        """Somebody with one to six visits, none of them in the last two days and no two within a day."""
        chance, zone = self._gate.chance, self._gate.time_zone
        today = clock.local(self._now, zone).date()
        days = chance.sample(range(3, HISTORY_DAYS, 3), chance.randrange(1, 7))
        guest = self._stranger(kind)
        for ago in sorted(days, reverse=True):
            local = datetime.combine(today - timedelta(days=ago), time(chance.randrange(10, 22), chance.randrange(60)))
            self._gate.announce(guest, clock.from_local(local, zone))
            self._rhythm.take_course(guest, self._now)
        return guest

    def _announced(self, guest: Guest, *, hours: int = 0, minutes: int) -> Guest:
        self._gate.announce(guest, self._now - timedelta(hours=hours, minutes=minutes, seconds=17))
        return guest

    def _accepted(
        self, guest: Guest, *, hours: int = 0, minutes: int, stayed: int | None = None, late: bool = False
    ) -> Guest:
        self._announced(guest, hours=hours, minutes=minutes)
        visit = guest.visits[-1]
        decided_at = (visit.answer_by if late else visit.announced_at) + timedelta(seconds=83)
        self._gate.accept(guest, decided_at)
        visit.left_at = decided_at + timedelta(minutes=stayed) if stayed is not None else None
        return guest

    def _rejected(self, guest: Guest, *, minutes: int) -> Guest:
        self._announced(guest, minutes=minutes)
        self._gate.reject(guest, guest.visits[-1].announced_at + timedelta(seconds=104))
        return guest

    def _expected_tomorrow(self, guest: Guest, *, hours: int, minutes: int) -> Guest:
        at = self._now - timedelta(hours=hours, minutes=minutes, seconds=17)
        self._gate.expect(guest, at, days=1)
        return guest
