"""Signing in, the lock on guessing, and the sessions of signed-in browsers."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from conserje import database
from conserje.accounts import passwords, sign_in
from conserje.accounts.models import Account, SignInLock, WebSession
from conserje.accounts.sign_in import check_credentials, email_key, lock_after, open_session, resume
from conserje.audit.journal import Actor
from conserje.audit.models import AuditLine
from conserje.communities.models import Administration
from conserje.database import db
from conserje.errors import Refused
from conserje.permissions import Profile
from tests.at_once import all_at_once
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


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords compared as they are, where a test needs many attempts and none of the hash."""
    monkeypatch.setattr(passwords, "verify", lambda hashed, password: password == PASSWORD)


def attempt(email: str = EMAIL, password: str = PASSWORD, *, now: datetime = NOON) -> str:
    """How an attempt to sign in ends, as a request of its own."""
    try:
        account = check_credentials(email, password, address=ADDRESS, now=now)
    except Refused as refusal:
        database.end_request(keep=False)
        return refusal.code
    database.begin_writing()
    open_session(account, address=ADDRESS, now=now)
    database.end_request(keep=True)
    return "signed in"


def miss(times: int, *, email: str = EMAIL, now: datetime = NOON) -> list[str]:
    return [attempt(email, "not the password", now=now) for _ in range(times)]


def locked_for(email: str = EMAIL, *, now: datetime = NOON) -> timedelta:
    """How long from now the next attempt is refused for the lock alone."""
    db.session.expire_all()
    lock = db.session.get(SignInLock, hashlib.sha256(email_key(email).encode()).hexdigest())
    locked_until = lock.locked_until if lock else None
    db.session.rollback()
    return locked_until - now if locked_until else timedelta(0)


def journal() -> list[AuditLine]:
    return list(db.session.scalars(select(AuditLine).order_by(AuditLine.id)))


# Who may sign in


def test_the_right_password_gives_the_account(account: Account) -> None:
    assert check_credentials(EMAIL, PASSWORD, address=ADDRESS, now=NOON).id == account.id


@pytest.mark.parametrize("typed", ["CONSERJE@Demo.Example", "  conserje@demo.example "])
def test_an_email_is_compared_without_case_and_spaces_around_it(account: Account, typed: str) -> None:
    assert check_credentials(typed, PASSWORD, address=ADDRESS, now=NOON).id == account.id


def refusal(email: str, password: str) -> Refused:
    with pytest.raises(Refused) as refused:
        check_credentials(email, password, address=ADDRESS, now=NOON)
    return refused.value


@pytest.mark.parametrize("password", ["", "Conserje-Demo-2026", PASSWORD + " ", "x" * 200])
def test_a_wrong_password_is_refused(account: Account, password: str) -> None:
    assert refusal(EMAIL, password).code == "sign_in_failed"


def test_an_unknown_user_a_wrong_password_and_an_inactive_account_get_the_same_answer(account: Account) -> None:
    account.is_active = False
    db.session.commit()
    answers = [refusal(EMAIL, PASSWORD), refusal(EMAIL, "wrong"), refusal("nobody@demo.example", PASSWORD)]
    assert {(each.code, each.field, str(each.facts)) for each in answers} == {("sign_in_failed", None, "{}")}


