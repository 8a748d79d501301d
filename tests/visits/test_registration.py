"""Announcing a visitor: the visit that somebody has to decide."""

from __future__ import annotations

from datetime import datetime

import pytest

from conserje.access_lists.matching import Listing
from conserje.database import db
from conserje.errors import Refused
from conserje.identity.documents import Document
from conserje.visits import approval, registration
from conserje.visits.models import Method, State, Visit, Visitor, VisitorKind
from tests.builders import NOON, RUN, make_unit
from tests.visits.scene import DAY, HOUR, MINUTE, MOMENT, WINDOW, Gate, how_many, journal


def refusal(gate: Gate, *said: object, **values: object) -> Refused:
    with pytest.raises(Refused) as refused:
        gate.announce(*said, **values)
    assert how_many(Visit) == 0
    assert how_many(Visitor) == 0
    return refused.value


def listed_as(listing: Listing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registration, "matching", lambda unit, document, now: listing)


def test_an_announced_visit_holds_what_was_said(gate: Gate) -> None:
    visit = gate.announce(
        "Camila Soto Díaz",
        RUN,
        kind=VisitorKind.SUPPLIER,
        valid_from=NOON + HOUR,
        valid_until=NOON + 3 * HOUR,
        companions=2,
        plate="BBCL23",
        note="Trae un mueble.",
        photo="a" * 64,
    )
    db.session.expire(visit)
    assert (visit.unit_id, visit.full_name, visit.document) == (gate.unit.id, "Camila Soto Díaz", RUN)
    assert (visit.kind, visit.companions, visit.plate) == (VisitorKind.SUPPLIER, 2, "BBCL23")
    assert (visit.note, visit.photo) == ("Trae un mueble.", "a" * 64)
    assert (visit.valid_from, visit.valid_until) == (NOON + HOUR, NOON + 3 * HOUR)
    assert (visit.announced_at, visit.announced_by) == (NOON, gate.conserje.account_id)
    assert (visit.community_id, visit.listing) == (gate.community.id, Listing.NOT_LISTED)


def test_an_announced_visit_waits_for_an_answer(gate: Gate) -> None:
    visit = gate.announce()
    assert visit.state == State.PENDING
    assert (visit.method, visit.decided_at, visit.decided_by) == (None, None, None)
    assert (visit.entered_at, visit.left_at) == (None, None)


@pytest.mark.parametrize("minutes", [1, 10, 45])
def test_the_deadline_is_the_communitys_window_from_now(gate: Gate, minutes: int) -> None:
    gate.community.approval_minutes = minutes
    assert gate.announce().answer_by == NOON + minutes * MINUTE


def test_an_announcement_is_written_in_the_journal(gate: Gate) -> None:
    visit = gate.announce()
    (line,) = journal()
    assert (line.action, line.subject, line.subject_id, line.at) == ("visit.announced", "visit", visit.id, NOON)
    assert (line.account_id, line.community_id) == (gate.conserje.account_id, gate.community.id)
    assert line.facts == {"unit": gate.unit.id, "visitor": visit.visitor_id}


# What an announcement may not say


def test_a_missing_document_is_refused_where_the_community_demands_one(gate: Gate) -> None:
    refused = refusal(gate, "Camila Soto", None)
    assert (refused.code, refused.field) == ("document_required", "document_number")


def test_a_missing_document_is_accepted_where_the_community_demands_none(gate: Gate) -> None:
    gate.community.document_required = False
    assert gate.announce("Camila Soto", None).document is None


@pytest.mark.parametrize("until", [NOON + HOUR - MOMENT, NOON + HOUR], ids=["before", "equal"])
def test_a_vigencia_that_does_not_end_after_it_begins_is_refused(gate: Gate, until: object) -> None:
    refused = refusal(gate, valid_from=NOON + HOUR, valid_until=until)
    assert (refused.code, refused.field) == ("range_reversed", "valid_until")


@pytest.mark.parametrize("until", [NOON - MOMENT, NOON], ids=["past", "now"])
def test_a_vigencia_that_is_over_is_refused(gate: Gate, until: object) -> None:
    refused = refusal(gate, valid_from=NOON - HOUR, valid_until=until)
    assert (refused.code, refused.field) == ("range_over", "valid_until")


