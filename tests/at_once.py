"""Two people at once: each in a thread of their own, with an application context and so a connection of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from threading import Barrier, Event
from typing import Any

from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine

from conserje.database import db, end_request

LONGEST_WAIT = 20
Act = Callable[[], object]


def all_at_once(app: Flask, acts: Sequence[Act]) -> list[object]:
    """What came of each act, a refusal included, when all were let go at the same moment."""
    start = Barrier(len(acts))

    def one(act: Act) -> object:
        start.wait(LONGEST_WAIT)
        return _request(app, act)

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def held_up(app: Flask, first: Act, second: Act, *, first_commits: bool = True) -> tuple[Any, Any]:
    """What came of both when the second began before the first had committed, and had to wait for it.

    The waiting is asserted, not hoped for: SQLite's second writer asked for its turn while the first had it,
    PostgreSQL's stands in the queue for a lock.
    """
    acted, may_end = Event(), Event()

    def first_and_wait() -> object:
        def act() -> object:
            try:
                return first()
            finally:
                acted.set()
                may_end.wait(LONGEST_WAIT)

        return _request(app, act, keep=first_commits)

    with ThreadPoolExecutor(2) as pool, _who_waits(app) as is_waiting:
        one = pool.submit(first_and_wait)
        try:
            assert acted.wait(LONGEST_WAIT)
            two = pool.submit(_request, app, second)
            had_to_wait = _comes_true(is_waiting, two)
        finally:
            may_end.set()
        outcomes = one.result(LONGEST_WAIT), two.result(LONGEST_WAIT)
    assert had_to_wait, "the second did not wait for the first"
    return outcomes


def _request(app: Flask, act: Act, *, keep: bool = True) -> object:
    """Carry the act out as a request would: commit what it did, or nothing of it."""
    with app.app_context():
        done = False
        try:
            outcome = act()
            done = keep
        except Exception as refusal:
            outcome = refusal
        end_request(keep=done)
        return outcome


def _comes_true(condition: Callable[[], bool], unless: Future[object]) -> bool:
    for _ in range(LONGEST_WAIT * 100):
        if condition():
            return True
        if wait([unless], timeout=0.01).done:
            return False
    return False


@contextmanager
def _who_waits(app: Flask) -> Iterator[Callable[[], bool]]:
    """A question: is somebody waiting for a lock? To be entered before the first begins."""
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "sqlite":
        with _writers_of_sqlite(engine) as writers:
            yield lambda: len(writers) > 1
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        yield lambda: bool(connection.exec_driver_sql(waiting).scalar_one())


@contextmanager
def _writers_of_sqlite(engine: Engine) -> Iterator[list[object]]:
    """Who asked for the writer's turn: the connections that sent BEGIN IMMEDIATE, in order."""
    writers: list[object] = []

    def note(connection: object, _: object, statement: str, *__: object) -> None:
        if statement == "BEGIN IMMEDIATE":
            writers.append(connection)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield writers
    finally:
        event.remove(engine, "before_cursor_execute", note)
