"""What the daily purge erases of a community, kind by kind: which rows are due, and what becomes of them.

Each step is found by reading and carried out in small batches, each in a transaction of its caller's (`purging`), so
that no gate waits for it. What was done once is not due any more: the purge may be left off and begun again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select

from conserje import clock
from conserje.approval_links.models import ApprovalLink
from conserje.audit.journal import Actor, record
from conserje.audit.models import AuditLine
from conserje.communities.models import Community
from conserje.database import db
from conserje.jobs import Job
from conserje.messages.models import Fate, Message
from conserje.privacy import retention
from conserje.privacy.forgetting import forget_visitors, forget_visits
from conserje.privacy.models import DataRequest, LegalHold, PurgeRun
from conserje.privacy.retention import Kind
from conserje.visits.models import FORGOTTEN, NOBODY, Visit, Visitor

Conditions = Sequence[ColumnElement[bool]]
# A batch holds SQLite's one writer for some tens of milliseconds.
BATCH = 200
FINAL = (Fate.SENT, Fate.FAILED, Fate.UNCERTAIN, Fate.WITHDRAWN)


@dataclass(frozen=True)
class Terms:
    """From which moment on each kind is kept, for one community at one moment, which is `today` on its calendar."""

    community_id: int
    now: datetime
    today: date
    since: dict[Kind, datetime]


@dataclass(frozen=True)
class Step:
    """One kind of rows: how it is counted, which of them are due, and what becomes of a batch; gives how many."""

    counted_as: str
    model: Any
    due: Callable[[Terms], Conditions]
    carry_out: Callable[[Sequence[Any]], int]


def terms(community: Community, now: datetime) -> Terms:
    """The community's own limits. What arrived within the last 24 hours is never due."""
    kept = {kind: max(timedelta(days=n), retention.AT_LEAST) for kind, n in retention.all_days(community).items()}
    today = clock.local(now, community.time_zone).date()
    return Terms(community.id, now, today, {kind: now - lasting for kind, lasting in kept.items()})


def due_counts(of: Terms) -> dict[str, int]:
    """How many rows of each kind a purge would erase now; changes nothing."""
    counts: dict[str, int] = {}
    for step in STEPS:
        found = db.session.scalar(select(func.count(step.model.id)).where(*step.due(of))) or 0
        counts[step.counted_as] = counts.get(step.counted_as, 0) + found
    return counts


def find(step: Step, of: Terms, after: int) -> Sequence[int]:
    """Ids of the next rows that are due, above `after`."""
    wanted = select(step.model.id).where(*step.due(of), step.model.id > after)
    return db.session.scalars(wanted.order_by(step.model.id).limit(BATCH)).all()


def carry_out(step: Step, of: Terms, ids: Sequence[int]) -> int:
    """Erase those of the rows that are still due, and that no other worker is just erasing; gives how many."""
    still_due = select(step.model).where(step.model.id.in_(ids), *step.due(of)).order_by(step.model.id)
    return step.carry_out(db.session.scalars(still_due.with_for_update(skip_locked=True)).all())


def note_end(of: Terms, counts: dict[str, int]) -> PurgeRun:
    """Write down that the purge came to its end, with how much of each kind it erased."""
    run = PurgeRun(community_id=of.community_id, ran_at=of.now, counts=counts)
    db.session.add(run)
    by = Actor(None, of.community_id)
    record("privacy.purged", "community", of.community_id, by=by, at=of.now, facts=counts)
    db.session.flush()
    return run


def _old_visit(of: Terms, kind: Kind) -> Conditions:
    # A visit is announced before its vigencia ends, and the index is by when it was announced.
    is_held = exists().where(Visitor.community_id == Visit.community_id, Visitor.id == Visit.visitor_id, *_is_held(of))
    return Visit.announced_at < of.since[kind], Visit.valid_until < of.since[kind], ~is_held


def _old_visitor(of: Terms, kind: Kind) -> Conditions:
    """Who came last before that, may not come in any more by a visit of then, and is not held."""
    may_still_come = exists().where(
        Visit.community_id == Visitor.community_id,
        Visit.visitor_id == Visitor.id,
        Visit.valid_until >= of.since[kind],
    )
    is_held = exists().where(*_is_held(of))
    return Visitor.identity_key != NOBODY, Visitor.last_visit_at < of.since[kind], ~may_still_come, ~is_held


