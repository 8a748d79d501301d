"""A database that fails in the middle of a turn, and a worker that is told to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from conserje import change_feed
from conserje.messages import outbox
from conserje.messages.models import Fate
from conserje.sms_wallet import ledger
from conserje.worker import Worker
from tests.messages.scene import LONGEST_WAIT, FakeCarrier, Post, owe_sms, wait_until
from tests.worker.conftest import Hire


@contextmanager
def at_work(worker: Worker) -> Iterator[threading.Thread]:
    """The worker's `run` in a thread, that must have come to its end by the end of the test."""
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield thread
    finally:
        worker.stop()
        thread.join(LONGEST_WAIT)
    assert not thread.is_alive()


def failing_once(module: Any, name: str, monkeypatch: pytest.MonkeyPatch, *, after: bool) -> list[str]:
    """Has the database fail at the first call of a function, before or after its work; gives the list of calls."""
    real: Callable[..., Any] = getattr(module, name)
    calls: list[str] = []

    def failing(*arguments: Any, **values: Any) -> Any:
        calls.append(name)
        done = real(*arguments, **values) if after or len(calls) > 1 else None
        if len(calls) == 1:
            raise OperationalError("a statement", {}, Exception("the connection is lost"))
        return done

    monkeypatch.setattr(module, name, failing)
    return calls


@pytest.mark.parametrize(
    ("module", "name", "after"),
    [
        (outbox, "something_to_do", False),
        (outbox, "recover", False),
        (outbox, "claim", True),
        (outbox, "settle", False),
        (outbox, "settle", True),
        (ledger, "spend", True),
        (change_feed, "note", True),
    ],
)
def test_a_database_that_fails_in_the_middle_of_a_turn_costs_nothing(
    post: Post, hire: Hire, monkeypatch: pytest.MonkeyPatch, module: Any, name: str, after: bool
) -> None:
    calls = failing_once(module, name, monkeypatch, after=after)
    sms = FakeCarrier()
    message_id = post.owe(visit_id=7)
    with at_work(hire(sms)):
        wait_until(lambda: post.message(message_id).fate == Fate.SENT, "the message is sent")
    assert len(calls) > 1
    assert (len(sms.letters), post.message(message_id).attempts) == (1, 1)
    assert (post.balance(), post.changes(7)) == (29, 1)


def test_a_worker_that_is_told_to_stop_waits_for_what_is_under_way_and_claims_no_more(post: Post, hire: Hire) -> None:
    sms = FakeCarrier()
    worker = hire(sms)
    sms.hold()
    first = post.owe()
    with at_work(worker) as thread:
        wait_until(lambda: sms.letters, "the first is under way")
        worker.stop()
        second = post.owe()
        thread.join(0.1)
        assert thread.is_alive()
        sms.let_go()
        thread.join(LONGEST_WAIT)
    assert (post.message(first).fate, post.message(second).fate) == (Fate.SENT, Fate.QUEUED)
    assert (len(sms.letters), post.balance()) == (1, 28)


def test_a_database_that_fails_at_the_end_is_asked_again(
    post: Post, hire: Hire, monkeypatch: pytest.MonkeyPatch
) -> None:
    sms = FakeCarrier()
    worker = hire(sms)
    sms.hold()
    post.owe_unpaid(owe_sms)
    with at_work(worker) as thread:
        wait_until(lambda: sms.letters, "it is under way")
        worker.stop()
        failing_once(outbox, "settle", monkeypatch, after=True)
        sms.let_go()
        thread.join(LONGEST_WAIT)
    assert post.fates() == [Fate.SENT]


def test_an_idle_worker_stops_soon(post: Post, hire: Hire) -> None:
    worker = hire()
    with at_work(worker) as thread:
        worker.stop()
        thread.join(LONGEST_WAIT)
        assert not thread.is_alive()
