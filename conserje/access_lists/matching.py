"""Is this person on the unit's access list?"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import select

from conserje.access_lists.models import AccessListEntry
from conserje.communities.models import Unit
from conserje.database import db
from conserje.identity.documents import Document


class Listing(StrEnum):
    """What the unit's lists say of a document (K070, K073)."""

    NOT_LISTED = "not_listed"
    AUTHORISED = "authorised"
    UNAUTHORISED = "unauthorised"


# The two lists of a unit.
LISTS = (Listing.AUTHORISED, Listing.UNAUTHORISED)


def matching(unit: Unit, document: Document | None) -> Listing:
    """On which of the unit's two lists the document stands; whoever shows none stands on none.

    Both numbers are canonical, so however the document was typed it is the same. One statement, over the index of the
    constraint that keeps a document off the second list.
    """
    if document is None:
        return Listing.NOT_LISTED
    found = db.session.scalars(
        select(AccessListEntry.listing).where(
            AccessListEntry.unit_id == unit.id,
            AccessListEntry.document_type == document.type,
            AccessListEntry.document_number == document.number,
        )
    ).one_or_none()
    return Listing(found) if found else Listing.NOT_LISTED
