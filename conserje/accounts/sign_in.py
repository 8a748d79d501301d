"""Signing in and out, and the sessions that a signed-in browser holds on the server."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from conserje.accounts import passwords
from conserje.accounts.models import Account, SignInLock, WebSession
from conserje.audit.journal import Actor, record, record_now
from conserje.database import afterwards, db, end_reading
from conserje.errors import Refused
from conserje.permissions import Profile

# Five misses cost 30 seconds, and each further one twice as much, up to 15 minutes.
MISSES_BEFORE_LOCK = 5
FIRST_LOCK = timedelta(seconds=30)
LONGEST_LOCK = timedelta(minutes=15)
# A day without a miss clears the count.
MISSES_FORGOTTEN_AFTER = timedelta(hours=24)

ACTIVITY_WRITTEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class SessionLimits:
    """How long a session lasts: from its start, and without activity (None: no such limit)."""

    absolute: timedelta
    idle: timedelta | None


_SHIFT = timedelta(hours=12)
LIMITS = {
    # A conserje's screen waits for visitors: no idle limit inside a shift.
    Profile.CONSERJE: SessionLimits(absolute=_SHIFT, idle=None),
    Profile.ADMIN: SessionLimits(absolute=_SHIFT, idle=timedelta(minutes=30)),
    Profile.SUPERADMIN: SessionLimits(absolute=_SHIFT, idle=timedelta(minutes=30)),
}


_LIVE = (
    select(WebSession, Account)
    .join(Account, Account.id == WebSession.account_id)
    .where(WebSession.token_digest == bindparam("digest"))
)


def email_key(email: str) -> str:
    """An e-mail as it is compared."""
    return email.strip().casefold()


def account_of(email: str) -> Account:
    """The active account of this e-mail. Refuses: `account_unknown`."""
    wanted = select(Account).where(Account.email_key == email_key(email), Account.is_active)
    account = db.session.scalars(wanted).one_or_none()
    if account is None:
        raise Refused("account_unknown")
    return account


def email_digest(key: str) -> str:
    """By what attempts for an e-mail, known or not, are counted."""
    return _digest(key)


def check_credentials(email: str, password: str, *, address: str, now: datetime, admits_examples: bool) -> Account:
    """The active account of this e-mail and password.

    `admits_examples`: whether e-mails under `.example`, which nobody can own (RFC 2606), may enter. The demonstration's
    accounts are such, and a database filled with them must not open its door in production.

    Takes the same time and gives the same answer whether the account is unknown, inactive, or the password wrong or a
    temporary one that has lapsed. One that has not opens no session: `temporary_passwords.token_of` says where to go.
    Nothing waits inside a transaction: the hash is computed before one is opened for writing.
    Refuses: `sign_in_failed`; `sign_in_locked` (facts: seconds) after repeated misses, known account or not.
    """
    nobodys = passwords.nobodys_hash()
    key = email_key(email)
    digest = email_digest(key)
    require_unlocked(digest, now)
    account = db.session.scalars(select(Account).where(Account.email_key == key)).one_or_none()
    end_reading()
    right = passwords.verify(account.password_hash if account else nobodys, password)
    barred = key.endswith(".example") and not admits_examples
    lapsed = account is not None and account.temporary_until is not None and account.temporary_until <= now
    if account is None or not right or not account.is_active or barred or lapsed:
        afterwards(lambda session: note_miss(session, digest, now))
        record_now(
            "sign_in.failed",
            "account",
            account.id if account else None,
            by=Actor(None, None, address),
            at=now,
        )
        raise Refused("sign_in_failed")
    return account


def require_unlocked(digest: str, now: datetime) -> None:
    """Refuses: `sign_in_locked` (facts: seconds) while attempts for this digest have to wait."""
    lock = db.session.get(SignInLock, digest)
    if lock is not None and lock.locked_until is not None and lock.locked_until > now:
        raise Refused("sign_in_locked", seconds=int((lock.locked_until - now).total_seconds()) + 1)


def note_miss(session: Session, digest: str, now: datetime) -> None:
    """Count a miss. Attempts that miss at the same moment take turns: guessing in parallel gains nothing."""
    lock = session.get(SignInLock, digest, with_for_update=True)
    if lock is None:
        lock = SignInLock(email_digest=digest, failures=0, failed_at=now)
        try:
            with session.begin_nested():
                session.add(lock)
        except IntegrityError:
            lock = session.get_one(SignInLock, digest, with_for_update=True)
    if now - lock.failed_at > MISSES_FORGOTTEN_AFTER:
        lock.failures = 0
    lock.failures += 1
    lock.failed_at = now
    lock.locked_until = now + lock_after(lock.failures) if lock.failures >= MISSES_BEFORE_LOCK else None


def lock_after(failures: int) -> timedelta:
    """How long the account stays locked after this many misses in a row."""
    if failures < MISSES_BEFORE_LOCK:
        return timedelta(0)
    doublings = min(failures - MISSES_BEFORE_LOCK, 10)
    return min(FIRST_LOCK * (1 << doublings), LONGEST_LOCK)


def lift_lock(account: Account) -> None:
    """Forget the misses: whoever it is has proven to be the account's holder."""
    forget_misses(email_digest(account.email_key))


