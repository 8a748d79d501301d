"""Visits and visitors as rows of the gate's lists, ready to be drawn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from conserje import tenancy
from conserje.access_lists.matching import Listing
from conserje.access_lists.schedules import Validity
from conserje.communities.models import unit_label
from conserje.identity import documents
from conserje.identity.documents import Document
from conserje.messages import outbox
from conserje.messages.models import Message
from conserje.visits.approval import state_of
from conserje.visits.asked import Asked, Progress, progress
from conserje.visits.asking import MOST_TIMES_ASKED
from conserje.visits.listed import NOTHING_SAID, SaidByLists, said_by_lists
from conserje.visits.models import Method, State, VisitorKind, document_of
from conserje.visits.presence import is_inside, may_enter

DAY = timedelta(hours=24)


@dataclass(frozen=True)
class VisitRow:
    """A visit as a row of a list. `document` is masked once the visit is older than 24 hours."""

    id: int
    visitor_id: int
    unit_id: int
    unit_label: str
    full_name: str
    document: str
    kind: VisitorKind
    companions: int
    plate: str
    note: str
    photo: str | None
    announced_at: datetime
    valid_from: datetime
    valid_until: datetime
    answer_by: datetime
    state: State
    listing: Listing
    # Why the community watches for the person; for administrators alone.
    watch_reason: str
    # When the unit lets the person in without asking, where that is not now; None also where it does so no longer.
    usual_hours: Validity | None
    method: Method | None
    decided_at: datetime | None
    decided_by: str
    answered_by: str
    is_stranger: bool
    disowned_at: datetime | None
    decision_note: str
    entered_at: datetime | None
    left_at: datetime | None
    is_inside: bool
    may_enter: bool
    times_asked: int
    # How asking the resident fares, while nobody has decided.
    asked: Asked | None

    @property
    def may_decide(self) -> bool:
        return self.state in (State.PENDING, State.EXPIRED)

    @property
    def is_barred(self) -> bool:
        """Whether a list says that the person may not enter, which only an administrator overrules."""
        return self.listing.is_barred

    @property
    def version(self) -> str:
        """Changes with every act on the visit: the idempotency key of the row's buttons."""
        latest = max(filter(None, (self.announced_at, self.decided_at, self.entered_at, self.left_at)))
        return f"{int(latest.timestamp() * 1000) + self.times_asked:x}"

    @property
    def may_ask_again(self) -> bool:
        """Whether [Reenviar] is offered: the resident was or should have been asked, and not too often yet."""
        is_on_its_way = self.asked is not None and self.asked.progress is Progress.QUEUED
        return self.may_decide and not is_on_its_way and 0 < self.times_asked < MOST_TIMES_ASKED


@dataclass(frozen=True)
class DeactivatedRow:
    """A visitor of the register who may be activated again (O18)."""

    id: int
    full_name: str
    document: str
    kind: VisitorKind
    last_visit_at: datetime

    @property
    def version(self) -> str:
        return f"{int(self.last_visit_at.timestamp() * 1000):x}"


def visit_rows(visits: Sequence[Any], now: datetime) -> list[VisitRow]:
    """Rows to draw; of those that wait, how asking their residents fares, in one more statement. Of the few whom a list
    concerns, what it says, in one for each list."""
    waiting = [visit.id for visit in visits if visit.state == State.PENDING]
    messages: defaultdict[int | None, list[Message]] = defaultdict(list)
    paused: Collection[str] = ()
    said = said_by_lists(visits)
    if waiting:
        for message in outbox.about(tenancy.bound_community_id() or 0, waiting):
            messages[message.visit_id].append(message)
        paused = outbox.paused_channels(now)
    return [
        _visit_row(
            visit,
            now,
            progress(visit.unasked, messages[visit.id], paused, now=now) if waiting else None,
            said.get(visit.id, NOTHING_SAID),
        )
        for visit in visits
    ]


def _visit_row(visit: Any, now: datetime, asked: Asked | None, said: SaidByLists) -> VisitRow:
    is_recent = now - visit.announced_at <= DAY
    return VisitRow(
        id=visit.id,
        visitor_id=visit.visitor_id,
        unit_id=visit.unit_id,
        unit_label=unit_label(visit.tower, visit.number),
        full_name=visit.full_name,
        document=_shown(visit, documents.display if is_recent else documents.masked),
        kind=VisitorKind(visit.kind),
        companions=visit.companions,
        plate=visit.plate,
        note=visit.note,
        photo=visit.photo,
        announced_at=visit.announced_at,
        valid_from=visit.valid_from,
        valid_until=visit.valid_until,
        answer_by=visit.answer_by,
        state=state_of(visit, now),
        listing=Listing(visit.listing),
        watch_reason=said.reason,
        usual_hours=said.hours,
        method=Method(visit.method) if visit.method else None,
        decided_at=visit.decided_at,
        decided_by=f"{visit.given_name} {visit.paternal_surname}" if visit.given_name else "",
        answered_by=visit.answered_by,
        is_stranger=visit.is_stranger,
        disowned_at=visit.disowned_at,
        decision_note=visit.decision_note,
        entered_at=visit.entered_at,
        left_at=visit.left_at,
        is_inside=is_inside(visit),
        may_enter=may_enter(visit, now),
        times_asked=visit.times_asked,
        asked=asked if visit.state == State.PENDING else None,
    )


def deactivated_row(visitor: Any) -> DeactivatedRow:
    """A row of the register's statement, to draw."""
    return DeactivatedRow(
        id=visitor.id,
        full_name=visitor.full_name,
        document=_shown(visitor, documents.masked),
        kind=VisitorKind(visitor.kind),
        last_visit_at=visitor.last_visit_at,
    )


def _shown(row: Any, way: Callable[[Document], str]) -> str:
    document = document_of(row.document_type, row.document_number)
    return way(document) if document else ""
