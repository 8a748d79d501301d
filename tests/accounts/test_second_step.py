"""The code between the right password and the session: its window, once, the lock, recovery codes, the proof."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from pyotp import TOTP
from sqlalchemy import select

from conserje import tokens
from conserje.accounts import password_reset, second_factor, second_step, sign_in
from conserje.accounts.models import Account, PasswordReset, SecondFactor, SignInLock
from conserje.audit.models import AuditLine
from conserje.database import begin_writing, db, end_request
from conserje.errors import Refused
from conserje.permissions import Profile
from tests.accounts.test_second_factor import session_of
from tests.at_once import held_up
from tests.builders import NOON, actor, make_account, make_administration, make_community

ADDRESS = "203.0.113.7"
SECOND, STEP = timedelta(seconds=1), timedelta(seconds=30)
# NOON begins a step of 30 seconds; the code that set the factor up was that of the step before the last.
BEGAN = NOON - 2 * STEP


@pytest.fixture
def codes() -> list[str]:
    return []


@pytest.fixture
def account(ctx: Flask, codes: list[str]) -> Account:
    """An administrator with a second factor, whose recovery codes are `codes`."""
    account = make_account(make_administration(), "admin@demo.example", Profile.ADMIN)
    second_factor.begin(account, by=actor(account), now=BEGAN)
    first = TOTP(second_factor.secret_to_confirm(account, now=BEGAN)).at(BEGAN)
    codes += second_factor.confirm(account, first, keep=session_of(account), by=actor(account), now=BEGAN)
    db.session.commit()
    return account


def code_at(moment: datetime) -> str:
    seed = db.session.scalars(select(SecondFactor.seed)).one()
    return TOTP(tokens.authenticator_secret(seed)).at(moment)


def attempt(account: Account, typed: str, *, now: datetime = NOON, recovery: bool = False) -> str:
    """How an attempt ends, as a request of its own."""
    take = second_step.take_recovery_code if recovery else second_step.take_code
    begin_writing()
    try:
        take(account, typed, address=ADDRESS, now=now)
    except Refused as refusal:
        end_request(keep=False)
        return refusal.code
    end_request(keep=True)
    return "taken"


@pytest.mark.parametrize(
    ("ago", "outcome"),
    [
        (2 * STEP, "code_wrong"),
        (STEP, "taken"),
        (timedelta(0), "taken"),
        (-STEP, "taken"),
        (-2 * STEP, "code_wrong"),
    ],
)
def test_the_code_of_now_and_of_one_step_before_and_after_is_taken(
    account: Account, ago: timedelta, outcome: str
) -> None:
    assert attempt(account, code_at(NOON - ago)) == outcome


def test_a_code_is_taken_once_and_no_earlier_one_after_it(account: Account) -> None:
    assert attempt(account, code_at(NOON)) == "taken"
    assert attempt(account, code_at(NOON)) == "code_wrong"
    assert attempt(account, code_at(NOON - STEP)) == "code_wrong"
    assert attempt(account, code_at(NOON + STEP)) == "taken"


def test_the_code_that_set_it_up_does_not_sign_in(account: Account) -> None:
    assert attempt(account, code_at(BEGAN), now=BEGAN) == "code_wrong"


@pytest.mark.parametrize("typed", ["", "000 000", "abcdef", "1" * 500, "😀" * 6])
def test_nonsense_is_no_code(account: Account, typed: str) -> None:
    assert attempt(account, typed) == "code_wrong"


def test_of_two_who_bring_the_same_code_at_once_one_gets_in(ctx: Flask, account: Account) -> None:
    code, account_id = code_at(NOON), account.id
    db.session.rollback()

    def act() -> object:
        holder = db.session.get_one(Account, account_id)
        begin_writing()
        second_step.take_code(holder, code, address=ADDRESS, now=NOON)
        return "taken"

    first, second = held_up(ctx, act, act)
    assert first == "taken"
    assert isinstance(second, Refused)
    assert second.code == "code_wrong"


def test_a_recovery_code_is_taken_once_however_it_is_typed(account: Account, codes: list[str]) -> None:
    assert attempt(account, f"  {codes[0].upper().replace('-', ' ')} ", recovery=True) == "taken"
    assert attempt(account, codes[0], recovery=True) == "recovery_code_wrong"
    assert second_factor.recovery_codes_left(account) == 9
    line = db.session.scalars(select(AuditLine).where(AuditLine.action == "second_factor.recovered")).one()
    assert line.facts == {"left": 9}


def test_of_two_who_bring_the_same_recovery_code_at_once_one_gets_in(
    ctx: Flask, account: Account, codes: list[str]
) -> None:
    account_id = account.id
    db.session.rollback()

    def act() -> object:
        holder = db.session.get_one(Account, account_id)
        begin_writing()
        second_step.take_recovery_code(holder, codes[0], address=ADDRESS, now=NOON)
        return "taken"

    first, second = held_up(ctx, act, act)
    assert first == "taken"
    assert isinstance(second, Refused)


def test_a_recovery_code_is_its_account_s_alone(account: Account, codes: list[str]) -> None:
    community = make_community(make_administration("Otra"), "Otra")
    stranger = make_account(make_administration("Tercera"), "otra@demo.example", Profile.ADMIN, (community,))
    db.session.commit()
    assert attempt(stranger, codes[0], recovery=True) == "recovery_code_wrong"


@pytest.mark.parametrize("recovery", [False, True])
def test_five_misses_lock_both_ways_and_a_new_password_by_mail_does_not_help(
    account: Account, codes: list[str], recovery: bool
) -> None:
    wrong = "recovery_code_wrong" if recovery else "code_wrong"
    assert [attempt(account, "0", recovery=recovery) for _ in range(6)] == [wrong] * 5 + ["sign_in_locked"]
    sign_in.lift_lock(account)
    db.session.commit()
    assert attempt(account, code_at(NOON)) == "sign_in_locked"
    assert attempt(account, codes[0], recovery=True) == "sign_in_locked"
    later = NOON + sign_in.FIRST_LOCK
    assert attempt(account, code_at(later), now=later) == "taken"
    assert db.session.get(SignInLock, second_step.misses_digest(account)) is None


def test_a_miss_is_written_in_the_journal_without_what_was_typed(account: Account) -> None:
    attempt(account, "123321")
    line = db.session.scalars(select(AuditLine).order_by(AuditLine.id.desc())).first()
    assert line
    assert (line.action, line.subject_id, line.facts) == ("sign_in.failed", account.id, {"step": "second"})


def test_a_factor_that_was_switched_off_meanwhile_takes_nothing(account: Account, codes: list[str]) -> None:
    code = code_at(NOON)
    second_factor.switch_off(account, by=actor(account), now=NOON)
    db.session.commit()
    assert attempt(account, code) == "second_step_over"
    assert attempt(account, codes[0], recovery=True) == "recovery_code_wrong"


# The proof of the password


def test_the_proof_of_the_password_lasts_five_minutes(account: Account) -> None:
    proof = second_step.proof_of_password(account, now=NOON)
    end = NOON + second_step.VALID_FOR
    assert second_step.holder_of(proof, now=end - SECOND) is account
    with pytest.raises(Refused, match="second_step_over"):
        second_step.holder_of(proof, now=end)


def test_a_changed_password_makes_the_proof_void(account: Account) -> None:
    proof = second_step.proof_of_password(account, now=NOON)
    account.password_hash = "another"
    with pytest.raises(Refused, match="second_step_over"):
        second_step.holder_of(proof, now=NOON)


@pytest.mark.parametrize("change", ["deactivated", "switched off", "a conserje"])
def test_the_proof_is_void_where_the_account_is_another_by_now(account: Account, change: str) -> None:
    proof = second_step.proof_of_password(account, now=NOON)
    match change:
        case "deactivated":
            account.is_active = False
        case "switched off":
            second_factor.switch_off(account, by=actor(account), now=NOON)
        case _:
            account.profile = Profile.CONSERJE
    with pytest.raises(Refused, match="second_step_over"):
        second_step.holder_of(proof, now=NOON)


@pytest.mark.parametrize("part", range(3))
def test_a_proof_that_somebody_made_up_is_none(account: Account, part: int) -> None:
    parts = second_step.proof_of_password(account, now=NOON).split(".")
    for other in ("", "0", "99999999999", "x", "²"):
        made_up = ".".join([*parts[:part], other, *parts[part + 1 :]])
        with pytest.raises(Refused, match="second_step_over"):
            second_step.holder_of(made_up, now=NOON)


def test_a_password_chosen_by_mail_leaves_the_second_factor_on(account: Account) -> None:
    password_reset.send_link(account.email, address=ADDRESS, now=NOON, admits_examples=True)
    db.session.flush()
    reset = db.session.scalars(select(PasswordReset)).one()
    password_reset.set_password(reset, account, "hash", address=ADDRESS, now=NOON)
    assert second_factor.is_on(account)
