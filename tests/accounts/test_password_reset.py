"""A forgotten password: a mailed link, used once, sets a new one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from conserje import tokens
from conserje.accounts import password_reset, passwords, sign_in
from conserje.accounts.models import Account, PasswordReset, SignInLock, WebSession
from conserje.accounts.password_reset import MOST_AN_HOUR, VALID_FOR
from conserje.accounts.sign_in import email_digest
from conserje.audit.models import AuditLine
from conserje.database import db
from conserje.errors import Refused
from conserje.messages.models import Channel, Message, Purpose
from tests.builders import NOON, make_account, make_administration

HERE = "127.0.0.1"
NEW = "caballo correcto batería grapa"
MOMENT = timedelta(microseconds=1)


@pytest.fixture
def account(ctx: Flask) -> Account:
    return make_account(make_administration())


def ask(email: str = "conserje@demo.example", now: object = NOON, *, admits_examples: bool = True) -> None:
    password_reset.send_link(email, address=HERE, now=now, admits_examples=admits_examples)  # type: ignore[arg-type]


def sent() -> list[Message]:
    return list(db.session.scalars(select(Message).order_by(Message.id)))


def token() -> str:
    """What stands in the latest e-mail."""
    seed = sent()[-1].link_seed
    assert seed is not None
    return tokens.derive(seed)


def reset(now: object = NOON, with_token: str = "") -> None:
    found, account = password_reset.find(with_token or token(), now=now)  # type: ignore[arg-type]
    hashed = password_reset.hash_of_password(account, NEW)
    password_reset.set_password(found, account, hashed, address=HERE, now=now)  # type: ignore[arg-type]


def test_the_account_is_mailed_a_link(account: Account) -> None:
    ask(" Conserje@Demo.example ")
    (message,) = sent()
    assert (message.purpose, message.channel, message.recipient) == (
        Purpose.PASSWORD_RESET,
        Channel.EMAIL,
        "conserje@demo.example",
    )
    assert message.worthless_at == NOON + VALID_FOR


def test_an_unknown_email_is_mailed_nothing_and_writes_a_line_all_the_same(account: Account) -> None:
    ask("nadie@example.com")
    assert not sent()
    (line,) = db.session.scalars(select(AuditLine)).all()
    assert (line.action, line.account_id) == ("password.reset_asked", None)


def test_a_deactivated_account_is_mailed_nothing(account: Account) -> None:
    account.is_active = False
    ask()
    assert not sent()


def test_the_demonstrations_accounts_are_mailed_nothing_in_production(account: Account) -> None:
    ask(admits_examples=False)
    assert not sent()


def test_a_mailbox_is_not_filled(account: Account) -> None:
    for _ in range(MOST_AN_HOUR + 2):
        ask()
    assert len(sent()) == MOST_AN_HOUR
    ask(now=NOON + timedelta(hours=1))
    assert len(sent()) == MOST_AN_HOUR + 1


def test_the_token_lies_nowhere(account: Account) -> None:
    ask()
    row = db.session.scalars(select(PasswordReset)).one()
    assert token() not in str(vars(row)) + str(vars(sent()[0]))


def test_the_link_sets_a_new_password_once(account: Account) -> None:
    ask()
    reset()
    db.session.refresh(account)
    assert passwords.verify(account.password_hash, NEW)
    with pytest.raises(Refused, match="reset_over"):
        password_reset.find(token(), now=NOON)


def test_of_two_who_use_it_at_once_the_second_is_refused(account: Account) -> None:
    ask()
    found, owner = password_reset.find(token(), now=NOON)
    password_reset.set_password(found, owner, "first", address=HERE, now=NOON)
    with pytest.raises(Refused, match="reset_over"):
        password_reset.set_password(found, owner, "second", address=HERE, now=NOON)


def test_looking_at_it_uses_nothing_up(account: Account) -> None:
    ask()
    for _ in range(3):
        password_reset.find(token(), now=NOON)
    reset()


def test_it_ends_after_half_an_hour(account: Account) -> None:
    ask()
    password_reset.find(token(), now=NOON + VALID_FOR - MOMENT)
    with pytest.raises(Refused, match="reset_over"):
        password_reset.find(token(), now=NOON + VALID_FOR)


@pytest.mark.parametrize("bad", ["", "x", "x" * 22, "ñ" * 22])
def test_a_token_that_never_was_is_over(account: Account, bad: str) -> None:
    with pytest.raises(Refused, match="reset_over"):
        password_reset.find(bad, now=NOON)


def test_the_link_of_a_deactivated_account_is_over(account: Account) -> None:
    ask()
    account.is_active = False
    db.session.flush()
    with pytest.raises(Refused, match="reset_over"):
        password_reset.find(token(), now=NOON)


def test_an_easy_password_is_refused(account: Account) -> None:
    with pytest.raises(Refused, match="password_too_short"):
        password_reset.hash_of_password(account, "corta")


def test_it_ends_every_session_and_lifts_the_lock_and_voids_other_links(account: Account) -> None:
    sign_in.open_session(account, address=HERE, now=NOON)
    db.session.add(SignInLock(email_digest=email_digest(account.email_key), failures=9, failed_at=NOON))
    ask()
    other = token()
    ask()
    reset()
    assert not db.session.scalars(select(WebSession)).all()
    assert not db.session.scalars(select(SignInLock)).all()
    with pytest.raises(Refused, match="reset_over"):
        password_reset.find(other, now=NOON)