@pytest.mark.parametrize("email", [EMAIL, "nobody@demo.example"])
def test_one_argon2_hash_is_computed_whether_the_user_is_known_or_not(
    account: Account, monkeypatch: pytest.MonkeyPatch, email: str
) -> None:
    computed: list[str] = []
    real = passwords.verify

    def counted(hashed: str, password: str) -> bool:
        computed.append(hashed)
        return real(hashed, password)

    monkeypatch.setattr(passwords, "verify", counted)
    refusal(email, "not the password")
    (hashed,) = computed
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_no_transaction_is_open_while_the_hash_is_computed(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []

    def look(hashed: str, password: str) -> bool:
        seen.append(db.session().in_transaction())
        return True

    monkeypatch.setattr(passwords, "verify", look)
    check_credentials(EMAIL, PASSWORD, address=ADDRESS, now=NOON)
    assert seen == [False]


def test_a_failed_attempt_is_written_in_the_journal_and_names_no_email(account: Account) -> None:
    attempt(EMAIL, "not the password")
    attempt("nobody@demo.example", "not the password")
    known, unknown = journal()
    assert (known.action, known.subject, known.subject_id) == ("sign_in.failed", "account", account.id)
    assert (unknown.action, unknown.subject, unknown.subject_id) == ("sign_in.failed", "account", None)
    for line in (known, unknown):
        assert (line.account_id, line.address, line.at, line.facts) == (None, ADDRESS, NOON, {})


# The lock on guessing


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 0), (4, 0), (5, 30), (6, 60), (7, 120), (8, 240), (9, 480), (10, 900), (99, 900)]
)
def test_five_misses_lock_for_30_seconds_and_each_further_one_for_twice_as_long_up_to_15_minutes(
    failures: int, seconds: int
) -> None:
    assert lock_after(failures) == seconds * SECOND


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("email", [EMAIL, "nobody@demo.example"])
def test_the_sixth_attempt_after_five_misses_is_refused_for_the_lock_known_account_or_not(
    account: Account, email: str
) -> None:
    assert miss(6, email=email) == ["sign_in_failed"] * 5 + ["sign_in_locked"]
    assert locked_for(email) == 30 * SECOND


@pytest.mark.usefixtures("quick")
def test_four_misses_do_not_lock(account: Account) -> None:
    miss(4)
    assert attempt() == "signed in"


@pytest.mark.usefixtures("quick")
def test_the_right_password_is_refused_while_locked_and_accepted_afterwards(account: Account) -> None:
    miss(5)
    assert attempt(now=NOON + 30 * SECOND - MOMENT) == "sign_in_locked"
    assert attempt(now=NOON + 30 * SECOND) == "signed in"


@pytest.mark.usefixtures("quick")
def test_who_waits_for_as_long_as_the_refusal_says_may_try_again(account: Account) -> None:
    miss(5)
    later = NOON + 12 * SECOND + MOMENT
    with pytest.raises(Refused) as refused:
        check_credentials(EMAIL, PASSWORD, address=ADDRESS, now=later)
    seconds = refused.value.facts["seconds"]
    assert isinstance(seconds, int)
    assert 17 < seconds <= 18
    assert attempt(now=later + seconds * SECOND) == "signed in"


def test_no_password_is_tried_while_locked(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "verify", lambda hashed, password: False)
    miss(5)
    monkeypatch.setattr(passwords, "verify", None)
    assert attempt() == "sign_in_locked"


@pytest.mark.usefixtures("quick")
def test_a_miss_after_a_lock_locks_for_twice_as_long(account: Account) -> None:
    miss(5)
    later = NOON + MINUTE
    miss(1, now=later)
    assert locked_for(now=later) == MINUTE


@pytest.mark.usefixtures("quick")
def test_signing_in_clears_the_misses(account: Account) -> None:
    miss(4)
    attempt()
    assert miss(5) == ["sign_in_failed"] * 5


@pytest.mark.usefixtures("quick")
def test_a_day_without_a_miss_clears_the_misses(account: Account) -> None:
    miss(4)
    miss(1, now=NOON + 24 * HOUR)
    assert locked_for(now=NOON + 24 * HOUR) == 30 * SECOND, "a day has not passed yet"
    miss(4, now=NOON + 49 * HOUR)
    assert locked_for(now=NOON + 49 * HOUR) == timedelta(0)


@pytest.mark.usefixtures("quick")
def test_the_misses_of_one_user_lock_nobody_else(account: Account) -> None:
    miss(5, email="nobody@demo.example")
    assert attempt() == "signed in"


@pytest.mark.usefixtures("quick")
def test_the_lock_is_of_the_email_however_it_is_written(account: Account) -> None:
    for typed in (EMAIL, EMAIL.upper(), f" {EMAIL}", f"{EMAIL} ", "Conserje@demo.example"):
        miss(1, email=typed)
    assert attempt() == "sign_in_locked"


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("before", [0, 1], ids=["the first misses", "further misses"])
def test_misses_at_the_same_moment_all_count(ctx: Flask, account: Account, before: int) -> None:
    miss(before)
    assert all_at_once(ctx, [lambda: miss(1)[0]] * (5 - before)) == ["sign_in_failed"] * (5 - before)
    assert locked_for() == 30 * SECOND
    assert len(journal()) == 5


# Sessions


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
    hashed = sign_in.hash_of_new_password(account, PASSWORD, NEW_PASSWORD)
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
