"""A demo of a few units and days."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conserje.demo import filling, rhythm
from conserje.demo.places import COMMUNITIES, DemoCommunity

PHOTOS = 2


def make_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on the demo has an eighth of its units, three days of visits outside the showcase, and eight photos."""
    monkeypatch.setattr(filling, "COMMUNITIES", tuple(_small(each) for each in COMMUNITIES))
    monkeypatch.setattr(rhythm, "HISTORY_DAYS", 3)


def _small(community: DemoCommunity) -> DemoCommunity:
    doors = [door for door in community.doors() if door[1].endswith("4")]
    return replace(community, doors=lambda: doors, photos=PHOTOS)
