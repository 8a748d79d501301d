"""What the gate's screens show of visits: rows ready to be drawn, paged by keyset."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, literal, or_, select, tuple_
from sqlalchemy.orm import aliased

from conserje.access_lists.matching import Listing
from conserje.accounts.models import Account
from conserje.audit.journal import Actor, record_now
from conserje.communities.models import Unit, unit_label
from conserje.database import UtcDateTime, db
from conserje.identity import documents
from conserje.identity.documents import Document
from conserje.visits.approval import state_of
from conserje.visits.models import Method, State, Visit, Visitor, VisitorKind, document_of
from conserje.visits.presence import is_inside, may_enter

DAY = timedelta(hours=24)
VISITS_SHOWN = 20
DEACTIVATED_SHOWN = 20
# More than any unit has in a day; a runaway list would otherwise fill the line.
MOST_OF_A_DAY = 100
# Photographs come last: at most a dozen thumbnails on a screen.
PHOTOS_SHOWN = 12


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
    unauthorised: bool
    method: Method | None
    decided_at: datetime | None
    decided_by: str
    decision_note: str
    entered_at: datetime | None
    left_at: datetime | None
    is_inside: bool
    may_enter: bool

    @property
    def may_decide(self) -> bool:
        return self.state in (State.PENDING, State.EXPIRED)

    @property
    def version(self) -> str:
        """Changes with every act on the visit: the idempotency key of the row's buttons."""
        latest = max(filter(None, (self.announced_at, self.decided_at, self.entered_at, self.left_at)))
        return f"{int(latest.timestamp() * 1000):x}"


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
).where(~_IS_ACTIVE)
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
    return [_visit_row(each, now) for each in found]


def row(visit: Visit, *, now: datetime) -> VisitRow:
    """One visit as its row, as it stands now."""
    return _visit_row(db.session.execute(_ONE, {"id": visit.id}).one(), now)


def deactivated(unit: Unit, *, now: datetime, after: Place | None = None) -> Page[DeactivatedRow]:
    """Visitors of the unit's register with no visit pending, or accepted and still valid; the latest first (O18)."""
    wanted = _DEACTIVATED
    if after is not None:
        wanted = wanted.where(tuple_(Visitor.last_visit_at, Visitor.id) < _cursor(after))
    found = db.session.execute(wanted, {"unit_id": unit.id, "now": now}).all()
    shown = found[:DEACTIVATED_SHOWN]
    more = len(found) > len(shown)
    return Page([_deactivated_row(v) for v in shown], Place(shown[-1].last_visit_at, shown[-1].id) if more else None)


def deactivated_now(visitor_id: int, *, now: datetime) -> DeactivatedRow | None:
    """The visitor's row of that list, if he is deactivated as things stand."""
    found = db.session.execute(_ONE_DEACTIVATED, {"id": visitor_id, "now": now}).one_or_none()
    return _deactivated_row(found) if found else None


def _deactivated_row(visitor: Any) -> DeactivatedRow:
    return DeactivatedRow(
        id=visitor.id,
        full_name=visitor.full_name,
        document=_shown(visitor, documents.masked),
        kind=VisitorKind(visitor.kind),
        last_visit_at=visitor.last_visit_at,
    )


def open_profile(visitor: Visitor, *, by: Actor, now: datetime, after: Place | None = None) -> Page[VisitRow]:
    """All visits of this person to this unit, newest first. Written in the journal: the profile shows the document."""
    record_now("profile.viewed", "visitor", visitor.id, by=by, at=now)
    return _page_of_visits(_NEWEST_FIRST.where(Visit.visitor_id == visitor.id), now, after)


def _page_of_visits(wanted: Select[*tuple[Any, ...]], now: datetime, after: Place | None) -> Page[VisitRow]:
    if after is not None:
        wanted = wanted.where(tuple_(Visit.announced_at, Visit.id) < _cursor(after))
    found = db.session.execute(wanted.limit(VISITS_SHOWN + 1)).all()
    shown = found[:VISITS_SHOWN]
    rows = [_visit_row(each, now) for each in shown]
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


def _visit_row(visit: Any, now: datetime) -> VisitRow:
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
        unauthorised=visit.listing == Listing.UNAUTHORISED,
        method=Method(visit.method) if visit.method else None,
        decided_at=visit.decided_at,
        decided_by=f"{visit.given_name} {visit.paternal_surname}" if visit.given_name else "",
        decision_note=visit.decision_note,
        entered_at=visit.entered_at,
        left_at=visit.left_at,
        is_inside=is_inside(visit),
        may_enter=may_enter(visit, now),
    )


def _shown(row: Any, way: Callable[[Document], str]) -> str:
    document = document_of(row.document_type, row.document_number)
    return way(document) if document else ""
