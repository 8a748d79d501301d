"""Staff accounts are created, edited, given a new password and deleted (K130 to K142, K150 to K156).

Nobody grants what he does not hold: neither a profile above what his own creates, nor a community that is not his.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, select
from sqlalchemy.exc import IntegrityError

from conserje.accounts import directory, second_factor, temporary_passwords
from conserje.accounts.models import Account, Membership, PasswordReset
from conserje.accounts.sign_in import email_key, end_sessions
from conserje.accounts.temporary_passwords import Issued
from conserje.audit.journal import Actor, record
from conserje.database import db
from conserje.errors import Refused
from conserje.permissions import Profile, may_create


@dataclass(frozen=True)
class Particulars:
    """What a form says of an account. Texts as `founding.personal_name` and `emails.parse` gave them.

    A Súper Administrador enters every community of his administration, so none is kept for him.
    """

    profile: Profile
    given_name: str
    paternal_surname: str
    maternal_surname: str
    email: str
    community_ids: frozenset[int]


def create(said: Particulars, issued: Issued, *, by: Actor, now: datetime) -> Account:
    """A new account, whose holder is mailed a user name and a temporary password (K130 to K136).

    The e-mail of a deleted account of this administration brings that account back, with what is said now.
    Refuses: `profile_beyond` (field profile) unless one's own profile creates it (K131, K152, K155);
    `communities_required` and `community_unknown` (field communities); `email_taken` (field email), over the whole
    installation and without regard to capitals.
    """
    manager = _manager(by)
    kept = _granted(said, manager)
    account = db.session.scalars(
        select(Account)
        .where(Account.email_key == email_key(said.email))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if account is not None and (account.is_active or account.administration_id != manager.administration_id):
        raise Refused("email_taken", field="email")
    action = "account.created" if account is None else "account.reactivated"
    if account is None:
        account = Account(
            administration_id=manager.administration_id, password_hash=issued.password_hash, password_changed_at=now
        )
    _put(account, said)
    account.is_active = True
    _assign(account, kept)
    temporary_passwords.give(account, issued, now=now)
    record(action, "account", account.id, by=by, at=now, facts={"profile": said.profile, "communities": sorted(kept)})
    return account


def version(account: Account) -> str:
    """What the account's form shows, as one short text: by it a form that is older than a change is told."""
    shown = [
        account.profile, account.email, account.given_name, account.paternal_surname, account.maternal_surname,
        sorted(_assigned(account)),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:16]


def change(
    account: Account, said: Particulars, issued: Issued | None = None, *, seen: str = "", by: Actor, now: datetime
) -> Account:
    """Give the account other particulars (K140). The journal names which changed.

    With another e-mail whatever was mailed before is void; where a temporary password was still to be replaced,
    `issued` is mailed to the new one. `seen` is the `version` that whoever types was shown.
    Refuses: what `create` refuses; `account_gone`, `account_beyond`, `last_superadmin`; `account_changed` where
    somebody else changed it meanwhile; `own_profile` where one would change one's own profile or communities.
    """
    manager = _manager(by)
    account = _taken(account, manager)
    if seen and seen != version(account):
        raise Refused("account_changed")
    kept = _granted(said, manager)
    before = _assigned(account)
    if account.id == manager.id and said.profile != account.profile:
        raise Refused("own_profile", field="profile")
    if account.id == manager.id and kept != before:
        raise Refused("own_profile", field="communities")
    if said.profile != Profile.SUPERADMIN:
        _require_another_superadmin(account)
    old_email = account.email
    changed = _put(account, said)
    if kept != before:
        _assign(account, kept)
        changed.append("communities")
    if account.email != old_email:
        db.session.execute(delete(PasswordReset).where(PasswordReset.account_id == account.id))
        if account.temporary_until is not None and issued is not None:
            temporary_passwords.give(account, issued, now=now)
    if changed:
        facts = {"changed": sorted(changed), "profile": said.profile, "communities": sorted(kept)}
        record("account.changed", "account", account.id, by=by, at=now, facts=facts)
    return account


def send_temporary_password(account: Account, issued: Issued, *, by: Actor, now: datetime) -> Account:
    """Put a temporary password in place of the account's own and mail it (K120): its sessions end.

    Refuses: `own_account`, `account_gone`, `account_beyond`.
    """
    account = _taken(account, _manager(by), another=True)
    temporary_passwords.give(account, issued, now=now)
    record("password.temporary_sent", "account", account.id, by=by, at=now)
    return account


