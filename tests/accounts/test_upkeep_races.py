"""Two administrators at the same moment: one account for an e-mail, and never no Súper Administrador at all."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from conserje.accounts import temporary_passwords, upkeep
from conserje.accounts.models import Account
from conserje.accounts.upkeep import Particulars
from conserje.database import begin_writing, db
from conserje.errors import Refused
from conserje.permissions import Profile
from tests.at_once import Act, all_at_once, held_up
from tests.builders import NOON, actor, make_account, make_administration, make_community


@pytest.fixture
def superadmins(ctx: Flask) -> tuple[int, int]:
    cordillera = make_administration()
    make_community(cordillera)
    found = tuple(make_account(cordillera, f"{name}@demo.example", Profile.SUPERADMIN).id for name in ("super", "otro"))
    db.session.commit()
    return found  # type: ignore[return-value]


def deleting(account_id: int, by_id: int) -> Act:
    def request() -> object:
        account, by = db.session.get_one(Account, account_id), actor(db.session.get_one(Account, by_id))
        begin_writing()
        return upkeep.deactivate(account, by=by, now=NOON).id

    return request


def creating(email: str, by_id: int) -> Act:
    def request() -> object:
        by = actor(db.session.get_one(Account, by_id))
        issued = temporary_passwords.prepare()
        begin_writing()
        said = Particulars(Profile.SUPERADMIN, "Rosa", "Peña", "", email, frozenset())
        return upkeep.create(said, issued, by=by, now=NOON).id

    return request


def codes(outcomes: list[object]) -> list[str]:
    return sorted(each.code for each in outcomes if isinstance(each, Refused))


def test_two_superadmins_who_delete_each_other_leave_one(ctx: Flask, superadmins: tuple[int, int]) -> None:
    first, second = superadmins
    outcomes = list(held_up(ctx, deleting(second, first), deleting(first, second)))
    assert codes(outcomes) == ["last_superadmin"]
    db.session.rollback()
    assert db.session.scalars(select(Account.id).where(Account.is_active)).all() == [first]


def test_two_superadmins_who_delete_each_other_at_once_never_wait_for_each_other(
    ctx: Flask, superadmins: tuple[int, int]
) -> None:
    first, second = superadmins
    outcomes = all_at_once(ctx, [deleting(second, first), deleting(first, second)])
    assert codes(outcomes) == ["last_superadmin"]


def test_an_email_given_to_two_at_once_is_given_to_one(ctx: Flask, superadmins: tuple[int, int]) -> None:
    first, second = superadmins
    outcomes = list(held_up(ctx, creating("rosa@demo.example", first), creating("ROSA@demo.example", second)))
    assert codes(outcomes) == ["email_taken"]
    db.session.rollback()
    wanted = select(func.count(Account.id)).where(Account.email_key == "rosa@demo.example")
    assert db.session.scalar(wanted) == 1
