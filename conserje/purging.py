"""The purge of personal data, in transactions so short that no gate notices: once a night by `flask worker`."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from flask import current_app
from sqlalchemy.exc import DBAPIError

from conserje import clock, database
from conserje.communities.models import Community
from conserje.database import begin_writing, db
from conserje.jobs import Interrupted
from conserje.photos.storage import PhotoStore, StorageUnavailable
from conserje.privacy import ended, files, purge, schedule
from conserje.privacy.purge import STEPS, Step, Terms
from conserje.tenancy import acting_for

log = logging.getLogger("conserje")

Asked = Callable[[], bool]
# In seconds: others who write get their turn between two batches.
BREATH = 0.05
# In seconds: a worker that has just begun has messages to send first; and how often it looks what is due.
FIRST_LOOK_AFTER = 60.0
LOOK_EVERY = 600.0


class NightlyPurge:
    """What a worker does between its jobs: the purge of each community, when it is due."""

    def __init__(self) -> None:
        self._next_look = time.monotonic() + FIRST_LOOK_AFTER

    def __call__(self, is_stopping: Asked) -> None:
        if time.monotonic() < self._next_look:
            return
        self._next_look = time.monotonic() + LOOK_EVERY
        purge_what_is_due(is_stopping)


def purge_what_is_due(is_stopping: Asked) -> None:
    """Purge every community whose hour has come. One that fails is tried again, and does not hold up the others."""
    due = schedule.communities_due(clock.now())
    db.session.rollback()
    for community_id in due:
        try:
            log.info("purge of community %d: %s", community_id, purge_community(community_id, is_stopping))
        except Interrupted:
            database.abandon_writing()
            return
        except (DBAPIError, StorageUnavailable) as failure:
            database.abandon_writing()
            log.error("purge of community %d: %s", community_id, type(failure).__name__)
        except Exception:
            database.abandon_writing()
            log.exception("purge of community %d failed", community_id)
    if due:
        forget_ended()


def purge_community(community_id: int, is_stopping: Asked = lambda: False) -> dict[str, int]:
    """Erase what the community's terms say, and write down that it was done. Says how much of each kind went.

    Raises `Interrupted` where the worker ends, and `StorageUnavailable` where files cannot be deleted: then the run
    counts as not ended, and what it erased so far stays erased.
    """
    with acting_for(community_id):
        of = purge.terms(db.session.get_one(Community, community_id), clock.now())
        counts: dict[str, int] = {}
        for step in STEPS:
            counts[step.counted_as] = counts.get(step.counted_as, 0) + _carry_out(step, of, is_stopping)
        counts["files"] = _delete_files(of, is_stopping)
        begin_writing()
        purge.note_end(of, counts)
        db.session.commit()
    return counts


def would_purge(community_id: int) -> dict[str, int]:
    """How much of each kind a purge would erase now; changes nothing."""
    store: PhotoStore = current_app.extensions["photos"]
    with acting_for(community_id):
        community, now = db.session.get_one(Community, community_id), clock.now()
        counts = purge.due_counts(purge.terms(community, now))
        counts["files"] = sum(1 for _ in files.orphans(store, community, now))
    db.session.rollback()
    return counts


def forget_ended() -> None:
    """Erase what has ended and belongs to no community."""
    begin_writing()
    ended.forget_ended(clock.now())
    db.session.commit()


def _carry_out(step: Step, of: Terms, is_stopping: Asked) -> int:
    gone = after = 0
    while ids := purge.find(step, of, after):
        _leave_off_if(is_stopping)
        begin_writing()
        gone += purge.carry_out(step, of, ids)
        db.session.commit()
        db.session.expunge_all()
        after = ids[-1]
        if len(ids) == purge.BATCH:
            time.sleep(BREATH)
    return gone


def _delete_files(of: Terms, is_stopping: Asked) -> int:
    store: PhotoStore = current_app.extensions["photos"]
    keys = list(files.orphans(store, db.session.get_one(Community, of.community_id), of.now))
    database.end_reading()
    for key in keys:
        _leave_off_if(is_stopping)
        store.delete(key)
    return len(keys)


def _leave_off_if(is_stopping: Asked) -> None:
    if is_stopping():
        raise Interrupted
