"""The second step of signing in, kept by its holder: set up, its recovery codes, switched off (ASVS 6.3.3, 6.5).

It is for whoever administers: a conserje's account is never asked, nor is a vendor's test user, whose password many
people share and who only consults (K121). Whoever is no longer an administrator is not asked while that lasts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, func, select

from conserje import tokens
from conserje.accounts import authenticator
from conserje.accounts.models import Account, RecoveryCode, SecondFactor, WebSession
from conserje.accounts.sign_in import end_sessions
from conserje.audit.journal import Actor, record
from conserje.communities.models import Administration
from conserje.database import db
from conserje.errors import Refused
from conserje.messages import outbox
from conserje.messages.models import Channel, Purpose
from conserje.permissions import Permission

RECOVERY_CODES = 10
# How long the picture waits for its first code: it must not lie open for whoever comes by later.
SET_UP_WITHIN = timedelta(minutes=15)
_PURPOSE = "totp"

_IS_ON = select(SecondFactor.id).where(
    SecondFactor.account_id == bindparam("account_id"), SecondFactor.confirmed_at.is_not(None)
)
_IS_REQUIRED = select(Administration.requires_totp).where(Administration.id == bindparam("administration_id"))


def is_on(account: Account) -> bool:
    """Whether the account signs in with a second step."""
    return _may_have(account) and db.session.scalar(_IS_ON, {"account_id": account.id}) is not None


def is_required(account: Account) -> bool:
    """Whether its administration asks the account for a second step."""
    required = _may_have(account) and db.session.scalar(_IS_REQUIRED, {"administration_id": account.administration_id})
    return bool(required)


def is_missing(account: Account) -> bool:
    """Whether the account has to set a second step up before it does anything else."""
    return is_required(account) and not is_on(account)


def recovery_codes_left(account: Account) -> int:
    """How many recovery codes the account has not used yet."""
    unused = select(func.count()).where(RecoveryCode.account_id == account.id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(unused) or 0


def begin(account: Account, *, by: Actor, now: datetime) -> Account:
    """Make a secret for the account's telephone, in place of one that was never confirmed.

    For whoever has just proven to be its holder. Nobody is asked for a code before `confirm`.
    Refuses: `second_factor_on` where it has one already.
    """
    factor = _taken(account)
    if factor is None:
        factor = SecondFactor(account_id=account.id, last_step=0)
        db.session.add(factor)
    elif factor.confirmed_at is not None:
        raise Refused("second_factor_on")
    factor.seed, factor.begun_at = tokens.new_seed(_PURPOSE), now
    db.session.flush()
    record("second_factor.begun", "account", account.id, by=by, at=now)
    return account


def secret_to_confirm(account: Account, *, now: datetime) -> str:
    """The secret that waits for its first code. Refuses: `second_factor_not_begun`, also where that is too long ago."""
    waiting = select(SecondFactor).where(SecondFactor.account_id == account.id, SecondFactor.confirmed_at.is_(None))
    return _secret_waiting(db.session.scalars(waiting).one_or_none(), now)


def confirm(account: Account, typed: str, *, keep: WebSession, by: Actor, now: datetime) -> Sequence[str]:
    """Switch the second step on, by a first code that shows that the telephone has the secret.

    Gives the recovery codes, which nobody can be shown again. Every other session of the account ends: it was opened
    without a second step. Refuses: `second_factor_on`, `second_factor_not_begun`; `code_wrong` (field code).
    """
    factor = _taken(account)
    if factor is not None and factor.confirmed_at is not None:
        raise Refused("second_factor_on")
    secret = _secret_waiting(factor, now)
    step = authenticator.matching_step(secret, typed, now)
    if factor is None or step is None:
        raise Refused("code_wrong", field="code")
    factor.confirmed_at, factor.last_step = now, step
    end_sessions(account.id, but=keep.id)
    record("second_factor.on", "account", account.id, by=by, at=now)
    return _new_codes(account)


def renew_recovery_codes(account: Account, *, by: Actor, now: datetime) -> Sequence[str]:
    """Ten recovery codes in place of those that the account had. Refuses: `second_factor_off`."""
    _require_on(account)
    record("second_factor.codes_renewed", "account", account.id, by=by, at=now)
    return _new_codes(account)


def switch_off(account: Account, *, by: Actor, now: datetime) -> Account:
    """The password alone signs in again, and its holder is told by e-mail. Refuses: `second_factor_off`.

    For the account's holder; for whoever manages it: `upkeep.switch_off_second_factor`.
    """
    _require_on(account)
    forget(account)
    facts = {"name": account.given_name, "user": account.email, "by": _name_of(by)}
    outbox.put(Purpose.SECOND_FACTOR_OFF, Channel.EMAIL, account.email, facts, now=now)
    record("second_factor.off", "account", account.id, by=by, at=now)
    return account


def forget(account: Account) -> None:
    """Let go of the account's secret and of its recovery codes."""
    db.session.execute(delete(SecondFactor).where(SecondFactor.account_id == account.id))
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))


def require_of_all(administration_id: int, required: bool, *, by: Actor, now: datetime) -> Administration:
    """Settle whether the administration's administrators have to sign in with a second step, from here on.

    Whoever is inside without one is led to setting it up. Refuses: `second_factor_first` where whoever asks it of
    others has none: he would be the first to stand before a closed door.
    """
    if required and not is_on(db.session.get_one(Account, by.account_id)):
        raise Refused("second_factor_first")
    administration = db.session.get_one(Administration, administration_id, with_for_update=True)
    if administration.requires_totp != required:
        administration.requires_totp = required
        facts = {"settings": ["requires_totp"], "required": required}
        record("administration.changed", "administration", administration.id, by=by, at=now, facts=facts)
    db.session.flush()
    return administration


def recovery_digest(account_id: int, typed: str) -> str:
    """By what a recovery code of this account is found again, however it was typed."""
    signs = "".join(sign for sign in typed.casefold() if sign.isalnum())
    return tokens.sealed_digest(f"recovery:{account_id}:{signs}")


def _name_of(by: Actor) -> str:
    # A command of the installation has no account.
    account = db.session.get(Account, by.account_id) if by.account_id is not None else None
    return account.short_name if account else "Quien mantiene la instalación"


def _may_have(account: Account) -> bool:
    return account.may(Permission.OWN_SECOND_FACTOR)


def _taken(account: Account) -> SecondFactor | None:
    """The account's second factor as it is now, held until this act is done: two acts on it take turns."""
    db.session.get_one(Account, account.id, with_for_update=True)
    wanted = select(SecondFactor).where(SecondFactor.account_id == account.id)
    return db.session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()


def _require_on(account: Account) -> None:
    factor = _taken(account)
    if factor is None or factor.confirmed_at is None:
        raise Refused("second_factor_off")


def _secret_waiting(factor: SecondFactor | None, now: datetime) -> str:
    if factor is None or factor.begun_at + SET_UP_WITHIN <= now:
        raise Refused("second_factor_not_begun")
    return tokens.authenticator_secret(factor.seed)


def _new_codes(account: Account) -> list[str]:
    """Codes that follow from seeds which nobody keeps."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    codes = [tokens.legible(tokens.new_seed("recovery")) for _ in range(RECOVERY_CODES)]
    db.session.add_all(RecoveryCode(account_id=account.id, digest=recovery_digest(account.id, code)) for code in codes)
    db.session.flush()
    return codes
