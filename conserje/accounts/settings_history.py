"""Who changed the settings of a community, or of its administration, last: out of the audit journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from conserje.accounts.models import Account
from conserje.audit.models import AuditLine
from conserje.communities.models import Community
from conserje.database import db

LINES_AT_ONCE = 50


@dataclass(frozen=True)
class LastChange:
    """Who changed something last (empty for the system itself), and when."""

    who: str
    at: datetime


def last_changes(community: Community, groups: Mapping[str, Iterable[str]]) -> dict[str, LastChange]:
    """For each group of settings its last change; nothing for one that nobody ever changed."""
    lines = db.session.execute(
        select(AuditLine.at, AuditLine.facts, Account.given_name, Account.paternal_surname)
        .outerjoin(Account, Account.id == AuditLine.account_id)
        .where(AuditLine.community_id == community.id, AuditLine.action == "settings.changed")
        .order_by(AuditLine.at.desc(), AuditLine.id.desc())
        .execution_options(yield_per=LINES_AT_ONCE)
    )
    found: dict[str, LastChange] = {}
    for at, facts, given_name, surname in lines:
        changed = set(facts.get("settings", ()))
        for group, names in groups.items():
            if group not in found and changed.intersection(names):
                found[group] = LastChange(f"{given_name} {surname}" if given_name else "", at)
        if len(found) == len(groups):
            break
    lines.close()
    return found


def last_change_of_administration(community: Community) -> LastChange | None:
    """The last change of what holds for all communities of this one's administration; None where there was none."""
    of_administration = select(Community.id).where(Community.administration_id == community.administration_id)
    found = db.session.execute(
        select(AuditLine.at, Account.given_name, Account.paternal_surname)
        .outerjoin(Account, Account.id == AuditLine.account_id)
        .where(AuditLine.community_id.in_(of_administration), AuditLine.action == "administration.changed")
        .order_by(AuditLine.at.desc(), AuditLine.id.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        return None
    at, given_name, surname = found
    return LastChange(f"{given_name} {surname}" if given_name else "", at)


def last_change_of_modules(community: Community) -> LastChange | None:
    """Who switched a module of the community on or off last, from whichever community he worked in; None for nobody."""
    of_administration = select(Community.id).where(Community.administration_id == community.administration_id)
    lines = db.session.execute(
        select(AuditLine.at, AuditLine.facts, Account.given_name, Account.paternal_surname)
        .outerjoin(Account, Account.id == AuditLine.account_id)
        .where(
            AuditLine.community_id.in_(of_administration),
            AuditLine.action == "community.changed",
            AuditLine.subject_id == community.id,
        )
        .order_by(AuditLine.at.desc(), AuditLine.id.desc())
    )
    for at, facts, given_name, surname in lines:
        if "modules_off" in facts["changed"]:
            return LastChange(f"{given_name} {surname}" if given_name else "", at)
    return None
