"""The requests that a community was asked about somebody's data, each with the day by which it must be answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Select, func, select

from conserje import clock, paging
from conserje.accounts.models import Account
from conserje.audit.journal import Actor, record
from conserje.communities.models import Community
from conserje.database import db
from conserje.errors import Refused
from conserje.paging import Page, Sorting
from conserje.privacy.deadlines import due_on
from conserje.privacy.models import DataRequest, Outcome, RequestKind

LONGEST_TEXT = 140
# A letter may lie about before somebody enters it; further back lie slips of the keyboard.
EARLIEST = 365


@dataclass(frozen=True)
class Asked:
    """What is said of a request. `asker`: who asks, and how he is reached."""

    kind: RequestKind
    asker: str
    received_on: date


@dataclass(frozen=True)
class RequestRow:
    """A request, who entered it, and whether its day has passed without an answer."""

    request: DataRequest
    opened_by: str
    is_overdue: bool


@dataclass(frozen=True)
class Waiting:
    """How many requests are open, and the day by which the next one must be answered, if any is."""

    open: int
    next_due: date | None


class Order(StrEnum):
    """What the list is sorted by."""

    DUE = "due"
    LATEST = "latest"


_SORTINGS = {
    Order.DUE: Sorting((DataRequest.closed_at.is_not(None), DataRequest.due_on, DataRequest.id)),
    Order.LATEST: Sorting((DataRequest.id,), downwards=True),
}


def open_request(community: Community, said: Asked, *, by: Actor, now: datetime) -> DataRequest:
    """Enter what somebody asked, with the day by which the law wants it answered.

    Refuses: `asker_required`; `note_too_long` (facts: longest); `received_out_of_range` (facts: days) for a day to
    come, or one too long ago.
    """
    _require_sense(community, said, now)
    if by.account_id is None:
        raise ValueError("somebody enters a request, not the system")
    request = DataRequest(
        kind=said.kind,
        asker=said.asker,
        received_on=said.received_on,
        due_on=due_on(said.kind, community.of_country, said.received_on),
        opened_by=by.account_id,
    )
    db.session.add(request)
    db.session.flush()
    facts = {"kind": said.kind, "due": request.due_on.isoformat()}
    record("privacy.request_opened", "data_request", request.id, by=by, at=now, facts=facts)
    return request


def close(request: DataRequest, outcome: Outcome, note: str, *, by: Actor, now: datetime) -> DataRequest:
    """Write down that a request was answered, or refused and why.

    Refuses: `request_closed` where somebody closed it before; `reason_required` for a refusal without a note;
    `note_too_long` (facts: longest).
    """
    if outcome is Outcome.REFUSED and not note:
        raise Refused("reason_required", field="note")
    if len(note) > LONGEST_TEXT:
        raise Refused("note_too_long", field="note", longest=LONGEST_TEXT)
    # Locked and read anew: of two who close it one finds it closed.
    current = db.session.get_one(DataRequest, request.id, with_for_update=True, populate_existing=True)
    if current.closed_at is not None:
        raise Refused("request_closed")
    current.outcome, current.note, current.closed_at, current.closed_by = outcome, note, now, by.account_id
    db.session.flush()
    record("privacy.request_closed", "data_request", current.id, by=by, at=now, facts={"outcome": outcome})
    return current


def find(request_id: int) -> DataRequest | None:
    """The bound community's request of this id."""
    return db.session.get(DataRequest, request_id)


def listed(
    community: Community, order: Order = Order.DUE, *, after: int | None = None, now: datetime
) -> Page[RequestRow]:
    """The community's requests, page by page: the open ones first, the next to be answered at the top."""
    page, today = paging.turned(_wanted(), _SORTINGS[order], after=after), _today(community, now)
    return page.showing([_row(request, given, surname, today) for request, given, surname, _ in page.rows])


def every(community: Community, order: Order = Order.DUE, *, now: datetime) -> Iterator[RequestRow]:
    """The whole list of `listed`, for an Excel file."""
    today = _today(community, now)
    for request, given, surname in paging.whole(_wanted(), _SORTINGS[order]):
        yield _row(request, given, surname, today)


def waiting() -> Waiting:
    """What the bound community still has to answer."""
    still_open = select(func.count(DataRequest.id), func.min(DataRequest.due_on)).where(DataRequest.closed_at.is_(None))
    return Waiting(*db.session.execute(still_open).one())


def _require_sense(community: Community, said: Asked, now: datetime) -> None:
    if not said.asker:
        raise Refused("asker_required", field="asker")
    if len(said.asker) > LONGEST_TEXT:
        raise Refused("note_too_long", field="asker", longest=LONGEST_TEXT)
    today = _today(community, now)
    if not today - timedelta(days=EARLIEST) <= said.received_on <= today:
        raise Refused("received_out_of_range", field="received_on", days=EARLIEST)


def _wanted() -> Select[DataRequest, str, str]:
    return select(DataRequest, Account.given_name, Account.paternal_surname).join(
        Account, Account.id == DataRequest.opened_by
    )


def _row(request: DataRequest, given: str, surname: str, today: date) -> RequestRow:
    return RequestRow(request, f"{given} {surname}", request.closed_at is None and request.due_on < today)


def _today(community: Community, now: datetime) -> date:
    return clock.local(now, community.time_zone).date()
