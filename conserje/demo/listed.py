"""Whom the demo's main community watches for, and whom a few of its units have put on their access lists."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from conserje.access_lists import upkeep, watch_list
from conserje.access_lists.matching import Listing
from conserje.access_lists.schedules import ALWAYS, Validity, days_of
from conserje.access_lists.watch_list import Watch
from conserje.audit.journal import Actor
from conserje.communities.models import Community, Unit
from conserje.database import db
from conserje.demo.places import Door
from conserje.demo.showcase import DOOR
from conserje.identity import documents

# The body of each RUN lies beyond those that the registry has reached.
_LISTED: tuple[tuple[Door, Listing, str, int, timedelta], ...] = (
    (DOOR, Listing.AUTHORISED, "Gladys Orellana Pardo", 31_204_001, timedelta(days=61, hours=5)),
    (DOOR, Listing.AUTHORISED, "Renato Mena Carrasco", 31_204_002, timedelta(days=33, hours=2)),
    (DOOR, Listing.UNAUTHORISED, "Nelson Barría Godoy", 31_204_003, timedelta(days=12, hours=7)),
    (("Torre A", "504"), Listing.AUTHORISED, "Norma Olivares Yáñez", 31_504_001, timedelta(days=48, hours=3)),
    (("Torre C", "904"), Listing.UNAUTHORISED, "Gaspar Troncoso Vega", 31_904_001, timedelta(days=5, hours=6)),
)
# Norma cleans: she may come on Tuesdays and Thursdays, from eight to two.
_SCHEDULED = {"Norma Olivares Yáñez": Validity(days=days_of((1, 3)), from_minute=8 * 60, until_minute=14 * 60)}


def fill(community: Community, account_id: int, now: datetime) -> None:
    """List them, each so long ago, as the administrator of this account. Who is watched for is reviewed in 90 days."""
    by = Actor(account_id, community.id)
    for (tower, number), listing, name, body, ago in _LISTED:
        unit = db.session.scalars(select(Unit).where(Unit.tower == tower, Unit.number == number)).one()
        then, validity = now.replace(microsecond=0) - ago, _SCHEDULED.get(name, ALWAYS)
        upkeep.add(unit, documents.run(body), name, listing, validity=validity, by=by, now=then)
    watch_list.add(community, _watched(now), by=by, now=now)


def _watched(now: datetime) -> Watch:
    reason, review_on = "Se hizo pasar por técnico del ascensor", (now + timedelta(days=90)).date()
    return Watch(documents.run(31_700_001), "Fermín Astudillo Rozas", reason, review_on)
