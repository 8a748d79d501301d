"""Visits as the gate's rules leave them, written down without asking those rules thousands of times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random

from conserje import clock
from conserje.demo import words
from conserje.demo.register import Guest
from conserje.identity.countries import Country
from conserje.visits.models import Method, State, Visit, VisitorKind
from conserje.visits.registration import USUAL_VALIDITY

_MEANS = {Method.INTERCOM: 55, Method.CALL: 34, Method.IN_PERSON: 8, Method.ADMINISTRATION: 3}
_DAY_SHIFT = range(8, 20)
_WORKING_HOURS = (time(9), time(19))
# Who comes along with a guest of these kinds; the others come alone.
_COMPANIONS = (0, 0, 0, 0, 1, 1, 1, 2, 3, 4)
_BRING_COMPANY = (VisitorKind.VISIT, VisitorKind.FAMILY)


@dataclass(frozen=True)
class Duty:
    """Ids of the accounts that work at a gate: by day from Monday to Friday, by day on the weekend, and by night."""

    weekdays: int
    weekends: int
    nights: int
    administrator: int


@dataclass(frozen=True)
class Gate:
    """What the gate of one community has of its own."""

    country: Country
    time_zone: str
    window: timedelta
    duty: Duty
    chance: Random

    def on_duty(self, at: datetime) -> int:
        """Id of the account of whoever is at the gate at this moment."""
        local = clock.local(at, self.time_zone)
        if local.hour not in _DAY_SHIFT:
            return self.duty.nights
        return self.duty.weekdays if local.weekday() < 5 else self.duty.weekends

    def announce(self, guest: Guest, at: datetime, valid: tuple[datetime, datetime] | None = None) -> Visit:
        """The guest stands at the window, or is expected within `valid`; the resident is asked."""
        if at < guest.free_at:
            raise ValueError("a guest who is still expected is not announced again")
        minute = at.replace(second=0, microsecond=0)
        valid_from, valid_until = valid or (minute, minute + USUAL_VALIDITY)
        who, kind = guest.who, guest.who.kind
        visit = Visit(
            unit_id=guest.unit_id,
            full_name=who.name,
            document_type=who.document.type if who.document else None,
            document_number=who.document.number if who.document else None,
            kind=kind,
            plate=who.plate,
            companions=self.chance.choice(_COMPANIONS) if kind in _BRING_COMPANY else 0,
            note=words.note(self.chance, kind),
            announced_at=at,
            announced_by=self.on_duty(at),
            valid_from=valid_from,
            valid_until=valid_until,
            state=State.PENDING,
            answer_by=at + self.window,
            decision_note="",
        )
        guest.visits.append(visit)
        guest.free_at = visit.answer_by
        return visit

    def expect(self, guest: Guest, at: datetime, *, days: int) -> None:
        """A resident announces the guest for the working hours of a coming day; nobody stands at the window yet."""
        day = clock.local(at, self.time_zone).date() + timedelta(days=days)
        opens, closes = (clock.from_local(datetime.combine(day, hour), self.time_zone) for hour in _WORKING_HOURS)
        self.announce(guest, at, (opens, closes))
        self.accept(guest, at + timedelta(seconds=35), Method.CALL)

    def accept(self, guest: Guest, at: datetime, method: Method | None = None) -> None:
        """The resident says yes to the guest's latest visit; who stands at the window comes in."""
        visit = guest.visits[-1]
        method = method or self.chance.choices(tuple(_MEANS), tuple(_MEANS.values()))[0]
        by = self.duty.administrator if method is Method.ADMINISTRATION else self.on_duty(at)
        visit.state, visit.method, visit.decided_at, visit.decided_by = State.ACCEPTED, method, at, by
        visit.decision_note = words.remark(self.chance, method)
        visit.entered_at = at if visit.valid_from <= at else None
        guest.free_at = visit.valid_until

    def reject(self, guest: Guest, at: datetime) -> None:
        """The guest is turned away, with the reason."""
        visit = guest.visits[-1]
        visit.state, visit.decided_at, visit.decided_by = State.REJECTED, at, self.on_duty(at)
        visit.decision_note = words.reason(self.chance, guest.who.kind)
        guest.free_at = at
