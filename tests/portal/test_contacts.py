"""What is typed at the portal's door, and whose rows carry it."""

from __future__ import annotations

import pytest
from flask import Flask

from conserje import tenancy
from conserje.communities.models import Community, Resident
from conserje.database import db
from conserje.errors import Refused
from conserje.permissions import Module
from conserje.portal import contacts
from tests.portal.scene import MAIL, PHONE, House, build_house


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (" Ana@Correo.Example ", "ana@correo.example"),
        ("9 8765 4321", PHONE),
        ("+56 9 8765 4321", PHONE),
        ("300 123 4567", "+573001234567"),
        ("+57 300 123 4567", "+573001234567"),
    ],
)
def test_an_email_or_a_mobile_of_either_country_is_read(typed: str, read: str) -> None:
    assert contacts.parse(typed) == read


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (" ", "contact_required"),
        ("ana@", "contact_malformed"),
        ("123", "contact_malformed"),
        ("+1 202 555 0123", "contact_malformed"),
        ("601 234 5678", "phone_without_sms"),
    ],
)
def test_anything_else_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Refused, match=code) as refused:
        contacts.parse(typed)
    assert refused.value.field == "contact"


def test_a_contact_opens_every_row_that_carries_it_over_all_communities(house: House) -> None:
    other = build_house("Condominio Parque", MAIL)
    for contact in (MAIL, PHONE):
        assert [home.resident_id for home in contacts.homes(contact)] == [other.ana, house.ana]
    assert contacts.homes("nadie@correo.example") == contacts.homes("+56911112222") == []


def test_a_community_that_does_without_the_portal_opens_none_of_its_homes(house: House) -> None:
    other = build_house("Condominio Parque", MAIL)
    db.session.get_one(Community, house.community).modules_off = [Module.PORTAL.value]
    db.session.commit()
    for contact in (MAIL, PHONE):
        assert [home.resident_id for home in contacts.homes(contact)] == [other.ana]


def test_who_was_taken_off_the_unit_is_carried_by_nothing(ctx: Flask, house: House) -> None:
    with tenancy.acting_for(house.community):
        db.session.delete(db.session.get_one(Resident, house.ana))
    db.session.commit()
    assert contacts.homes(MAIL) == []