def _is_held(of: Terms) -> Conditions:
    """The visitor's data are kept because of an incident; looked up by the key of `LegalHold`."""
    return (
        LegalHold.community_id == Visitor.community_id,
        LegalHold.identity_key == Visitor.identity_key,
        LegalHold.last_day >= of.today,
    )


def _over_link(of: Terms) -> Conditions:
    of_old_visit = exists().where(
        Visit.community_id == ApprovalLink.community_id,
        Visit.id == ApprovalLink.visit_id,
        Visit.answer_by < of.now - retention.LINKS_KEPT,
    )
    return (of_old_visit,)


def _old_message(of: Terms) -> Conditions:
    return (
        Message.community_id == of.community_id,
        Message.created_at < of.since[Kind.MESSAGES],
        Message.fate.in_(FINAL),
        Message.recipient != "",
    )


def _old_line(of: Terms) -> Conditions:
    return AuditLine.community_id == of.community_id, AuditLine.at < of.since[Kind.JOURNAL]


def _forget_visits(visits: Sequence[Visit]) -> int:
    forget_visits(visits)
    return len(visits)


def _drop_photos(rows: Sequence[Visit | Visitor]) -> int:
    """The files go with those that no row names (`files`)."""
    for row in rows:
        row.photo = None
    db.session.flush()
    return len(rows)


def _drop_plates(rows: Sequence[Visit | Visitor]) -> int:
    for row in rows:
        row.plate = ""
    db.session.flush()
    return len(rows)


def drop_documents(rows: Sequence[Visit | Visitor]) -> int:
    for row in rows:
        row.document_type = row.document_number = None
        if isinstance(row, Visitor):
            row.identity_key = f"visitor:{row.id}"
    db.session.flush()
    return len(rows)


def drop_recipients(messages: Sequence[Message]) -> int:
    """The row stays: the ledger of SMS names it, and the community's counters count it (K107)."""
    for message in messages:
        message.recipient = message.carrier_id = ""
    db.session.flush()
    return len(messages)


def _delete(rows: Sequence[Any]) -> int:
    for row in rows:
        db.session.delete(row)
    db.session.flush()
    return len(rows)


# In this order: parts of a visit before the whole, and a row of the register once its visits are nobody's.
STEPS = (
    Step(
        "documents",
        Visit,
        lambda of: (*_old_visit(of, Kind.DOCUMENTS), Visit.document_number.is_not(None)),
        drop_documents,
    ),
    Step(
        "documents",
        Visitor,
        lambda of: (*_old_visitor(of, Kind.DOCUMENTS), Visitor.document_number.is_not(None)),
        drop_documents,
    ),
    Step("photos", Visit, lambda of: (*_old_visit(of, Kind.PHOTOS), Visit.photo.is_not(None)), _drop_photos),
    Step("photos", Visitor, lambda of: (*_old_visitor(of, Kind.PHOTOS), Visitor.photo.is_not(None)), _drop_photos),
    Step("plates", Visit, lambda of: (*_old_visit(of, Kind.PLATES), Visit.plate != ""), _drop_plates),
    Step("plates", Visitor, lambda of: (*_old_visitor(of, Kind.PLATES), Visitor.plate != ""), _drop_plates),
    Step("visits", Visit, lambda of: (*_old_visit(of, Kind.VISITS), Visit.full_name != FORGOTTEN), _forget_visits),
    Step("register", Visitor, lambda of: _old_visitor(of, Kind.VISITS), forget_visitors),
    Step("links", ApprovalLink, _over_link, _delete),
    Step("messages", Message, _old_message, drop_recipients),
    Step(
        "jobs",
        Job,
        lambda of: (Job.community_id == of.community_id, Job.finished_at < of.now - retention.JOBS_KEPT),
        _delete,
    ),
    Step(
        "runs",
        PurgeRun,
        lambda of: (PurgeRun.community_id == of.community_id, PurgeRun.ran_at < of.now - retention.RUNS_KEPT),
        _delete,
    ),
    # As long as visits: by then whoever asked has had his answer, and time to complain of it.
    Step("requests", DataRequest, lambda of: (DataRequest.closed_at < of.since[Kind.VISITS],), _delete),
    Step("holds", LegalHold, lambda of: (LegalHold.last_day < of.today,), _delete),
    Step("journal", AuditLine, _old_line, _delete),
)
