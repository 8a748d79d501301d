"""The demo's access lists."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from conserje.access_lists import upkeep
from conserje.access_lists.matching import Listing, matching
from conserje.access_lists.models import AccessListEntry, WatchEntry
from conserje.communities.models import Unit
from conserje.database import db
from conserje.demo.showcase import DOOR
from conserje.identity.documents import run
from tests.demo.conftest import FILLED_AT
from tests.demo.people import AROMOS, EVERYWHERE, inside


def test_the_unit_that_is_shown_first_has_both_lists(demo: Flask) -> None:
    with inside(AROMOS):
        unit = db.session.scalars(select(Unit).where(Unit.tower == DOOR[0], Unit.number == DOOR[1])).one()
        page = upkeep.listed(unit, now=FILLED_AT)
        assert page.sizes == {Listing.AUTHORISED: 2, Listing.UNAUTHORISED: 1}
        assert {row.listed_by for row in page.rows} == {"admin@demo.example"}
        assert all(row.entry.listed_at < FILLED_AT for row in page.rows)
        # The numbers that the README names.
        assert matching(unit, run(31_204_001), FILLED_AT) is Listing.AUTHORISED
        assert matching(unit, run(31_204_003), FILLED_AT) is Listing.UNAUTHORISED


def test_somebody_comes_on_some_days_only_and_somebody_is_watched_for(demo: Flask) -> None:
    with inside(AROMOS):
        scheduled = [entry for entry in db.session.scalars(select(AccessListEntry)) if entry.validity.has_schedule]
        assert [entry.full_name for entry in scheduled] == ["Norma Olivares Yáñez"]
        (watched,) = db.session.scalars(select(WatchEntry))
        assert (watched.full_name, watched.review_on > FILLED_AT.date()) == ("Fermín Astudillo Rozas", True)


def test_only_the_main_community_has_lists(demo: Flask) -> None:
    for name in EVERYWHERE:
        with inside(name):
            entries = db.session.scalars(select(AccessListEntry)).all()
        assert len(entries) == (5 if name == AROMOS else 0)
