"""A community that does without the portal: nobody is invited, and nobody is sent a link."""

from __future__ import annotations

import pytest

from conserje import tenancy
from conserje.audit.journal import Actor
from conserje.communities.models import Administration, Community, Resident, ResidentKind, Unit
from conserje.communities.resident_upkeep import Contact, Person
from conserje.database import db
from conserje.errors import Refused
from conserje.permissions import Module
from conserje.portal import invitations
from tests.builders import NOON, make_account
from tests.portal.scene import House, ask, messages


@pytest.fixture
def paula(house: House) -> Actor:
    """Who invites, in a community that has just switched the portal off."""
    community = db.session.get_one(Community, house.community)
    administration = db.session.get_one(Administration, community.administration_id)
    account = make_account(administration, communities=(community,))
    community.modules_off = [Module.PORTAL.value]
    db.session.commit()
    return Actor(account.id, house.community)


def test_who_asks_at_the_door_is_sent_nothing(house: House, paula: Actor) -> None:
    ask()
    assert not messages()


def test_a_resident_is_not_invited(house: House, paula: Actor) -> None:
    with tenancy.acting_for(house.community), pytest.raises(Refused, match="module_off") as refusal:
        invitations.send(db.session.get_one(Resident, house.ana), by=paula, now=NOON)
    assert refusal.value.facts == {"community": "Edificio Los Aromos"}


def test_a_new_user_of_a_unit_is_added_and_not_mailed(house: House, paula: Actor) -> None:
    rosa = Person("Rosa", "Peña", ResidentKind.OCCUPANT, is_principal=False, email="rosa@correo.example")
    reached = Contact(may_approve=True, contact_order=2, phones=(), reduced_mobility=False, electro_dependent=False)
    with tenancy.acting_for(house.community):
        unit = db.session.get_one(Unit, house.unit)
        assert invitations.add_user(unit, rosa, reached, by=paula, now=NOON).email == "rosa@correo.example"
    assert not messages()
