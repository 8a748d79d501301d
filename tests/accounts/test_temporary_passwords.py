"""A temporary password: mailed, worth one use within 72 hours, and in no table."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from conserje import tokens
from conserje.accounts import password_reset, passwords, sign_in, temporary_passwords
from conserje.accounts.models import Account, PasswordReset, SignInLock, WebSession
from conserje.accounts.temporary_passwords import VALID_FOR
from conserje.database import db
from conserje.errors import Refused
from conserje.messages.models import Channel, Message, Purpose
from tests.builders import NOON, PASSWORD, make_account, make_administration

HERE = "127.0.0.1"
NEW = "caballo correcto batería grapa"
MOMENT = timedelta(microseconds=1)


@pytest.fixture
def account(ctx: Flask) -> Account:
    return make_account(make_administration())


def given(account: Account, now: datetime = NOON) -> str:
    """The temporary password that the account is given."""
    db.session.commit()
    issued = temporary_passwords.prepare()
    temporary_passwords.give(account, issued, now=now)
    db.session.commit()
    return tokens.legible(issued.seed)


def mailed() -> Message:
    (*_, message) = db.session.scalars(select(Message).order_by(Message.id))
    return message


def token() -> str:
    seed = mailed().link_seed
    assert seed is not None
    return tokens.derive(seed)


def enter(password: str, now: datetime = NOON) -> Account:
    return sign_in.check_credentials("conserje@demo.example", password, address=HERE, now=now, admits_examples=True)


def replace(temporary: str, new: str = NEW, now: datetime = NOON) -> None:
    reset, account = temporary_passwords.find(token(), now=now)
    hashed = temporary_passwords.hash_of_password(account, temporary, new)
    password_reset.set_password(reset, account, hashed, address=HERE, now=now)
    db.session.commit()


def test_it_is_long_enough_legible_and_different_each_time(account: Account) -> None:
    made = {given(account, NOON + timedelta(days=day)) for day in range(5)}
    assert len(made) == 5
    for each in made:
        passwords.check(each)
        assert not set(each) & set("01loiLOI")
        assert len(each) == 19


def test_it_is_mailed_with_its_link_and_lies_in_no_table(account: Account) -> None:
    temporary = given(account)
    message = mailed()
    assert (message.purpose, message.channel, message.recipient) == (
        Purpose.WELCOME, Channel.EMAIL, "conserje@demo.example",
    )  # fmt: skip
    assert message.facts == {"name": "Gustavo", "user": "conserje@demo.example", "hours": "72"}
    assert message.worthless_at == NOON + VALID_FOR
    link = token()
    db.session.commit()
    with db.engine.connect() as connection:
        rows = [str(connection.execute(select(table)).all()) for table in db.metadata.sorted_tables]
    assert not [row for row in rows if temporary in row or link in row]


def test_the_link_does_not_tell_the_password(account: Account) -> None:
    temporary = given(account)
    assert temporary.replace("-", "") not in token().casefold()


def test_with_it_one_signs_in_to_the_page_on_which_it_is_replaced(account: Account) -> None:
    temporary = given(account)
    assert temporary_passwords.token_of(enter(temporary)) == token()


def test_an_own_password_leads_to_no_such_page(account: Account) -> None:
    assert temporary_passwords.token_of(enter(PASSWORD)) is None


def test_without_its_row_it_still_opens_no_session(account: Account) -> None:
    temporary = given(account)
    db.session.query(PasswordReset).delete()
    db.session.commit()
    lost = temporary_passwords.token_of(enter(temporary))
    assert lost is not None
    with pytest.raises(Refused) as refused:
        temporary_passwords.find(lost, now=NOON)
    assert refused.value.code == "temporary_over"


def test_what_was_there_before_it_is_void(account: Account) -> None:
    sign_in.open_session(account, address=HERE, now=NOON)
    password_reset.send_link(account.email, address=HERE, now=NOON, admits_examples=True)
    forgotten = token()
    first = given(account)
    first_token = token()
    given(account, NOON + MOMENT)
    assert not db.session.scalars(select(WebSession)).all()
    for password in (PASSWORD, first):
        with pytest.raises(Refused):
            enter(password)
    for find, old in ((password_reset.find, forgotten), (temporary_passwords.find, first_token)):
        with pytest.raises(Refused):
            find(old, now=NOON)


def test_it_lapses_after_72_hours(account: Account) -> None:
    temporary = given(account)
    assert enter(temporary, NOON + VALID_FOR - MOMENT).id == account.id
    temporary_passwords.find(token(), now=NOON + VALID_FOR - MOMENT)
    with pytest.raises(Refused) as refused:
        enter(temporary, NOON + VALID_FOR)
    assert refused.value.code == "sign_in_failed"
    with pytest.raises(Refused) as refused:
        temporary_passwords.find(token(), now=NOON + VALID_FOR)
    assert refused.value.code == "temporary_over"


def test_it_is_replaced_by_ones_own_once(account: Account) -> None:
    temporary = given(account)
    db.session.add(SignInLock(email_digest=sign_in.email_digest(account.email_key), failures=3, failed_at=NOON))
    db.session.commit()
    replace(f" {temporary}\n")
    assert temporary_passwords.token_of(enter(NEW)) is None
    assert not db.session.scalars(select(SignInLock)).all()
    with pytest.raises(Refused):
        enter(temporary)
    with pytest.raises(Refused) as refused:
        temporary_passwords.find(token(), now=NOON)
    assert refused.value.code == "temporary_over"


def test_of_two_who_replace_it_at_once_the_second_is_refused(account: Account) -> None:
    temporary = given(account)
    reset, found = temporary_passwords.find(token(), now=NOON)
    hashed = temporary_passwords.hash_of_password(found, temporary, NEW)
    replace(temporary)
    with pytest.raises(Refused) as refused:
        password_reset.set_password(reset, found, hashed, address=HERE, now=NOON)
    assert refused.value.code == "reset_over"


@pytest.mark.parametrize(
    ("temporary", "new", "code"),
    [
        ("otra cosa bien larga", NEW, "temporary_wrong"),
        ("", NEW, "temporary_wrong"),
        ("the temporary one", "the temporary one", "password_same"),
        ("the temporary one", "corta", "password_too_short"),
    ],
)
def test_what_does_not_do_is_refused(account: Account, temporary: str, new: str, code: str) -> None:
    made = given(account)
    _, found = temporary_passwords.find(token(), now=NOON)
    typed = [made if each == "the temporary one" else each for each in (temporary, new)]
    with pytest.raises(Refused) as refused:
        temporary_passwords.hash_of_password(found, *typed)
    assert refused.value.code == code


def test_a_deleted_account_replaces_nothing(account: Account) -> None:
    given(account)
    account.is_active = False
    db.session.commit()
    with pytest.raises(Refused):
        temporary_passwords.find(token(), now=NOON)


def test_the_link_of_a_forgotten_password_replaces_it_too(account: Account) -> None:
    given(account)
    welcome = token()
    password_reset.send_link(account.email, address=HERE, now=NOON, admits_examples=True)
    reset, found = password_reset.find(token(), now=NOON)
    hashed = password_reset.hash_of_password(found, NEW)
    password_reset.set_password(reset, found, hashed, address=HERE, now=NOON)
    db.session.commit()
    db.session.refresh(account)
    assert account.temporary_until is None
    assert temporary_passwords.token_of(enter(NEW)) is None
    with pytest.raises(Refused):
        temporary_passwords.find(welcome, now=NOON)


def test_neither_link_opens_the_others_door(account: Account) -> None:
    given(account)
    with pytest.raises(Refused):
        password_reset.find(token(), now=NOON)
    password_reset.send_link(account.email, address=HERE, now=NOON, admits_examples=True)
    with pytest.raises(Refused):
        temporary_passwords.find(token(), now=NOON)
