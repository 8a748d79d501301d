"""The two jobs of [Importar lista]: reading a list of who may and may not enter into a draft, and applying it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conserje import clock
from conserje.access_lists import applying, importing
from conserje.access_lists.importing import Terms, understand
from conserje.access_lists.list_layout import LAYOUT
from conserje.audit.journal import Actor
from conserje.communities.models import Community, ImportDraft
from conserje.database import begin_writing, db, end_reading
from conserje.errors import Refused
from conserje.import_jobs import applied_before, consuming, uploaded
from conserje.importing.standing import KnownUnits, held_units
from conserje.jobs import Job, Task
from conserje.photos.storage import PhotoStore
from conserje.tenancy import acting_for


def read(task: Task) -> Mapping[str, Any]:
    """Read the file, and put what was understood before whoever ordered it; the file is deleted (`import_jobs.read`).

    Refuses: `import_file_gone`, `storage_unavailable`, and what the file and `understand` refuse.
    """
    return consuming(task, _read)


def apply(task: Task) -> Mapping[str, Any]:
    """Apply the draft in one transaction, compared inside it with what is held: a list is short enough for that.

    Refuses: `import_gone`, where the draft is not there any more and was not applied by this job; `import_unit_gone`.
    """
    with acting_for(task.community_id):
        if _draft(task) is None:
            return applied_before(task)
        task.advance(0, 1)
        begin_writing()
        db.session.get_one(Community, task.community_id, with_for_update=True)
        draft = _draft(task, with_for_update=True)
        if draft is None:
            return applied_before(task)
        counts = applying.carry_out(draft, by=Actor(task.account_id, task.community_id), now=clock.now())
        # Written with the act itself: a worker that dies right now has done it, and the next one sees that.
        db.session.get_one(Job, task.job_id).result = counts
        db.session.commit()
        return counts


def _draft(task: Task, **held: Any) -> ImportDraft | None:
    draft = db.session.get(ImportDraft, task.arguments["draft"], populate_existing=True, **held)
    return draft if draft is not None and draft.origin == importing.ORIGIN else None


def _read(task: Task, store: PhotoStore, key: str | None) -> Mapping[str, Any]:
    if key is None:
        raise Refused("import_file_gone")
    with acting_for(task.community_id):
        community = db.session.get_one(Community, task.community_id)
        today = clock.local(clock.now(), community.time_zone).date()
        terms = Terms(community.of_country, KnownUnits(held_units()), today)
        end_reading()
        source = uploaded(task, store, key)
        table = source.read_as(LAYOUT)
        reading = understand(table.lines, terms, lambda count: task.advance(count, max(table.total, count)))
        task.advance(table.total, table.total)
        begin_writing()
        draft = importing.keep(source.name, reading, account_id=task.account_id, now=clock.now())
        db.session.commit()
        return {"draft": draft.id, "unknown": list(table.unknown)}
