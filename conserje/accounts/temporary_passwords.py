"""A temporary password: mailed to whoever gets an account, worth one use within 72 hours (K136 to K138)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from conserje import tokens
from conserje.accounts import mailed_links, passwords
from conserje.accounts.models import Account, PasswordReset
from conserje.accounts.sign_in import end_sessions, lift_lock
from conserje.database import db, end_reading
from conserje.errors import Refused
from conserje.messages import outbox
from conserje.messages.models import Channel, Purpose

VALID_FOR = timedelta(hours=72)
_PURPOSE = "temporary"


@dataclass(frozen=True)
class Issued:
    """A temporary password that nobody has yet: the seed that it follows from, and its hash."""

    seed: str
    password_hash: str


def prepare() -> Issued:
    """Make up a temporary password. Hashing waits, so it goes before the writing."""
    end_reading()
    seed = tokens.new_seed(_PURPOSE)
    return Issued(seed, passwords.hash_password(tokens.legible(seed)))


def give(account: Account, issued: Issued, *, now: datetime) -> None:
    """Put the temporary password in place of the account's own and mail it (K135, K136).

    The account's sessions end and whatever was mailed before is void. The password itself lies in no table: the mail
    and its link follow from the seed.
    """
    account.password_hash, account.password_changed_at = issued.password_hash, now
    account.temporary_until = now + VALID_FOR
    db.session.flush()
    db.session.execute(delete(PasswordReset).where(PasswordReset.account_id == account.id))
    lift_lock(account)
    end_sessions(account.id)
    mailed_links.issue(account, issued.seed, now=now, valid_for=VALID_FOR)
    outbox.put(
        Purpose.WELCOME,
        Channel.EMAIL,
        account.email,
        {"name": account.given_name, "user": account.email, "hours": str(VALID_FOR // timedelta(hours=1))},
        now=now,
        link_seed=issued.seed,
        worthless_at=now + VALID_FOR,
    )


def token_of(account: Account) -> str | None:
    """The token of the page on which the account's temporary password is replaced; None where it has none.

    For whoever has just proven to know that password.
    """
    if account.temporary_until is None:
        return None
    seed = db.session.scalars(
        select(PasswordReset.seed)
        .where(PasswordReset.account_id == account.id, PasswordReset.used_at.is_(None), mailed_links.is_for(_PURPOSE))
        .order_by(PasswordReset.id.desc())
        .limit(1)
    ).first()
    # Whatever the table may hold, a temporary password opens no session.
    return tokens.derive(seed or tokens.new_seed(_PURPOSE))


def find(token: str, *, now: datetime) -> tuple[PasswordReset, Account]:
    """The temporary password that this token is about, and whose it is. Changes nothing. Refuses: `temporary_over`."""
    found = mailed_links.find(token, _PURPOSE, now=now)
    if found is None or found[1].temporary_until is None:
        raise Refused("temporary_over")
    return found


def hash_of_password(account: Account, temporary: str, new: str) -> str:
    """The hash of the password that replaces the temporary one. Waits, so it goes before the writing.

    What puts it in place, once, is `password_reset.set_password`.
    Refuses: `temporary_wrong` (field temporary_password), `password_same`, and what `passwords.check` refuses.
    """
    known_hash, context = account.password_hash, (account.email, account.given_name, account.paternal_surname)
    end_reading()
    # Copied out of a mail, it brings spaces along.
    if not passwords.verify(known_hash, temporary.strip()):
        raise Refused("temporary_wrong", field="temporary_password")
    if new.strip() == temporary.strip():
        raise Refused("password_same", field="new_password")
    passwords.check(new, context=context)
    return passwords.hash_password(new)
