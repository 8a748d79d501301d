"""`flask worker`: sends what the outbox owes, and does what is due at its time.

One thread talks to the database; up to eight others talk to carriers and know no database. Each turn settles what came
back, recovers what dead workers held, and claims as much as there are free threads, all in one short transaction.
A message is claimed only when a thread is free to carry it: what is claimed is on its way.
A thread of its own does the long work that screens order (`jobs`), and in between the nightly purge (`purging`).
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask, current_app
from sqlalchemy.exc import DBAPIError, OperationalError

from conserje import change_feed, clock, database, housekeeping
from conserje.communities.models import Community
from conserje.composing import Composed, compose
from conserje.database import db
from conserje.jobs import JobRunner
from conserje.messages import outbox
from conserje.messages.carriers import Accepted, Carrier, Delayed, Outcome, Suspended, Undeliverable
from conserje.messages.models import Channel, Fate, Message, Purpose
from conserje.messages.persistence import BULK, POLICIES, Step, after
from conserje.purging import NightlyPurge
from conserje.sms_wallet import ledger
from conserje.tenancy import acting_for
from conserje.visits import asking
from conserje.works import WORKS

log = logging.getLogger("conserje")

AT_ONCE = 8
# Of the threads two are kept for what is urgent: a slow mail server must not hold up a gate.
AT_ONCE_BULK = 6
# How soon a message is seen that was owed while the worker was idle.
IDLE_WAIT = 0.5
BUSY_WAIT = 0.05
HOUSEKEEPING_EVERY = timedelta(minutes=10)
# How long work that was ordered may take to leave off; what does not is taken up again by another worker.
PATIENCE_WITH_JOBS = 5.0
# How often a database that is busy or away is asked to take down the last answers.
TRIES_AT_THE_END = 3


@dataclass(frozen=True)
class _Journey:
    message_id: int
    carrier: Carrier
    may_wait: bool


class Worker:
    """One process of `flask worker`. `turn()` is all it does, again and again until `stop()`."""

    def __init__(self, app: Flask, carriers: Mapping[Channel, Carrier], *, at_once: int = AT_ONCE) -> None:
        self._app = app
        self._carriers = carriers
        self._name = f"{socket.gethostname()[:12]}-{os.getpid()}-{secrets.token_hex(4)}"[:32]
        self._at_once = at_once
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="carrier")
        self._travelling: dict[Future[Outcome], _Journey] = {}
        # A plain flag: a signal's handler must not wait for a lock that the thread it interrupted may hold.
        self._stopping = False
        self._tidied_at: datetime | None = None
        self._given_up: set[int] = set()
        self._jobs = JobRunner(app, WORKS, self._name, NightlyPurge())

    def run(self) -> None:
        """Work until `stop()`; then wait for what is on its way, write down what became of it, and end."""
        log.info("worker: at work")
        self._jobs.start()
        while not self._stopping:
            try:
                busy = self.turn()
            except DBAPIError as failure:
                # The database is busy or away. What is on its way is settled when it is back.
                log.error("worker: %s", type(failure).__name__)
                busy = False
            self._rest(BUSY_WAIT if busy else IDLE_WAIT)
        self.finish()

    def stop(self) -> None:
        """Claim nothing more. Safe to call from a signal's handler."""
        self._stopping = True

    def finish(self) -> None:
        """Let the carriers answer and settle what they said; what cannot be written down is recovered later."""
        self._jobs.stop(PATIENCE_WITH_JOBS)
        self._pool.shutdown(wait=True)
        for _ in range(TRIES_AT_THE_END):
            try:
                self._settle_and_claim(clock.now(), claiming=False)
            except DBAPIError as failure:
                log.error("worker: %s", type(failure).__name__)
                time.sleep(IDLE_WAIT)
            else:
                return

    def turn(self) -> bool:
        """Everything that is to be done now. Says whether there was something."""
        now = clock.now()
        with self._app.app_context():
            escalated = self._escalate(now)
            self._tidy_up(now)
        return self._settle_and_claim(now, claiming=True) or escalated

    def _rest(self, seconds: float) -> None:
        if self._travelling:
            wait(self._travelling, timeout=seconds, return_when=FIRST_COMPLETED)
        else:
            time.sleep(seconds)

    def _settle_and_claim(self, now: datetime, *, claiming: bool) -> bool:
        arrived = [future for future in self._travelling if future.done()]
        under_way = [journey for future, journey in self._travelling.items() if future not in arrived]
        with self._app.app_context():
            free = self._at_once - len(under_way)
            if not arrived and not (claiming and free and outbox.something_to_do(now)):
                db.session.rollback()
                return False
            try:
                database.begin_writing()
                settled = [self._settle(self._travelling[future], future.result(), now) for future in arrived]
                leaving: list[tuple[_Journey, Composed]] = []
                if claiming:
                    settled += outbox.recover(now=now)
                    bulk = sum(journey.may_wait for journey in under_way)
                    leaving, ended = self._claim(free, AT_ONCE_BULK - bulk, now)
                    settled += ended
                _follow_up(settled, now)
                db.session.commit()
            except BaseException:
                db.session.rollback()
                raise
        for future in arrived:
            del self._travelling[future]
        for journey, composed in leaving:
            self._travelling[self._pool.submit(self._carry, journey.carrier, composed)] = journey
        return bool(settled or leaving)

    def _claim(
        self, free: int, free_for_bulk: int, now: datetime
    ) -> tuple[list[tuple[_Journey, Composed]], list[Message]]:
        """What is to travel now, and what ends here: it has become worthless, or cannot be written."""
        leaving, ended = [], []
        for message in outbox.claim(self._name, now=now, most=free, most_bulk=free_for_bulk):
            problem = "too_late"
            if message.worthless_at > now:
                try:
                    composed = compose(message, now)
                except Exception:
                    # Of another version, or spoilt: it would stop every worker, one after the other.
                    log.exception("worker: message %d cannot be written", message.id)
                    problem = "no_wording"
                else:
                    carrier = self._carriers[composed.letter.channel]
                    leaving.append((_Journey(message.id, carrier, message.urgency >= BULK), composed))
                    continue
            outbox.settle(message, _step(message, Undeliverable(problem), now), now=now)
            ended.append(message)
        return leaving, ended

    def _settle(self, journey: _Journey, outcome: Outcome, now: datetime) -> Message | None:
        # Held, so that nobody recovers it while its answer is written down.
        message = db.session.get(Message, journey.message_id, populate_existing=True, with_for_update=True)
        carrier = journey.carrier
        carrier_id = outcome.carrier_id if isinstance(outcome, Accepted) else ""
        if isinstance(outcome, Suspended):
            log.error("worker: carrier %s refuses the account: %s", carrier.name, outcome.problem)
            outbox.pause(carrier.name, carrier.channel, outcome.problem, now=now)
        elif isinstance(outcome, Accepted):
            outbox.resume(carrier.name)
        if message is None or message.fate != Fate.SENDING or message.claimed_by != self._name:
            # The lease ran out and somebody else has the message, or has ended it: our word comes too late.
            log.warning("worker: message %d was settled by another worker", journey.message_id)
            return None
        outbox.settle(message, _step(message, outcome, now), now=now, carrier=carrier.name, carrier_id=carrier_id)
        return message

    def _carry(self, carrier: Carrier, composed: Composed) -> Outcome:
        try:
            with self._app.app_context():
                return carrier.send(composed.with_logo(current_app.extensions["photos"]))
        except Exception:
            # A carrier's own fault, not its carrier's answer: we cannot know how far it came.
            log.exception("worker: carrier %s failed", carrier.name)
            return Delayed("carrier_fault", may_have_gone=True)

    def _escalate(self, now: datetime) -> bool:
        due = [
            (community_id, visit_id)
            for community_id, visit_id in asking.due_escalations(now)
            if visit_id not in self._given_up
        ]
        for community_id, visit_id in due:
            database.begin_writing()
            try:
                with acting_for(community_id):
                    asking.escalate(visit_id, now=now)
                db.session.commit()
            except OperationalError:
                db.session.rollback()
                raise
            except Exception:
                # One visit's trouble, not everybody's.
                log.exception("worker: the residents of visit %d could not be asked", visit_id)
                db.session.rollback()
                self._given_up.add(visit_id)
        return bool(due)

    def _tidy_up(self, now: datetime) -> None:
        if self._tidied_at is not None and now - self._tidied_at < HOUSEKEEPING_EVERY:
            return
        housekeeping.tidy_up(now)
        self._tidied_at = now


