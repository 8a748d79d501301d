"""Until when an entry holds, on which days and hours: said at first, amended, and shown once it is over."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from conserje import clock
from conserje.access_lists import upkeep
from conserje.access_lists.matching import Listing
from conserje.access_lists.models import AccessListEntry
from conserje.access_lists.schedules import ALWAYS, Validity, days_of, is_over
from conserje.errors import Refused
from conserje.identity import documents
from conserje.identity.documents import Document
from tests.builders import NOON, OTHER_RUN, RUN
from tests.visits.scene import DAY, HOUR, MINUTE, Gate, journal, open_gate

TODAY = date(2026, 11, 20)
TUESDAYS = Validity(days=days_of([1]), from_minute=9 * 60, until_minute=13 * 60)
NIGHTS = {"from_minute": 22 * 60, "until_minute": 6 * 60}


@pytest.fixture
def gate(ctx: Flask) -> Gate:
    return open_gate()


def put(
    gate: Gate,
    validity: Validity = ALWAYS,
    listing: Listing = Listing.AUTHORISED,
    document: Document = RUN,
    now: datetime = NOON,
) -> AccessListEntry:
    return upkeep.add(gate.unit, document, "Camila Soto", listing, validity=validity, by=gate.admin, now=now)


def amend(gate: Gate, entry: AccessListEntry, validity: Validity, now: datetime = NOON + MINUTE) -> AccessListEntry:
    return upkeep.amend(entry, validity, seen=upkeep.amendable(entry), by=gate.conserje, now=now)


def test_somebody_is_listed_with_a_last_day_and_hours(gate: Gate) -> None:
    put(gate, TUESDAYS)
    put(gate, Validity(TODAY), Listing.UNAUTHORISED, OTHER_RUN)
    rows = upkeep.listed(gate.unit, now=NOON).rows
    assert {row.entry.document: row.entry.validity for row in rows} == {RUN: TUESDAYS, OTHER_RUN: Validity(TODAY)}


def test_nobody_is_listed_with_what_makes_no_sense(gate: Gate) -> None:
    with pytest.raises(Refused, match="expiry_past"):
        put(gate, Validity(TODAY - timedelta(days=1)))
    with pytest.raises(Refused, match="schedule_unauthorised"):
        put(gate, TUESDAYS, Listing.UNAUTHORISED)
    assert not upkeep.listed(gate.unit, now=NOON).rows


def test_today_is_the_communitys_day(gate: Gate) -> None:
    """At 2:00 UTC of the 21st it is still the 20th in Chile."""
    put(gate, Validity(TODAY), now=NOON + 11 * HOUR)


def test_an_entry_is_amended_and_keeps_who_listed_the_person_and_when(gate: Gate) -> None:
    entry = amend(gate, put(gate), TUESDAYS)
    assert entry.validity == TUESDAYS
    assert (entry.listed_at, entry.listed_by) == (NOON, gate.admin.account_id)
    line = journal()[-1]
    assert (line.action, line.account_id) == ("access_list.amended", gate.conserje.account_id)
    assert line.facts == {"unit": gate.unit.id, "listing": "authorised"}


def test_what_is_amended_to_the_same_is_not_written_down(gate: Gate) -> None:
    amend(gate, put(gate, TUESDAYS), TUESDAYS)
    assert [line.action for line in journal()] == ["access_list.added"]


def test_a_form_older_than_a_change_amends_nothing(gate: Gate) -> None:
    entry = put(gate)
    seen = upkeep.amendable(entry)
    amend(gate, entry, TUESDAYS)
    with pytest.raises(Refused, match="access_changed"):
        upkeep.amend(entry, ALWAYS, seen=seen, by=gate.admin, now=NOON)
    upkeep.change_type(entry, Listing.UNAUTHORISED, by=gate.admin, now=NOON + MINUTE)
    with pytest.raises(Refused, match="access_changed"):
        upkeep.amend(entry, Validity(TODAY), seen=seen, by=gate.admin, now=NOON)


def test_what_makes_no_sense_amends_nothing(gate: Gate) -> None:
    barred = put(gate, listing=Listing.UNAUTHORISED)
    for validity, code in ((TUESDAYS, "schedule_unauthorised"), (Validity(date(2026, 11, 19)), "expiry_past")):
        with pytest.raises(Refused, match=code):
            amend(gate, barred, validity)
    assert barred.validity == ALWAYS


def test_whoever_was_taken_off_meanwhile_is_not_amended(gate: Gate) -> None:
    entry = put(gate)
    upkeep.remove(entry, by=gate.admin, now=NOON)
    with pytest.raises(Refused, match="not_listed_any_more"):
        amend(gate, entry, TUESDAYS)


def test_on_the_other_list_an_entry_holds_always(gate: Gate) -> None:
    """Also one that is over: whoever is moved to «No autorizado» is warned of from now on."""
    entry = put(gate, Validity(TODAY, days_of([4])))
    upkeep.change_type(entry, Listing.UNAUTHORISED, by=gate.admin, now=NOON + 9 * DAY)
    assert entry.validity == ALWAYS


@pytest.mark.parametrize("later", [timedelta(0), 11 * HOUR, 12 * HOUR, 18 * HOUR, 19 * HOUR, 3 * DAY])
def test_those_past_their_last_day_are_marked_counted_and_shown_alone(gate: Gate, later: timedelta) -> None:
    """NOON is 12:00 on the 20th: the day ends 12 hours later, the night that began on it 18."""
    for number, validity in enumerate(
        (ALWAYS, TUESDAYS, Validity(TODAY), Validity(TODAY, **NIGHTS), Validity(date(2026, 11, 22)))
    ):
        put(gate, validity, document=documents.run(9_000_000 + number))
    now = NOON + later
    wall = clock.local(now, gate.community.time_zone)
    page = upkeep.listed(gate.unit, now=now)
    over = {row.entry.id for row in page.rows if is_over(row.entry.validity, wall)}
    assert {row.entry.id for row in page.rows if row.is_over} == over
    assert {row.entry.id for row in upkeep.listed(gate.unit, only_over=True, now=now).rows} == over
    assert (page.over, sum(page.sizes.values())) == (len(over), 5)
    assert len(over) == {timedelta(0): 0, 11 * HOUR: 0, 12 * HOUR: 1, 18 * HOUR: 2, 19 * HOUR: 2, 3 * DAY: 3}[later]
