"""[Bitácora]: the audit journal of a community, for whoever has to find out who did what, and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from itertools import starmap

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from conserje import paging
from conserje.accounts.models import Account, Membership
from conserje.audit.models import AuditLine
from conserje.communities.models import Community
from conserje.database import db
from conserje.paging import Page, Sorting
from conserje.permissions import Profile

# Each kind of act that one may look for, with the beginnings of the actions that it holds.
KINDS = {
    "visits": ("visit.", "link."),
    "views": (
        "phones.", "profile.", "residents.", "units.exported", "staff.", "watch_list.", "access_lists.", "journal.",
        "communities.",
    ),
    "privacy": ("privacy.",),
    "units": ("unit.", "units.", "resident.", "access_list.", "watch.", "letters."),
    "settings": ("settings.", "logo.", "community.", "administration."),
    "portal": ("portal.",),
    "sms": ("sms.",),
    "accounts": ("account.", "password.", "second_factor.", "sign_", "installation.", "demo."),
    "refusals": ("access.", "sign_in.failed"),
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """An act: who (empty for a resident or the system itself), what, on which row, and from which address.

    `about` is the name of the colleague whom it concerned; nobody else is named.
    """

    id: int
    at: datetime
    who: str
    action: str
    subject: str
    subject_id: int | None
    address: str
    about: str


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to; nothing given narrows nothing. Moments in UTC; `until` is exclusive."""

    account_id: int | None = None
    kind: str = ""
    since: datetime | None = None
    until: datetime | None = None


class Order(StrEnum):
    """What the list is sorted by."""

    LATEST = "latest"
    OLDEST = "oldest"


_SORTINGS = {order: Sorting((AuditLine.at, AuditLine.id), downwards=order is Order.LATEST) for order in Order}


def people(community: Community) -> Sequence[Account]:
    """Whoever did something in the community, those included who have left it, by surname."""
    acted = exists().where(AuditLine.account_id == Account.id, AuditLine.community_id == community.id)
    return db.session.scalars(
        select(Account).where(acted).order_by(Account.paternal_surname, Account.given_name, Account.id)
    ).all()


def listed(
    community: Community, wanted: Wanted, order: Order = Order.LATEST, *, after: int | None = None
) -> Page[Line]:
    """The community's lines; what happened in no community, as a sign-in, is not among them.

    `after` is the id of the line that the page before ended with; the list begins at its top where that is gone.
    """
    page, staff = paging.turned(_wanted(community, wanted), _SORTINGS[order], after=after), _staff_of(community)
    return page.showing([_line(staff, *found) for *found, _ in page.rows])


def every(community: Community, wanted: Wanted, order: Order = Order.LATEST) -> Iterator[Line]:
    """The whole list of `listed`, for an Excel file."""
    found = paging.whole(_wanted(community, wanted), _SORTINGS[order])
    return starmap(partial(_line, _staff_of(community)), found)


def _staff_of(community: Community) -> dict[int, str]:
    """Whom it may name: who works in the community, and the administration's superadmins, who enter every one."""
    members = select(Membership.account_id).where(Membership.community_id == community.id)
    enters_all = and_(Account.administration_id == community.administration_id, Account.profile == Profile.SUPERADMIN)
    accounts = select(Account).where(or_(Account.id.in_(members), enters_all))
    return {account.id: account.short_name for account in db.session.scalars(accounts)}


def _wanted(community: Community, wanted: Wanted) -> Select[AuditLine, str, str]:
    conditions: list[ColumnElement[bool]] = [AuditLine.community_id == community.id]
    if wanted.account_id is not None:
        conditions.append(AuditLine.account_id == wanted.account_id)
    if wanted.kind:
        conditions.append(or_(*(AuditLine.action.startswith(each, autoescape=True) for each in KINDS[wanted.kind])))
    if wanted.since is not None:
        conditions.append(AuditLine.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(AuditLine.at < wanted.until)
    return (
        select(AuditLine, Account.given_name, Account.paternal_surname)
        .outerjoin(Account, Account.id == AuditLine.account_id)
        .where(*conditions)
    )


def _line(staff: dict[int, str], line: AuditLine, given: str | None, surname: str | None) -> Line:
    who = f"{given} {surname}" if given else ""
    about = staff.get(line.subject_id or 0, "") if line.subject == "account" else ""
    return Line(line.id, line.at, who, line.action, line.subject, line.subject_id, line.address, about)
