"""A form that was posted twice is carried out once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from conserje import database
from conserje.accounts.models import Account
from conserje.communities.models import Administration
from conserje.database import db
from conserje.idempotency import KEPT_FOR, AlreadySubmitted, SubmissionKey, claim, fingerprint, settle
from tests.builders import NOON, make_account, make_administration

KEY = "k" * 64
SAID = fingerprint({"full_name": "Camila Soto"})
OTHERWISE = fingerprint({"full_name": "Elena Paz"})
MOMENT = timedelta(microseconds=1)


@pytest.fixture
def account(ctx: Flask) -> Account:
    account = make_account(make_administration())
    db.session.commit()
    return account


def post(account: Account, *, key: str = KEY, said: str = SAID, result: int | None = 7, now: object = NOON) -> None:
    """A whole request with the key, that comes to this result."""
    database.begin_writing()
    claim(account.id, key, said, now)  # type: ignore[arg-type]
    if result is not None:
        settle(account.id, key, result)
    database.end_request(keep=True)


def again(account: Account, **values: object) -> AlreadySubmitted:
    with pytest.raises(AlreadySubmitted) as already:
        post(account, **values)  # type: ignore[arg-type]
    database.end_request(keep=False)
    return already.value


def keys() -> list[str]:
    return list(db.session.scalars(select(SubmissionKey.key).order_by(SubmissionKey.created_at)))


# The key


def test_a_key_that_was_used_gives_the_first_result_again(account: Account) -> None:
    post(account, result=42)
    repeated = again(account)
    assert (repeated.same, repeated.result_id) == (True, 42)


def test_a_key_that_was_used_with_other_fields_is_told_apart(account: Account) -> None:
    post(account, result=42)
    repeated = again(account, said=OTHERWISE)
    assert (repeated.same, repeated.result_id) == (False, 42)


def test_a_repetition_changes_nothing_of_the_first(account: Account) -> None:
    post(account, result=42)
    again(account, said=OTHERWISE, result=43)
    assert (again(account).same, again(account).result_id) == (True, 42)


def test_another_key_is_another_form(account: Account) -> None:
    post(account)
    post(account, key="another")
    assert len(keys()) == 2


def test_a_key_is_of_one_account(account: Account) -> None:
    post(account, result=42)
    administration = db.session.get_one(Administration, account.administration_id)
    colleague = make_account(administration, "colleague@demo.example")
    db.session.commit()
    post(colleague, result=43)
    assert keys() == [KEY, KEY]
    assert (again(account).result_id, again(colleague).result_id) == (42, 43)


def test_a_request_that_is_refused_frees_its_key(account: Account) -> None:
    database.begin_writing()
    claim(account.id, KEY, SAID, NOON)
    database.end_request(keep=False)
    post(account, said=OTHERWISE, result=42)
    assert again(account, said=OTHERWISE).result_id == 42


def test_a_key_is_known_within_its_own_request(account: Account) -> None:
    claim(account.id, KEY, SAID, NOON)
    with pytest.raises(AlreadySubmitted):
        claim(account.id, KEY, SAID, NOON)


def test_a_key_without_a_result_is_known_all_the_same(account: Account) -> None:
    post(account, result=None)
    assert (again(account).same, again(account).result_id) == (True, None)


# For 24 hours


def test_a_key_is_kept_for_24_hours(account: Account) -> None:
    assert timedelta(hours=24) == KEPT_FOR
    post(account, result=42)
    assert again(account, now=NOON + KEPT_FOR).result_id == 42


def test_after_24_hours_the_key_is_gone(account: Account) -> None:
    post(account, result=42)
    post(account, now=NOON + KEPT_FOR + MOMENT, result=43)
    assert again(account, now=NOON + KEPT_FOR + MOMENT).result_id == 43


def test_every_claim_clears_away_what_is_older(account: Account) -> None:
    post(account, key="old")
    post(account, key="younger", now=NOON + MOMENT)
    post(account, key="new", now=NOON + KEPT_FOR + MOMENT)
    assert keys() == ["younger", "new"]


# What a form said


def test_the_same_fields_in_another_order_are_the_same() -> None:
    assert fingerprint({"a": 1, "b": "x"}) == fingerprint({"b": "x", "a": 1})


@pytest.mark.parametrize(
    ("fields", "others"),
    [
        ({"a": "x"}, {"a": "y"}),
        ({"a": "x"}, {"b": "x"}),
        ({"a": "x"}, {"a": "x", "b": ""}),
        ({"a": "1"}, {"a": 1}),
        ({"a": None}, {"a": ""}),
        ({"a": NOON}, {"a": NOON + MOMENT}),
        ({"a": "x", "b": "yz"}, {"a": "xy", "b": "z"}),
    ],
)
def test_other_fields_are_told_apart(fields: dict[str, object], others: dict[str, object]) -> None:
    assert fingerprint(fields) != fingerprint(others)


def test_nothing_of_what_was_said_is_kept(account: Account) -> None:
    post(account)
    (row,) = db.session.scalars(select(SubmissionKey))
    assert row.fingerprint == SAID
    assert len(SAID) == 64
    assert "Camila" not in str(vars(row))
