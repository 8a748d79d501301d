"""The password that a resident may set for a contact, to enter without waiting for a link."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from conserje.accounts import passwords, sign_in
from conserje.audit.journal import Actor, record, record_now
from conserje.database import afterwards, db, end_reading
from conserje.errors import Refused
from conserje.portal import contacts, sessions
from conserje.portal.models import PortalAccess, PortalSession


def check(contact: str, password: str, *, address: str, now: datetime) -> PortalAccess:
    """The access of this contact and password, where a resident's row still carries the contact.

    Takes the same time and gives the same answer whether the contact is unknown, has no password or another one.
    Refuses: `portal_sign_in_failed`; `sign_in_locked` (facts: seconds) after repeated misses, as for staff.
    """
    nobodys, digest = passwords.nobodys_hash(), _digest(contact)
    sign_in.require_unlocked(digest, now)
    access = db.session.scalars(select(PortalAccess).where(PortalAccess.contact == contact)).one_or_none()
    is_known = bool(contacts.homes(contact))
    end_reading()
    right = passwords.verify((access.password_hash if access else None) or nobodys, password)
    if access is None or not right or not is_known:
        afterwards(lambda session: sign_in.note_miss(session, digest, now))
        record_now(
            "sign_in.failed", "portal_access", access.id if access else None, by=Actor(None, None, address), at=now
        )
        raise Refused("portal_sign_in_failed")
    return access


def enter(access: PortalAccess, *, address: str, now: datetime, instead_of: PortalSession | None = None) -> str:
    """Begin a session for whoever knew the password, and give its token. Needs `begin_writing()`."""
    sign_in.forget_misses(_digest(access.contact))
    record("portal.entered", "portal_access", access.id, by=Actor(None, None, address), at=now)
    return sessions.begin(access.id, now=now, instead_of=instead_of)


def must_say_current(access: PortalAccess, session: PortalSession, now: datetime) -> bool:
    """Whether the current password is asked for before it is changed: there is one, and the entry was long ago."""
    return access.password_hash is not None and not sessions.is_fresh(session, now)


def hash_of_new(
    access: PortalAccess, session: PortalSession, current: str, new: str, *, names: tuple[str, ...], now: datetime
) -> str:
    """The hash of the new password, if it may be set. Waits, so it goes before the writing.

    Refuses: `password_wrong` (field current_password), and what `passwords.check` refuses.
    """
    known_hash, context = access.password_hash, (access.contact, *names)
    asks = must_say_current(access, session, now)
    end_reading()
    if asks and not passwords.verify(known_hash or passwords.nobodys_hash(), current):
        raise Refused("password_wrong", field="current_password")
    passwords.check(new, context=context)
    return passwords.hash_password(new)


def change(access: PortalAccess, hashed: str, *, keep: PortalSession, by: Actor, now: datetime) -> None:
    """Put the new hash in place; every other session of the access ends."""
    db.session.execute(update(PortalAccess).where(PortalAccess.id == access.id).values(password_hash=hashed))
    sign_in.forget_misses(_digest(access.contact))
    sessions.end_others(keep)
    record("portal.password_changed", "portal_access", access.id, by=by, at=now)


def _digest(contact: str) -> str:
    """By what misses are counted; apart from those of a staff account with the same e-mail."""
    return sign_in.email_digest(f"portal:{contact}")