def switch_off_second_factor(account: Account, *, by: Actor, now: datetime) -> Account:
    """Let somebody who lost the telephone and the recovery codes sign in with the password alone: the sessions end.

    Whoever manages the account could not get in with this by himself: its password stays. Its holder is told by e-mail.
    Refuses: `own_account`, `account_gone`, `account_beyond`; `second_factor_off`.
    """
    account = _taken(account, _manager(by), another=True)
    second_factor.switch_off(account, by=by, now=now)
    end_sessions(account.id)
    return account


def deactivate(account: Account, *, by: Actor, now: datetime) -> Account:
    """Delete the account (K142): it signs in no more, its sessions end, and what it wrote keeps its author.

    Refuses: `own_account`, `account_gone`, `account_beyond`, `last_superadmin`.
    """
    account = _taken(account, _manager(by), another=True)
    _require_another_superadmin(account)
    account.is_active = False
    db.session.flush()
    db.session.execute(delete(PasswordReset).where(PasswordReset.account_id == account.id))
    second_factor.forget(account)
    end_sessions(account.id)
    record("account.deactivated", "account", account.id, by=by, at=now)
    return account


def _manager(by: Actor) -> Account:
    return db.session.get_one(Account, by.account_id)


def _taken(account: Account, manager: Account, *, another: bool = False) -> Account:
    """The account as it is now, held until this act is done: two who change it take turns."""
    if another and account.id == manager.id:
        raise Refused("own_account")
    if account.profile == Profile.SUPERADMIN:
        # All of them, in one order: two who delete each other take turns, and neither waits for the other for ever.
        db.session.scalars(_superadmins_of(account).with_for_update()).all()
    taken = db.session.get_one(Account, account.id, with_for_update=True, populate_existing=True)
    if not taken.is_active:
        raise Refused("account_gone")
    if not directory.manages(manager, taken):
        raise Refused("account_beyond")
    return taken


def _granted(said: Particulars, manager: Account) -> frozenset[int]:
    """The communities to keep for the account, where `manager` may give it these and this profile."""
    if said.profile not in may_create(Profile(manager.profile)):
        raise Refused("profile_beyond", field="profile")
    if said.profile == Profile.SUPERADMIN:
        return frozenset()
    if not said.community_ids:
        raise Refused("communities_required", field="communities")
    if not said.community_ids <= directory.community_ids_of(manager):
        raise Refused("community_unknown", field="communities")
    return said.community_ids


def _require_another_superadmin(account: Account) -> None:
    if account.profile != Profile.SUPERADMIN:
        return
    if set(db.session.scalars(_superadmins_of(account))) <= {account.id}:
        raise Refused("last_superadmin")


def _superadmins_of(account: Account) -> Select[int]:
    """Who can do everything in the account's administration; a test user only consults."""
    return (
        select(Account.id)
        .where(
            Account.administration_id == account.administration_id,
            Account.profile == Profile.SUPERADMIN,
            Account.is_active,
            ~Account.is_test,
        )
        .order_by(Account.id)
    )


def _put(account: Account, said: Particulars) -> list[str]:
    """Write the particulars into the account; which of them are others now."""
    values = {
        "profile": said.profile.value,
        "given_name": said.given_name,
        "paternal_surname": said.paternal_surname,
        "maternal_surname": said.maternal_surname,
        "email": said.email,
    }
    changed = [name for name, value in values.items() if getattr(account, name) != value]
    try:
        with db.session.begin_nested():
            for name in changed:
                setattr(account, name, values[name])
            account.email_key = email_key(said.email)
            db.session.add(account)
    except IntegrityError:
        # It is somebody else's, perhaps since this moment.
        raise Refused("email_taken", field="email") from None
    return changed


def _assigned(account: Account) -> frozenset[int]:
    """The communities kept for the account; those of a Súper Administrador are all of them, whatever is kept."""
    if account.profile == Profile.SUPERADMIN:
        return frozenset()
    return frozenset(db.session.scalars(select(Membership.community_id).where(Membership.account_id == account.id)))


def _assign(account: Account, community_ids: Iterable[int]) -> None:
    db.session.execute(delete(Membership).where(Membership.account_id == account.id))
    db.session.add_all(Membership(account_id=account.id, community_id=each) for each in sorted(community_ids))
    db.session.flush()
