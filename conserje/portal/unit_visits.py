"""A unit's visits as its residents see them, and what residents say about them in the portal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import literal, select, tuple_, update

from conserje import change_feed
from conserje.access_lists.matching import Listing
from conserje.audit.journal import Actor, record
from conserje.communities.models import Resident
from conserje.database import UtcDateTime, changes_one, db
from conserje.errors import Refused
from conserje.visits import answers
from conserje.visits.answers import Answer
from conserje.visits.approval import state_of
from conserje.visits.board import Page, Place
from conserje.visits.models import Method, State, Visit, VisitorKind

SHOWN_FOR = timedelta(days=30)
VISITS_SHOWN = 20
_STATE_AFTER = {Answer.AUTHORISE: State.ACCEPTED, Answer.REJECT: State.REJECTED}


@dataclass(frozen=True)
class UnitVisit:
    """A visit without the visitor's document. The photograph is shown only while the visit waits for an answer."""

    id: int
    full_name: str
    kind: VisitorKind
    companions: int
    state: State
    announced_at: datetime
    answer_by: datetime
    decided_at: datetime | None
    method: Method | None
    answered_by: str
    photo: str | None
    is_unauthorised: bool
    disowned_at: datetime | None

    @property
    def is_waiting(self) -> bool:
        return self.state is State.PENDING


def waiting(resident: Resident, *, now: datetime) -> list[UnitVisit]:
    """The unit's visits that wait for an answer, the newest first."""
    found = db.session.scalars(
        select(Visit)
        .where(Visit.unit_id == resident.unit_id, Visit.state == State.PENDING, Visit.answer_by > now)
        .order_by(Visit.announced_at.desc(), Visit.id.desc())
    )
    return [_shown(visit, now) for visit in found]


def listed(resident: Resident, *, now: datetime, after: Place | None = None) -> Page[UnitVisit]:
    """The unit's other visits of the last 30 days, the newest first. `after`: where the page before ended."""
    wanted = select(Visit).where(
        Visit.unit_id == resident.unit_id,
        Visit.announced_at >= now - SHOWN_FOR,
        (Visit.state != State.PENDING) | (Visit.answer_by <= now),
    )
    if after is not None:
        last = tuple_(literal(after.at, UtcDateTime()), literal(after.id))
        wanted = wanted.where(tuple_(Visit.announced_at, Visit.id) < last)
    found: Sequence[Visit] = db.session.scalars(
        wanted.order_by(Visit.announced_at.desc(), Visit.id.desc()).limit(VISITS_SHOWN + 1)
    ).all()
    shown = found[:VISITS_SHOWN]
    more = len(found) > len(shown)
    return Page([_shown(visit, now) for visit in shown], Place(shown[-1].announced_at, shown[-1].id) if more else None)


def find(resident: Resident, visit_id: int, *, now: datetime) -> Visit | None:
    """The visit of this id that the resident sees; None for one of another unit, an older and an unknown one."""
    return db.session.scalars(
        select(Visit).where(
            Visit.id == visit_id, Visit.unit_id == resident.unit_id, Visit.announced_at >= now - SHOWN_FOR
        )
    ).one_or_none()


def answer(
    visit: Visit, resident: Resident, said: Answer, reason: str, *, by: Actor, agent: str, now: datetime
) -> Visit:
    """The resident's answer out of the portal becomes the visit's state (O29, «Portal del residente»).

    The first answer wins; the same one of the same resident, posted twice, counts once.
    Refuses: `may_not_approve`; `unauthorised_not_asked` about a person on the unit's unauthorised list or on
    the community's watch list; and what `answers.take` refuses.
    """
    if not resident.may_approve:
        raise Refused("may_not_approve")
    if Listing(visit.listing).is_barred:
        raise Refused("unauthorised_not_asked")
    is_repeated = (visit.state, visit.method) == (_STATE_AFTER[said], Method.PORTAL)
    if is_repeated and visit.answered_by == resident.full_name:
        return visit
    answers.take(visit, said, reason, method=Method.PORTAL, answered_by=resident.full_name, by=by, now=now)
    facts = {"resident": resident.id, "answer": said.value, "agent": agent[:120]}
    record("portal.answered", "visit", visit.id, by=by, at=now, facts=facts)
    return visit


def disown(visit: Visit, resident: Resident, *, by: Actor, now: datetime) -> Visit:
    """«No era para nosotros»: tell the gate that a visit was not the unit's. Said once, it stays.

    Refuses: `visit_still_waiting` while it waits for an answer: that one is rejected instead.
    """
    if state_of(visit, now) is State.PENDING:
        raise Refused("visit_still_waiting")
    first = changes_one(update(Visit).where(Visit.id == visit.id, Visit.disowned_at.is_(None)).values(disowned_at=now))
    if first:
        db.session.refresh(visit)
        record("visit.disowned", "visit", visit.id, by=by, at=now, facts={"resident": resident.id})
        change_feed.note(visit.community_id, visit.id, at=now)
    return visit


def _shown(visit: Visit, now: datetime) -> UnitVisit:
    state = state_of(visit, now)
    return UnitVisit(
        id=visit.id,
        full_name=visit.full_name,
        kind=VisitorKind(visit.kind),
        companions=visit.companions,
        state=state,
        announced_at=visit.announced_at,
        answer_by=visit.answer_by,
        decided_at=visit.decided_at,
        method=Method(visit.method) if visit.method else None,
        answered_by=visit.answered_by,
        photo=visit.photo if state is State.PENDING else None,
        is_unauthorised=Listing(visit.listing).is_barred,
        disowned_at=visit.disowned_at,
    )
