"""A community's import from the order to its end: at most one is under way, and one draft waits for an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from conserje import jobs
from conserje.audit.journal import Actor, record
from conserje.communities.models import Community, ImportDraft
from conserje.database import db
from conserje.errors import Refused
from conserje.importing.layout import Source
from conserje.importing.reading import Reading
from conserje.jobs import Job
from conserje.tenancy import everywhere

READ, APPLY = "units.read", "units.apply"
LIVES = timedelta(days=1)
# Of a longer one the end is kept, which says what kind of file it is.
LONGEST_NAME = 120


def order_file(community: Community, key: str, name: str, *, by: Actor, now: datetime) -> Job:
    """Have the file under this key of the store read; a draft that waited is thrown away.

    Refuses: `import_running`, where one is under way.
    """
    _take_turn(community)
    return _order(READ, {"file": key, "name": name[-LONGEST_NAME:]}, community, by=by, now=now)


def order_address(community: Community, url: str, *, by: Actor, now: datetime) -> Job:
    """Have the accounting product's address asked, which the community keeps for the next time. Refuses as above."""
    community = _take_turn(community)
    if community.import_url != url:
        community.import_url = url
        record("settings.changed", "community", community.id, by=by, at=now, facts={"settings": ["import_url"]})
    return _order(READ, {}, community, by=by, now=now)


def order_applying(community: Community, seen: str, *, leaves_out: bool, by: Actor, now: datetime) -> Job:
    """Have the draft applied. `leaves_out` the lines in error: whoever orders it has said so.

    `seen` is the `mark` of the draft that was shown.
    Refuses: `import_gone`, unless that one still waits; `import_has_errors`; `import_running`.
    """
    _take_turn(community, keeps_draft=True)
    draft = _awaited(seen, now)
    if draft.problems and not leaves_out:
        raise Refused("import_has_errors", field="leaves_out")
    return _order(APPLY, {"draft": draft.id}, community, by=by, now=now)


def discard(community: Community, seen: str, *, now: datetime) -> Community:
    """Throw the draft of this `mark` away; nothing of it was stored. Refuses: `import_gone`, `import_running`."""
    _take_turn(community, keeps_draft=True)
    db.session.delete(_awaited(seen, now))
    db.session.flush()
    return community


def keep(source: Source, reading: Reading, *, account_id: int, now: datetime) -> ImportDraft:
    """Put what was understood before the community, in place of whatever waited."""
    _forget()
    draft = ImportDraft(
        account_id=account_id,
        origin=source.origin,
        name=source.name,
        units=reading.units,
        problems=[asdict(problem) for problem in reading.problems],
        created_at=now,
    )
    db.session.add(draft)
    db.session.flush()
    return draft


def current(now: datetime) -> ImportDraft | None:
    """The draft that waits for an answer; after a day it waits no longer."""
    return db.session.scalars(
        select(ImportDraft).where(ImportDraft.created_at > now - LIVES).order_by(ImportDraft.id.desc()).limit(1)
    ).one_or_none()


def mark(draft: ImportDraft) -> str:
    """By which a form names the draft that it showed: ids of drafts that are gone are given to others."""
    return f"{draft.id}-{draft.created_at:%Y%m%d%H%M%S%f}"


def latest(community: Community) -> Job | None:
    """The newest of the community's imports, whether it reads or applies."""
    found = [job for kind in (READ, APPLY) if (job := jobs.latest(kind, community.id))]
    return max(found, key=lambda job: job.id, default=None)


def lines_in_error(problems: Sequence[Mapping[str, Any]]) -> int:
    return len({problem["row"] for problem in problems})


def _take_turn(community: Community, *, keeps_draft: bool = False) -> Community:
    """Those who order imports go one after the other."""
    held = db.session.get_one(Community, community.id, with_for_update=True)
    job = latest(held)
    if job is not None and not job.is_over:
        raise Refused("import_running")
    if not keeps_draft:
        _forget()
    return held


def communities_with_old(now: datetime) -> set[int]:
    """Ids of the communities that hold a draft which waits no longer."""
    with everywhere() as session:
        return set(session.scalars(select(ImportDraft.community_id).where(ImportDraft.created_at <= now - LIVES)))


def forget_old(now: datetime) -> None:
    """Erase the bound community's drafts that wait no longer: they hold personal data."""
    db.session.execute(
        delete(ImportDraft).where(ImportDraft.created_at <= now - LIVES).execution_options(synchronize_session=False)
    )


def _awaited(seen: str, now: datetime) -> ImportDraft:
    draft = current(now)
    if draft is None or mark(draft) != seen:
        raise Refused("import_gone")
    return draft


def _forget() -> None:
    db.session.execute(delete(ImportDraft).execution_options(synchronize_session=False))


def _order(kind: str, arguments: Mapping[str, Any], community: Community, *, by: Actor, now: datetime) -> Job:
    if by.account_id is None:
        raise ValueError("the system orders no import")
    return jobs.order(kind, arguments, community_id=community.id, account_id=by.account_id, now=now)
