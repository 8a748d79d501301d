"""Writing the audit journal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from conserje.audit.models import AuditLine
from conserje.database import afterwards, db
from conserje.permissions import Permission


@dataclass(frozen=True)
class Actor:
    """Who acts, in which community, from where, and what he may. The system itself has no account."""

    account_id: int | None
    community_id: int | None
    address: str = ""
    permissions: frozenset[Permission] = field(default_factory=frozenset)

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions


def record(
    action: str,
    subject: str,
    subject_id: int | None,
    *,
    by: Actor,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Write down an act in the transaction that carries it out: both happen, or neither.

    `facts` hold ids, codes and counts; never names, phones or document numbers (privacy: the journal cannot be
    changed afterwards).
    """
    db.session.add(_line(action, subject, subject_id, by, at, facts))


def record_now(
    action: str,
    subject: str,
    subject_id: int | None,
    *,
    by: Actor,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Write down what must survive a refusal or happened in a mere reading: a view of personal data, a failed sign-in.

    It is written once the request's own transaction has ended, in a short one of its own.
    """
    line = _line(action, subject, subject_id, by, at, facts)
    afterwards(lambda session: session.add(line))


def _line(
    action: str, subject: str, subject_id: int | None, by: Actor, at: datetime, facts: Mapping[str, Any] | None
) -> AuditLine:
    return AuditLine(
        at=at,
        account_id=by.account_id,
        community_id=by.community_id,
        action=action,
        subject=subject,
        subject_id=subject_id,
        facts=dict(facts or {}),
        address=by.address,
    )
