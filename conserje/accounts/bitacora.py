"""[Bitácora]: the audit journal of a community, for whoever has to find out who did what, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, literal, or_, select, tuple_

from conserje.accounts.models import Account
from conserje.audit.models import AuditLine
from conserje.communities.models import Community
from conserje.database import UtcDateTime, db

LINES_SHOWN = 50

# Each kind of act that one may look for, with the beginnings of the actions that it holds.
KINDS = {
    "visits": ("visit.", "link."),
    "views": ("phones.", "profile.", "residents."),
    "privacy": ("privacy.",),
    "units": ("unit.", "units.", "resident.", "access_list.", "watch.", "letters."),
    "settings": ("settings.", "logo.", "community."),
    "portal": ("portal.",),
    "sms": ("sms.",),
    "accounts": ("account.", "password.", "sign_", "installation.", "demo."),
    "refusals": ("access.", "sign_in.failed"),
}


@dataclass(frozen=True)
class Line:
    """An act: who (empty for a resident or the system itself), what, on which row, and from which address."""

    id: int
    at: datetime
    who: str
    action: str
    subject: str
    subject_id: int | None
    address: str


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to; nothing given narrows nothing. Moments in UTC; `until` is exclusive."""

    account_id: int | None = None
    kind: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Page:
    rows: Sequence[Line]
    next: Line | None


def people(community: Community) -> Sequence[Account]:
    """Whoever did something in the community, those included who have left it, by surname."""
    acted = exists().where(AuditLine.account_id == Account.id, AuditLine.community_id == community.id)
    return db.session.scalars(
        select(Account).where(acted).order_by(Account.paternal_surname, Account.given_name, Account.id)
    ).all()


def listed(community: Community, wanted: Wanted, *, after: tuple[datetime, int] | None = None) -> Page:
    """The community's lines, the newest first; what happened in no community, as a sign-in, is not among them.

    `after` is the moment and the id of the line that the page before ended with.
    """
    conditions: list[ColumnElement[bool]] = [AuditLine.community_id == community.id]
    if wanted.account_id is not None:
        conditions.append(AuditLine.account_id == wanted.account_id)
    if wanted.kind:
        conditions.append(or_(*(AuditLine.action.startswith(each, autoescape=True) for each in KINDS[wanted.kind])))
    if wanted.since is not None:
        conditions.append(AuditLine.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(AuditLine.at < wanted.until)
    if after is not None:
        conditions.append(
            tuple_(AuditLine.at, AuditLine.id) < tuple_(literal(after[0], UtcDateTime()), literal(after[1]))
        )
    found = db.session.execute(
        select(AuditLine, Account.given_name, Account.paternal_surname)
        .outerjoin(Account, Account.id == AuditLine.account_id)
        .where(*conditions)
        .order_by(AuditLine.at.desc(), AuditLine.id.desc())
        .limit(LINES_SHOWN + 1)
    ).all()
    rows = [
        Line(
            line.id,
            line.at,
            f"{given} {paternal}" if given else "",
            line.action,
            line.subject,
            line.subject_id,
            line.address,
        )
        for line, given, paternal in found[:LINES_SHOWN]
    ]
    return Page(rows, rows[-1] if len(found) > LINES_SHOWN else None)
