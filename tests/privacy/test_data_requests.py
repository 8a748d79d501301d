"""Requests about somebody's data: by when they must be answered, and what becomes of them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from conserje import paging, tenancy
from conserje.communities.models import Administration
from conserje.database import db
from conserje.errors import Refused
from conserje.identity.countries import Country
from conserje.privacy import data_requests
from conserje.privacy.data_requests import Asked, Order, Waiting, listed, open_request, waiting
from conserje.privacy.deadlines import due_on
from conserje.privacy.models import DataRequest, Outcome, RequestKind
from conserje.privacy.overdue import overdue
from tests.builders import NOON, make_community
from tests.visits.scene import Gate, journal

TODAY = NOON.date()
DAY = timedelta(days=1)
ASKER = "Camila Soto, camila@correo.example"


def ask(
    gate: Gate, kind: RequestKind = RequestKind.ACCESS, received_on: date = TODAY, asker: str = ASKER
) -> DataRequest:
    return open_request(gate.community, Asked(kind, asker, received_on), by=gate.admin, now=NOON)


def close(gate: Gate, request: DataRequest, outcome: Outcome = Outcome.ANSWERED, note: str = "") -> DataRequest:
    return data_requests.close(request, outcome, note, by=gate.admin, now=NOON + DAY)


def order_of(gate: Gate, order: Order = Order.DUE) -> list[int]:
    return [row.request.id for row in listed(gate.community, order, now=NOON).rows]


@pytest.mark.parametrize("kind", list(RequestKind))
def test_in_chile_thirty_days_of_the_calendar_are_given(kind: RequestKind) -> None:
    assert due_on(kind, Country.CL, date(2026, 12, 1)) == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("received_on", "query", "claim"),
    [
        # 2 March 2026 is a Monday.
        (date(2026, 3, 2), date(2026, 3, 16), date(2026, 3, 23)),
        (date(2026, 3, 6), date(2026, 3, 20), date(2026, 3, 27)),
        (date(2026, 3, 7), date(2026, 3, 20), date(2026, 3, 27)),
        (date(2026, 3, 8), date(2026, 3, 20), date(2026, 3, 27)),
    ],
)
def test_in_colombia_working_days_are_given_fewer_for_a_query(received_on: date, query: date, claim: date) -> None:
    for kind in RequestKind:
        is_query = kind in (RequestKind.ACCESS, RequestKind.PORTABILITY)
        assert due_on(kind, Country.CO, received_on) == (query if is_query else claim)


def test_a_request_is_entered_with_its_day_and_the_journal_knows_nobody(gate: Gate) -> None:
    request = ask(gate)
    assert (request.due_on, request.opened_by, request.closed_at) == (
        TODAY + 30 * DAY, gate.admin.account_id, None,
    )  # fmt: skip
    (line,) = journal()
    assert (line.action, line.subject, line.subject_id) == ("privacy.request_opened", "data_request", request.id)
    assert line.facts == {"kind": "access", "due": (TODAY + 30 * DAY).isoformat()}


@pytest.mark.parametrize(
    ("received_on", "asker", "code"),
    [
        (TODAY, "", "asker_required"),
        (TODAY, "x" * 141, "note_too_long"),
        (TODAY + DAY, ASKER, "received_out_of_range"),
        (TODAY - 366 * DAY, ASKER, "received_out_of_range"),
    ],
)
def test_what_makes_no_sense_is_refused(gate: Gate, received_on: date, asker: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        ask(gate, received_on=received_on, asker=asker)


def test_a_request_is_closed_once(gate: Gate) -> None:
    request = ask(gate)
    close(gate, request, Outcome.REFUSED, "No es su documento")
    assert (request.outcome, request.note, request.closed_at) == ("refused", "No es su documento", NOON + DAY)
    assert request.closed_by == gate.admin.account_id
    with pytest.raises(Refused, match="request_closed"):
        close(gate, request)
    line = journal()[-1]
    assert (line.action, line.facts) == ("privacy.request_closed", {"outcome": "refused"})


@pytest.mark.parametrize(
    ("outcome", "note", "code"),
    [(Outcome.REFUSED, "", "reason_required"), (Outcome.ANSWERED, "x" * 141, "note_too_long")],
)
def test_a_refusal_says_why_and_a_note_is_short(gate: Gate, outcome: Outcome, note: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        close(gate, ask(gate), outcome, note)


def test_open_ones_come_first_by_their_day(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = ask(gate, received_on=TODAY - 50 * DAY)
    later, late, next_one = ask(gate), ask(gate, received_on=TODAY - 31 * DAY), ask(gate, received_on=TODAY - DAY)
    close(gate, closed)
    expected = [late.id, next_one.id, later.id, closed.id]
    assert order_of(gate) == expected
    assert order_of(gate, Order.LATEST) == [next_one.id, late.id, later.id, closed.id]
    assert [row.is_overdue for row in data_requests.every(gate.community, now=NOON)] == [True, False, False, False]
    assert listed(gate.community, now=NOON).rows[0].opened_by == "Paula Pino"
    monkeypatch.setattr(paging, "ROWS_SHOWN", 3)
    first = listed(gate.community, now=NOON)
    second = listed(gate.community, after=first.next, now=NOON)
    assert [row.request.id for row in (*first.rows, *second.rows)] == expected


def test_what_waits_is_told_and_what_is_late_is_warned_of_once_its_day_is_over(gate: Gate) -> None:
    assert waiting() == Waiting(0, None)
    first, second = ask(gate, received_on=TODAY - 30 * DAY), ask(gate)
    assert waiting() == Waiting(2, TODAY)
    assert overdue(gate.community, NOON).requests == 0
    # Midnight in Santiago is three o'clock in UTC.
    assert overdue(gate.community, NOON + timedelta(hours=11)).requests == 0
    assert overdue(gate.community, NOON + timedelta(hours=12)).requests == 1
    close(gate, first)
    assert overdue(gate.community, NOON + DAY).requests == 0
    assert waiting() == Waiting(1, second.due_on)


def test_another_communitys_requests_are_its_own(gate: Gate) -> None:
    ask(gate, received_on=TODAY - 40 * DAY)
    other = make_community(db.session.scalars(select(Administration)).one(), "Otra")
    with tenancy.acting_for(other.id):
        assert waiting() == Waiting(0, None)
        assert overdue(other, NOON).requests == 0
