"""Is this person on the unit's access list?"""

from __future__ import annotations

from enum import StrEnum

from conserje.communities.models import Unit
from conserje.identity.documents import Document


class Listing(StrEnum):
    """What the unit's lists say of a document (K070, K073)."""

    NOT_LISTED = "not_listed"
    AUTHORISED = "authorised"
    UNAUTHORISED = "unauthorised"


def matching(unit: Unit, document: Document | None) -> Listing:
    """On which of the unit's two lists the document stands. Units have no lists yet, so it stands on none."""
    return Listing.NOT_LISTED
