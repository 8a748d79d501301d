"""Writing what a list would change: everything in the one transaction of whoever calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from sqlalchemy import select

from conserje.access_lists import upkeep
from conserje.access_lists.comparing import Wanted, compare, held_entries
from conserje.access_lists.models import AccessListEntry
from conserje.audit.journal import Actor, record
from conserje.communities.models import ImportDraft
from conserje.database import db
from conserje.errors import Refused
from conserje.importing.standing import KnownUnits, held_units

# How many ids one statement names.
_AT_ONCE = 500


def carry_out(draft: ImportDraft, *, by: Actor, now: datetime) -> dict[str, int]:
    """Add, move and change what the draft says, and let it go; the counts come back (K086 to K088).

    The units and their lists are held meanwhile. Whoever puts a person on a list by hand waits, and is then told that
    the document is listed already: on one list of a unit at most, also under a race.

    The journal has a line for each person, as by hand, since it alone says who let somebody in that was taken off the
    lists later; and one for the list with its counts. A last day that passed since the list was read is stored, and
    counts as not listed.

    Refuses: `import_unit_gone` (fact: unit) where a unit of the list was deleted meanwhile; nothing is applied then.
    """
    plan = compare(KnownUnits(held_units(holding=True)), held_entries(holding=True), draft.units)
    if plan.gone:
        raise Refused("import_unit_gone", unit=plan.gone[0])
    added = [upkeep.made(w.unit_id, w.document, w.full_name, w.listing, w.validity, by=by, now=now) for w in plan.new]
    db.session.add_all(added)
    db.session.flush()
    for entry in added:
        upkeep.note("access_list.added", entry, by, now)
    for entry, wanted in _held(plan.moved):
        entry.full_name = wanted.full_name
        upkeep.put_over(entry, wanted.listing, wanted.validity, by=by, now=now)
    for entry, wanted in _held(plan.changed):
        _change(entry, wanted, by=by, now=now)
    counts = plan.counts()
    record("access_list.imported", "community", draft.community_id, by=by, at=now, facts=counts)
    db.session.delete(draft)
    db.session.flush()
    return counts


def _change(entry: AccessListEntry, wanted: Wanted, *, by: Actor, now: datetime) -> None:
    if entry.full_name != wanted.full_name:
        entry.full_name = wanted.full_name
        upkeep.note("access_list.renamed", entry, by, now)
    if entry.validity != wanted.validity:
        entry.validity = wanted.validity
        upkeep.note("access_list.amended", entry, by, now)


def _held(some: Iterable[Wanted]) -> Iterator[tuple[AccessListEntry, Wanted]]:
    """The entries themselves, which `held_entries` holds for this transaction."""
    by_id = {each.held.id: each for each in some if each.held is not None}
    ids = iter(by_id)
    while batch := list(islice(ids, _AT_ONCE)):
        entries = select(AccessListEntry).where(AccessListEntry.id.in_(batch))
        for entry in db.session.scalars(entries.execution_options(populate_existing=True)):
            yield entry, by_id[entry.id]