def _step(message: Message, outcome: Outcome, now: datetime) -> Step:
    return after(
        outcome,
        POLICIES[Purpose(message.purpose)],
        attempts=message.attempts,
        may_have_gone=message.may_have_gone,
        worthless_at=message.worthless_at,
        now=now,
    )


def _follow_up(settled: Iterable[Message | None], now: datetime) -> None:
    """What the messages' fates mean for the communities' wallets, and for the screens that show the visits."""
    messages = [message for message in settled if message is not None and message.community_id is not None]
    # In one order whichever worker does it, since each wallet is locked: two workers must not wait for each other.
    for message in sorted(messages, key=lambda message: (message.community_id or 0, message.id)):
        community_id, message_id, visit_id = message.community_id or 0, message.id, message.visit_id
        if message.parts and message.fate in (Fate.SENT, Fate.UNCERTAIN, Fate.FAILED):
            _book(community_id, message_id, spent=message.fate != Fate.FAILED, now=now)
        if visit_id is not None:
            change_feed.note(community_id, visit_id, at=now)


def _book(community_id: int, message_id: int, *, spent: bool, now: datetime) -> None:
    act = ledger.spend if spent else ledger.release
    try:
        with db.session.begin_nested(), acting_for(community_id):
            act(db.session.get_one(Community, community_id), message_id, now=now)
    except OperationalError:
        raise
    except Exception:
        # A message that is not settled would be sent again and again. Its part stays set aside: nothing is given away.
        log.exception("worker: the SMS of message %d could not be booked", message_id)
