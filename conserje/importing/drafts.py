"""A community's imports from the order to the end: of each subject at most one is under way, and one draft waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from conserje import jobs
from conserje.audit.journal import Actor, record
from conserje.communities.models import Community, ImportDraft, Origin
from conserje.database import db
from conserje.errors import Refused
from conserje.importing.inherited_logo import Said
from conserje.importing.layout import Source
from conserje.importing.reading import Reading
from conserje.jobs import Job
from conserje.tenancy import everywhere


@dataclass(frozen=True)
class Subject:
    """What is imported: the kinds of its two jobs, and the origins by which its drafts are told from others."""

    read: str
    apply: str
    origins: tuple[str, ...]


UNITS = Subject("units.read", "units.apply", (Origin.FILE, Origin.HTTP))
READ, APPLY = UNITS.read, UNITS.apply
LIVES = timedelta(days=1)
# Of a longer one the end is kept, which says what kind of file it is.
LONGEST_NAME = 120


def order_file(community: Community, key: str, name: str, *, of: Subject = UNITS, by: Actor, now: datetime) -> Job:
    """Have the file under this key of the store read; a draft that waited is thrown away.

    Refuses: `import_running`, where one is under way.
    """
    _take_turn(community, of)
    return _order(of.read, {"file": key, "name": name[-LONGEST_NAME:]}, community, by=by, now=now)


def order_address(community: Community, url: str, *, by: Actor, now: datetime) -> Job:
    """Have the accounting product's address asked, which the community keeps for the next time. Refuses as above."""
    community = _take_turn(community, UNITS)
    if community.import_url != url:
        community.import_url = url
        record("settings.changed", "community", community.id, by=by, at=now, facts={"settings": ["import_url"]})
    return _order(READ, {}, community, by=by, now=now)


def order_applying(
    community: Community, seen: str, *, leaves_out: bool, of: Subject = UNITS, by: Actor, now: datetime
) -> Job:
    """Have the draft applied. `leaves_out` the lines in error: whoever orders it has said so.

    `seen` is the `mark` of the draft that was shown.
    Refuses: `import_gone`, unless that one still waits; `import_has_errors`; `import_running`.
    """
    _take_turn(community, of, keeps_draft=True)
    draft = _awaited(of, seen, now)
    if draft.problems and not leaves_out:
        raise Refused("import_has_errors", field="leaves_out")
    return _order(of.apply, {"draft": draft.id}, community, by=by, now=now)


def discard(community: Community, seen: str, *, of: Subject = UNITS, now: datetime) -> Community:
    """Throw the draft of this `mark` away; nothing of it was stored. Refuses: `import_gone`, `import_running`."""
    _take_turn(community, of, keeps_draft=True)
    db.session.delete(_awaited(of, seen, now))
    db.session.flush()
    return community


def keep(source: Source, reading: Reading, logo: Said, *, account_id: int, now: datetime) -> ImportDraft:
    """Put what was understood before the community, in place of whatever waited."""
    problems = [asdict(problem) for problem in reading.problems]
    draft = ImportDraft(
        account_id=account_id,
        origin=source.origin,
        name=source.name,
        units=reading.units,
        problems=problems,
        logo=logo,
        created_at=now,
    )
    return put(draft, of=UNITS)


def put(draft: ImportDraft, *, of: Subject) -> ImportDraft:
    """Put a draft before the community, in place of whatever waited of its subject."""
    _forget(of)
    db.session.add(draft)
    db.session.flush()
    return draft


def current(now: datetime, *, of: Subject = UNITS) -> ImportDraft | None:
    """The draft that waits for an answer; after a day it waits no longer."""
    waiting = select(ImportDraft).where(ImportDraft.created_at > now - LIVES, ImportDraft.origin.in_(of.origins))
    return db.session.scalars(waiting.order_by(ImportDraft.id.desc()).limit(1)).one_or_none()


def mark(draft: ImportDraft) -> str:
    """By which a form names the draft that it showed: ids of drafts that are gone are given to others."""
    return f"{draft.id}-{draft.created_at:%Y%m%d%H%M%S%f}"


def latest(community: Community, *, of: Subject = UNITS) -> Job | None:
    """The newest of the community's imports, whether it reads or applies."""
    found = [job for kind in (of.read, of.apply) if (job := jobs.latest(kind, community.id))]
    return max(found, key=lambda job: job.id, default=None)


def lines_in_error(problems: Sequence[Mapping[str, Any]]) -> int:
    return len({problem["row"] for problem in problems})


def _take_turn(community: Community, of: Subject, *, keeps_draft: bool = False) -> Community:
    """Those who order imports go one after the other."""
    held = db.session.get_one(Community, community.id, with_for_update=True)
    job = latest(held, of=of)
    if job is not None and not job.is_over:
        raise Refused("import_running")
    if not keeps_draft:
        _forget(of)
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


def _awaited(of: Subject, seen: str, now: datetime) -> ImportDraft:
    draft = current(now, of=of)
    if draft is None or mark(draft) != seen:
        raise Refused("import_gone")
    return draft


def _forget(of: Subject) -> None:
    db.session.execute(
        delete(ImportDraft).where(ImportDraft.origin.in_(of.origins)).execution_options(synchronize_session=False)
    )


def _order(kind: str, arguments: Mapping[str, Any], community: Community, *, by: Actor, now: datetime) -> Job:
    if by.account_id is None:
        raise ValueError("the system orders no import")
    return jobs.order(kind, arguments, community_id=community.id, account_id=by.account_id, now=now)
