"""Links to a page on which a password is set: the table's one way in and out, for each purpose apart."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select

from conserje import tokens
from conserje.accounts.models import Account, PasswordReset
from conserje.database import db


def issue(account: Account, seed: str, *, now: datetime, valid_for: timedelta) -> None:
    """Let the token that follows from the seed open its page for so long."""
    db.session.add(
        PasswordReset(
            account_id=account.id,
            seed=seed,
            token_digest=tokens.digest(tokens.derive(seed)),
            created_at=now,
            ends_at=now + valid_for,
        )
    )


def is_for(purpose: str) -> ColumnElement[bool]:
    """Whether a row is a link of this purpose: each opens its own page and no other."""
    return PasswordReset.seed.startswith(f"{purpose}:")


def find(token: str, purpose: str, *, now: datetime) -> tuple[PasswordReset, Account] | None:
    """What this token opens, and whose it is, where its seed is of this purpose. Changes nothing.

    None where it never was, was used, has ended, or its account is deactivated.
    """
    row = db.session.execute(
        select(PasswordReset, Account)
        .join(Account, Account.id == PasswordReset.account_id)
        .where(PasswordReset.token_digest == tokens.digest(token), is_for(purpose))
    ).one_or_none()
    if row is None:
        return None
    link, account = row
    if link.used_at is not None or link.ends_at <= now or not account.is_active:
        return None
    return link, account
