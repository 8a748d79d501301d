"""The one number of a unit that notices go to: set, changed, deleted, and what is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update

from conserje import tenancy
from conserje.audit.journal import Actor
from conserje.audit.models import AuditLine
from conserje.communities import notice_numbers
from conserje.communities.models import Unit
from conserje.database import begin_writing, db
from conserje.errors import Refused
from conserje.identity.countries import Country
from conserje.permissions import Profile
from tests.at_once import held_up
from tests.builders import NOON, Cast, actor, make_account, make_administration, make_community, make_unit

HELD, OTHER = "+56961234567", "+56987654321"
HELD_MASKED = "+56 9 ···· 4567"


@pytest.fixture
def unit(ctx: Flask) -> Unit:
    tenancy.bind(make_community(make_administration()).id)
    return make_unit()


@pytest.fixture
def with_number(unit: Unit) -> Unit:
    unit.notice_phone = HELD
    db.session.flush()
    return unit


def colombian_unit() -> Unit:
    community = make_community(make_administration("Gestión Andina"), "Torres de la Sabana", Country.CO)
    tenancy.bind(community.id)
    return make_unit("501", "")


def put(unit: Unit, typed: str, seen: str | None = None, by: Actor | None = None) -> Unit:
    return notice_numbers.set_number(unit, typed, by=by or actor(), now=NOON, seen=seen)


def delete(unit: Unit, seen: str | None = None, by: Actor | None = None) -> Unit:
    return notice_numbers.delete_number(unit, by=by or actor(), now=NOON, seen=seen)


def stored(unit: Unit) -> str | None:
    return db.session.scalars(select(Unit.notice_phone).where(Unit.id == unit.id)).one()


def written() -> list[AuditLine]:
    db.session.flush()
    return list(db.session.scalars(select(AuditLine).order_by(AuditLine.id)))


def refused(act: Callable[[], Unit]) -> Refused:
    with pytest.raises(Refused) as refusal:
        act()
    return refusal.value


def test_a_unit_without_a_number_gets_one(unit: Unit) -> None:
    assert put(unit, "9 6123 4567") is unit
    assert stored(unit) == unit.notice_phone == HELD


def test_another_number_takes_the_place_of_the_one_there(with_number: Unit) -> None:
    put(with_number, "+56 9 8765 4321")
    assert stored(with_number) == with_number.notice_phone == OTHER


def test_the_same_number_serves_several_units(with_number: Unit) -> None:
    assert put(make_unit("1205"), HELD).notice_phone == HELD
    assert stored(with_number) == HELD


def test_a_colombian_community_takes_colombian_mobiles(ctx: Flask) -> None:
    assert put(colombian_unit(), "300 123 4567").notice_phone == "+573001234567"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "phone_required"),
        ("   ", "phone_required"),
        ("9 6123", "phone_malformed"),
        ("mi celular", "phone_malformed"),
        ("+57 300 123 4567", "phone_foreign"),
        ("+1 202 555 0147", "phone_foreign"),
        ("600 360 0077", "phone_without_sms"),
        ("800 200 200", "phone_without_sms"),
    ],
)
def test_what_is_no_mobile_of_chile_is_refused_and_the_number_stays(with_number: Unit, typed: str, code: str) -> None:
    refusal = refused(lambda: put(with_number, typed))
    assert (refusal.code, refusal.field) == (code, "phone")
    assert stored(with_number) == HELD
    assert written() == []


@pytest.mark.parametrize(
    ("typed", "code"), [("601 234 5678", "phone_without_sms"), ("+56 9 6123 4567", "phone_foreign")]
)
def test_what_is_no_mobile_of_colombia_is_refused(ctx: Flask, typed: str, code: str) -> None:
    unit = colombian_unit()
    assert refused(lambda: put(unit, typed)).code == code
    assert unit.notice_phone is None


def test_a_deleted_number_leaves_none(with_number: Unit) -> None:
    assert delete(with_number).notice_phone is None
    assert stored(with_number) is None


def test_deleting_where_there_is_none_changes_and_writes_nothing(unit: Unit) -> None:
    assert delete(unit).notice_phone is None
    assert written() == []


def test_setting_the_number_that_is_there_changes_and_writes_nothing(with_number: Unit) -> None:
    put(with_number, "9 6123 4567", seen="")
    assert stored(with_number) == HELD
    assert written() == []


def test_the_journal_tells_what_was_done_and_not_the_number(unit: Unit) -> None:
    paula = actor(make_account(make_administration("Otra"), "paula@demo.example", Profile.ADMIN))
    put(unit, HELD, by=paula)
    put(unit, OTHER, by=paula)
    delete(unit, by=paula)
    lines = written()
    assert [line.action for line in lines] == ["unit.number_set", "unit.number_set", "unit.number_deleted"]
    assert {(line.subject, line.subject_id, line.at) for line in lines} == {("unit", unit.id, NOON)}
    assert {line.account_id for line in lines} == {paula.account_id}
    assert not any("6123" in str(line.facts) or "8765" in str(line.facts) for line in lines)


@pytest.mark.parametrize("seen", ["", "+56 9 ···· 9999"])
def test_a_number_that_changed_since_it_was_seen_is_neither_replaced_nor_deleted(with_number: Unit, seen: str) -> None:
    assert refused(lambda: put(with_number, OTHER, seen=seen)).code == "number_changed"
    assert refused(lambda: delete(with_number, seen=seen)).code == "number_changed"
    assert stored(with_number) == HELD
    assert written() == []


def test_a_number_that_was_deleted_since_it_was_seen_is_not_replaced(unit: Unit) -> None:
    assert refused(lambda: put(unit, OTHER, seen=HELD_MASKED)).code == "number_changed"
    assert delete(unit, seen=HELD_MASKED).notice_phone is None


def test_the_number_that_was_seen_is_replaced_and_deleted(with_number: Unit) -> None:
    put(with_number, OTHER, seen=HELD_MASKED)
    delete(with_number, seen="+56 9 ···· 4321")
    assert stored(with_number) is None


def test_what_somebody_else_changed_after_this_session_read_it_counts(with_number: Unit) -> None:
    """The unit in hand is old: what is compared with what was seen is what lies in the database."""
    db.session.execute(
        update(Unit).where(Unit.id == with_number.id).values(notice_phone=OTHER),
        execution_options={"synchronize_session": False},
    )
    assert with_number.notice_phone == HELD
    assert refused(lambda: delete(with_number, seen=HELD_MASKED)).code == "number_changed"
    assert stored(with_number) == OTHER


def test_of_two_who_set_a_number_at_once_the_first_wins_and_the_second_is_told(app: Flask, cast: Cast) -> None:
    unit_id = cast.units["aromos-102"]

    def setting(typed: str) -> Callable[[], str | None]:
        def act() -> str | None:
            tenancy.bind(cast.aromos)
            unit = db.session.get_one(Unit, unit_id)
            begin_writing()
            return notice_numbers.set_number(unit, typed, by=actor(), now=NOON, seen="").notice_phone

        return act

    first, second = held_up(app, setting(HELD), setting(OTHER))
    assert first == HELD
    assert isinstance(second, Refused)
    assert second.code == "number_changed"
    with app.app_context(), tenancy.acting_for(cast.aromos):
        assert db.session.get_one(Unit, unit_id).notice_phone == HELD
