"""The second step of signing in: between the right password and the session stands a code from the telephone."""

from __future__ import annotations

import hmac
import re
from datetime import datetime, timedelta

from sqlalchemy import select, update

from conserje import tokens
from conserje.accounts import authenticator, second_factor
from conserje.accounts.models import Account, RecoveryCode, SecondFactor
from conserje.accounts.sign_in import email_digest, forget_misses, note_miss, require_unlocked
from conserje.audit.journal import Actor, record, record_now
from conserje.database import afterwards, changes_one, db
from conserje.errors import Refused

# From the right password to the right code.
VALID_FOR = timedelta(minutes=5)
_PROOF = re.compile(r"(?P<account_id>[0-9]{1,9})\.(?P<until>[0-9]{1,12})\.(?P<seal>[0-9a-f]{64})")


def proof_of_password(account: Account, *, now: datetime) -> str:
    """What its browser brings along from the right password to the code; worth nothing without the code.

    Sealed under the installation's key with the account's present password: a changed one makes it void.
    """
    until = int((now + VALID_FOR).timestamp())
    return f"{account.id}.{until}.{_seal(account, until)}"


def holder_of(proof: str, *, now: datetime) -> Account:
    """Whose password was right. Changes nothing.

    Refuses: `second_step_over` where that was too long ago, or the account is another by now.
    """
    read = _PROOF.fullmatch(proof)
    account = db.session.get(Account, int(read["account_id"])) if read else None
    if read is None or account is None or not hmac.compare_digest(_seal(account, int(read["until"])), read["seal"]):
        raise Refused("second_step_over")
    if int(read["until"]) <= now.timestamp() or not account.is_active or not second_factor.is_on(account):
        raise Refused("second_step_over")
    return account


def take_code(account: Account, typed: str, *, address: str, now: datetime) -> None:
    """Take the code that the telephone shows. Each is taken once: whoever looked over the shoulder cannot use it again.

    Needs `begin_writing()`. Refuses: `code_wrong` (field code), a used one among them; `second_step_over` where it was
    switched off meanwhile; `sign_in_locked` (facts: seconds) after repeated misses, which are counted apart from those
    of the password: a new password by e-mail does not lift this lock.
    """
    digest = misses_digest(account)
    require_unlocked(digest, now)
    wanted = select(SecondFactor).where(SecondFactor.account_id == account.id)
    factor = db.session.scalars(wanted).one_or_none()
    if factor is None:
        raise Refused("second_step_over")
    step = authenticator.matching_step(tokens.authenticator_secret(factor.seed), typed, now)
    if step is None or not _takes(factor, step):
        _missed(account, address, now)
        raise Refused("code_wrong", field="code")
    forget_misses(digest)


def take_recovery_code(account: Account, typed: str, *, address: str, now: datetime) -> None:
    """Take one of the account's recovery codes in place of the telephone's, once.

    Needs `begin_writing()`. Refuses: `recovery_code_wrong` (field code); `sign_in_locked` as `take_code` does.
    """
    digest = misses_digest(account)
    require_unlocked(digest, now)
    unused = (RecoveryCode.account_id == account.id, RecoveryCode.used_at.is_(None))
    of_code = RecoveryCode.digest == second_factor.recovery_digest(account.id, typed)
    if not changes_one(update(RecoveryCode).where(*unused, of_code).values(used_at=now)):
        _missed(account, address, now)
        raise Refused("recovery_code_wrong", field="code")
    forget_misses(digest)
    facts = {"left": second_factor.recovery_codes_left(account)}
    record("second_factor.recovered", "account", account.id, by=Actor(account.id, None, address), at=now, facts=facts)


def misses_digest(account: Account) -> str:
    """By what wrong codes for the account are counted."""
    return email_digest(f"{account.email_key} second step")


def _takes(factor: SecondFactor, step: int) -> bool:
    is_later = (SecondFactor.id == factor.id, SecondFactor.seed == factor.seed, SecondFactor.last_step < step)
    return changes_one(update(SecondFactor).where(*is_later).values(last_step=step))


def _missed(account: Account, address: str, now: datetime) -> None:
    digest, by = misses_digest(account), Actor(account.id, None, address)
    afterwards(lambda session: note_miss(session, digest, now))
    record_now("sign_in.failed", "account", account.id, by=by, at=now, facts={"step": "second"})


def _seal(account: Account, until: int) -> str:
    return tokens.sealed_digest(f"second step:{account.id}:{until}:{account.password_hash}")
