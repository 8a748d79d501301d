"""Is this person on the unit's access list?"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from conserje import clock
from conserje.access_lists.models import AccessListEntry
from conserje.access_lists.schedules import Validity, holds, is_over
from conserje.communities.models import Community, Unit
from conserje.database import db
from conserje.identity.documents import Document


class Listing(StrEnum):
    """What the lists say of a person who arrives (K070, K073); the first three, and what keeps them from counting."""

    NOT_LISTED = "not_listed"
    AUTHORISED = "authorised"
    UNAUTHORISED = "unauthorised"
    # Authorised by the unit, but not at this hour or on this day: the resident is asked.
    OFF_HOURS = "off_hours"
    # On the community's watch list, by document; or by a name alone, which may be somebody else's.
    WATCHED = "watched"
    WATCHED_NAME = "watched_name"

    @property
    def is_watched(self) -> bool:
        return self in (Listing.WATCHED, Listing.WATCHED_NAME)

    @property
    def is_barred(self) -> bool:
        """Whether no resident is asked and only an administrator lets the person in, with a reason."""
        return self is Listing.UNAUTHORISED or self.is_watched


# The two lists of a unit.
LISTS = (Listing.AUTHORISED, Listing.UNAUTHORISED)


def matching(unit: Unit, document: Document | None, now: datetime) -> Listing:
    """What the unit's two lists say of the document at this moment; of whoever shows none they say nothing.

    Both numbers are canonical, so however the document was typed it is the same. An entry past its last day counts as
    not listed. One statement, over the index of the constraint that keeps a document off the second list.
    """
    if document is None:
        return Listing.NOT_LISTED
    found = db.session.execute(
        select(
            AccessListEntry.listing,
            AccessListEntry.expires_on,
            AccessListEntry.days,
            AccessListEntry.from_minute,
            AccessListEntry.until_minute,
        ).where(
            AccessListEntry.unit_id == unit.id,
            AccessListEntry.document_type == document.type,
            AccessListEntry.document_number == document.number,
        )
    ).one_or_none()
    if found is None:
        return Listing.NOT_LISTED
    validity = Validity(found.expires_on, found.days, found.from_minute, found.until_minute)
    return _at(Listing(found.listing), validity, wall_clock(unit, now))


def wall_clock(unit: Unit, now: datetime) -> datetime:
    """What the clock of the unit's community shows at this moment."""
    return clock.local(now, db.session.get_one(Community, unit.community_id).time_zone)


def _at(listing: Listing, validity: Validity, wall: datetime) -> Listing:
    if is_over(validity, wall):
        return Listing.NOT_LISTED
    if listing is Listing.AUTHORISED and not holds(validity, wall):
        return Listing.OFF_HOURS
    return listing
