"""`flask worker` as a process that dies by `kill -9` at any point, and one that is told to stop.

Whatever happens: every message is sent in the end, with the same link, and paid once.
"""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from conserje import clock
from conserje.communities.models import Community
from conserje.database import db
from conserje.messages.carriers.aws import AwsPlace
from conserje.messages.carriers.sns import SnsCarrier
from conserje.messages.models import Channel, Fate, Message
from conserje.sms_wallet.models import EntryKind, SmsEntry
from conserje.tenancy import acting_for
from conserje.worker import AT_ONCE, Worker
from tests import processes
from tests.builders import make_administration, make_community
from tests.messages.scene import LONGEST_WAIT, SECOND, Post, wait_until
from tests.worker.sns_server import IDENTITY, SnsServer, running_sns

NUMBER = "+56961234567"
Start = Callable[[], "subprocess.Popen[str]"]


@pytest.fixture
def sns(monkeypatch: pytest.MonkeyPatch) -> Iterator[SnsServer]:
    for name, value in IDENTITY.items():
        monkeypatch.setenv(name, value)
    with running_sns() as server:
        yield server


@pytest.fixture
def post(app: Flask) -> Post:
    """A community of today: processes go by the real clock."""
    with app.app_context():
        community = make_community(make_administration())
        community.created_at = clock.now()
        db.session.commit()
        return Post(app, community.id)


@pytest.fixture
def start(app: Flask, sns: SnsServer) -> Iterator[Start]:
    """Starts a `flask worker` that sends through the server; none outlives the test."""
    started: list[subprocess.Popen[str]] = []

    def one() -> subprocess.Popen[str]:
        settings = IDENTITY | {"SMS_CARRIER": "sns", "AWS_ENDPOINT_URL": sns.address}
        started.append(processes.start(app, "-m", "flask", "--app", "app", "worker", **settings))
        return started[-1]

    yield one
    for process in started:
        process.kill()
        process.communicate()


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    assert process.wait(LONGEST_WAIT) == -signal.SIGKILL


@contextmanager
def database_held(app: Flask) -> Iterator[None]:
    """While it lasts, nobody else writes down what becomes of a message."""
    with app.app_context():
        engine = db.engine
    with engine.connect().execution_options(writing=True) as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("LOCK TABLE message, change IN ACCESS EXCLUSIVE MODE")
        else:
            connection.exec_driver_sql("SELECT 1")  # begins
        yield
        connection.rollback()


def open_files(process: subprocess.Popen[str]) -> Iterator[Path]:
    return Path(f"/proc/{process.pid}/fd").iterdir()


def is_at_the_database(app: Flask, process: subprocess.Popen[str]) -> bool:
    """Whether the process has come so far that it waits for the held database, or is about to."""
    assert process.poll() is None
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "sqlite":
        with suppress(FileNotFoundError):  # a file that was closed meanwhile
            return any(each.readlink() == Path(str(engine.url.database)) for each in open_files(process))
        return False
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        return bool(connection.exec_driver_sql("SELECT count(*) FROM pg_locks WHERE NOT granted").scalar_one())


def owe(post: Post, numbers: list[str]) -> list[int]:
    return [post.owe(recipient=number, seed=f"visit:{number}", now=clock.now()) for number in numbers]


def end_leases(post: Post) -> None:
    """As if the lease of whoever died had run out."""
    with post.app.app_context():
        for message in db.session.scalars(select(Message).where(Message.fate == Fate.SENDING)):
            message.claimed_until = clock.now() - SECOND
        db.session.commit()


def finish_with_another_worker(post: Post, sns: SnsServer) -> None:
    end_leases(post)
    sns.let_go()
    carrier = SnsCarrier(AwsPlace("us-east-1", sns.address), Decimal("0.2"))
    worker = Worker(post.app, {Channel.SMS: carrier})
    try:
        wait_until(lambda: not worker.turn() and set(post.fates()) == {Fate.SENT}, "everything is sent")
    finally:
        worker.finish()


