"""What is going on at a gate at this very moment."""

from __future__ import annotations

from datetime import datetime, timedelta

from conserje.demo.arrivals import Gate
from conserje.demo.register import Guest
from conserje.demo.rhythm import Rhythm
from conserje.visits.models import VisitorKind

_WAITING = (VisitorKind.VISIT, VisitorKind.DELIVERY, VisitorKind.FAMILY, VisitorKind.TECHNICIAN, VisitorKind.TRANSPORT)
_INSIDE = (VisitorKind.FAMILY, VisitorKind.VISIT, VisitorKind.SUPPLIER, VisitorKind.VISIT)
_EXPECTED = (VisitorKind.SUPPLIER, VisitorKind.FAMILY, VisitorKind.TECHNICIAN)


def fill(gate: Gate, rhythm: Rhythm, now: datetime, *, visits_a_day: int) -> None:
    """Some are inside, some are expected tomorrow, and a few stand at the window and wait for an answer."""
    at = now.replace(microsecond=0)
    share = min(1.0, visits_a_day / 40)
    for place, kind in enumerate(_INSIDE[: max(1, round(len(_INSIDE) * share))]):
        _come_in(gate, _free_guest(rhythm, kind, at), at - timedelta(minutes=14, seconds=-97 * place))
    for place, kind in enumerate(_EXPECTED[: max(1, round(len(_EXPECTED) * share))]):
        gate.expect(_free_guest(rhythm, kind, at), at - timedelta(minutes=8, seconds=-49 * place), days=1 + place // 2)
    for place, kind in enumerate(_WAITING[: max(2, round(len(_WAITING) * share))]):
        gate.announce(_free_guest(rhythm, kind, at), at - timedelta(minutes=5, seconds=-53 * place))


def _free_guest(rhythm: Rhythm, kind: VisitorKind, now: datetime) -> Guest:
    """Somebody of the kind who has not been announced in the last quarter of an hour."""
    earliest = now - timedelta(minutes=15)
    while True:
        guest = rhythm.guest(kind, earliest)
        if guest.free_at <= earliest:
            return guest


def _come_in(gate: Gate, guest: Guest, at: datetime) -> None:
    gate.announce(guest, at)
    gate.accept(guest, at + timedelta(seconds=48))
