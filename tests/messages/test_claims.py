"""Nothing is claimed twice and nothing is passed over, however many claim at once: threads, and processes."""

from __future__ import annotations

from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select

from conserje.database import begin_writing, db
from conserje.messages import outbox
from conserje.messages.models import Channel, Fate, Message
from conserje.messages.outbox import LEASE
from tests import processes
from tests.at_once import all_at_once, held_up
from tests.builders import NOON, make_administration, make_community
from tests.messages.claimant import claim_everything
from tests.messages.scene import LONGEST_WAIT, fates, messages, owe_news, owe_sms


@pytest.fixture
def owed(ctx: Flask) -> list[int]:
    """The ids of ninety messages, of which every third may wait."""
    return owe(90)


def owe(how_many: int) -> list[int]:
    ids = [(owe_sms if number % 3 else owe_news)().id for number in range(how_many)]
    db.session.commit()
    db.session.expire_all()
    return ids


def test_twelve_threads_claim_everything_once(ctx: Flask, owed: list[int]) -> None:
    outcomes = all_at_once(ctx, [partial(claim_everything, f"thread {number}") for number in range(12)])
    assert sorted(each for ids in outcomes for each in ids) == owed  # type: ignore[attr-defined]
    assert all(message.attempts == 1 and message.fate == Fate.SENDING for message in messages())


def test_three_processes_claim_everything_once(ctx: Flask, owed: list[int]) -> None:
    started = [processes.start(ctx, "-m", "tests.messages.claimant", f"process {n}") for n in range(3)]
    try:
        for process in started:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in started:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        said = [process.communicate(timeout=LONGEST_WAIT) for process in started]
    finally:
        for process in started:
            process.kill()
            process.wait()
    assert [process.returncode for process in started] == [0] * 3, said
    assert sorted(int(each) for ids, _ in said for each in ids.split()) == owed
    assert all(message.attempts == 1 and message.fate == Fate.SENDING for message in messages())


def test_eight_threads_recover_and_claim_what_a_dead_worker_held_once(ctx: Flask, owed: list[int]) -> None:
    claim_everything("dead")
    after_lease = NOON + LEASE

    def recover_and_claim() -> object:
        begin_writing()
        return [message.id for message in outbox.recover(now=after_lease)]

    outcomes = all_at_once(ctx, [recover_and_claim] * 8)
    assert sorted(each for ids in outcomes for each in ids) == owed  # type: ignore[attr-defined]
    db.session.rollback()
    assert fates() == [Fate.QUEUED] * len(owed)


def claiming(name: str, most: int = 8) -> object:
    begin_writing()
    return [message.id for message in outbox.claim(name, now=NOON, most=most, most_bulk=most)]


@pytest.mark.parametrize("first_commits", [True, False], ids=["the first commits", "the first comes to nothing"])
def test_a_second_claim_before_the_first_has_ended_takes_nothing_of_it(ctx: Flask, first_commits: bool) -> None:
    ids = owe(6)

    def first() -> object:
        return claiming("first", 3)

    if db.engine.dialect.name == "sqlite":
        # One writer: the second waits, and sees what the first left.
        one, two = held_up(ctx, first, lambda: claiming("second"), first_commits=first_commits)
        assert sorted(two) == (sorted(set(ids) - set(one)) if first_commits else ids)
        return
    with db.session.session_factory() as session:
        urgent = session.scalars(
            select(Message.id).where(Message.channel == Channel.SMS).order_by(Message.id).limit(3).with_for_update()
        ).all()
        # Passed over, and not waited for.
        assert sorted(claiming("second")) == sorted(set(ids) - set(urgent))  # type: ignore[call-overload]


def test_somebody_answers_while_workers_claim_and_each_message_is_either_withdrawn_or_sent(ctx: Flask) -> None:
    community_id = make_community(make_administration()).id
    ids = [owe_sms(community_id=community_id, visit_id=7).id for _ in range(20)]
    db.session.commit()
    db.session.expire_all()

    def withdraw() -> list[int]:
        begin_writing()
        return [message.id for message in outbox.withdraw(community_id, 7, now=NOON)]

    workers = [partial(claim_everything, f"thread {n}", 2) for n in range(3)]
    withdrawn, *claimed = all_at_once(ctx, [withdraw, *workers])
    assert sorted(each for some in (withdrawn, *claimed) for each in some) == ids  # type: ignore[attr-defined]
    assert {message.id for message in messages() if message.fate == Fate.WITHDRAWN} == set(withdrawn)  # type: ignore[call-overload]
