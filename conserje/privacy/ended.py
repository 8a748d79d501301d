"""What belongs to no community and has ended: sessions, links, locks, keys of forms, messages, former residents."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select

from conserje.accounts.models import PasswordReset, SignInLock, WebSession
from conserje.accounts.sign_in import MISSES_FORGOTTEN_AFTER
from conserje.audit.models import AuditLine
from conserje.database import db
from conserje.idempotency import KEPT_FOR, SubmissionKey
from conserje.messages.models import ConsoleMessage, Message
from conserje.portal import contacts
from conserje.portal.models import PortalAccess, PortalLink, PortalSession
from conserje.privacy.purge import BATCH, FINAL, drop_recipients
from conserje.privacy.retention import PORTAL_ACCESS_KEPT, TERMS, Kind

# Whoever follows a link that has ended is still told so for a day.
ENDED_KEPT = timedelta(days=1)


def forget_ended(now: datetime) -> None:
    """Erase what has ended. Small tables and one transaction: each person leaves a few rows a day."""
    ended = now - ENDED_KEPT
    old = now - timedelta(days=TERMS[Kind.MESSAGES].default)
    locks_over = or_(SignInLock.locked_until.is_(None), SignInLock.locked_until < now)
    for statement in (
        delete(WebSession).where(WebSession.ends_at < ended),
        delete(PortalSession).where(PortalSession.ends_at < ended),
        delete(PasswordReset).where(PasswordReset.ends_at < ended),
        delete(PortalLink).where(PortalLink.ends_at < ended),
        delete(SignInLock).where(SignInLock.failed_at < now - MISSES_FORGOTTEN_AFTER, locks_over),
        delete(SubmissionKey).where(SubmissionKey.created_at < now - KEPT_FOR),
        delete(ConsoleMessage).where(ConsoleMessage.at < old),
    ):
        db.session.execute(statement.execution_options(synchronize_session=False))
    _forget_former_residents(now)
    journal_over = AuditLine.community_id.is_(None), AuditLine.at < now - timedelta(days=TERMS[Kind.JOURNAL].default)
    db.session.execute(delete(AuditLine).where(*journal_over).execution_options(synchronize_session=False))
    to_accounts = select(Message).where(
        Message.community_id.is_(None), Message.fate.in_(FINAL), Message.created_at < old, Message.recipient != ""
    )
    drop_recipients(db.session.scalars(to_accounts.order_by(Message.id).limit(BATCH)).all())


def _forget_former_residents(now: datetime) -> None:
    """What somebody entered the portal with who lives nowhere any more: it opens nothing."""
    last_used = func.coalesce(PortalAccess.last_access_at, PortalAccess.created_at)
    unused = select(PortalAccess.id, PortalAccess.contact).where(last_used < now - PORTAL_ACCESS_KEPT)
    after = 0
    while some := db.session.execute(
        unused.where(PortalAccess.id > after).order_by(PortalAccess.id).limit(BATCH)
    ).all():
        still = contacts.carried([row.contact for row in some])
        gone = [row.id for row in some if row.contact not in still]
        db.session.execute(
            delete(PortalAccess).where(PortalAccess.id.in_(gone)).execution_options(synchronize_session=False)
        )
        after = some[-1].id
