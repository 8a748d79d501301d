"""Signing in, and the lock on guessing."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from conserje import database
from conserje.accounts import passwords
from conserje.accounts.models import Account, SignInLock
from conserje.accounts.sign_in import check_credentials, email_key, lock_after, open_session
from conserje.audit.models import AuditLine
from conserje.communities.models import Administration
from conserje.database import db
from conserje.errors import Refused
from tests.at_once import all_at_once
from tests.builders import NOON, PASSWORD, make_account, make_administration

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
        account = check_credentials(email, password, address=ADDRESS, admits_examples=True, now=now)
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
    assert check_credentials(EMAIL, PASSWORD, address=ADDRESS, admits_examples=True, now=NOON).id == account.id


@pytest.mark.parametrize("typed", ["CONSERJE@Demo.Example", "  conserje@demo.example "])
def test_an_email_is_compared_without_case_and_spaces_around_it(account: Account, typed: str) -> None:
    assert check_credentials(typed, PASSWORD, address=ADDRESS, admits_examples=True, now=NOON).id == account.id


def refusal(email: str, password: str) -> Refused:
    with pytest.raises(Refused) as refused:
        check_credentials(email, password, address=ADDRESS, admits_examples=True, now=NOON)
    return refused.value


@pytest.mark.parametrize("password", ["", "Conserje-Demo-2026", PASSWORD + " ", "x" * 200])
def test_a_wrong_password_is_refused(account: Account, password: str) -> None:
    assert refusal(EMAIL, password).code == "sign_in_failed"


def test_an_unknown_user_a_wrong_password_and_an_inactive_account_get_the_same_answer(account: Account) -> None:
    account.is_active = False
    db.session.commit()
    answers = [refusal(EMAIL, PASSWORD), refusal(EMAIL, "wrong"), refusal("nobody@demo.example", PASSWORD)]
    assert {(each.code, each.field, str(each.facts)) for each in answers} == {("sign_in_failed", None, "{}")}


@pytest.mark.parametrize("email", [EMAIL, "CONSERJE@DEMO.EXAMPLE "])
def test_an_account_of_the_demonstration_does_not_enter_where_examples_are_not_admitted(
    account: Account, email: str
) -> None:
    with pytest.raises(Refused) as refused:
        check_credentials(email, PASSWORD, address=ADDRESS, admits_examples=False, now=NOON)
    assert (refused.value.code, refused.value.facts) == ("sign_in_failed", {})
    database.end_request(keep=False)
    assert [line.action for line in journal()] == ["sign_in.failed"]


def test_every_other_account_enters_where_examples_are_not_admitted(account: Account) -> None:
    administration = db.session.get_one(Administration, account.administration_id)
    other = make_account(administration, "paula@demo.example.test")
    db.session.commit()
    found = check_credentials(other.email, PASSWORD, address=ADDRESS, admits_examples=False, now=NOON)
    assert found.id == other.id


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
    check_credentials(EMAIL, PASSWORD, address=ADDRESS, admits_examples=True, now=NOON)
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
        check_credentials(EMAIL, PASSWORD, address=ADDRESS, admits_examples=True, now=later)
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