def forget_misses(digest: str) -> None:
    """Lift the lock of this digest."""
    db.session.execute(delete(SignInLock).where(SignInLock.email_digest == digest))


def open_session(account: Account, *, address: str, now: datetime, instead_of: WebSession | None = None) -> str:
    """Begin a session for the account and give its token, which only the browser will know. Needs `begin_writing()`.

    `instead_of`: the session that the same browser still held; it ends (ASVS 7.2.4).
    """
    token = secrets.token_urlsafe(32)
    limits = LIMITS[Profile(account.profile)]
    lift_lock(account)
    db.session.execute(delete(WebSession).where(WebSession.ends_at < now))
    if instead_of is not None:
        db.session.execute(delete(WebSession).where(WebSession.id == instead_of.id))
    db.session.add(
        WebSession(
            token_digest=_digest(token),
            account_id=account.id,
            started_at=now,
            seen_at=now,
            ends_at=now + limits.absolute,
        )
    )
    db.session.execute(update(Account).where(Account.id == account.id).values(last_access_at=now))
    record("sign_in", "account", account.id, by=Actor(account.id, None, address), at=now)
    return token


def resume(token: str, now: datetime) -> tuple[WebSession, Account] | None:
    """The live session of this token and its account; None when it ended, by time, sign-out or deactivation."""
    row = db.session.execute(_LIVE, {"digest": _digest(token)}).one_or_none()
    if row is None:
        return None
    web_session, account = row
    idle = LIMITS[Profile(account.profile)].idle
    if not account.is_active or web_session.ends_at <= now:
        return None
    if idle is not None and web_session.seen_at + idle <= now:
        return None
    return web_session, account


def note_activity(web_session: WebSession, now: datetime) -> None:
    """Keep the session's idle clock going; written at most once a minute, after the request, which it cannot fail."""
    if now - web_session.seen_at < ACTIVITY_WRITTEN_EVERY:
        return
    session_id, account_id = web_session.id, web_session.account_id

    def write(session: Session) -> None:
        session.execute(update(WebSession).where(WebSession.id == session_id).values(seen_at=now))
        session.execute(update(Account).where(Account.id == account_id).values(last_access_at=now))

    afterwards(write, essential=False)


def close_session(web_session: WebSession, *, by: Actor, now: datetime) -> None:
    """Sign out: the token is worth nothing from here on."""
    db.session.execute(delete(WebSession).where(WebSession.id == web_session.id))
    record("sign_out", "account", web_session.account_id, by=by, at=now)


def require_password(account: Account, typed: str) -> None:
    """That it is the account's holder who sits there (ASVS 7.5.1). Waits, so it goes before the writing.

    Refuses: `password_wrong` (field current_password).
    """
    known_hash = account.password_hash
    end_reading()
    if not passwords.verify(known_hash, typed):
        raise Refused("password_wrong", field="current_password")


def hash_of_new_password(account: Account, current: str, new: str) -> str:
    """The hash of the account's new password, if it may be changed to that one. Waits, so it goes before the writing.

    Refuses: `password_wrong` (field current_password), `password_same`, and what `passwords.check` refuses.
    """
    context = (account.email, account.given_name, account.paternal_surname)
    require_password(account, current)
    if current == new:
        raise Refused("password_same", field="new_password")
    passwords.check(new, context=context)
    return passwords.hash_password(new)


def change_password(account: Account, hashed: str, *, keep: WebSession, by: Actor, now: datetime) -> None:
    """Put the new hash in place; every other session of the account ends."""
    db.session.execute(
        update(Account)
        .where(Account.id == account.id)
        .values(password_hash=hashed, password_changed_at=now, temporary_until=None)
    )
    end_sessions(account.id, but=keep.id)
    record("password.changed", "account", account.id, by=by, at=now)


def end_sessions(account_id: int, *, but: int | None = None) -> None:
    """End the account's sessions: its password changed, or it was deactivated."""
    db.session.execute(delete(WebSession).where(WebSession.account_id == account_id, WebSession.id != (but or 0)))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
