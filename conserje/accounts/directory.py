"""The administration's staff accounts as [Usuarios] lists them (K115 to K119), and which of them one manages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, func, literal, or_, select

from conserje import paging
from conserje.accounts import staff
from conserje.accounts.models import Account, Membership, SecondFactor
from conserje.communities.models import Community
from conserje.database import UtcDateTime, db, without_accents
from conserje.identity import names
from conserje.paging import Page, Sorting
from conserje.permissions import Permission, Profile

MOST_WORDS = 6

_SEARCHED = without_accents(
    Account.given_name
    + literal(" ")
    + Account.paternal_surname
    + literal(" ")
    + Account.maternal_surname
    + literal(" ")
    + Account.email
)


@dataclass(frozen=True)
class AccountRow:
    """An account as a row of [Usuarios] (K119). `managed`: whether whoever looks may use the tools on it."""

    id: int
    full_name: str
    email: str
    profile: str
    last_access_at: datetime | None
    is_test: bool
    is_own: bool
    managed: bool
    has_second_factor: bool


class Order(StrEnum):
    """What the list is sorted by."""

    NAME = "name"
    PROFILE = "profile"
    LAST_ACCESS = "last_access"


_BY_NAME = (without_accents(Account.paternal_surname), without_accents(Account.given_name), Account.id)
_NEVER = literal(datetime(1970, 1, 1, tzinfo=UTC), UtcDateTime())
_SORTINGS = {
    Order.NAME: Sorting(_BY_NAME),
    Order.PROFILE: Sorting((Account.profile, *_BY_NAME)),
    Order.LAST_ACCESS: Sorting((func.coalesce(Account.last_access_at, _NEVER), Account.id), downwards=True),
}


def listed(
    viewer: Account,
    order: Order = Order.NAME,
    *,
    typed: str = "",
    community_id: int | None = None,
    after: int | None = None,
) -> Page[AccountRow]:
    """The active accounts that `viewer` sees, of all his communities (K116) or of one (K117).

    A Súper Administrador sees those of the administration, everybody else those with whom he shares a community (K154).
    Narrowed to the words typed, of the name or the e-mail, whatever their accents and capitals (K118).
    `after` is the id of the account that the page before ended with; the list begins at its top where that is gone.
    """
    page = paging.turned(_wanted(viewer, typed, community_id), _SORTINGS[order], after=after)
    return page.showing(_rows([account for account, _ in page.rows], viewer))


def everybody(
    viewer: Account, order: Order = Order.NAME, *, typed: str = "", community_id: int | None = None
) -> Sequence[AccountRow]:
    """The whole list of `listed`, for an Excel file."""
    found = paging.whole(_wanted(viewer, typed, community_id), _SORTINGS[order])
    return _rows([account for (account,) in found], viewer)


def find(account_id: int, viewer: Account) -> Account | None:
    """The account of this id, deleted or not, where `viewer` sees it; None for an unknown and a foreign one."""
    return db.session.scalars(select(Account).where(Account.id == account_id, *_known_to(viewer))).one_or_none()


def manages(manager: Account, account: Account) -> bool:
    """Whether `manager` may use the tools on the account: he holds everything that it holds.

    Else somebody could take over what he was never given: by giving the account another e-mail and a new password.
    """
    if manager.administration_id != account.administration_id:
        return False
    if manager.profile == Profile.SUPERADMIN:
        return True
    return account.profile != Profile.SUPERADMIN and community_ids_of(account) <= community_ids_of(manager)


def community_ids_of(account: Account) -> frozenset[int]:
    """Ids of the communities that the account may enter."""
    return frozenset(community.id for community in staff.communities_of(account))


def _wanted(viewer: Account, typed: str, community_id: int | None) -> Select[Account]:
    return select(Account).where(Account.is_active, *_known_to(viewer), *_matching(typed), *_of_community(community_id))


def _known_to(viewer: Account) -> Iterable[ColumnElement[bool]]:
    yield Account.administration_id == viewer.administration_id
    if viewer.profile != Profile.SUPERADMIN:
        yield Account.id.in_(select(Membership.account_id).where(Membership.community_id.in_(community_ids_of(viewer))))


def _of_community(community_id: int | None) -> Iterable[ColumnElement[bool]]:
    if community_id is not None:
        members = select(Membership.account_id).where(Membership.community_id == community_id)
        # Every community is a Súper Administrador's.
        yield or_(Account.id.in_(members), Account.profile == Profile.SUPERADMIN)


def _matching(typed: str) -> Iterable[ColumnElement[bool]]:
    for word in names.fold(typed).split()[:MOST_WORDS]:
        yield _SEARCHED.contains(word)


def _rows(shown: Sequence[Account], viewer: Account) -> list[AccountRow]:
    held, of_account = community_ids_of(viewer), defaultdict[int, set[int]](set)
    for account_id, community_id in db.session.execute(
        select(Membership.account_id, Membership.community_id)
        .join(Community, Community.id == Membership.community_id)
        .where(
            Membership.account_id.in_([account.id for account in shown]),
            Community.administration_id == viewer.administration_id,
        )
    ):
        of_account[account_id].add(community_id)
    is_superadmin = viewer.profile == Profile.SUPERADMIN
    guarded = set(
        db.session.scalars(
            select(SecondFactor.account_id).where(
                SecondFactor.account_id.in_([account.id for account in shown]), SecondFactor.confirmed_at.is_not(None)
            )
        )
    )
    return [
        AccountRow(
            id=account.id,
            full_name=f"{account.short_name} {account.maternal_surname}".strip(),
            email=account.email,
            profile=account.profile,
            last_access_at=account.last_access_at,
            is_test=account.is_test,
            is_own=account.id == viewer.id,
            managed=is_superadmin or (account.profile != Profile.SUPERADMIN and of_account[account.id] <= held),
            has_second_factor=account.id in guarded and account.may(Permission.OWN_SECOND_FACTOR),
        )
        for account in shown
    ]