def assert_paid_once(post: Post, before: int) -> None:
    messages = post.messages()
    assert post.balance(clock.now()) == before - len(messages)
    with post.app.app_context(), acting_for(post.community_id):
        assert db.session.get(Community, post.community_id)
        for message in messages:
            lines = db.session.scalars(
                select(SmsEntry.kind).where(SmsEntry.message_id == message.id).order_by(SmsEntry.id)
            ).all()
            assert lines == [EntryKind.RESERVED, EntryKind.SPENT]


def test_killed_before_it_claimed(app: Flask, post: Post, sns: SnsServer, start: Start) -> None:
    before = post.balance(clock.now())
    (message_id,) = owe(post, [NUMBER])
    with database_held(app):
        process = start()
        wait_until(lambda: is_at_the_database(app, process), "the worker is at the database")
        kill(process)
    message = post.message(message_id)
    assert (message.fate, message.attempts, sns.asked) == (Fate.QUEUED, 0, [])
    finish_with_another_worker(post, sns)
    assert len(sns.texts(NUMBER)) == 1
    assert not post.message(message_id).may_have_gone
    assert_paid_once(post, before)


def test_killed_while_the_carrier_is_asked(post: Post, sns: SnsServer, start: Start) -> None:
    before = post.balance(clock.now())
    (message_id,) = owe(post, [NUMBER])
    sns.hold()
    process = start()
    sns.wait_for(1)
    kill(process)
    message = post.message(message_id)
    assert (message.fate, message.attempts) == (Fate.SENDING, 1)
    finish_with_another_worker(post, sns)
    assert len(sns.texts(NUMBER)) == 2
    assert len(set(sns.texts(NUMBER))) == 1
    assert post.message(message_id).attempts == 2
    assert_paid_once(post, before)


def test_killed_after_the_answer_and_before_it_was_written_down(
    app: Flask, post: Post, sns: SnsServer, start: Start
) -> None:
    before = post.balance(clock.now())
    (message_id,) = owe(post, [NUMBER])
    sns.hold()
    process = start()
    sns.wait_for(1)
    with database_held(app):
        sns.let_go()
        wait_until(lambda: sns.answered == 1, "SNS has answered")
        wait_until(lambda: is_at_the_database(app, process), "the worker is at the database")
        kill(process)
    assert post.message(message_id).fate == Fate.SENDING
    finish_with_another_worker(post, sns)
    assert len(sns.texts(NUMBER)) == 2
    assert len(set(sns.texts(NUMBER))) == 1
    assert_paid_once(post, before)


def test_killed_again_and_again_in_the_middle_of_its_work(post: Post, sns: SnsServer, start: Start) -> None:
    before = post.balance(clock.now())
    numbers = [f"+569612345{number:02}" for number in range(24)]
    owe(post, numbers)
    for asked in (5, 20):
        process = start()
        sns.wait_for(asked)
        kill(process)
        end_leases(post)
    finish_with_another_worker(post, sns)
    for number in numbers:
        assert len(set(sns.texts(number))) == 1
    links = {text.rpartition("/a/")[2] for number in numbers for text in sns.texts(number)}
    assert len(links) == len(numbers)
    # Each of the two took no more with it than it had under way.
    assert len(numbers) <= len(sns.asked) <= len(numbers) + 2 * AT_ONCE
    assert_paid_once(post, before)


def test_told_to_stop_it_finishes_what_is_under_way(post: Post, sns: SnsServer, start: Start) -> None:
    before = post.balance(clock.now())
    owe(post, [NUMBER])
    sns.hold()
    process = start()
    sns.wait_for(1)
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGTERM)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.3)
    assert post.fates() == [Fate.SENDING]
    sns.let_go()
    _, log = process.communicate(timeout=LONGEST_WAIT)
    assert (process.returncode, post.fates(), len(sns.asked)) == (0, [Fate.SENT], 1)
    assert "Traceback" not in log
    assert_paid_once(post, before)


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_while_idle_it_ends_at_once(
    post: Post, sns: SnsServer, start: Start, told: signal.Signals
) -> None:
    owe(post, [NUMBER])
    process = start()
    wait_until(lambda: post.fates() == [Fate.SENT], "the worker is at work, and has nothing left to do")
    process.send_signal(told)
    _, log = process.communicate(timeout=LONGEST_WAIT)
    assert process.returncode == 0
    assert "Traceback" not in log
