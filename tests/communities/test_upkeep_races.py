"""Two administrators at the same moment: one unit of a name, and one principal of a unit."""

from __future__ import annotations

import pytest
from flask import Flask

from conserje import tenancy
from conserje.communities import founding, resident_upkeep, unit_upkeep
from conserje.communities.founding import NewCommunity
from conserje.communities.models import Community, ResidentKind, Unit, UnitKind
from conserje.communities.resident_upkeep import Contact, Person
from conserje.communities.unit_upkeep import UnitParticulars
from conserje.database import begin_writing, db
from conserje.errors import Refused
from conserje.identity.countries import Country
from conserje.visits import registration
from conserje.visits.unit_deletion import delete_unit
from tests.at_once import Act, held_up
from tests.builders import NOON, actor, announcement, make_administration, make_community, make_unit

NOBODY = Contact(may_approve=False, contact_order=1, phones=(), reduced_mobility=False, electro_dependent=False)


@pytest.fixture
def unit_id(ctx: Flask) -> int:
    """A unit of community 1, in which nobody lives."""
    with tenancy.acting_for(make_community(make_administration()).id):
        unit_id = make_unit("7").id
        db.session.commit()
    return unit_id


def adding_unit(number: str) -> Act:
    def request() -> object:
        tenancy.bind(1)
        community = db.session.get_one(Community, 1)
        begin_writing()
        return unit_upkeep.add(community, UnitParticulars("", number, "", UnitKind.HOUSE), by=actor(), now=NOON).id

    return request


def adding_principal(unit_id: int, name: str) -> Act:
    def request() -> object:
        tenancy.bind(1)
        unit = db.session.get_one(Unit, unit_id)
        begin_writing()
        person = Person(name, "Rojas", ResidentKind.OWNER, is_principal=True, email=None)
        return resident_upkeep.add(unit, person, NOBODY, by=actor(), now=NOON).id

    return request


def arriving(unit_id: int) -> Act:
    def request() -> object:
        tenancy.bind(1)
        unit = db.session.get_one(Unit, unit_id)
        begin_writing()
        return registration.announce(unit, announcement(), by=actor(), now=NOON).id

    return request


def deleting(unit_id: int) -> Act:
    def request() -> object:
        tenancy.bind(1)
        unit = db.session.get_one(Unit, unit_id)
        begin_writing()
        delete_unit(unit, by=actor(), now=NOON)
        return "deleted"

    return request


def founding_community(name: str) -> Act:
    def request() -> object:
        begin_writing()
        said = NewCommunity(name, Country.CL, "Calle 1", "", 10, document_required=True)
        return founding.add(1, said, by=actor(), now=NOON).id

    return request


def code(outcome: object) -> str:
    return outcome.code if isinstance(outcome, Refused) else ""


def test_a_unit_that_two_add_at_once_is_added_once(ctx: Flask, unit_id: int) -> None:
    _, second = held_up(ctx, adding_unit("Ático 1"), adding_unit("ATICO-1"))
    assert code(second) == "unit_taken"


def test_a_unit_gets_one_principal_though_two_are_given_at_once(ctx: Flask, unit_id: int) -> None:
    _, second = held_up(ctx, adding_principal(unit_id, "Ana"), adding_principal(unit_id, "Eva"))
    assert code(second) == "principal_taken"


def test_a_unit_is_not_deleted_under_a_visitor_who_arrives(ctx: Flask, unit_id: int) -> None:
    _, second = held_up(ctx, arriving(unit_id), deleting(unit_id))
    assert code(second) == "unit_has_visits"


def test_a_community_that_two_make_at_once_is_made_once(ctx: Flask, unit_id: int) -> None:
    _, second = held_up(ctx, founding_community("Edificio Mañío"), founding_community("EDIFICIO MAÑÍO"))
    assert code(second) == "community_name_taken"
