"""The people of a unit, and whom to call about a visitor."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from conserje import database, tenancy
from conserje.audit.journal import Actor
from conserje.audit.models import AuditLine
from conserje.communities import residents
from conserje.communities.models import Community, Unit
from conserje.communities.residents import Contact
from conserje.database import db
from tests.builders import NOON, actor, make_account, make_administration, make_community, make_resident, make_unit


@pytest.fixture
def unit(ctx: Flask) -> Unit:
    tenancy.bind(make_community(make_administration()).id)
    return make_unit()


@pytest.fixture
def conserje(unit: Unit) -> Actor:
    community = db.session.get_one(Community, unit.community_id)
    return actor(make_account(make_administration("Otra")), community)


def names(unit: Unit) -> list[str]:
    return [resident.given_names for resident in residents.of_unit(unit)]


def contacts(unit: Unit, by: Actor) -> list[Contact]:
    return residents.open_phones(unit, by=by, now=NOON)


def test_the_principal_comes_first_then_the_order_of_contact(unit: Unit) -> None:
    for name, order, principal in (("Ana", 2, False), ("Beatriz", 1, False), ("Carla", 9, True), ("Diana", 1, False)):
        make_resident(unit, name, contact_order=order, is_principal=principal)
    assert names(unit) == ["Carla", "Beatriz", "Diana", "Ana"]


def test_a_unit_lists_its_own_residents(unit: Unit) -> None:
    make_resident(make_unit("1205"), "Vecina")
    assert names(unit) == []


def test_the_notice_number_is_called_first_then_who_may_approve_then_the_others(unit: Unit, conserje: Actor) -> None:
    unit.notice_phone = "+56961234567"
    make_resident(unit, "Ana", "Rojas", ("+56911111111",), contact_order=0)
    make_resident(unit, "Beatriz", "Rojas", ("+56922222222", "+56233333333"), contact_order=5, may_approve=True)
    make_resident(unit, "Carla", "Rojas", ("+56944444444",), contact_order=1, may_approve=True)
    assert contacts(unit, conserje) == [
        Contact("", True, ("+56961234567",)),
        Contact("Carla Rojas", True, ("+56944444444",)),
        Contact("Beatriz Rojas", True, ("+56922222222", "+56233333333")),
        Contact("Ana Rojas", False, ("+56911111111",)),
    ]


def test_a_resident_without_a_telephone_is_not_somebody_to_call(unit: Unit, conserje: Actor) -> None:
    make_resident(unit, "Ana", may_approve=True)
    assert contacts(unit, conserje) == []


def test_two_residents_of_one_name_are_two_to_call(unit: Unit, conserje: Actor) -> None:
    for number in ("+56911111111", "+56922222222"):
        make_resident(unit, "Ana", "Rojas", (number,))
    assert [contact.numbers for contact in contacts(unit, conserje)] == [("+56911111111",), ("+56922222222",)]


def test_nobody_of_another_unit_is_called(unit: Unit, conserje: Actor) -> None:
    make_resident(make_unit("1205", notice_phone="+56961234567"), "Vecina", phones=("+56911111111",))
    assert contacts(unit, conserje) == []


def test_reading_the_telephones_is_written_in_the_journal_although_nothing_changes(unit: Unit, conserje: Actor) -> None:
    make_resident(unit, "Ana", "Rojas", ("+56911111111",))
    db.session.commit()
    contacts(unit, conserje)
    database.end_request(keep=False)
    (line,) = db.session.scalars(select(AuditLine))
    assert (line.action, line.subject, line.subject_id, line.at) == ("phones.viewed", "unit", unit.id, NOON)
    assert (line.account_id, line.community_id) == (conserje.account_id, conserje.community_id)
    assert line.facts == {}
