"""The outbox: owed with what causes it, claimed in order of haste, settled, and recovered from dead workers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from conserje import tenancy
from conserje.database import abandon_writing, begin_writing, db, in_own_transaction
from conserje.messages import outbox
from conserje.messages.models import Channel, Fate, Message, Purpose
from conserje.messages.outbox import LEASE
from conserje.messages.persistence import PAUSE, POLICIES, Step
from tests.builders import NOON, make_administration, make_community
from tests.messages.scene import FACTS, MINUTE, SECOND, fates, messages, owe_news, owe_sms

HOUR = timedelta(hours=1)
LATER = NOON + 2 * SECOND
FINAL = [Fate.SENT, Fate.FAILED, Fate.UNCERTAIN, Fate.WITHDRAWN]


@pytest.fixture
def community_id(ctx: Flask) -> int:
    """A community, committed; whatever a test then does is in one writing transaction."""
    community = make_community(make_administration())
    db.session.commit()
    tenancy.bind(community.id)
    begin_writing()
    return community.id


def claim(worker: str = "one", now: object = NOON, most: int = 8, most_bulk: int = 6) -> list[int]:
    return [message.id for message in outbox.claim(worker, now=now, most=most, most_bulk=most_bulk)]  # type: ignore[arg-type]


def queued_again(message: Message, due_at: object = LATER, **values: bool) -> Message:
    """The message after an attempt that came to nothing."""
    claim()
    outbox.settle(message, Step(Fate.QUEUED, due_at, "throttled", **values), now=NOON)  # type: ignore[arg-type]
    return message


def test_a_message_is_owed_with_the_transaction_that_causes_it(community_id: int) -> None:
    owe_sms()
    db.session.commit()
    assert fates() == [Fate.QUEUED]


def test_what_is_rolled_back_is_not_owed(community_id: int) -> None:
    owe_sms()
    abandon_writing()
    assert not outbox.something_to_do(NOON)
    assert messages() == []


def test_a_message_is_due_at_once_and_worth_sending_as_long_as_its_purpose_says(community_id: int) -> None:
    message = owe_news()
    assert (message.due_at, message.worthless_at) == (NOON, NOON + timedelta(days=1))


@pytest.mark.parametrize(("said", "kept"), [(10 * MINUTE, 10 * MINUTE), (3 * HOUR, HOUR)])
def test_its_worth_may_be_shorter_than_its_purpose_says_and_never_longer(
    community_id: int, said: timedelta, kept: timedelta
) -> None:
    assert owe_sms(worthless_at=NOON + said).worthless_at == NOON + kept


def test_an_empty_outbox_has_nothing_to_do(community_id: int) -> None:
    assert not outbox.something_to_do(NOON)
    assert claim() == []


def test_a_claimed_message_is_the_workers_for_the_time_of_a_lease(community_id: int) -> None:
    message = owe_sms()
    assert outbox.something_to_do(NOON)
    assert claim("one") == [message.id]
    assert (message.fate, message.claimed_by, message.claimed_until) == (Fate.SENDING, "one", NOON + LEASE)
    assert message.attempts == 1
    assert claim("two") == []
    assert not outbox.something_to_do(NOON)


def test_the_urgent_goes_first_then_what_is_due_longest(community_id: int) -> None:
    news = owe_news(now=NOON - HOUR)
    password = outbox.put(Purpose.PASSWORD_RESET, Channel.EMAIL, "a@demo.example", {}, now=NOON - 5 * MINUTE)
    young, old = owe_sms(), owe_sms(now=NOON - MINUTE)
    assert claim() == [old.id, young.id, password.id, news.id]


def test_no_more_is_claimed_than_there_is_room_for(community_id: int) -> None:
    ids = [owe_sms().id for _ in range(5)]
    assert claim(most=3) == ids[:3]
    assert claim(most=0) == []
    assert claim(most=8) == ids[3:]


def test_of_what_may_wait_only_its_share_is_claimed(community_id: int) -> None:
    news = [owe_news().id for _ in range(9)]
    assert claim(most=8, most_bulk=6) == news[:6]
    assert claim(most=8, most_bulk=0) == []
    assert claim(most=2, most_bulk=6) == news[6:8]


def test_the_urgent_is_claimed_however_much_waits_before_it(community_id: int) -> None:
    for _ in range(30):
        owe_news(now=NOON - HOUR)
    urgent = owe_sms()
    assert claim(most=1, most_bulk=1) == [urgent.id]


def test_a_second_attempt_waits_until_it_is_due(community_id: int) -> None:
    message = queued_again(owe_sms())
    assert not outbox.something_to_do(LATER - SECOND)
    assert claim(now=LATER - SECOND) == []
    assert outbox.something_to_do(LATER)
    assert claim(now=LATER) == [message.id]
    assert message.attempts == 2


def test_a_first_attempt_is_due_whatever_the_clock_says(community_id: int) -> None:
    message = owe_sms()
    assert outbox.something_to_do(NOON - HOUR)
    assert claim(now=NOON - HOUR) == [message.id]


def test_a_second_attempt_waits_no_longer_for_a_clock_set_back_an_hour(community_id: int) -> None:
    message = queued_again(owe_sms())
    assert outbox.something_to_do(NOON - HOUR)
    assert claim(now=NOON - HOUR) == [message.id]


def test_no_wait_is_cut_short_that_is_as_long_as_its_policy_says(community_id: int) -> None:
    for purpose, policy in POLICIES.items():
        for wait in (*policy.waits, PAUSE):
            message = outbox.put(purpose, Channel.EMAIL, "a@demo.example", {}, now=NOON)
            message.attempts, message.due_at = 1, NOON + wait
    db.session.flush()
    assert claim() == []


def test_what_has_become_worthless_is_claimed_for_its_end(community_id: int) -> None:
    message = owe_sms(worthless_at=NOON + 10 * MINUTE)
    assert outbox.something_to_do(NOON + HOUR)
    assert claim(now=NOON + HOUR) == [message.id]


@pytest.mark.parametrize("fate", FINAL)
def test_what_has_ended_is_not_claimed(community_id: int, fate: Fate) -> None:
    outbox.settle(owe_sms(), Step(fate), now=NOON)
    assert not outbox.something_to_do(NOON)
    assert claim() == []


def test_nothing_goes_to_a_paused_carrier_and_other_channels_go_on(community_id: int) -> None:
    owe_sms()
    outbox.pause("sns", Channel.SMS, "spend_limit", now=NOON)
    assert outbox.paused_channels(NOON) == {Channel.SMS}
    assert not outbox.something_to_do(NOON)
    news = owe_news()
    assert claim() == [news.id]


def test_after_the_pause_everything_goes_again(community_id: int) -> None:
    message = owe_sms()
    outbox.pause("sns", Channel.SMS, "spend_limit", now=NOON)
    assert claim(now=NOON + PAUSE - SECOND) == []
    assert outbox.paused_channels(NOON + PAUSE) == frozenset()
    assert outbox.something_to_do(NOON + PAUSE)
    assert claim(now=NOON + PAUSE) == [message.id]


def test_a_second_refusal_lengthens_the_pause(community_id: int) -> None:
    outbox.pause("sns", Channel.SMS, "spend_limit", now=NOON)
    outbox.pause("sns", Channel.SMS, "not_authorised", now=NOON + PAUSE - SECOND)
    assert outbox.paused_channels(NOON + PAUSE) == {Channel.SMS}


def test_a_carrier_that_takes_a_message_is_paused_no_longer(community_id: int) -> None:
    outbox.pause("sns", Channel.SMS, "spend_limit", now=NOON)
    outbox.pause("ses", Channel.EMAIL, "account_stopped", now=NOON)
    outbox.resume("sns")
    outbox.resume("smtp")
    assert outbox.paused_channels(NOON) == {Channel.EMAIL}


def test_a_clock_set_back_an_hour_does_not_lengthen_a_pause(community_id: int) -> None:
    message = owe_sms()
    outbox.pause("sns", Channel.SMS, "spend_limit", now=NOON)
    assert outbox.paused_channels(NOON - HOUR) == frozenset()
    assert claim(now=NOON - HOUR) == [message.id]


def test_what_became_worthless_during_a_pause_is_claimed_for_its_end(community_id: int) -> None:
    message = owe_sms(worthless_at=NOON + 30 * SECOND)
    outbox.pause("sns", Channel.SMS, "spend_limit", now=NOON)
    assert outbox.something_to_do(NOON + 30 * SECOND)
    assert claim(now=NOON + 30 * SECOND) == [message.id]


@pytest.mark.parametrize("fate", FINAL)
def test_at_its_end_a_message_forgets_what_it_was_to_say(community_id: int, fate: Fate) -> None:
    message = owe_sms()
    claim()
    outbox.settle(message, Step(fate), now=LATER, carrier="sns", carrier_id="x" * 200)
    db.session.commit()
    db.session.expire_all()
    assert (message.facts, message.link_seed) == ({}, None)
    assert (message.settled_at, message.claimed_by, message.claimed_until) == (LATER, None, None)
    assert (message.carrier, message.carrier_id) == ("sns", "x" * 120)


def test_a_message_that_is_tried_again_keeps_what_it_is_to_say(community_id: int) -> None:
    message = queued_again(owe_sms(seed="visit:mine"), may_have_gone=True)
    assert (message.facts, message.link_seed, message.settled_at) == (FACTS, "visit:mine", None)
    assert (message.fate, message.claimed_by, message.claimed_until) == (Fate.QUEUED, None, None)
    assert (message.problem, message.may_have_gone) == ("throttled", True)


def test_only_what_is_queued_about_the_visit_is_withdrawn(community_id: int) -> None:
    sending, sent = (owe_sms(community_id=community_id, visit_id=7) for _ in range(2))
    claim()
    outbox.settle(sent, Step(Fate.SENT), now=NOON)
    mine, other = (owe_sms(community_id=community_id, visit_id=visit_id) for visit_id in (7, 8))
    nobodys = owe_sms(visit_id=7)
    assert outbox.withdraw(community_id, 7, now=NOON) == [mine]
    assert [each.fate for each in (sending, sent, mine, other, nobodys)] == [
        Fate.SENDING, Fate.SENT, Fate.WITHDRAWN, Fate.QUEUED, Fate.QUEUED,
    ]  # fmt: skip
    assert mine.settled_at == NOON


def test_who_withdraws_sees_what_became_of_the_message_since_he_read_it(community_id: int) -> None:
    read_before = owe_sms(community_id=community_id, visit_id=7)
    db.session.commit()

    def attempt(session: object) -> None:
        message = session.get_one(Message, read_before.id)  # type: ignore[attr-defined]
        message.attempts, message.may_have_gone = 1, True

    in_own_transaction(attempt)
    begin_writing()
    (withdrawn,) = outbox.withdraw(community_id, 7, now=NOON)
    assert withdrawn is read_before
    assert withdrawn.may_have_gone
    db.session.commit()
    assert [message.may_have_gone for message in messages()] == [True]


def test_a_message_is_recovered_when_its_lease_has_run_out_and_not_before(community_id: int) -> None:
    message = owe_sms()
    claim("dead")
    assert outbox.recover(now=NOON + LEASE - SECOND) == []
    assert not outbox.something_to_do(NOON + LEASE - SECOND)
    assert outbox.something_to_do(NOON + LEASE)
    assert outbox.recover(now=NOON + LEASE) == [message]
    assert (message.fate, message.may_have_gone, message.claimed_by) == (Fate.QUEUED, True, None)
    assert claim("two", now=NOON + LEASE) == [message.id]


def test_a_recovered_message_that_helps_nobody_any_more_ends_uncertain(community_id: int) -> None:
    message = owe_sms(worthless_at=NOON + 30 * SECOND)
    claim("dead")
    assert outbox.recover(now=NOON + LEASE) == [message]
    assert (message.fate, message.problem) == (Fate.UNCERTAIN, "worker_lost")


def test_about_finds_every_message_of_the_visits_in_order(community_id: int) -> None:
    first = owe_sms(community_id=community_id, visit_id=7)
    second = owe_sms(community_id=community_id, visit_id=8)
    third = owe_news(community_id=community_id, visit_id=7)
    owe_sms(community_id=community_id, visit_id=9)
    owe_sms(visit_id=7)
    outbox.settle(first, Step(Fate.SENT), now=NOON)
    assert outbox.about(community_id, [8, 7]) == [first, second, third]
    assert outbox.about(community_id + 1, [7]) == []
    assert outbox.about(community_id, []) == []


def test_limits_count_the_sms_that_went_or_will_since_a_moment(community_id: int) -> None:
    for unit_id, fate in enumerate([*FINAL, Fate.QUEUED, Fate.SENDING]):
        owe_sms(community_id=community_id, unit_id=unit_id).fate = fate
    owe_sms(community_id=community_id, unit_id=4, now=NOON - SECOND)
    owe_news(community_id=community_id, unit_id=4)
    owe_sms(unit_id=4)
    db.session.flush()
    # Sent, uncertain, queued and sending; neither failed nor withdrawn, no e-mail, nobody else's.
    assert outbox.sms_since(community_id, NOON) == 4
    assert outbox.sms_since(community_id, NOON - SECOND) == 5
    assert [outbox.sms_since(community_id, NOON - SECOND, unit_id) for unit_id in range(6)] == [1, 0, 1, 0, 2, 1]
    assert outbox.sms_since(community_id + 1, NOON) == 0
