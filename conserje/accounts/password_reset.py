"""A forgotten password: a mailed link, used once, sets a new one."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from conserje import tokens
from conserje.accounts import mailed_links, passwords
from conserje.accounts.models import Account, PasswordReset
from conserje.accounts.sign_in import email_key, end_sessions, lift_lock
from conserje.audit.journal import Actor, record
from conserje.database import changes_one, db, end_reading
from conserje.errors import Refused
from conserje.messages import outbox
from conserje.messages.models import Channel, Purpose

# ASVS 6.4.3 asks for a short life; long enough for mail that dawdles.
VALID_FOR = timedelta(minutes=30)
# What the seeds of these links begin with; those of temporary passwords lie in the same table and open another door.
_PURPOSE = "password"
# More would only fill somebody's mailbox.
MOST_AN_HOUR = 3


def send_link(email: str, *, address: str, now: datetime, admits_examples: bool) -> None:
    """Mail the account of this e-mail a link to set a new password, if there is such an account and it is active.

    Gives no sign of which, and writes to the database either way. `admits_examples` as in `sign_in.check_credentials`.
    Needs `begin_writing()`.
    """
    key = email_key(email)
    account = db.session.scalars(select(Account).where(Account.email_key == key, Account.is_active)).one_or_none()
    by = Actor(account.id if account else None, None, address)
    record("password.reset_asked", "account", by.account_id, by=by, at=now)
    if account is None or (key.endswith(".example") and not admits_examples) or _asked_often(account, now):
        return
    seed = tokens.new_seed(_PURPOSE)
    mailed_links.issue(account, seed, now=now, valid_for=VALID_FOR)
    facts = {"name": account.given_name, "minutes": str(VALID_FOR // timedelta(minutes=1))}
    outbox.put(
        Purpose.PASSWORD_RESET,
        Channel.EMAIL,
        account.email,
        facts,
        now=now,
        link_seed=seed,
        worthless_at=now + VALID_FOR,
    )


def find(token: str, *, now: datetime) -> tuple[PasswordReset, Account]:
    """The reset that this token opens, and whose it is. Changes nothing. Refuses: `reset_over`."""
    found = mailed_links.find(token, _PURPOSE, now=now)
    if found is None:
        raise Refused("reset_over")
    return found


def hash_of_password(account: Account, new: str) -> str:
    """The hash of the account's new password. Waits, so it goes before the writing.

    Refuses what `passwords.check` refuses.
    """
    context = (account.email, account.given_name, account.paternal_surname)
    end_reading()
    passwords.check(new, context=context)
    return passwords.hash_password(new)


def set_password(reset: PasswordReset, account: Account, hashed: str, *, address: str, now: datetime) -> None:
    """Put the new hash in place, once; every session of the account ends, its lock is lifted, other links are void.

    A temporary password that was still waiting to be replaced is void too.

    Refuses: `reset_over` where the link was used in the meantime.
    """
    mine = changes_one(
        update(PasswordReset).where(PasswordReset.id == reset.id, PasswordReset.used_at.is_(None)).values(used_at=now)
    )
    if not mine:
        raise Refused("reset_over")
    db.session.execute(
        update(Account)
        .where(Account.id == account.id)
        .values(password_hash=hashed, password_changed_at=now, temporary_until=None)
    )
    db.session.execute(
        delete(PasswordReset).where(PasswordReset.account_id == account.id, PasswordReset.id != reset.id)
    )
    lift_lock(account)
    end_sessions(account.id)
    record("password.reset", "account", account.id, by=Actor(account.id, None, address), at=now)


def _asked_often(account: Account, now: datetime) -> bool:
    asked = select(func.count()).where(
        PasswordReset.account_id == account.id,
        PasswordReset.created_at > now - timedelta(hours=1),
        mailed_links.is_for(_PURPOSE),
    )
    return (db.session.scalar(asked) or 0) >= MOST_AN_HOUR
