"""Messages that somebody owes, and a carrier that does what a test tells it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import func, select

from conserje import tenancy
from conserje.change_feed import Change
from conserje.communities.models import Community
from conserje.database import begin_writing, db
from conserje.messages import outbox
from conserje.messages.carriers import Accepted, Letter, Outcome
from conserje.messages.models import Channel, Fate, Message, Purpose
from conserje.sms_wallet import ledger
from conserje.worker import Worker
from tests.builders import NOON

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
LONGEST_WAIT = 60
FACTS = {"community": "Edificio Los Aromos", "visitor": "Camila Soto", "unit": "Torre B · 1204", "answer_by": "12:10"}
NEWS = {"community": "Edificio Los Aromos", "balance": "30"}


def owe_sms(
    recipient: str = "+56961234567", *, now: datetime = NOON, seed: str = "visit:seed", **values: object
) -> Message:
    """An approval request, not committed."""
    return outbox.put(Purpose.APPROVAL, Channel.SMS, recipient, FACTS, now=now, link_seed=seed, **values)  # type: ignore[arg-type]


def owe_news(recipient: str = "admin@demo.example", *, now: datetime = NOON, **values: object) -> Message:
    """An e-mail that may wait for others, not committed."""
    return outbox.put(Purpose.LOW_BALANCE, Channel.EMAIL, recipient, NEWS, now=now, **values)  # type: ignore[arg-type]


def owe_paid(community_id: int, recipient: str = "+56961234567", *, now: datetime = NOON, **values: object) -> int:
    """The id of an approval request of a community that has set a part of its SMS aside for it. Committed."""
    begin_writing()
    with tenancy.acting_for(community_id):
        message = owe_sms(recipient, now=now, community_id=community_id, parts=1, **values)
        message_id = message.id
        ledger.reserve(db.session.get_one(Community, community_id), message_id, 1, now=now)
    db.session.commit()
    return message_id


def balance(community_id: int, now: datetime = NOON) -> int:
    with tenancy.acting_for(community_id):
        return ledger.balance(db.session.get_one(Community, community_id), now)


def messages() -> list[Message]:
    """Every message as it now lies in the table, the oldest first."""
    return list(db.session.scalars(select(Message).order_by(Message.id).execution_options(populate_existing=True)))


def fates() -> list[str]:
    return [message.fate for message in messages()]


def wait_until(condition: Callable[[], object], what: str) -> None:
    end = time.monotonic() + LONGEST_WAIT
    while not condition():
        assert time.monotonic() < end, f"never came true: {what}"
        time.sleep(0.01)


class FakeCarrier:
    """Answers each letter with the next of the `outcomes`, and with «accepted» when there are no more.

    While it is held it keeps every letter in hand. An outcome that is an exception is raised.
    """

    def __init__(self, channel: Channel = Channel.SMS, outcomes: Sequence[Outcome | Exception] = ()) -> None:
        self.name = f"fake-{channel}"
        self.channel = channel
        self.letters: list[Letter] = []
        self._outcomes = list(outcomes)
        self._lock = threading.Lock()
        self._may_answer = threading.Event()
        self._may_answer.set()

    def send(self, letter: Letter) -> Outcome:
        with self._lock:
            self.letters.append(letter)
            number = len(self.letters)
            outcome = self._outcomes.pop(0) if self._outcomes else Accepted(f"{self.name}-{number}")
        assert self._may_answer.wait(LONGEST_WAIT)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def hold(self) -> None:
        self._may_answer.clear()

    def let_go(self) -> None:
        self._may_answer.set()

    @property
    def recipients(self) -> list[str]:
        with self._lock:
            return [letter.recipient for letter in self.letters]


class Watch:
    """A clock that stands still until it is put forward."""

    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> datetime:
        return self.time


@dataclass
class Post:
    """A community whose messages workers send. Each look at the tables is in a transaction of its own."""

    app: Flask
    community_id: int

    def owe(self, *, now: datetime = NOON, **values: object) -> int:
        with self.app.app_context():
            return owe_paid(self.community_id, now=now, **values)

    def owe_unpaid(self, owe: Callable[..., Message], how_many: int = 1, **values: object) -> list[int]:
        with self.app.app_context():
            begin_writing()
            ids = [owe(**values).id for _ in range(how_many)]
            db.session.commit()
            return ids

    def message(self, message_id: int) -> Message:
        with self.app.app_context():
            return db.session.get_one(Message, message_id)

    def messages(self) -> list[Message]:
        with self.app.app_context():
            return messages()

    def fates(self) -> list[str]:
        return [message.fate for message in self.messages()]

    def balance(self, now: datetime = NOON) -> int:
        with self.app.app_context():
            return balance(self.community_id, now)

    def changes(self, visit_id: int) -> int:
        """How often the screens were told to draw the visit anew."""
        counting = select(func.count(Change.id)).where(
            Change.community_id == self.community_id, Change.visit_id == visit_id
        )
        with self.app.app_context():
            return db.session.scalar(counting) or 0

    def work(self, worker: Worker) -> None:
        """Let the worker do all that is to be done now."""
        wait_until(lambda: not worker.turn() and Fate.SENDING not in self.fates(), "nothing is left to do")
