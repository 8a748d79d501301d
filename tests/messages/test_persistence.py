"""How hard each message is tried: a pure rule, told here outcome by outcome."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from conserje.messages.carriers import Accepted, Delayed, Outcome, Suspended, Undeliverable
from conserje.messages.models import Fate, Purpose
from conserje.messages.persistence import BULK, PAUSE, POLICIES, Policy, Step, after, after_crash
from tests.builders import NOON

SECOND = timedelta(seconds=1)
APPROVAL = POLICIES[Purpose.APPROVAL]
# Nothing that goes by these means today: what a parcel's notice will be.
ONCE = replace(APPROVAL, may_repeat=False)
END = NOON + timedelta(minutes=10)

NOT_NOW = Delayed("throttled")
UNHEARD = Delayed("no_answer", may_have_gone=True)
NEVER = Undeliverable("opted_out")
CLOSED = Suspended("spend_limit")


def step(
    outcome: Outcome, policy: Policy = APPROVAL, *, attempts: int = 1, may_have_gone: bool = False, until_end: int = 600
) -> Step:
    """What follows at NOON, so many seconds before nobody is helped by the message any more."""
    return after(
        outcome,
        policy,
        attempts=attempts,
        may_have_gone=may_have_gone,
        worthless_at=NOON + until_end * SECOND,
        now=NOON,
    )


@pytest.mark.parametrize("policy", [APPROVAL, ONCE], ids=["repeatable", "once"])
@pytest.mark.parametrize("may_have_gone", [False, True])
@pytest.mark.parametrize("until_end", [600, 0, -5])
def test_what_the_carrier_took_is_sent(policy: Policy, may_have_gone: bool, until_end: int) -> None:
    assert step(Accepted("1"), policy, may_have_gone=may_have_gone, until_end=until_end).fate is Fate.SENT


def test_what_never_goes_to_the_recipient_has_failed() -> None:
    assert step(NEVER) == Step(Fate.FAILED, None, "opted_out")


def test_what_did_not_go_now_stays_in_the_queue() -> None:
    assert step(NOT_NOW) == Step(Fate.QUEUED, NOON + 2 * SECOND, "throttled")


def test_what_was_not_heard_of_stays_in_the_queue_and_may_have_gone() -> None:
    assert step(UNHEARD) == Step(Fate.QUEUED, NOON + 2 * SECOND, "no_answer", may_have_gone=True)


def test_what_a_carrier_refused_with_the_whole_account_waits_for_the_pause_to_end() -> None:
    assert step(CLOSED, attempts=4) == Step(Fate.QUEUED, NOON + PAUSE, "spend_limit")


def test_an_approval_request_is_tried_again_after_2_5_15_30_60_60_seconds() -> None:
    waits = [step(NOT_NOW, attempts=attempts).due_at for attempts in range(1, 9)]
    assert waits == [NOON + wait * SECOND for wait in (2, 5, 15, 30, 60, 60, 60, 60)]


@pytest.mark.parametrize("purpose", Purpose)
def test_the_waits_of_every_purpose_grow_within_its_worth(purpose: Purpose) -> None:
    policy = POLICIES[purpose]
    assert list(policy.waits) == sorted(policy.waits)
    assert policy.waits[0] > timedelta(0)
    assert sum(policy.waits, timedelta(0)) < policy.worth


def test_an_approval_request_overtakes_everything_and_what_nobody_waits_for_waits_for_others() -> None:
    urgencies = {purpose: policy.urgency for purpose, policy in POLICIES.items()}
    assert min(urgencies, key=lambda purpose: urgencies[purpose]) is Purpose.APPROVAL
    assert {purpose for purpose in Purpose if urgencies[purpose] >= BULK} == {
        Purpose.PURCHASE,
        Purpose.LOW_BALANCE,
        Purpose.PORTAL_WELCOME,
        Purpose.LETTER,
    }


@pytest.mark.parametrize(
    ("outcome", "wait"), [(NOT_NOW, 2), (UNHEARD, 2), (CLOSED, 60)], ids=["not now", "unheard", "closed"]
)
def test_it_is_not_tried_again_when_nobody_is_helped_any_more(outcome: Outcome, wait: int) -> None:
    assert step(outcome, until_end=wait + 1).due_at == NOON + wait * SECOND
    at_the_end = step(outcome, until_end=wait)
    assert at_the_end.due_at is None
    assert at_the_end.fate is (Fate.UNCERTAIN if outcome is UNHEARD else Fate.FAILED)


def test_a_window_of_ten_minutes_holds_fourteen_attempts() -> None:
    now, attempts = NOON, 1
    while True:
        then = after(NOT_NOW, APPROVAL, attempts=attempts, may_have_gone=False, worthless_at=END, now=now)
        if then.due_at is None:
            break
        now, attempts = then.due_at, attempts + 1
    # 0, 2, 7, 22, 52, then every minute: 112 … 592 s.
    assert (attempts, now - NOON, then.fate) == (14, 592 * SECOND, Fate.FAILED)


@pytest.mark.parametrize("later", [NOT_NOW, UNHEARD, CLOSED], ids=["not now", "unheard", "closed"])
def test_what_may_have_gone_once_may_have_gone_for_ever(later: Outcome) -> None:
    assert step(later, may_have_gone=True).may_have_gone
    assert step(later, may_have_gone=True, until_end=1) == Step(Fate.UNCERTAIN, None, later.problem, True)  # type: ignore[union-attr]


def test_what_may_have_gone_and_is_then_refused_for_good_is_uncertain() -> None:
    assert step(NEVER, may_have_gone=True) == Step(Fate.UNCERTAIN, None, "opted_out", may_have_gone=True)


def test_what_must_not_arrive_twice_ends_when_it_was_not_heard_of() -> None:
    assert step(UNHEARD, ONCE) == Step(Fate.UNCERTAIN, None, "no_answer", may_have_gone=True)


@pytest.mark.parametrize("outcome", [NOT_NOW, CLOSED], ids=["not now", "closed"])
def test_what_must_not_arrive_twice_is_tried_again_as_long_as_it_surely_did_not_go(outcome: Outcome) -> None:
    for attempts in range(1, 9):
        then = step(outcome, ONCE, attempts=attempts)
        assert (then.fate, then.may_have_gone) == (Fate.QUEUED, False)


@pytest.mark.parametrize("outcome", [NOT_NOW, UNHEARD, NEVER, CLOSED], ids=["not now", "unheard", "never", "closed"])
def test_what_must_not_arrive_twice_and_may_have_gone_is_never_queued_again(outcome: Outcome) -> None:
    assert step(outcome, ONCE, may_have_gone=True).fate is Fate.UNCERTAIN


def test_a_message_of_a_dead_worker_is_tried_again_at_once_and_may_have_gone() -> None:
    assert after_crash(APPROVAL, worthless_at=END, now=NOON) == Step(Fate.QUEUED, NOON, "worker_lost", True)


def test_a_message_of_a_dead_worker_that_must_not_arrive_twice_is_uncertain() -> None:
    assert after_crash(ONCE, worthless_at=END, now=NOON) == Step(Fate.UNCERTAIN, None, "worker_lost", True)


@pytest.mark.parametrize("policy", [APPROVAL, ONCE], ids=["repeatable", "once"])
def test_a_message_of_a_dead_worker_is_uncertain_when_nobody_is_helped_any_more(policy: Policy) -> None:
    assert after_crash(policy, worthless_at=NOON, now=NOON) == Step(Fate.UNCERTAIN, None, "worker_lost", True)


@pytest.mark.parametrize(
    ("outcome", "policy", "may_have_gone"),
    list(product([NOT_NOW, UNHEARD, NEVER, CLOSED], [*POLICIES.values(), ONCE], [False, True])),
)
def test_only_what_surely_did_not_go_has_failed_and_only_what_is_queued_is_due(
    outcome: Outcome, policy: Policy, may_have_gone: bool
) -> None:
    for attempts, until_end in product((1, 3, 9), (-1, 1, 59, 100_000)):
        then = step(outcome, policy, attempts=attempts, may_have_gone=may_have_gone, until_end=until_end)
        gone = may_have_gone or outcome is UNHEARD
        assert then.may_have_gone == gone
        assert then.fate in ((Fate.QUEUED, Fate.UNCERTAIN) if gone else (Fate.QUEUED, Fate.FAILED))
        assert (then.due_at is not None) == (then.fate is Fate.QUEUED)
        assert then.due_at is None or NOON < then.due_at < NOON + until_end * SECOND
        assert then.problem
