"""The sessions of signed-in browsers, and the password that ends them."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from conserje import database
from conserje.accounts import passwords, sign_in
from conserje.accounts.models import Account, WebSession
from conserje.accounts.sign_in import open_session, resume
from conserje.audit.journal import Actor
from conserje.audit.models import AuditLine
from conserje.communities.models import Administration
from conserje.database import db
from conserje.errors import Refused
from conserje.permissions import Profile
from tests.builders import NOON, PASSWORD, actor, make_account, make_administration

EMAIL = "conserje@demo.example"
ADDRESS = "203.0.113.7"
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
MOMENT = timedelta(microseconds=1)
SHIFT = 12 * HOUR
NEW_PASSWORD = "tres gatos en el techo"


@pytest.fixture
def account(ctx: Flask) -> Account:
    account = make_account(make_administration(), EMAIL)
    db.session.commit()
    return account


def journal() -> list[AuditLine]:
    return list(db.session.scalars(select(AuditLine).order_by(AuditLine.id)))


@pytest.fixture
def staff(account: Account) -> dict[Profile, Account]:
    """An account of each profile."""
    return {Profile.CONSERJE: account} | {
        profile: _colleague(account, profile) for profile in (Profile.ADMIN, Profile.SUPERADMIN)
    }


def _colleague(account: Account, profile: Profile) -> Account:
    administration = db.session.get_one(Administration, account.administration_id)
    return make_account(administration, f"{profile}@demo.example", profile)


def test_the_database_keeps_only_a_digest_of_the_token(account: Account) -> None:
    token = open_session(account, address=ADDRESS, now=NOON)
    db.session.flush()
    (web_session,) = db.session.scalars(select(WebSession))
    assert len(token) >= 43
    assert web_session.token_digest == hashlib.sha256(token.encode()).hexdigest()


def test_each_session_has_a_token_of_its_own(account: Account) -> None:
    assert open_session(account, address=ADDRESS, now=NOON) != open_session(account, address=ADDRESS, now=NOON)


def test_signing_in_is_written_in_the_journal_and_on_the_account(account: Account) -> None:
    open_session(account, address=ADDRESS, now=NOON)
    db.session.flush()
    db.session.refresh(account)
    assert account.last_access_at == NOON
    (line,) = journal()
    assert (line.action, line.account_id, line.subject_id, line.address) == (
        "sign_in",
        account.id,
        account.id,
        ADDRESS,
    )


def test_a_token_leads_to_its_session_and_account(account: Account) -> None:
    first, second = (open_session(account, address=ADDRESS, now=NOON) for _ in range(2))
    found, again = resume(first, NOON), resume(second, NOON)
    assert found is not None
    assert again is not None
    assert found[1] is again[1] is account
    assert found[0].id != again[0].id


@pytest.mark.parametrize("token", ["", "nothing", "é" * 43])
def test_an_unknown_token_leads_nowhere(account: Account, token: str) -> None:
    open_session(account, address=ADDRESS, now=NOON)
    assert resume(token, NOON) is None


@pytest.mark.parametrize("profile", list(Profile))
def test_every_session_ends_after_a_shift_of_twelve_hours(staff: dict[Profile, Account], profile: Profile) -> None:
    token = open_session(staff[profile], address=ADDRESS, now=NOON)
    found = resume(token, NOON)
    assert found is not None
    found[0].seen_at = NOON + SHIFT - MINUTE
    assert resume(token, NOON + SHIFT - MOMENT) is not None
    assert resume(token, NOON + SHIFT) is None


@pytest.mark.parametrize("profile", [Profile.ADMIN, Profile.SUPERADMIN])
def test_an_administrators_session_ends_after_30_minutes_without_activity(
    staff: dict[Profile, Account], profile: Profile
) -> None:
    token = open_session(staff[profile], address=ADDRESS, now=NOON)
    assert resume(token, NOON + 30 * MINUTE - MOMENT) is not None
    assert resume(token, NOON + 30 * MINUTE) is None


def test_a_conserjes_session_waits_through_the_shift(account: Account) -> None:
    token = open_session(account, address=ADDRESS, now=NOON)
    assert resume(token, NOON + SHIFT - MINUTE) is not None


def test_the_session_of_an_account_that_was_deactivated_is_over(account: Account) -> None:
    token = open_session(account, address=ADDRESS, now=NOON)
    account.is_active = False
    db.session.flush()
    assert resume(token, NOON) is None


def test_sessions_that_are_over_are_cleared_away_at_the_next_sign_in(account: Account) -> None:
    open_session(account, address=ADDRESS, now=NOON)
    kept = open_session(account, address=ADDRESS, now=NOON + HOUR)
    open_session(account, address=ADDRESS, now=NOON + SHIFT + MOMENT)
    db.session.flush()
    started = sorted(db.session.scalars(select(WebSession.started_at)))
    assert started == [NOON + HOUR, NOON + SHIFT + MOMENT]
    assert resume(kept, NOON + HOUR + SHIFT - MOMENT) is not None


# Activity


def note(token: str, now: datetime) -> tuple[datetime, datetime | None]:
    """Activity, as a request that only reads; then when session and account were last seen."""
    found = resume(token, now)
    assert found is not None
    sign_in.note_activity(found[0], now)
    database.end_request(keep=False)
    db.session.expire_all()
    return found[0].seen_at, found[1].last_access_at


def test_activity_is_written_at_most_once_a_minute_even_by_a_request_that_only_reads(account: Account) -> None:
    token = open_session(account, address=ADDRESS, now=NOON)
    db.session.commit()
    assert note(token, NOON + MINUTE - MOMENT) == (NOON, NOON)
    assert note(token, NOON + MINUTE) == (NOON + MINUTE, NOON + MINUTE)
    assert note(token, NOON + 2 * MINUTE - MOMENT) == (NOON + MINUTE, NOON + MINUTE)


def test_activity_keeps_an_administrators_session_going(staff: dict[Profile, Account]) -> None:
    token = open_session(staff[Profile.ADMIN], address=ADDRESS, now=NOON)
    db.session.commit()
    note(token, NOON + 29 * MINUTE)
    assert resume(token, NOON + 58 * MINUTE) is not None


def test_activity_of_one_session_keeps_no_other_going(account: Account) -> None:
    tokens = [open_session(account, address=ADDRESS, now=NOON) for _ in range(2)]
    db.session.commit()
    note(tokens[0], NOON + HOUR)
    assert sorted(db.session.scalars(select(WebSession.seen_at))) == [NOON, NOON + HOUR]


# Signing out, and another password


def test_signing_out_ends_that_session_alone(account: Account) -> None:
    gone, kept = (open_session(account, address=ADDRESS, now=NOON) for _ in range(2))
    found = resume(gone, NOON)
    assert found is not None
    sign_in.close_session(found[0], by=actor(account), now=NOON)
    assert resume(gone, NOON) is None
    assert resume(kept, NOON) is not None
    assert journal()[-1].action == "sign_out"


def test_a_new_password_is_hashed_with_no_transaction_open(account: Account) -> None:
    read = db.session.scalars(select(Account)).one()
    assert db.session().in_transaction()
    hashed = sign_in.hash_of_new_password(read, PASSWORD, NEW_PASSWORD)
    assert passwords.verify(hashed, NEW_PASSWORD)
    assert not db.session().in_transaction()


@pytest.mark.parametrize(
    ("current", "new", "code", "field"),
    [
        ("not the password", NEW_PASSWORD, "password_wrong", "current_password"),
        (PASSWORD, PASSWORD, "password_same", "new_password"),
        (PASSWORD, "short", "password_too_short", "new_password"),
        (PASSWORD, "x" * 129, "password_too_long", "new_password"),
        (PASSWORD, "contraseña123456", "password_common", "new_password"),
        (PASSWORD, "gustavo.pino.2026", "password_common", "new_password"),
        (PASSWORD, "conserjedemoexample", "password_common", "new_password"),
    ],
)
def test_a_password_that_may_not_be_the_new_one_is_refused(
    account: Account, current: str, new: str, code: str, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        sign_in.hash_of_new_password(account, current, new)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_a_new_password_ends_every_other_session_of_the_account(staff: dict[Profile, Account]) -> None:
    account = staff[Profile.CONSERJE]
    here, elsewhere = (open_session(account, address=ADDRESS, now=NOON) for _ in range(2))
    colleague = open_session(staff[Profile.ADMIN], address=ADDRESS, now=NOON)
    found = resume(here, NOON)
    assert found is not None
    sign_in.change_password(account, "the hash", keep=found[0], by=Actor(account.id, None), now=NOON + MINUTE)
    assert resume(elsewhere, NOON) is None
    assert resume(here, NOON) is not None
    assert resume(colleague, NOON) is not None
    db.session.refresh(account)
    assert (account.password_hash, account.password_changed_at) == ("the hash", NOON + MINUTE)
    assert journal()[-1].action == "password.changed"


def test_ending_the_sessions_of_an_account_leaves_those_of_others(staff: dict[Profile, Account]) -> None:
    mine = open_session(staff[Profile.CONSERJE], address=ADDRESS, now=NOON)
    theirs = open_session(staff[Profile.ADMIN], address=ADDRESS, now=NOON)
    sign_in.end_sessions(staff[Profile.CONSERJE].id)
    assert resume(mine, NOON) is None
    assert resume(theirs, NOON) is not None
