"""How hard a message is tried, and what follows from what its carrier said. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from conserje.messages.carriers import Accepted, Delayed, Outcome, Suspended, Undeliverable
from conserje.messages.models import Fate, Purpose

# How long a carrier that refuses the whole account is left alone.
PAUSE = timedelta(seconds=60)


@dataclass(frozen=True)
class Policy:
    """Lower urgency goes first. `waits`: before the second attempt, the third …; the last one goes on."""

    urgency: int
    waits: tuple[timedelta, ...]
    worth: timedelta
    # Whether the recipient is not hurt by getting it twice: the same link, the same news.
    may_repeat: bool


def _seconds(*waits: int) -> tuple[timedelta, ...]:
    return tuple(timedelta(seconds=wait) for wait in waits)


_NEWS = Policy(urgency=5, waits=_seconds(60, 300, 900, 3600), worth=timedelta(days=1), may_repeat=True)
POLICIES = {
    # Worth nothing once the visit's window has closed: `worth` is an upper bound.
    Purpose.APPROVAL: Policy(0, _seconds(2, 5, 15, 30, 60), timedelta(hours=1), may_repeat=True),
    Purpose.PASSWORD_RESET: Policy(1, _seconds(5, 30, 120, 300), timedelta(minutes=30), may_repeat=True),
    # Worth nothing once the temporary password has lapsed.
    Purpose.WELCOME: Policy(1, _seconds(5, 30, 120, 300), timedelta(hours=72), may_repeat=True),
    Purpose.SECOND_FACTOR_OFF: Policy(1, _seconds(5, 30, 120, 300), timedelta(hours=24), may_repeat=True),
    Purpose.PORTAL_LINK: Policy(1, _seconds(5, 15, 60, 180), timedelta(minutes=15), may_repeat=True),
    Purpose.PORTAL_WELCOME: Policy(5, _seconds(60, 300, 900, 3600), timedelta(hours=72), may_repeat=True),
    Purpose.PURCHASE: _NEWS,
    Purpose.LOW_BALANCE: _NEWS,
    Purpose.LETTER: _NEWS,
}
# From this urgency on a message may wait for others.
BULK = 5


@dataclass(frozen=True)
class Step:
    """What becomes of a message now; `due_at` where it stays in the queue."""

    fate: Fate
    due_at: datetime | None = None
    problem: str = ""
    may_have_gone: bool = False


def after(
    outcome: Outcome, policy: Policy, *, attempts: int, may_have_gone: bool, worthless_at: datetime, now: datetime
) -> Step:
    """The next step after an attempt. `attempts` counts this one; `may_have_gone`: an earlier one was never answered.

    Only what surely did not go ends as FAILED. What may have gone is tried again where that does no harm, and else
    ends as UNCERTAIN, for a person to look after.
    """
    match outcome:
        case Accepted():
            return Step(Fate.SENT)
        case Undeliverable(problem):
            return _end(problem, may_have_gone)
        case Suspended(problem):
            wait = PAUSE
        case Delayed(problem, may_have_gone=unheard):
            may_have_gone = may_have_gone or unheard
            wait = policy.waits[min(attempts, len(policy.waits)) - 1]
    if may_have_gone and not policy.may_repeat:
        return _end(problem, may_have_gone)
    return _again(now + wait, problem, may_have_gone, worthless_at)


def after_crash(policy: Policy, *, worthless_at: datetime, now: datetime) -> Step:
    """The next step of a message whose worker died while it had it: nobody knows whether the carrier was asked."""
    if not policy.may_repeat:
        return _end("worker_lost", may_have_gone=True)
    return _again(now, "worker_lost", True, worthless_at)


def _again(due_at: datetime, problem: str, may_have_gone: bool, worthless_at: datetime) -> Step:
    if due_at >= worthless_at:
        return _end(problem, may_have_gone)
    return Step(Fate.QUEUED, due_at, problem, may_have_gone)


def _end(problem: str, may_have_gone: bool) -> Step:
    return Step(Fate.UNCERTAIN if may_have_gone else Fate.FAILED, None, problem, may_have_gone)