def test_a_vigencia_of_a_year_is_accepted_and_a_longer_one_refused(gate: Gate) -> None:
    year = 366 * DAY
    refused = refusal(gate, valid_until=NOON + year + MOMENT)
    assert (refused.code, refused.field, refused.facts) == ("range_too_long", "valid_until", {"days": 366})
    assert gate.announce(valid_until=NOON + year).valid_until == NOON + year


def test_a_vigencia_that_begins_more_than_a_year_from_now_is_refused(gate: Gate) -> None:
    begins = NOON + 366 * DAY + MOMENT
    refused = refusal(gate, valid_from=begins, valid_until=begins + HOUR)
    assert (refused.code, refused.field) == ("range_too_long", "valid_until")


@pytest.mark.parametrize("companions", [-1, 31])
def test_companions_are_between_none_and_thirty(gate: Gate, companions: int) -> None:
    refused = refusal(gate, companions=companions)
    assert (refused.code, refused.field, refused.facts) == ("companions_out_of_range", "companions", {"most": 30})


@pytest.mark.parametrize("companions", [0, 30])
def test_none_and_thirty_companions_are_accepted(gate: Gate, companions: int) -> None:
    assert gate.announce(companions=companions).companions == companions


# Somebody who is already waiting


def test_announcing_somebody_who_is_pending_shows_that_visit(gate: Gate) -> None:
    first = gate.announce("Camila Soto", RUN)
    again = gate.announce("Camila Soto Díaz", RUN, now=NOON + WINDOW - MOMENT)
    assert again.id == first.id
    assert how_many(Visit) == 1
    assert (again.full_name, again.answer_by) == ("Camila Soto", NOON + WINDOW)
    assert [line.action for line in journal()] == ["visit.announced"]


def test_somebody_pending_at_another_unit_is_announced_here_too(gate: Gate) -> None:
    assert gate.announce().id != gate.announce(unit=make_unit("1205")).id


def test_after_the_deadline_an_announcement_is_a_new_visit(gate: Gate) -> None:
    assert gate.announce().id != gate.announce(now=NOON + WINDOW).id


@pytest.mark.parametrize("decision", ["accepted", "rejected"])
def test_after_a_decision_an_announcement_is_a_new_visit(gate: Gate, decision: str) -> None:
    first = gate.announce()
    if decision == "accepted":
        approval.accept(first, Method.CALL, "", by=gate.conserje, now=NOON)
    else:
        approval.reject(first, "No lo esperan.", by=gate.conserje, now=NOON)
    assert gate.announce(now=NOON + MINUTE).id != first.id


# Access lists


def test_somebody_on_the_authorised_list_is_accepted_at_once_and_enters(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed_as(Listing.AUTHORISED, monkeypatch)
    visit = gate.announce()
    assert (visit.state, visit.method, visit.listing) == (State.ACCEPTED, Method.ACCESS_LIST, Listing.AUTHORISED)
    assert (visit.decided_at, visit.decided_by, visit.entered_at) == (NOON, None, NOON)


def test_somebody_on_the_authorised_list_whose_vigencia_begins_later_does_not_enter_yet(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed_as(Listing.AUTHORISED, monkeypatch)
    visit = gate.announce(valid_from=NOON + HOUR, valid_until=NOON + 2 * HOUR)
    assert (visit.state, visit.entered_at) == (State.ACCEPTED, None)


def test_somebody_on_the_unauthorised_list_waits_with_the_warning(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    listed_as(Listing.UNAUTHORISED, monkeypatch)
    visit = gate.announce()
    assert (visit.state, visit.listing, visit.entered_at) == (State.PENDING, Listing.UNAUTHORISED, None)


def test_the_list_is_asked_for_unit_document_and_moment(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, Document | None, datetime]] = []

    def ask(unit: object, document: Document | None, now: datetime) -> Listing:
        asked.append((unit.id, document, now))  # type: ignore[attr-defined]
        return Listing.NOT_LISTED

    monkeypatch.setattr(registration, "matching", ask)
    gate.announce("Camila Soto", RUN)
    assert asked == [(gate.unit.id, RUN, NOON)]
