"""Portraits drawn by the program, and the visitors who wear them."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from conserje.demo.register import Guest
from conserje.photos.drawn import draw_portrait
from conserje.photos.images import PreparedPhoto, prepare
from conserje.visits.models import VisitorKind


def draw(count: int, seed: int) -> list[PreparedPhoto]:
    """This many portraits, the same for the same seed."""
    return [prepare(BytesIO(draw_portrait(seed * 1_000 + number))) for number in range(count)]


def hang(digests: Sequence[str], guests: Sequence[Guest], first: Sequence[Guest] = ()) -> None:
    """Give the photographs to those in `first`, then to the guests who came last: they stand on the screens.

    Couriers and drivers are let through without one.
    """
    latest = sorted(guests, key=lambda guest: guest.visits[-1].announced_at, reverse=True)
    pass_by = (VisitorKind.DELIVERY, VisitorKind.TRANSPORT)
    wearers = dict.fromkeys(guest for guest in (*first, *latest) if guest.who.kind not in pass_by)
    for digest, guest in zip(digests, wearers, strict=False):
        guest.photo = digest
        for visit in guest.visits:
            visit.photo = digest
