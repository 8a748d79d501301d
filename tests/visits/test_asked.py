"""How the question to the resident fares, as the gate reads it."""

from __future__ import annotations

from datetime import timedelta

from conserje.messages.models import Channel, Fate, Message
from conserje.visits.asked import SLOW, Asked, Progress, progress
from conserje.visits.models import Unasked
from tests.builders import NOON

SECOND = timedelta(seconds=1)


def message(fate: Fate, *, created_after: timedelta = timedelta(0), channel: Channel = Channel.SMS) -> Message:
    settled = NOON + created_after + SECOND if fate not in (Fate.QUEUED, Fate.SENDING) else None
    return Message(fate=fate, channel=channel, created_at=NOON + created_after, settled_at=settled)


def seen(
    *messages: Message, unasked: str = "", paused: tuple[str, ...] = (), after: timedelta = SECOND
) -> Asked | None:
    return progress(unasked, messages, paused, now=NOON + after)


def test_where_nothing_was_to_be_asked_nothing_is_said() -> None:
    assert seen() is None


def test_what_was_just_queued_is_queued() -> None:
    assert seen(message(Fate.QUEUED)) == Asked(Progress.QUEUED, Channel.SMS, NOON)
    assert seen(message(Fate.SENDING)) == Asked(Progress.QUEUED, Channel.SMS, NOON)


def test_what_does_not_go_for_a_while_is_delayed_and_says_to_call() -> None:
    assert seen(message(Fate.QUEUED), after=SLOW) == Asked(Progress.QUEUED, Channel.SMS, NOON)
    late = seen(message(Fate.QUEUED), after=SLOW + SECOND)
    assert late == Asked(Progress.DELAYED, Channel.SMS, NOON)
    assert late.says_call


def test_while_the_carrier_is_down_it_says_to_call_at_once() -> None:
    assert seen(message(Fate.QUEUED), paused=("sms",)) == Asked(Progress.DELAYED, Channel.SMS, NOON)


def test_the_pause_of_another_channel_does_not_matter() -> None:
    assert seen(message(Fate.QUEUED), paused=("email",)) == Asked(Progress.QUEUED, Channel.SMS, NOON)


def test_what_was_sent_is_sent_and_when() -> None:
    assert seen(message(Fate.SENT)) == Asked(Progress.SENT, Channel.SMS, NOON + SECOND)


def test_what_may_have_gone_counts_as_sent() -> None:
    assert seen(message(Fate.UNCERTAIN)) == Asked(Progress.SENT, Channel.SMS, NOON + SECOND)


def test_what_surely_did_not_go_says_to_call() -> None:
    failed = seen(message(Fate.FAILED))
    assert failed == Asked(Progress.FAILED, Channel.SMS, NOON + SECOND)
    assert failed.says_call


def test_one_sent_among_others_that_failed_is_enough() -> None:
    assert seen(message(Fate.SENT), message(Fate.FAILED)) == Asked(Progress.SENT, Channel.SMS, NOON + SECOND)


def test_a_second_request_on_its_way_is_newer_than_the_first_that_went() -> None:
    again = message(Fate.QUEUED, created_after=30 * SECOND)
    assert seen(message(Fate.SENT), again, after=31 * SECOND) == Asked(Progress.QUEUED, Channel.SMS, again.created_at)


def test_a_second_request_that_hangs_does_not_unsay_the_first() -> None:
    again = message(Fate.QUEUED, created_after=30 * SECOND)
    first = message(Fate.SENT)
    assert seen(first, again, after=120 * SECOND) == Asked(Progress.SENT, Channel.SMS, first.settled_at)


def test_why_nobody_could_be_asked_is_said_and_to_call() -> None:
    for reason in Unasked:
        told = seen(unasked=reason)
        assert told is not None
        assert told.progress == reason
        assert told.says_call


def test_an_email_says_that_it_is_one() -> None:
    told = seen(message(Fate.SENT, channel=Channel.EMAIL))
    assert told == Asked(Progress.SENT, Channel.EMAIL, NOON + SECOND)
