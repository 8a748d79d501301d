"""Which communities an account may enter."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select, update

from conserje.accounts.models import Account, Membership, WebSession
from conserje.communities.models import Community
from conserje.database import db
from conserje.errors import Refused
from conserje.permissions import Profile

_OF_ADMINISTRATION = (
    select(Community).where(Community.administration_id == bindparam("administration_id")).order_by(Community.name)
)
_ASSIGNED = _OF_ADMINISTRATION.join(Membership, Membership.community_id == Community.id).where(
    Membership.account_id == bindparam("account_id")
)


def communities_of(account: Account) -> Sequence[Community]:
    """The communities that this account may enter, by name: a superadmin's administration has no closed door (K151),
    everybody else enters those assigned (K154)."""
    if account.profile == Profile.SUPERADMIN:
        return db.session.scalars(_OF_ADMINISTRATION, {"administration_id": account.administration_id}).all()
    of_account = {"administration_id": account.administration_id, "account_id": account.id}
    return db.session.scalars(_ASSIGNED, of_account).all()


def choose_community(web_session: WebSession, chosen_id: int, communities: Sequence[Community]) -> Community:
    """Work in another community from here on (K047, K048). Refuses: `community_unknown` unless it is one's own."""
    chosen = next((community for community in communities if community.id == chosen_id), None)
    if chosen is None:
        raise Refused("community_unknown")
    db.session.execute(update(WebSession).where(WebSession.id == web_session.id).values(community_id=chosen.id))
    return chosen
