"""[Comunidades]: an administration's communities, each with how many units and conserjes it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from conserje import tenancy
from conserje.accounts import staff
from conserje.accounts.models import Account, Membership
from conserje.communities.models import Community, Unit
from conserje.database import db
from conserje.permissions import Profile


@dataclass(frozen=True)
class CommunityRow:
    community: Community
    units: int
    conserjes: int


def listed(viewer: Account) -> Sequence[CommunityRow]:
    """The communities that `viewer` may enter, by name: all of the administration for a Súper Administrador (K151)."""
    communities = staff.communities_of(viewer)
    ids = [community.id for community in communities]
    units, conserjes = _units_in(ids), _conserjes_in(ids)
    return [CommunityRow(each, units.get(each.id, 0), conserjes.get(each.id, 0)) for each in communities]


def _units_in(community_ids: Sequence[int]) -> dict[int, int]:
    # The session is bound to the one community that the viewer works in.
    with tenancy.everywhere() as session:
        counted = session.execute(
            select(Unit.community_id, func.count(Unit.id))
            .where(Unit.community_id.in_(community_ids))
            .group_by(Unit.community_id)
        )
        return {row[0]: row[1] for row in counted}


def _conserjes_in(community_ids: Sequence[int]) -> dict[int, int]:
    counted = db.session.execute(
        select(Membership.community_id, func.count(Account.id))
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.community_id.in_(community_ids), Account.is_active, Account.profile == Profile.CONSERJE)
        .group_by(Membership.community_id)
    )
    return {row[0]: row[1] for row in counted}
