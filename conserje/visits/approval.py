"""Deciding a visit. The first decision wins."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import update

from conserje import change_feed
from conserje.access_lists.matching import Listing
from conserje.audit.journal import Actor, record
from conserje.database import changes_one, db
from conserje.errors import Refused
from conserje.permissions import Permission
from conserje.visits import asking
from conserje.visits.models import MANUAL_METHODS, Method, State, Visit


def state_of(visit: Visit, now: datetime) -> State:
    """The visit's state at this moment: a pending one is Vencido once its deadline has passed."""
    stored = State(visit.state)
    return State.EXPIRED if stored is State.PENDING and visit.answer_by <= now else stored


def accept(visit: Visit, method: Method, note: str, *, by: Actor, now: datetime) -> Visit:
    """Record that the resident said yes, and how the attendant learnt it (O25 to O29).

    Pendiente or Vencido becomes Aceptado. Someone who is at the window enters with it; where the vigencia begins
    later, [Marcar ingreso] records the entry then.

    Refuses: `method_not_manual`; `visit_already_decided`; `visit_no_longer_valid` once the vigencia is over;
    `unauthorised_needs_admin`, `watched_needs_admin` and `reason_required` for a person on the unit's unauthorised list
    or on the community's watch list.
    """
    if method not in MANUAL_METHODS:
        raise Refused("method_not_manual", field="method")
    listing = Listing(visit.listing)
    if listing.is_barred:
        if not by.may(Permission.OVERRIDE_ACCESS_LIST):
            raise Refused("watched_needs_admin") if listing.is_watched else Refused("unauthorised_needs_admin")
        if not note:
            raise Refused("reason_required", field="note")
    if visit.valid_until <= now:
        raise Refused("visit_no_longer_valid")
    decide(visit, State.ACCEPTED, by=by, now=now, method=method, decision_note=note)
    return visit


def reject(visit: Visit, reason: str, *, by: Actor, now: datetime) -> Visit:
    """Record that the visitor is not let in, and why. Pendiente or Vencido becomes Rechazado.

    Refuses: `reason_required`; `visit_already_decided`.
    """
    if not reason:
        raise Refused("reason_required", field="note")
    decide(visit, State.REJECTED, by=by, now=now, decision_note=reason)
    return visit


def decide(visit: Visit, state: State, *, by: Actor, now: datetime, is_answer: bool = False, **values: Any) -> None:
    """Write a decision down, whoever took it: the first one wins, and nobody needs to be asked any more.

    Accepting somebody who is at the window records the entry. `values`: what else the visit says of it; `is_answer`
    where a resident answered. Refuses: `visit_already_decided`.
    """
    method: Method | None = values.setdefault("method", None)
    decided = changes_one(
        update(Visit)
        .where(Visit.id == visit.id, Visit.state == State.PENDING)
        .values(
            state=state,
            decided_at=now,
            decided_by=by.account_id,
            entered_at=now if state is State.ACCEPTED and visit.valid_from <= now else None,
            escalates_at=None,
            **values,
        )
    )
    if not decided:
        raise Refused("visit_already_decided")
    db.session.refresh(visit)
    record(f"visit.{state}", "visit", visit.id, by=by, at=now, facts={"method": method} if method else {})
    asking.withdraw(visit, now=now)
    change_feed.note(visit.community_id, visit.id, at=now, is_answer=is_answer)
