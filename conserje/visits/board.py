"""What the gate's screens show of visits: rows ready to be drawn, paged by keyset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, literal, or_, select, tuple_
from sqlalchemy.orm import aliased

from conserje.accounts.models import Account
from conserje.audit.journal import Actor, record_now
from conserje.communities.models import Unit
from conserje.database import UtcDateTime, db
from conserje.visits.models import NOBODY, State, Visit, Visitor
from conserje.visits.rows import DAY, DeactivatedRow, VisitRow, deactivated_row, visit_rows

VISITS_SHOWN = 20
DEACTIVATED_SHOWN = 20
# More than any unit has in a day; a runaway list would otherwise fill the line.
MOST_OF_A_DAY = 100
# Photographs come last: at most a dozen thumbnails on a screen.
PHOTOS_SHOWN = 12


@dataclass(frozen=True)
class Place:
    """Where a page of a list ended: the moment and the id of its last row."""

    at: datetime
    id: int


Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    rows: Sequence[Row]
    next: Place | None


@dataclass(frozen=True)
class Filters:
    """What the list of entries is narrowed to; nothing given narrows nothing. Moments in UTC; `until` is exclusive."""

    unit_ids: tuple[int, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    state: State | None = None


# The statements of the busiest screens are put together once: that costs more than sending them.
# Columns, not objects: a list only reads.
_ROWS = (
    select(
        Visit.id,
        Visit.visitor_id,
        Visit.unit_id,
        Unit.tower,
        Unit.number,
        Visit.full_name,
        Visit.document_type,
        Visit.document_number,
        Visit.kind,
        Visit.companions,
        Visit.plate,
        Visit.note,
        Visit.photo,
        Visit.announced_at,
        Visit.valid_from,
        Visit.valid_until,
        Visit.answer_by,
        Visit.state,
        Visit.listing,
        Visit.method,
        Visit.decided_at,
        Visit.decision_note,
        Visit.answered_by,
        Visit.is_stranger,
        Visit.disowned_at,
        Visit.unasked,
        Visit.times_asked,
        Visit.entered_at,
        Visit.left_at,
        Account.given_name,
        Account.paternal_surname,
    )
    .join(Unit, and_(Unit.community_id == Visit.community_id, Unit.id == Visit.unit_id))
    .outerjoin(Account, Account.id == Visit.decided_by)
)
_NEWEST_FIRST = _ROWS.order_by(Visit.announced_at.desc(), Visit.id.desc())
_ONE = _ROWS.where(Visit.id == bindparam("id"))
_OF_UNIT = _NEWEST_FIRST.where(Visit.unit_id == bindparam("unit_id"), Visit.announced_at >= bindparam("since")).limit(
    MOST_OF_A_DAY
)
# Of some visit of the visitor; an alias, since the register's own statement names no visit.
_SOME_VISIT = aliased(Visit)
_IS_ACTIVE = exists().where(
    _SOME_VISIT.community_id == Visitor.community_id,
    _SOME_VISIT.visitor_id == Visitor.id,
    or_(
        and_(_SOME_VISIT.state == State.PENDING, _SOME_VISIT.answer_by > bindparam("now")),
        and_(_SOME_VISIT.state == State.ACCEPTED, _SOME_VISIT.valid_until > bindparam("now")),
    ),
)
_NOT_ACTIVE = select(
    Visitor.id,
    Visitor.full_name,
    Visitor.document_type,
    Visitor.document_number,
    Visitor.kind,
    Visitor.last_visit_at,
).where(~_IS_ACTIVE, Visitor.identity_key != NOBODY)
_ONE_DEACTIVATED = _NOT_ACTIVE.where(Visitor.id == bindparam("id"))
_DEACTIVATED = (
    _NOT_ACTIVE.where(Visitor.unit_id == bindparam("unit_id"))
    .order_by(Visitor.last_visit_at.desc(), Visitor.id.desc())
    .limit(DEACTIVATED_SHOWN + 1)
)


def entries(filters: Filters, *, now: datetime, after: Place | None = None) -> Page[VisitRow]:
    """The community's arrivals, newest first (O03 to O12): those of the last 24 hours unless a range is given."""
    since = filters.since if filters.since or filters.until else now - DAY
    conditions: list[ColumnElement[bool]] = []
    if filters.unit_ids:
        conditions.append(Visit.unit_id.in_(filters.unit_ids))
    if since is not None:
        conditions.append(Visit.announced_at >= since)
    if filters.until is not None:
        conditions.append(Visit.announced_at < filters.until)
    if filters.state is not None:
        conditions.append(_in_state(filters.state, now))
    return _page_of_visits(_NEWEST_FIRST.where(*conditions), now, after)


def of_unit(unit: Unit, *, now: datetime) -> list[VisitRow]:
    """The unit's visits of the last 24 hours, newest first, in every state (O16)."""
    found = db.session.execute(_OF_UNIT, {"unit_id": unit.id, "since": now - DAY})
    return visit_rows(found.all(), now)


def row(visit: Visit, *, now: datetime) -> VisitRow:
    """One visit as its row, as it stands now."""
    return visit_rows(db.session.execute(_ONE, {"id": visit.id}).all(), now)[0]


def deactivated(unit: Unit, *, now: datetime, after: Place | None = None) -> Page[DeactivatedRow]:
    """Visitors of the unit's register with no visit pending, or accepted and still valid; the latest first (O18)."""
    wanted = _DEACTIVATED
    if after is not None:
        wanted = wanted.where(tuple_(Visitor.last_visit_at, Visitor.id) < _cursor(after))
    found = db.session.execute(wanted, {"unit_id": unit.id, "now": now}).all()
    shown = found[:DEACTIVATED_SHOWN]
    more = len(found) > len(shown)
    return Page([deactivated_row(v) for v in shown], Place(shown[-1].last_visit_at, shown[-1].id) if more else None)


def deactivated_now(visitor_id: int, *, now: datetime) -> DeactivatedRow | None:
    """The visitor's row of that list, if he is deactivated as things stand."""
    found = db.session.execute(_ONE_DEACTIVATED, {"id": visitor_id, "now": now}).one_or_none()
    return deactivated_row(found) if found else None


def open_profile(visitor: Visitor, *, by: Actor, now: datetime, after: Place | None = None) -> Page[VisitRow]:
    """All visits of this person to this unit, newest first. Written in the journal: the profile shows the document."""
    record_now("profile.viewed", "visitor", visitor.id, by=by, at=now)
    return _page_of_visits(_NEWEST_FIRST.where(Visit.visitor_id == visitor.id), now, after)


def _page_of_visits(wanted: Select[*tuple[Any, ...]], now: datetime, after: Place | None) -> Page[VisitRow]:
    if after is not None:
        wanted = wanted.where(tuple_(Visit.announced_at, Visit.id) < _cursor(after))
    found = db.session.execute(wanted.limit(VISITS_SHOWN + 1)).all()
    shown = found[:VISITS_SHOWN]
    rows = visit_rows(shown, now)
    more = len(found) > len(shown)
    return Page(rows, Place(rows[-1].announced_at, rows[-1].id) if more else None)


def _cursor(place: Place) -> ColumnElement[Any]:
    return tuple_(literal(place.at, UtcDateTime()), literal(place.id))


def _in_state(state: State, now: datetime) -> ColumnElement[bool]:
    match state:
        case State.PENDING:
            return and_(Visit.state == State.PENDING, Visit.answer_by > now)
        case State.EXPIRED:
            return and_(Visit.state == State.PENDING, Visit.answer_by <= now)
        case _:
            return Visit.state == state
