"""[Comunidades]: an administration's communities, each with how many units and conserjes it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, select

from conserje import tenancy
from conserje.accounts import staff
from conserje.accounts.models import Account, Membership
from conserje.communities.models import Community, Unit
from conserje.database import db
from conserje.identity.names import fold
from conserje.permissions import Profile


@dataclass(frozen=True)
class CommunityRow:
    community: Community
    units: int
    conserjes: int


class Order(StrEnum):
    """What the list is sorted by."""

    NAME = "name"
    UNITS = "units"


def listed(viewer: Account, typed: str = "", order: Order = Order.NAME) -> Sequence[CommunityRow]:
    """The communities that `viewer` may enter: all of the administration for a Súper Administrador (K151).

    Narrowed to those whose name or address has each word typed, whatever its accents and capitals. All at once: the
    selector of the top bar holds them all, too.
    """
    words = fold(typed).split()
    communities = [each for each in staff.communities_of(viewer) if _has_all(words, each)]
    ids = [community.id for community in communities]
    units, conserjes = _units_in(ids), _conserjes_in(ids)
    rows = [CommunityRow(each, units.get(each.id, 0), conserjes.get(each.id, 0)) for each in communities]
    return sorted(rows, key=lambda row: row.units, reverse=True) if order is Order.UNITS else rows


def _has_all(words: Sequence[str], community: Community) -> bool:
    held = fold(f"{community.name} {community.address}")
    return all(word in held for word in words)


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
