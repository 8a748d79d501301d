"""Logos: a community's own, its administration's, or none (K040 to K062)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select

from conserje.audit.journal import Actor, record
from conserje.communities.models import Administration, Community, LogoChoice
from conserje.database import db
from conserje.errors import Refused


def logo_of(community: Community) -> str | None:
    """The digest of the logo that the community's screens show (K043, K045, K046, K049)."""
    match LogoChoice(community.logo_choice):
        case LogoChoice.COMMUNITY:
            return community.logo
        case LogoChoice.ADMINISTRATION:
            return administration_logo(community)
        case LogoChoice.NONE:
            return None


def administration_logo(community: Community) -> str | None:
    """The digest of the logo of the community's administration, whichever the community shows.

    The one that was uploaded, else the one that its accounting product keeps (K057, K058).
    """
    administration = administration_of(community)
    return administration.logo or administration.inherited_logo


def community_showing(digest: str) -> Community | None:
    """A community that shows this logo at the moment: what one shows, anybody may see."""
    holders = (
        select(Community)
        .join(Administration, Administration.id == Community.administration_id)
        .where(or_(Community.logo == digest, Administration.logo == digest, Administration.inherited_logo == digest))
        .order_by(Community.id)
    )
    return next((each for each in db.session.scalars(holders) if logo_of(each) == digest), None)


def administration_of(community: Community) -> Administration:
    """Who runs the community."""
    return db.session.get_one(Administration, community.administration_id)


def choose_logo(
    community: Community, choice: LogoChoice, uploaded: str | None, *, by: Actor, now: datetime
) -> Community:
    """Settle which logo the community shows, and keep the one that was `uploaded` (its digest) as its own, if any.

    Hiding a logo does not delete it (K050). Refuses: `logo_missing` where the community's own is chosen and there is
    none.
    """
    community = db.session.get_one(Community, community.id, with_for_update=True)
    own = uploaded or community.logo
    if choice is LogoChoice.COMMUNITY and own is None:
        raise Refused("logo_missing", field="logo")
    if (community.logo, community.logo_choice) != (own, choice):
        community.logo, community.logo_choice = own, choice
        record("logo.chosen", "community", community.id, by=by, at=now, facts={"choice": choice.value})
    db.session.flush()
    return community


def set_administration_logo(community: Community, uploaded: str | None, *, by: Actor, now: datetime) -> Administration:
    """The administration's logo, for all its communities that show it, from whichever of them it was sent (K062).

    None goes back to the one that its accounting product keeps (K058). Refuses: `logo_not_inherited`, where there is
    none.
    """
    administration = _held_administration(community)
    if uploaded is None and administration.inherited_logo is None:
        raise Refused("logo_not_inherited", field="inherits")
    if administration.logo != uploaded:
        administration.logo = uploaded
        record("logo.of_administration", "administration", administration.id, by=by, at=now)
    db.session.flush()
    return administration


def inherit_logo(community: Community, given: str | None, *, by: Actor, now: datetime) -> Administration:
    """Take over what the accounting product of one of its communities keeps as the administration's logo (K057).

    None takes it away; one that was uploaded here stays before it.
    """
    administration = _held_administration(community)
    if administration.inherited_logo != given:
        administration.inherited_logo = given
        facts = {"given": given is not None}
        record("logo.inherited", "administration", administration.id, by=by, at=now, facts=facts)
    db.session.flush()
    return administration


def _held_administration(community: Community) -> Administration:
    return db.session.get_one(Administration, community.administration_id, with_for_update=True)
