"""What the lists say of the visits that they concern: why the community watches, or when the unit lets in unasked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from conserje.access_lists import watching
from conserje.access_lists.matching import Listing
from conserje.access_lists.models import AccessListEntry
from conserje.access_lists.schedules import Validity
from conserje.database import db
from conserje.visits.models import document_of


@dataclass(frozen=True)
class SaidByLists:
    """Why the community watches for the person, as things stand; when the unit lets him in unasked."""

    reason: str = ""
    hours: Validity | None = None


NOTHING_SAID = SaidByLists()


def said_by_lists(visits: Sequence[Any]) -> dict[int, SaidByLists]:
    """By visit. Asks nothing where no visit is on the watch list, nor authorised for other hours."""
    watched = [visit for visit in visits if Listing(visit.listing).is_watched]
    off_hours = [visit for visit in visits if visit.listing == Listing.OFF_HOURS]
    persons = [(document_of(each.document_type, each.document_number), each.full_name) for each in watched]
    found = {
        visit.id: SaidByLists(reason=reason) for visit, reason in zip(watched, watching.reasons(persons), strict=True)
    }
    return found | {visit.id: SaidByLists(hours=hours) for visit, hours in _hours_of(off_hours)}


def _hours_of(visits: Sequence[Any]) -> list[tuple[Any, Validity | None]]:
    if not visits:
        return []
    entries = db.session.scalars(
        select(AccessListEntry).where(
            AccessListEntry.unit_id.in_({visit.unit_id for visit in visits}),
            AccessListEntry.document_number.in_({visit.document_number for visit in visits}),
            AccessListEntry.listing == Listing.AUTHORISED,
        )
    )
    validity = {
        (each.unit_id, each.document_type, each.document_number): each.validity
        for each in entries
        if each.validity.has_schedule
    }
    return [(visit, validity.get((visit.unit_id, visit.document_type, visit.document_number))) for visit in visits]
