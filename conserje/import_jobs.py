"""The two jobs of [Importar datos]: reading a source into a draft, and applying the draft."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from flask import current_app
from sqlalchemy.exc import DBAPIError

from conserje import clock, config
from conserje.audit.journal import Actor
from conserje.communities.models import Community, ImportDraft, Origin
from conserje.database import begin_writing, db, end_reading
from conserje.errors import Refused
from conserje.importing import applying, drafts, inherited_logo
from conserje.importing.addresses import AddressSource
from conserje.importing.comparing import compare
from conserje.importing.files import FileSource
from conserje.importing.layout import Source
from conserje.importing.reading import understand
from conserje.importing.standing import standing
from conserje.jobs import Interrupted, Job, Task
from conserje.photos.storage import PhotoStore, StorageUnavailable
from conserje.tenancy import acting_for

log = logging.getLogger("conserje")


def read(task: Task) -> Mapping[str, Any]:
    """Read the file or the address, and put what was understood before whoever ordered it.

    The file is deleted once it is read, or cannot be; not where another worker is going to try again.
    Refuses: `import_file_gone`, `storage_unavailable`, and what the source and `understand` refuse.
    """
    return consuming(task, _read)


def consuming(task: Task, work: Callable[[Task, PhotoStore, str | None], Mapping[str, Any]]) -> Mapping[str, Any]:
    """Have the uploaded file read, and delete it."""
    key = task.arguments.get("file")
    store: PhotoStore = current_app.extensions["photos"]
    try:
        result = work(task, store, key)
    except (Interrupted, DBAPIError):
        raise
    except BaseException:
        _delete(store, key)
        raise
    _delete(store, key)
    return result


def apply(task: Task) -> Mapping[str, Any]:
    """Apply the draft in one transaction, compared with what is held at that moment.

    It is compared and made ready before, and once more inside only where something was changed meanwhile.
    Refuses: `import_gone`, where the draft is not there any more and was not applied by this job.
    """
    with acting_for(task.community_id):
        draft = db.session.get(ImportDraft, task.arguments["draft"])
        if draft is None:
            return applied_before(task)
        said, origin = draft.units, Origin(draft.origin)
        before = standing()
        plan = compare(before, said, origin)
        rows = applying.new_rows(plan)
        task.advance(0, 1)
        begin_writing()
        # Those who name units by hand wait here, and we for them.
        db.session.get_one(Community, task.community_id, with_for_update=True)
        draft = db.session.get(ImportDraft, draft.id, populate_existing=True, with_for_update=True)
        if draft is None:
            return applied_before(task)
        now_held = standing(holding=True)
        if now_held != before:
            plan = compare(now_held, said, origin)
            rows = applying.new_rows(plan)
        by = Actor(task.account_id, task.community_id)
        counts = applying.carry_out(plan, rows, draft, by=by, now=clock.now())
        # Written with the act itself: a worker that dies right now has done it, and the next one sees that.
        db.session.get_one(Job, task.job_id).result = counts
        db.session.commit()
        return counts


def applied_before(task: Task) -> Mapping[str, Any]:
    """What this job did before its worker died. Refuses: `import_gone`, where it did nothing."""
    counts = db.session.get_one(Job, task.job_id).result
    if not counts:
        raise Refused("import_gone")
    return counts


def _read(task: Task, store: PhotoStore, key: str | None) -> Mapping[str, Any]:
    with acting_for(task.community_id):
        community = db.session.get_one(Community, task.community_id)
        country, url, administration_id = community.of_country, community.import_url, community.administration_id
        end_reading()
        source = _source(task, store, key, url)
        table = source.read()
        reading = understand(table.lines, country, lambda count: task.advance(count, max(table.total, count)))
        task.advance(table.total, table.total)
        logo = inherited_logo.keep(table.logo, store, administration_id)
        begin_writing()
        draft = drafts.keep(source, reading, logo, account_id=task.account_id, now=clock.now())
        db.session.commit()
        return {"draft": draft.id, "unknown": list(table.unknown)}


def _source(task: Task, store: PhotoStore, key: str | None, url: str) -> Source:
    if key is None:
        return AddressSource(url, allows_loopback=config.is_demo(current_app))
    return uploaded(task, store, key)


def uploaded(task: Task, store: PhotoStore, key: str) -> FileSource:
    """The file that was uploaded. Refuses: `import_file_gone`, `storage_unavailable`."""
    try:
        body = store.load(key)
    except StorageUnavailable as error:
        raise Refused("storage_unavailable") from error
    if body is None:
        raise Refused("import_file_gone")
    return FileSource(task.arguments["name"], body)


def _delete(store: PhotoStore, key: str | None) -> None:
    if key is None:
        return
    try:
        store.delete(key)
    except StorageUnavailable as error:
        # What was read counts all the same.
        log.error("import: an uploaded file was not deleted: %s", error)
