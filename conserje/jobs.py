"""Long work that a screen orders and nobody waits for: an import, the letters of a community. `flask worker` does it.

The order is a row, written in the transaction of whoever orders. One thread of each worker takes one job at a time, by
a lease; a job whose worker died is taken up again by another. Its work must therefore bear being done twice.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from flask import Flask
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, and_, or_, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, Session, mapped_column

from conserje import clock, database
from conserje.database import Base, UtcDateTime, db
from conserje.errors import Refused

log = logging.getLogger("conserje")

LEASE = timedelta(minutes=2)
# A job that takes its worker down with it is not tried for ever.
MOST_ATTEMPTS = 3
# In seconds: how soon an order is seen, and how often the progress is written down.
LOOK_EVERY = 0.5
TELL_EVERY = 0.5


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Base):
    """One piece of long work for a community. Not `Owned`: one worker serves every community."""

    __tablename__ = "job"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(String(24))
    # Ids, codes and keys of stored files; never personal data, which a job reads when it is done.
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(8), default=JobState.WAITING)
    # How far it is; a total of 0 is not known yet.
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    # Counts and keys of stored files; where it was refused, the refusal's facts.
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    problem: Mapped[str] = mapped_column(String(40), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str | None] = mapped_column(String(32))
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="known_state"),
        Index(None, "state", "id"),
        Index(None, "community_id", "kind", "id"),
    )

    @property
    def is_over(self) -> bool:
        return self.state in (JobState.DONE, JobState.FAILED)


class Interrupted(Exception):
    """The worker ends, or another took the job: leave off without writing anything more."""


class Task:
    """A claimed job, as its work sees it."""

    def __init__(self, job: Job, worker: str, is_stopping: Callable[[], bool]) -> None:
        self.job_id = job.id
        self.kind = job.kind
        self.community_id = job.community_id
        self.account_id = job.account_id
        self.arguments = dict(job.arguments)
        self._worker = worker
        self._is_stopping = is_stopping
        self._told_at = float("-inf")

    def advance(self, done: int, total: int) -> None:
        """Tell how far the work is, and keep the job. Call it often, and never inside a writing transaction.

        Raises `Interrupted` where the work must leave off.
        """
        if self._is_stopping():
            raise Interrupted
        if time.monotonic() - self._told_at < TELL_EVERY:
            return
        self._told_at = time.monotonic()

        def tell(session: Session) -> None:
            kept = session.execute(
                update(Job)
                .where(Job.id == self.job_id, Job.claimed_by == self._worker, Job.state == JobState.RUNNING)
                .values(done=done, total=total, claimed_until=clock.now() + LEASE)
            )
            if kept.rowcount != 1:  # type: ignore[attr-defined]
                raise Interrupted

        database.in_own_transaction(tell)


# Does the job in transactions of its own and gives its result. A `Refused` ends the job with its code.
Work = Callable[[Task], Mapping[str, Any]]
# What is done while no job waits; is told whether the worker is about to end.
Chore = Callable[[Callable[[], bool]], None]


def order(kind: str, arguments: Mapping[str, Any], *, community_id: int, account_id: int, now: datetime) -> Job:
    """Have the work done once this transaction is committed."""
    job = Job(community_id=community_id, account_id=account_id, kind=kind, arguments=dict(arguments), created_at=now)
    db.session.add(job)
    db.session.flush()
    return job


def latest(kind: str, community_id: int) -> Job | None:
    """The community's newest job of this kind."""
    return db.session.scalars(
        select(Job).where(Job.kind == kind, Job.community_id == community_id).order_by(Job.id.desc()).limit(1)
    ).one_or_none()


class JobRunner:
    """Does the jobs of every community, one at a time, in a thread of its own."""

    def __init__(self, app: Flask, works: Mapping[str, Work], worker: str, chore: Chore | None = None) -> None:
        self._app = app
        self._works = works
        self._chore = chore
        self._worker = worker
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, patience: float) -> None:
        """Have the work that runs leave off at its next step, and wait so many seconds for it."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(patience)

    def turn(self) -> bool:
        """Do the job that has waited longest. Says whether there was one."""
        with self._app.app_context():
            task = self._claim(clock.now())
            if task is None:
                return False
            log.info("job %d (%s): begun", task.job_id, task.kind)
            try:
                result = self._works[task.kind](task)
            except Interrupted:
                self._end(task, state=JobState.WAITING, claimed_by=None, claimed_until=None, attempts=Job.attempts - 1)
                log.info("job %d (%s): left off", task.job_id, task.kind)
            except Refused as refusal:
                self._end(task, state=JobState.FAILED, problem=refusal.code, result=dict(refusal.facts))
            except DBAPIError:
                # The database is busy or away: the lease runs out, and the job is taken up again.
                database.abandon_writing()
                raise
            except Exception:
                log.exception("job %d (%s) failed", task.job_id, task.kind)
                self._end(task, state=JobState.FAILED, problem="unexpected")
            else:
                self._end(task, state=JobState.DONE, result=dict(result))
                log.info("job %d (%s): done", task.job_id, task.kind)
            return True

    def idle(self) -> None:
        """Do what is to be done while no job waits."""
        if self._chore is not None:
            with self._app.app_context():
                self._chore(self._stop.is_set)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                busy = self.turn()
                if not busy:
                    self.idle()
            except DBAPIError as failure:
                log.error("jobs: %s", type(failure).__name__)
                busy = False
            if not busy:
                self._stop.wait(LOOK_EVERY)

    def _claim(self, now: datetime) -> Task | None:
        free = or_(Job.state == JobState.WAITING, and_(Job.state == JobState.RUNNING, Job.claimed_until < now))
        if db.session.scalar(select(Job.id).where(free).limit(1)) is None:
            db.session.rollback()
            return None
        database.begin_writing()
        job = db.session.scalars(
            select(Job).where(free).order_by(Job.id).limit(1).with_for_update(skip_locked=True)
        ).one_or_none()
        if job is None:
            db.session.rollback()
            return None
        job.attempts += 1
        if job.attempts > MOST_ATTEMPTS:
            job.state, job.problem, job.finished_at = JobState.FAILED, "unexpected", now
            db.session.commit()
            return None
        job.state, job.claimed_by, job.claimed_until = JobState.RUNNING, self._worker, now + LEASE
        db.session.commit()
        claimed = Task(job, self._worker, self._stop.is_set)
        db.session.expunge_all()
        return claimed

    def _end(self, task: Task, **values: Any) -> None:
        """Write down what became of the job, unless another worker has it by now."""
        database.abandon_writing()
        if values["state"] != JobState.WAITING:
            values["finished_at"] = clock.now()
        database.begin_writing()
        db.session.execute(update(Job).where(Job.id == task.job_id, Job.claimed_by == self._worker).values(**values))
        db.session.commit()
