"""The audit journal: written with the act or in spite of its failure, never changed, and without anybody's data."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from conserje import clock, database, tenancy
from conserje.accounts import passwords, sign_in
from conserje.accounts.models import Account
from conserje.audit.journal import Actor, record, record_now
from conserje.audit.models import AuditLine
from conserje.communities import residents
from conserje.communities.models import Administration, Resident, ResidentPhone, Unit
from conserje.database import db
from conserje.errors import Refused
from conserje.permissions import Permission
from conserje.visits import approval, board, presence, registration
from conserje.visits.models import Method, Visit, Visitor
from tests.builders import (
    NOON,
    PASSWORD,
    RUN,
    announcement,
    make_account,
    make_administration,
    make_community,
    make_resident,
    make_unit,
)

SOMEBODY = Actor(7, 9, "203.0.113.7")


@pytest.fixture(autouse=True)
def _context(ctx: Flask) -> None:
    pass


def journal() -> list[AuditLine]:
    return list(db.session.scalars(select(AuditLine).order_by(AuditLine.id)))


def actions() -> list[str]:
    return [line.action for line in journal()]


# What a line holds


@pytest.mark.parametrize("write", [record, record_now])
def test_a_line_says_who_did_what_on_which_row_when_and_from_where(write: object) -> None:
    write("visit.accepted", "visit", 42, by=SOMEBODY, at=NOON, facts={"method": "call"})  # type: ignore[operator]
    database.end_request(keep=True)
    (line,) = journal()
    assert (line.account_id, line.community_id, line.address) == (7, 9, "203.0.113.7")
    assert (line.action, line.subject, line.subject_id) == ("visit.accepted", "visit", 42)
    assert (line.at, line.facts) == (NOON, {"method": "call"})


def test_the_system_acts_without_an_account() -> None:
    record("visit.accepted", "visit", 42, by=Actor(None, 9), at=NOON)
    database.end_request(keep=True)
    (line,) = journal()
    assert (line.account_id, line.address, line.facts) == (None, "", {})


def test_an_actor_may_do_what_the_permissions_say() -> None:
    conserje = Actor(1, 2, permissions=frozenset({Permission.DECIDE_VISITS}))
    assert conserje.may(Permission.DECIDE_VISITS)
    assert not conserje.may(Permission.OVERRIDE_ACCESS_LIST)
    assert not any(map(SOMEBODY.may, Permission))


# With the act, or in spite of its failure


def test_an_act_that_is_undone_leaves_no_line() -> None:
    record("visit.accepted", "visit", 42, by=SOMEBODY, at=NOON)
    database.end_request(keep=False)
    assert actions() == []


def test_what_is_recorded_now_survives_a_rollback() -> None:
    db.session.add(Administration(name="Undone"))
    db.session.flush()
    record_now("profile.viewed", "visitor", 42, by=SOMEBODY, at=NOON)
    database.end_request(keep=False)
    assert actions() == ["profile.viewed"]
    assert db.session.scalars(select(Administration)).all() == []


def test_what_is_recorded_now_is_written_when_the_request_is_kept_too() -> None:
    record("visit.entered", "visit", 42, by=SOMEBODY, at=NOON)
    record_now("profile.viewed", "visitor", 42, by=SOMEBODY, at=NOON)
    database.end_request(keep=True)
    assert actions() == ["visit.entered", "profile.viewed"]


def test_what_is_recorded_now_is_written_once() -> None:
    record_now("profile.viewed", "visitor", 42, by=SOMEBODY, at=NOON)
    database.end_request(keep=False)
    database.end_request(keep=False)
    assert actions() == ["profile.viewed"]


# Append-only


CHANGES = (
    "UPDATE audit_line SET account_id = 1",
    "UPDATE audit_line SET facts = facts",
    "DELETE FROM audit_line",
    "DELETE FROM audit_line WHERE id > 0",
)
CHANGES_OF_ITS_OWN = {
    "sqlite": (
        "INSERT OR REPLACE INTO audit_line "
        "SELECT id, at, 1, community_id, action, subject, subject_id, facts, address FROM audit_line",
        "UPDATE OR REPLACE audit_line SET account_id = 1",
    ),
    "postgresql": (
        "TRUNCATE audit_line",
        "INSERT INTO audit_line SELECT * FROM audit_line ON CONFLICT (id) DO UPDATE SET account_id = 1",
    ),
}


@pytest.fixture
def line() -> AuditLine:
    # By the database's own clock: what is younger than a year.
    record("visit.accepted", "visit", 42, by=SOMEBODY, at=clock.now() - timedelta(days=364))
    db.session.commit()
    (line,) = journal()
    db.session.commit()
    return line


def test_the_database_refuses_to_change_or_delete_a_line(line: AuditLine) -> None:
    for statement in CHANGES + CHANGES_OF_ITS_OWN[db.engine.dialect.name]:
        with pytest.raises(DBAPIError, match="append-only"), db.engine.begin() as connection:
            connection.exec_driver_sql(statement)
    db.session.expire_all()
    assert [(each.id, each.account_id) for each in journal()] == [(line.id, 7)]


def test_the_session_does_not_get_past_the_database(line: AuditLine) -> None:
    line.action = "nothing.happened"
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.flush()
    db.session.rollback()
    db.session.delete(line)
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.flush()
    db.session.rollback()
    assert actions() == ["visit.accepted"]


def test_a_line_of_more_than_a_year_may_be_deleted_and_still_not_changed(ctx: Flask) -> None:
    record("visit.accepted", "visit", 42, by=SOMEBODY, at=clock.now() - timedelta(days=366))
    db.session.commit()
    with pytest.raises(DBAPIError, match="append-only"), db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE audit_line SET account_id = 1")
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM audit_line")
    assert journal() == []


# Ids, never people


NAMES = ("Zoraida", "Quiñihual", "Wenceslao", "Huenchumilla", "zoraida.q@demo.example")
NUMBERS = (RUN.number, "12.345.678-5", "12345678", "+56961234567", "+56987654321", "BBCL23")


def test_no_act_writes_a_name_a_document_or_a_number_into_the_journal() -> None:
    administration = make_administration()
    community = make_community(administration)
    account = make_account(
        administration, NAMES[4], communities=(community,), given_name=NAMES[0], paternal_surname=NAMES[1]
    )
    tenancy.bind(community.id)
    unit = make_unit(notice_phone="+56961234567")
    make_resident(unit, NAMES[2], NAMES[3], ("+56987654321",))
    db.session.commit()
    by = Actor(account.id, community.id, "127.0.0.1", frozenset(Permission))

    _everything_the_gate_does(unit, by)
    _everything_an_account_does(account, by)
    database.end_request(keep=True)

    lines = journal()
    assert {line.action for line in lines} == {
        "visit.announced",
        "visit.accepted",
        "visit.rejected",
        "visit.entered",
        "visit.left",
        "profile.viewed",
        "phones.viewed",
        "sign_in",
        "sign_in.failed",
        "sign_out",
        "password.changed",
    }
    for each in lines:
        said = json.dumps([each.action, each.subject, each.facts, each.address], ensure_ascii=False).casefold()
        assert not [word for word in (*NAMES, *NUMBERS) if word.casefold() in said]


def _everything_the_gate_does(unit: Unit, by: Actor) -> None:
    said = announcement(f"{NAMES[0]} {NAMES[3]}", RUN, plate=NUMBERS[-1], note=f"La espera {NAMES[2]}.")
    visit = registration.announce(unit, said, by=by, now=NOON)
    approval.accept(visit, Method.CALL, f"Contestó {NAMES[2]}.", by=by, now=NOON)
    presence.mark_exit(visit, by=by, now=NOON)
    presence.mark_entry(visit, by=by, now=NOON)
    other = registration.announce(unit, announcement(NAMES[2], RUN), by=by, now=NOON)
    approval.reject(other, f"{NAMES[3]} no lo espera.", by=by, now=NOON)
    board.open_profile(db.session.get_one(Visitor, visit.visitor_id), by=by, now=NOON)
    residents.open_phones(unit, by=by, now=NOON)


def _everything_an_account_does(account: Account, by: Actor) -> None:
    token = sign_in.open_session(account, address="127.0.0.1", now=NOON)
    found = sign_in.resume(token, NOON)
    assert found is not None
    sign_in.change_password(account, passwords.hash_password(PASSWORD), keep=found[0], by=by, now=NOON)
    sign_in.close_session(found[0], by=by, now=NOON)
    db.session.commit()
    for email in (NAMES[4], f"otra.{NAMES[4]}"):
        with pytest.raises(Refused):
            sign_in.check_credentials(email, "not the password", address="127.0.0.1", admits_examples=True, now=NOON)


def test_a_line_outlives_what_it_speaks_of() -> None:
    community = make_community(make_administration())
    with tenancy.acting_for(community.id):
        unit = make_unit()
        visit = registration.announce(unit, announcement(), by=Actor(None, community.id), now=NOON)
        db.session.delete(unit)
        db.session.flush()
        for model in (Visit, Visitor, Resident, ResidentPhone):
            assert db.session.scalars(select(model)).all() == []
    assert [line.subject_id for line in journal()] == [visit.id]
