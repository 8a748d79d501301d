"""Whom the community watches for, and whom a unit lets in at other hours: from the announcement to the decision."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from conserje.access_lists import upkeep, watch_list
from conserje.access_lists.matching import Listing
from conserje.access_lists.models import WatchEntry
from conserje.access_lists.schedules import ALWAYS, Validity, days_of
from conserje.access_lists.watch_list import Watch
from conserje.database import db
from conserje.errors import Refused
from conserje.identity.documents import Document
from conserje.messages.models import Message
from conserje.permissions import Module
from conserje.visits import approval, asking, board, registration
from conserje.visits.models import Method, State, Visit
from conserje.visits.rows import VisitRow
from tests.builders import NOON, OTHER_RUN, RUN
from tests.visits.scene import DAY, HOUR, MINUTE, Gate

NAME = "Camila Soto Díaz"
# NOON is a Friday, at 12:00 in Santiago.
FRIDAY_MORNINGS = Validity(days=days_of([4]), from_minute=8 * 60, until_minute=13 * 60)


@pytest.fixture
def gate(gate: Gate) -> Gate:
    """A gate whose unit has a number to ask at, and that lets people come without a document."""
    gate.unit.notice_phone = "+56965432109"
    gate.community.document_required = False
    return gate


def watch_for(gate: Gate, document: Document | None = RUN, name: str = NAME) -> WatchEntry:
    said = Watch(document, name, "Amenazó al conserje", date(2026, 12, 20))
    return watch_list.add(gate.community, said, by=gate.admin, now=NOON)


def put(gate: Gate, listing: Listing, validity: Validity = ALWAYS) -> None:
    upkeep.add(gate.unit, RUN, NAME, listing, validity=validity, by=gate.admin, now=NOON)


def messages() -> int:
    return db.session.scalars(select(func.count(Message.id))).one()


def row_of(visit: Visit) -> VisitRow:
    return board.row(visit, now=NOON)


@pytest.mark.parametrize(
    ("document", "listing"),
    [(RUN, Listing.WATCHED), (None, Listing.WATCHED_NAME)],
    ids=["by document", "by name"],
)
def test_somebody_watched_for_waits_with_a_warning_and_nobody_is_asked(
    gate: Gate, document: Document | None, listing: Listing
) -> None:
    watch_for(gate)
    visit = gate.announce("CAMILA soto diaz", document)
    assert (visit.state, visit.listing, visit.entered_at) == (State.PENDING, listing, None)
    assert (messages(), visit.times_asked, visit.escalates_at) == (0, 0, None)
    row = row_of(visit)
    assert (row.is_barred, row.may_ask_again, row.asked) == (True, False, None)
    assert (row.listing, row.watch_reason) == (listing, "Amenazó al conserje")


@pytest.mark.parametrize("listing", [None, Listing.AUTHORISED, Listing.UNAUTHORISED])
def test_where_the_community_does_without_lists_they_say_nothing_until_they_are_on_again(
    gate: Gate, listing: Listing | None
) -> None:
    if listing is None:
        watch_for(gate)
    else:
        put(gate, listing)
    gate.community.modules_off = [Module.ACCESS_LISTS.value]
    visit = gate.announce()
    assert (visit.state, visit.listing, visit.times_asked) == (State.PENDING, Listing.NOT_LISTED, 1)
    gate.community.modules_off = []
    approval.reject(visit, "No contesta", by=gate.admin, now=NOON)
    assert gate.announce(now=NOON + MINUTE).listing == (listing or Listing.WATCHED)


@pytest.mark.parametrize("listing", [Listing.AUTHORISED, Listing.UNAUTHORISED])
def test_the_watch_list_wins_over_the_units_lists(gate: Gate, listing: Listing) -> None:
    watch_for(gate)
    put(gate, listing)
    visit = gate.announce()
    assert (visit.state, visit.listing) == (State.PENDING, Listing.WATCHED)


@pytest.mark.parametrize("document", [RUN, None], ids=["by document", "by name"])
def test_only_an_administrator_lets_somebody_watched_for_in_and_says_why(gate: Gate, document: Document | None) -> None:
    watch_for(gate)
    visit = gate.announce(NAME, document)
    with pytest.raises(Refused, match="watched_needs_admin"):
        approval.accept(visit, Method.CALL, "Insiste", by=gate.conserje, now=NOON)
    with pytest.raises(Refused, match="reason_required"):
        approval.accept(visit, Method.ADMINISTRATION, "", by=gate.admin, now=NOON)
    approval.accept(visit, Method.ADMINISTRATION, "Es un alcance de nombre", by=gate.admin, now=NOON)
    assert (visit.state, row_of(visit).listing.is_watched) == (State.ACCEPTED, True)


def test_about_somebody_watched_for_the_resident_is_not_asked_again_either(gate: Gate) -> None:
    watch_for(gate)
    visit = gate.announce()
    with pytest.raises(Refused, match="watched_not_asked"):
        asking.ask_again(visit, by=gate.admin, now=NOON + HOUR)
    assert messages() == 0


def test_a_conserje_turns_somebody_watched_for_away(gate: Gate) -> None:
    watch_for(gate)
    assert approval.reject(gate.announce(), "No puede entrar", by=gate.conserje, now=NOON).state == State.REJECTED


def test_an_entry_that_went_says_its_reason_no_longer_and_the_visit_waits_on(gate: Gate) -> None:
    entry = watch_for(gate)
    visit = gate.announce()
    watch_list.remove(entry, by=gate.admin, now=NOON)
    row = row_of(visit)
    assert (row.listing, row.watch_reason, row.is_barred) == (Listing.WATCHED, "", True)


def test_whoever_is_activated_from_the_register_is_watched_for_too(gate: Gate) -> None:
    approval.reject(gate.announce(), "No los conocen", by=gate.conserje, now=NOON)
    watch_for(gate)
    visitor = registration.known(gate.unit, RUN)
    assert visitor is not None
    assert registration.reactivate(visitor, by=gate.conserje, now=NOON + DAY).listing == Listing.WATCHED


def test_somebody_of_another_name_and_document_is_asked_about_as_ever(gate: Gate) -> None:
    watch_for(gate)
    visit = gate.announce("Elena Paz", OTHER_RUN)
    assert (visit.listing, row_of(visit).watch_reason, messages()) == (Listing.NOT_LISTED, "", 1)


# Authorised, at other hours


def test_whoever_comes_within_his_hours_is_accepted_at_once(gate: Gate) -> None:
    put(gate, Listing.AUTHORISED, FRIDAY_MORNINGS)
    visit = gate.announce()
    assert (visit.state, visit.method, messages()) == (State.ACCEPTED, Method.ACCESS_LIST, 0)


def test_outside_his_hours_the_resident_is_asked_and_the_row_says_when_he_is_expected(gate: Gate) -> None:
    put(gate, Listing.AUTHORISED, FRIDAY_MORNINGS)
    visit = gate.announce(now=NOON + 2 * HOUR)
    assert (visit.state, visit.listing, messages()) == (State.PENDING, Listing.OFF_HOURS, 1)
    row = row_of(visit)
    assert (row.is_barred, row.usual_hours) == (False, FRIDAY_MORNINGS)
    assert approval.accept(visit, Method.CALL, "", by=gate.conserje, now=NOON + 2 * HOUR).state == State.ACCEPTED


def test_hours_that_are_no_longer_said_are_not_told(gate: Gate) -> None:
    put(gate, Listing.AUTHORISED, FRIDAY_MORNINGS)
    visit = gate.announce(now=NOON + 2 * HOUR)
    (entry,) = (each.entry for each in upkeep.listed(gate.unit, now=NOON).rows)
    upkeep.amend(entry, ALWAYS, seen=upkeep.amendable(entry), by=gate.admin, now=NOON)
    assert row_of(visit).usual_hours is None
    upkeep.remove(entry, by=gate.admin, now=NOON)
    assert row_of(visit).usual_hours is None


@pytest.mark.parametrize("listing", [Listing.AUTHORISED, Listing.UNAUTHORISED])
def test_after_its_last_day_an_entry_counts_as_none(gate: Gate, listing: Listing) -> None:
    put(gate, listing, Validity(date(2026, 11, 20)))
    visit = gate.announce(now=NOON + DAY + MINUTE)
    assert (visit.state, visit.listing, messages()) == (State.PENDING, Listing.NOT_LISTED, 1)
