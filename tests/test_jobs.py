"""Long work that a screen orders and the worker does."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from conserje import clock, jobs
from conserje.database import begin_writing, db
from conserje.errors import Refused
from conserje.jobs import LEASE, MOST_ATTEMPTS, Interrupted, Job, JobRunner, JobState, Task
from tests.builders import NOON, Cast
from tests.messages.scene import Watch


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    now = Watch()
    monkeypatch.setattr(clock, "now", now)
    return now


def ordered(cast: Cast, kind: str = "count", **arguments: Any) -> int:
    begin_writing()
    job = jobs.order(kind, arguments, community_id=cast.aromos, account_id=cast.accounts["admin"], now=clock.now())
    db.session.commit()
    return job.id


def now(job_id: int) -> Job:
    db.session.rollback()
    db.session.expunge_all()
    return db.session.get_one(Job, job_id)


def runner(app: Flask, work: jobs.Work, name: str = "one") -> JobRunner:
    return JobRunner(app, {"count": work}, name)


def count(task: Task) -> Mapping[str, Any]:
    return {"counted": task.arguments["upto"]}


def test_what_was_ordered_is_done_and_its_result_kept(ctx: Flask, cast: Cast) -> None:
    job_id = ordered(cast, upto=3)
    assert runner(ctx, count).turn()
    job = now(job_id)
    assert (job.state, job.result, job.is_over) == (JobState.DONE, {"counted": 3}, True)
    assert job.finished_at is not None
    assert not runner(ctx, count).turn()


def test_the_first_ordered_is_the_first_done(ctx: Flask, cast: Cast) -> None:
    first, second = ordered(cast, upto=1), ordered(cast, upto=2)
    runner(ctx, count).turn()
    assert (now(first).state, now(second).state) == (JobState.DONE, JobState.WAITING)


def test_its_progress_can_be_read_meanwhile(ctx: Flask, cast: Cast) -> None:
    job_id = ordered(cast)
    seen = []

    def work(task: Task) -> Mapping[str, Any]:
        task.advance(40, 100)
        job = now(job_id)
        seen.append((job.state, job.done, job.total))
        return {}

    runner(ctx, work).turn()
    assert seen == [(JobState.RUNNING, 40, 100)]


def test_a_refusal_ends_it_with_its_reason(ctx: Flask, cast: Cast) -> None:
    job_id = ordered(cast)

    def work(_: Task) -> Mapping[str, Any]:
        raise Refused("name_too_long", longest=80)

    runner(ctx, work).turn()
    job = now(job_id)
    assert (job.state, job.problem, job.result) == (JobState.FAILED, "name_too_long", {"longest": 80})


def test_a_fault_ends_it_and_what_it_had_begun_to_write_is_undone(
    ctx: Flask, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    job_id = ordered(cast)

    def work(task: Task) -> Mapping[str, Any]:
        begin_writing()
        db.session.add(Job(community_id=task.community_id, account_id=task.account_id, kind="half", created_at=NOON))
        db.session.flush()
        raise ZeroDivisionError

    runner(ctx, work).turn()
    assert (now(job_id).state, now(job_id).problem) == (JobState.FAILED, "unexpected")
    assert jobs.latest("half", cast.aromos) is None
    assert "ZeroDivisionError" in caplog.text


def test_a_database_that_is_away_leaves_the_job_to_be_taken_up_again(ctx: Flask, cast: Cast, watch: Watch) -> None:
    job_id = ordered(cast, upto=3)

    def work(_: Task) -> Mapping[str, Any]:
        raise OperationalError("", {}, Exception())

    with pytest.raises(OperationalError):
        runner(ctx, work).turn()
    assert now(job_id).state == JobState.RUNNING
    assert not runner(ctx, count, "two").turn()
    watch.time += LEASE + timedelta(seconds=1)
    assert runner(ctx, count, "two").turn()
    assert now(job_id).state == JobState.DONE


def test_a_job_that_always_takes_its_worker_down_is_given_up(ctx: Flask, cast: Cast, watch: Watch) -> None:
    job_id = ordered(cast)
    for _ in range(MOST_ATTEMPTS):
        assert runner(ctx, _dies, "one")._claim(clock.now()) is not None
        watch.time += LEASE + timedelta(seconds=1)
    assert not runner(ctx, count).turn()
    assert (now(job_id).state, now(job_id).problem) == (JobState.FAILED, "unexpected")


def _dies(_: Task) -> Mapping[str, Any]:
    raise AssertionError("never called")


def test_whoever_lost_the_job_leaves_off_and_does_not_spoil_what_the_other_did(
    ctx: Flask, cast: Cast, watch: Watch
) -> None:
    job_id = ordered(cast, upto=3)

    def work(task: Task) -> Mapping[str, Any]:
        watch.time += LEASE + timedelta(seconds=1)
        runner(ctx, count, "two").turn()
        task.advance(1, 2)
        raise AssertionError("it went on")

    runner(ctx, work).turn()
    assert (now(job_id).state, now(job_id).result) == (JobState.DONE, {"counted": 3})


def test_work_leaves_off_when_the_worker_ends_and_is_free_for_the_next(ctx: Flask, cast: Cast) -> None:
    job_id = ordered(cast, upto=3)
    left_off = []

    def work(task: Task) -> Mapping[str, Any]:
        one.stop(0)
        try:
            task.advance(1, 2)
        except Interrupted:
            left_off.append(True)
            raise
        raise AssertionError("it went on")

    one = runner(ctx, work)
    one.turn()
    assert left_off
    assert now(job_id).state == JobState.WAITING
    assert runner(ctx, count, "two").turn()


def test_the_latest_job_is_the_communitys_own_of_that_kind(ctx: Flask, cast: Cast) -> None:
    job_id = ordered(cast)
    newest = jobs.latest("count", cast.aromos)
    assert newest is not None
    assert newest.id == job_id
    assert jobs.latest("count", cast.parque) is None


def test_a_thread_does_them_until_it_is_stopped(app: Flask, cast: Cast) -> None:
    with app.app_context():
        job_id = ordered(cast, upto=3)
        done = threading.Event()

    def work(_: Task) -> Mapping[str, Any]:
        done.set()
        return {}

    one = runner(app, work)
    one.start()
    assert done.wait(10)
    one.stop(10)
    with app.app_context():
        assert now(job_id).state == JobState.DONE
