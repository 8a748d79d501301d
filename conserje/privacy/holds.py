"""Keeping a person's visits because of an incident: while it lasts, nothing of them is purged or erased."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from conserje import clock
from conserje.accounts.models import Account
from conserje.audit.journal import Actor, record
from conserje.communities.models import Community
from conserje.database import db
from conserje.errors import Refused
from conserje.privacy.dossier import Dossier, subject, trace
from conserje.privacy.models import LegalHold
from conserje.tenancy import bound_community_id
from conserje.visits.models import Visit

LONGEST_REASON = 140
# Counted from the day on which it is placed.
LONGEST_DAYS = 180


@dataclass(frozen=True)
class Held:
    """A hold that lasts, and who placed it."""

    hold: LegalHold
    author: str


def take_turn(of: Dossier) -> None:
    """Hold the rows of the person's visits, as the purge does: of two who act on them one waits for the other."""
    register = [visitor.id for visitor in of.register]
    visits = select(Visit.id).where(Visit.visitor_id.in_(register)).order_by(Visit.id)
    db.session.execute(visits.with_for_update())


def lasting(of: Dossier, now: datetime) -> Held | None:
    """The hold that keeps the person's visits at this moment, if one does."""
    found = db.session.execute(
        select(LegalHold, Account.given_name, Account.paternal_surname)
        .join(Account, Account.id == LegalHold.placed_by)
        .where(LegalHold.identity_key == of.key, LegalHold.last_day >= _today(now))
    ).one_or_none()
    return Held(found[0], f"{found[1]} {found[2]}") if found else None


def place(of: Dossier, reason: str, last_day: date, *, by: Actor, now: datetime) -> LegalHold:
    """Keep the person's visits through the last day. Neither the reason nor the person is told to the journal.

    Refuses: `not_in_register` where no visit of his can be kept; `already_held` (facts: until); `reason_required`;
    `note_too_long` (facts: longest); `hold_out_of_range` (facts: days).
    """
    if of.key is None or not of.register:
        raise Refused("not_in_register")
    if by.account_id is None:
        raise ValueError("somebody answers for a hold, not the system")
    _require_sense(reason, last_day, now)
    take_turn(of)
    hold = LegalHold(identity_key=of.key, reason=reason, last_day=last_day, placed_at=now, placed_by=by.account_id)
    _refuse_second(of.key, now)
    try:
        with db.session.begin_nested():
            db.session.add(hold)
    except IntegrityError:
        _refuse_second(of.key, now)
        raise
    record("privacy.held", *subject(of, by), by=by, at=now, facts={**trace(of), "until": last_day.isoformat()})
    return hold


def release(of: Dossier, *, by: Actor, now: datetime) -> None:
    """Keep the person's visits no longer than others'. Refuses: `not_held`, also where somebody released it before."""
    held = lasting(of, now)
    if held is None:
        raise Refused("not_held")
    db.session.delete(held.hold)
    db.session.flush()
    record("privacy.released", *subject(of, by), by=by, at=now, facts=trace(of))


def follow(old_key: str, new_key: str) -> None:
    """The register tells the person by another key from now on: his hold goes along.

    Where whoever he turns out to be is held as well, the hold that lasts longer stays.
    """
    moved, known = _of_key(old_key), _of_key(new_key)
    if moved is None or moved is known:
        return
    if known is not None:
        shorter = min(moved, known, key=lambda hold: hold.last_day)
        db.session.delete(shorter)
        db.session.flush()
        if shorter is moved:
            return
    moved.identity_key = new_key
    db.session.flush()


def _require_sense(reason: str, last_day: date, now: datetime) -> None:
    if not reason:
        raise Refused("reason_required", field="reason")
    if len(reason) > LONGEST_REASON:
        raise Refused("note_too_long", field="reason", longest=LONGEST_REASON)
    today = _today(now)
    if not today <= last_day <= today + timedelta(days=LONGEST_DAYS):
        raise Refused("hold_out_of_range", field="last_day", days=LONGEST_DAYS)


def _refuse_second(key: str, now: datetime) -> None:
    """One hold for a person; one that has ended, and that the purge has not come to yet, makes room."""
    known = _of_key(key)
    if known is None:
        return
    if known.last_day >= _today(now):
        raise Refused("already_held", until=known.last_day)
    db.session.delete(known)
    db.session.flush()


def _of_key(key: str) -> LegalHold | None:
    return db.session.scalars(select(LegalHold).where(LegalHold.identity_key == key)).one_or_none()


def _today(now: datetime) -> date:
    """The day on the bound community's calendar."""
    community = db.session.get_one(Community, bound_community_id())
    return clock.local(now, community.time_zone).date()
