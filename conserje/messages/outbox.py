"""The outbox: a message is owed in the same transaction as what causes it, claimed by one worker, and settled.

Any number of workers may run. On PostgreSQL claims pass over each other's rows (SKIP LOCKED), on SQLite there is one
writer. A claim is a lease: what a dead worker held comes back when it has run out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select

from conserje.database import db
from conserje.messages.models import CarrierPause, Channel, Fate, Message, Purpose
from conserje.messages.persistence import BULK, PAUSE, POLICIES, Step, after_crash

# Longer than any carrier is waited for.
LEASE = timedelta(seconds=60)
# As long as anything urgent waits for its next attempt.
_LONGEST_WAIT = max(max(*each.waits, PAUSE) for each in POLICIES.values() if each.urgency < BULK)


def put(
    purpose: Purpose,
    channel: Channel,
    recipient: str,
    facts: Mapping[str, Any],
    *,
    now: datetime,
    community_id: int | None = None,
    unit_id: int | None = None,
    visit_id: int | None = None,
    link_seed: str | None = None,
    parts: int = 0,
    worthless_at: datetime | None = None,
) -> Message:
    """Owe a message, due at once. It goes out when the transaction it is part of has been committed."""
    policy = POLICIES[purpose]
    message = Message(
        community_id=community_id,
        unit_id=unit_id,
        visit_id=visit_id,
        channel=channel,
        purpose=purpose,
        recipient=recipient,
        facts=dict(facts),
        link_seed=link_seed,
        urgency=policy.urgency,
        parts=parts,
        created_at=now,
        due_at=now,
        worthless_at=min(worthless_at or now + policy.worth, now + policy.worth),
    )
    db.session.add(message)
    db.session.flush()
    return message


def withdraw(community_id: int, visit_id: int, *, now: datetime) -> list[Message]:
    """Take back what is still queued about a visit: somebody answered. What is on its way goes, but is not repeated."""
    moving = db.session.scalars(
        select(Message)
        .where(
            Message.community_id == community_id,
            Message.visit_id == visit_id,
            Message.fate.in_((Fate.QUEUED, Fate.SENDING)),
        )
        .with_for_update(skip_locked=True)
        # A worker may have tried it since this session read it.
        .execution_options(populate_existing=True)
    ).all()
    waiting = [message for message in moving if message.fate == Fate.QUEUED]
    for message in moving:
        message.worthless_at = min(message.worthless_at, now)
    for message in waiting:
        settle(message, Step(Fate.WITHDRAWN, may_have_gone=message.may_have_gone), now=now)
    return waiting


def something_to_do(now: datetime) -> bool:
    """Whether a turn of a worker would find anything: asked without a writing transaction."""
    wanted = select(Message.id).where(or_(and_(_is_due(now), ~_is_paused(now)), _is_abandoned(now))).limit(1)
    return db.session.scalars(wanted).first() is not None


def claim(worker: str, *, now: datetime, most: int, most_bulk: int) -> list[Message]:
    """Take up to `most` due messages for this worker, the most urgent first, and of those that can wait `most_bulk`.

    Nothing goes to a carrier that is paused; what has become worthless is taken too, for the worker to end it.
    """
    taken: list[Message] = []
    # Asked for apart, so that five thousand bulk e-mails are not even looked at before the one that is urgent.
    for urgent, share in ((True, most), (False, most_bulk)):
        room = min(share, most - len(taken))
        if room <= 0:
            continue
        of_haste = Message.urgency < BULK if urgent else Message.urgency >= BULK
        taken += db.session.scalars(
            select(Message)
            .where(_is_due(now), of_haste, ~_is_paused(now))
            .order_by(Message.urgency, Message.due_at, Message.id)
            .limit(room)
            .with_for_update(skip_locked=True)
        ).all()
    for message in taken:
        message.fate = Fate.SENDING
        message.attempts += 1
        message.claimed_by = worker
        message.claimed_until = now + LEASE
    db.session.flush()
    return taken


def recover(*, now: datetime) -> list[Message]:
    """What dead workers held: back into the queue, or to its end where repeating could do harm."""
    abandoned = db.session.scalars(select(Message).where(_is_abandoned(now)).with_for_update(skip_locked=True)).all()
    for message in abandoned:
        policy = POLICIES[Purpose(message.purpose)]
        settle(message, after_crash(policy, worthless_at=message.worthless_at, now=now), now=now)
    return list(abandoned)


def settle(message: Message, step: Step, *, now: datetime, carrier: str = "", carrier_id: str = "") -> None:
    """Write down what became of a message. At a final fate what it was to say is forgotten."""
    message.fate = step.fate
    message.problem = step.problem
    message.may_have_gone = step.may_have_gone
    message.carrier = carrier or message.carrier
    message.carrier_id = carrier_id[:120]
    message.claimed_by = message.claimed_until = None
    if step.due_at is not None:
        message.due_at = step.due_at
    else:
        message.settled_at = now
        message.facts = {}
        message.link_seed = None
    db.session.flush()


def pause(carrier: str, channel: Channel, problem: str, *, now: datetime) -> None:
    """Leave a carrier alone that refuses the whole account: it would refuse the next message too."""
    known = db.session.get(CarrierPause, carrier)
    if known is None:
        known = CarrierPause(carrier=carrier, channel=channel, until=now, problem=problem)
        db.session.add(known)
    known.until, known.problem = now + PAUSE, problem
    db.session.flush()


def resume(carrier: str) -> None:
    """The carrier took a message: whatever was wrong with the account is over."""
    db.session.execute(delete(CarrierPause).where(CarrierPause.carrier == carrier))


def paused_channels(now: datetime) -> frozenset[str]:
    """Channels whose carrier refuses everything at the moment."""
    return frozenset(db.session.scalars(_paused(now)))


def about(community_id: int, visit_ids: Sequence[int]) -> list[Message]:
    """Every message about these visits of the community, oldest first."""
    if not visit_ids:
        return []
    return list(
        db.session.scalars(
            select(Message)
            .where(Message.community_id == community_id, Message.visit_id.in_(visit_ids))
            .order_by(Message.id)
        )
    )


def sms_since(community_id: int, since: datetime, unit_id: int | None = None) -> int:
    """How many SMS the community, or one unit of it, was sent or is owed since then: what limits count."""
    wanted = select(func.count()).where(
        Message.community_id == community_id,
        Message.channel == Channel.SMS,
        Message.created_at >= since,
        Message.fate.in_((Fate.QUEUED, Fate.SENDING, Fate.SENT, Fate.UNCERTAIN)),
    )
    if unit_id is not None:
        wanted = wanted.where(Message.unit_id == unit_id)
    return db.session.scalar(wanted) or 0


def _is_due(now: datetime) -> ColumnElement[bool]:
    # A clock that is set back must not hold up what somebody waits for: a first attempt is due whatever it says, and
    # so is an urgent one that would have to wait longer than any does.
    is_of_another_time = and_(Message.urgency < BULK, Message.due_at > now + _LONGEST_WAIT)
    return and_(Message.fate == Fate.QUEUED, or_(Message.due_at <= now, Message.attempts == 0, is_of_another_time))


def _is_abandoned(now: datetime) -> ColumnElement[bool]:
    return and_(Message.fate == Fate.SENDING, Message.claimed_until <= now)


def _is_paused(now: datetime) -> ColumnElement[bool]:
    return and_(Message.channel.in_(_paused(now)), Message.worthless_at > now)


def _paused(now: datetime) -> Select[str]:
    # A pause that reaches further than any pause does comes from a clock that has been set back since.
    return select(CarrierPause.channel).where(CarrierPause.until > now, CarrierPause.until <= now + PAUSE)
