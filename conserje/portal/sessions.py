"""The sessions of residents: theirs alone, beside those of the staff and worth nothing there."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from conserje import tokens
from conserje.database import afterwards, db
from conserje.portal.contacts import Home
from conserje.portal.models import PortalAccess, PortalSession

LONGEST = timedelta(days=30)
IDLE = timedelta(days=14)
ACTIVITY_WRITTEN_EVERY = timedelta(hours=1)
# Within it whoever entered need not prove once more who he is.
FRESH_FOR = timedelta(minutes=15)


def begin(access_id: int, *, now: datetime, instead_of: PortalSession | None = None) -> str:
    """Begin a session and give its token, which only the browser will know. Needs `begin_writing()`.

    `instead_of`: the session that the same browser still held; it ends.
    """
    token = secrets.token_urlsafe(32)
    db.session.execute(delete(PortalSession).where(PortalSession.ends_at < now))
    if instead_of is not None:
        end(instead_of)
    db.session.add(
        PortalSession(
            token_digest=tokens.digest(token), access_id=access_id, started_at=now, seen_at=now, ends_at=now + LONGEST
        )
    )
    db.session.execute(update(PortalAccess).where(PortalAccess.id == access_id).values(last_access_at=now))
    db.session.flush()
    return token


def resume(token: str, now: datetime) -> tuple[PortalSession, PortalAccess] | None:
    """The live session of this token and whose it is; None once it ended."""
    row = db.session.execute(
        select(PortalSession, PortalAccess)
        .join(PortalAccess, PortalAccess.id == PortalSession.access_id)
        .where(PortalSession.token_digest == tokens.digest(token))
    ).one_or_none()
    if row is None or row[0].ends_at <= now or row[0].seen_at + IDLE <= now:
        return None
    return row[0], row[1]


def note_activity(session: PortalSession, now: datetime) -> None:
    """Keep the idle clock going; written at most once an hour, after the request, which it cannot fail."""
    if now - session.seen_at < ACTIVITY_WRITTEN_EVERY:
        return
    session_id, access_id = session.id, session.access_id

    def write(own: Session) -> None:
        own.execute(update(PortalSession).where(PortalSession.id == session_id).values(seen_at=now))
        own.execute(update(PortalAccess).where(PortalAccess.id == access_id).values(last_access_at=now))

    afterwards(write, essential=False)


def chosen(session: PortalSession, homes: list[Home]) -> Home | None:
    """The home that the person looks at: the one chosen last while the contact still opens it, else the first."""
    return next((home for home in homes if home.resident_id == session.resident_id), homes[0] if homes else None)


def choose(session: PortalSession, home: Home) -> None:
    """Look at another of one's homes."""
    db.session.execute(
        update(PortalSession)
        .where(PortalSession.id == session.id)
        .values(resident_id=home.resident_id, community_id=home.community_id)
    )


def is_fresh(session: PortalSession, now: datetime) -> bool:
    """Whether its holder proved who he is just now."""
    return now - session.started_at < FRESH_FOR


def end(session: PortalSession) -> None:
    """Sign out: the token is worth nothing from here on."""
    db.session.execute(delete(PortalSession).where(PortalSession.id == session.id))


def end_others(session: PortalSession) -> None:
    """End the access's other sessions: its password changed."""
    db.session.execute(
        delete(PortalSession).where(PortalSession.access_id == session.access_id, PortalSession.id != session.id)
    )
