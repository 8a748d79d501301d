"""Three months at a gate: who comes when, on working days and weekends, and how each visit goes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate

from conserje import clock
from conserje.demo.arrivals import Gate
from conserje.demo.register import Guest, Register
from conserje.visits.models import VisitorKind

HISTORY_DAYS = 91
# The last minutes belong to `present`, which says exactly who stands at the window.
UNTIL_BEFORE_NOW = timedelta(minutes=15)

_EACH_WEEKDAY = (0.82, 0.84, 0.88, 0.95, 1.2, 1.3, 1.01)
_KINDS = tuple(VisitorKind)
_ON_WORKING_DAYS = (26, 16, 11, 6, 26, 5, 8, 2)
_ON_WEEKENDS = (38, 27, 2, 1, 24, 1, 6, 1)
# How many of a hundred of a kind come in each hour of the day, from midnight.
_HOURS = {
    VisitorKind.VISIT: (1, 0, 0, 0, 0, 0, 0, 1, 2, 2, 4, 6, 7, 5, 3, 4, 5, 7, 10, 14, 14, 9, 4, 2),
    VisitorKind.FAMILY: (0, 0, 0, 0, 0, 0, 0, 2, 3, 4, 6, 10, 13, 9, 4, 4, 6, 9, 11, 9, 6, 3, 1, 0),
    VisitorKind.DOMESTIC: (0, 0, 0, 0, 0, 0, 4, 38, 36, 14, 4, 0, 0, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    VisitorKind.SUPPLIER: (0, 0, 0, 0, 0, 0, 0, 2, 9, 16, 18, 15, 7, 4, 9, 10, 7, 3, 0, 0, 0, 0, 0, 0),
    VisitorKind.DELIVERY: (1, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 6, 14, 15, 6, 3, 3, 4, 5, 9, 13, 9, 4, 1),
    VisitorKind.TECHNICIAN: (0, 0, 0, 0, 0, 0, 0, 0, 6, 17, 18, 14, 5, 4, 11, 13, 8, 4, 0, 0, 0, 0, 0, 0),
    VisitorKind.TRANSPORT: (4, 2, 1, 1, 2, 4, 6, 8, 7, 4, 3, 3, 3, 3, 3, 3, 4, 5, 6, 6, 6, 6, 6, 4),
    VisitorKind.OTHER: (0, 0, 0, 0, 0, 0, 0, 0, 2, 10, 16, 16, 8, 6, 8, 12, 12, 8, 2, 0, 0, 0, 0, 0),
}
# How many of a hundred have come to the same unit before.
_RETURNING = {
    VisitorKind.VISIT: 62,
    VisitorKind.FAMILY: 88,
    VisitorKind.DOMESTIC: 93,
    VisitorKind.SUPPLIER: 30,
    VisitorKind.DELIVERY: 22,
    VisitorKind.TECHNICIAN: 25,
    VisitorKind.TRANSPORT: 18,
    VisitorKind.OTHER: 10,
}
_STAYS_MINUTES = {
    VisitorKind.VISIT: (45, 270),
    VisitorKind.FAMILY: (60, 420),
    VisitorKind.DOMESTIC: (200, 500),
    VisitorKind.SUPPLIER: (15, 150),
    VisitorKind.DELIVERY: (2, 9),
    VisitorKind.TECHNICIAN: (25, 150),
    VisitorKind.TRANSPORT: (2, 15),
    VisitorKind.OTHER: (10, 60),
}


@dataclass(frozen=True)
class Home:
    """A unit as visitors see it: how often somebody comes, and the surname of the family they visit."""

    unit_id: int
    liveliness: float
    surname: str


class Rhythm:
    """A community's arrivals, invented day after day."""

    def __init__(self, gate: Gate, register: Register, homes: Sequence[Home], visits_a_day: int) -> None:
        self._gate = gate
        self._register = register
        self._homes = homes
        self._weights = list(accumulate(home.liveliness for home in homes))
        self._visits_a_day = visits_a_day
        self._chance = gate.chance

    def fill(self, now: datetime) -> None:
        """Let the visits of the last three months happen, up to a quarter of an hour ago."""
        last = now - UNTIL_BEFORE_NOW
        today = clock.local(now, self._gate.time_zone).date()
        for day in (today - timedelta(days=ago) for ago in range(HISTORY_DAYS, -1, -1)):
            for at, kind in self._arrivals(day):
                if at > last:
                    break
                guest = self.guest(kind, at)
                if guest.free_at <= at:
                    self._gate.announce(guest, at, self._validity(kind, at))
                    self.take_course(guest, now)

    def guest(self, kind: VisitorKind, at: datetime) -> Guest:
        """Somebody of this kind for one of the units, new or known there."""
        (home,) = self._chance.choices(self._homes, cum_weights=self._weights)
        if self._chance.randrange(100) < _RETURNING[kind]:
            known = self._register.known(home.unit_id, kind, at)
            if known is not None:
                return known
        if kind is VisitorKind.FAMILY:
            surname = home.surname if self._chance.random() < 0.6 else ""
            return self._register.enter(home.unit_id, self._register.stranger(kind, surname), at)
        return self._register.enter(home.unit_id, self._register.tradesperson(kind), at)

    def stay(self, kind: VisitorKind) -> timedelta:
        """How long such a visitor stays."""
        shortest, longest = _STAYS_MINUTES[kind]
        return timedelta(seconds=self._chance.randrange(shortest * 60, longest * 60))

    def _arrivals(self, day: date) -> Iterator[tuple[datetime, VisitorKind]]:
        expected = self._visits_a_day * _EACH_WEEKDAY[day.weekday()]
        # As arrivals scatter, but no day without anybody.
        count = round(max(expected / 2, self._chance.gauss(expected, math.sqrt(expected))))
        mix = _ON_WORKING_DAYS if day.weekday() < 5 else _ON_WEEKENDS
        arrivals = []
        for kind in self._chance.choices(_KINDS, mix, k=count):
            (hour,) = self._chance.choices(range(24), _HOURS[kind])
            at = time(hour, self._chance.randrange(60), self._chance.randrange(60))
            arrivals.append((clock.from_local(datetime.combine(day, at), self._gate.time_zone), kind))
        yield from sorted(arrivals)

    def _validity(self, kind: VisitorKind, at: datetime) -> tuple[datetime, datetime] | None:
        minute = at.replace(second=0)
        if kind is VisitorKind.DOMESTIC:
            return minute, minute + timedelta(hours=10)
        if kind is VisitorKind.FAMILY and self._chance.random() < 0.04:
            return minute, minute + timedelta(days=self._chance.randrange(3, 8))
        return None

    def take_course(self, guest: Guest, now: datetime) -> None:
        """What comes of the guest's latest visit, as far as it has happened by now."""
        visit, luck = guest.visits[-1], self._chance.random()
        thought = timedelta(seconds=round(20 + self._chance.expovariate(1 / 70)))
        stay = self.stay(guest.who.kind)
        if luck < 0.055:
            return  # nobody answered
        late = luck < 0.075
        decided_at = (visit.answer_by if late else visit.announced_at) + thought
        if decided_at >= now:
            return
        if luck > 0.965:
            self._gate.reject(guest, decided_at)
            return
        self._gate.accept(guest, decided_at)
        forgotten = 0.075 < luck < 0.079
        if decided_at + stay < now and not forgotten:
            visit.left_at = decided_at + stay
