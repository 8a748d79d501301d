"""An administration's further communities."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from conserje import tenancy
from conserje.accounts import community_directory
from conserje.accounts.community_directory import Order
from conserje.audit.models import AuditLine
from conserje.communities import founding
from conserje.communities.founding import NewCommunity
from conserje.communities.models import Administration, Community
from conserje.database import db
from conserje.errors import Refused
from conserje.identity.countries import Country
from conserje.permissions import Module, Profile
from tests.builders import NOON, actor, make_account, make_administration, make_community, make_unit

SAID = NewCommunity("Edificio Mañío", Country.CL, "Av. Matta 100", "", 15, document_required=False)


@pytest.fixture
def administration(ctx: Flask) -> Administration:
    return make_administration()


def add(administration: Administration, said: NewCommunity = SAID) -> Community:
    return founding.add(administration.id, said, by=actor(), now=NOON)


@pytest.mark.parametrize(
    ("country", "zone", "kept", "locale"),
    [
        (Country.CL, "", "America/Santiago", "es_CL"),
        (Country.CL, "Pacific/Easter", "Pacific/Easter", "es_CL"),
        (Country.CO, "", "America/Bogota", "es_CO"),
    ],
)
def test_a_community_begins_with_what_follows_from_its_country(
    administration: Administration, country: Country, zone: str, kept: str, locale: str
) -> None:
    made = add(administration, replace(SAID, country=country, time_zone=zone))
    assert (made.time_zone, made.locale, made.country) == (kept, locale, country)
    assert (made.name, made.address, made.approval_minutes) == ("Edificio Mañío", "Av. Matta 100", 15)
    assert not made.document_required
    (line,) = db.session.scalars(select(AuditLine))
    assert (line.action, line.subject_id) == ("community.created", made.id)


def test_a_name_is_used_once_in_an_administration_whatever_its_capitals(administration: Administration) -> None:
    made = add(administration)
    with pytest.raises(Refused, match="community_name_taken") as refusal:
        add(administration, replace(SAID, name="EDIFICIO  MAÑÍO"))
    assert refusal.value.field == "name"
    other = add(administration, replace(SAID, name="Otra"))
    with pytest.raises(Refused, match="community_name_taken"):
        founding.change(other, "edificio manio", "Calle 1", Module, by=actor(), now=NOON)
    assert founding.change(made, "EDIFICIO MAÑÍO", "Calle 1", Module, by=actor(), now=NOON).name == "EDIFICIO MAÑÍO"
    assert add(make_administration("Otra"), SAID).name == "Edificio Mañío"


def test_a_time_zone_of_another_country_is_refused(administration: Administration) -> None:
    with pytest.raises(Refused, match="time_zone_elsewhere"):
        add(administration, replace(SAID, time_zone="America/Bogota"))


@pytest.mark.parametrize("minutes", [1, 31])
def test_the_approval_window_has_its_range(administration: Administration, minutes: int) -> None:
    with pytest.raises(Refused, match="setting_out_of_range"):
        add(administration, replace(SAID, approval_minutes=minutes))


@pytest.mark.parametrize(
    ("typed", "code"), [(" ", "address_required"), ("x" * 201, "text_too_long"), ("a\x07b", "text_characters")]
)
def test_an_address_that_makes_no_sense_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        founding.address(typed)


def test_the_journal_names_what_changed(administration: Administration) -> None:
    made = add(administration)
    seen = founding.version(made)
    founding.change(made, made.name, "Calle 1", Module, seen=seen, by=actor(), now=NOON)
    founding.change(made, made.name, "Calle 1", Module, by=actor(), now=NOON)
    (line,) = db.session.scalars(select(AuditLine).where(AuditLine.action == "community.changed"))
    assert line.facts == {"changed": ["address"]}
    with pytest.raises(Refused, match="community_edited"):
        founding.change(made, "Otra", "Calle 2", Module, seen=seen, by=actor(), now=NOON)


def test_modules_are_on_unless_somebody_switches_them_off(administration: Administration) -> None:
    assert add(administration).modules == list(Module)
    made = add(administration, replace(SAID, name="Otra", modules=[Module.PORTAL, Module.LETTERS]))
    assert made.modules_off == ["access_lists"]
    assert not made.has(Module.ACCESS_LISTS)
    seen = founding.version(made)
    founding.change(made, made.name, made.address, {Module.ACCESS_LISTS, Module.LETTERS}, by=actor(), now=NOON)
    assert made.modules == [Module.ACCESS_LISTS, Module.LETTERS]
    with pytest.raises(Refused, match="community_edited"):
        founding.change(made, made.name, made.address, Module, seen=seen, by=actor(), now=NOON)
    facts = [line.facts for line in db.session.scalars(select(AuditLine).order_by(AuditLine.id))]
    assert facts == [
        {"country": "CL"},
        {"country": "CL", "switched_off": ["access_lists"]},
        {"changed": ["modules_off"], "switched_off": ["portal"], "switched_on": ["access_lists"]},
    ]


def test_the_list_counts_units_and_conserjes_of_ones_own_administration(administration: Administration) -> None:
    first, second = make_community(administration), make_community(administration, "Parque")
    foreign = make_community(make_administration("Otra"), "Ajena")
    for community, numbers in ((first, "12"), (foreign, "345")):
        with tenancy.acting_for(community.id):
            for number in numbers:
                make_unit(number)
    viewer = make_account(administration, "super@demo.example", Profile.SUPERADMIN)
    make_account(administration, "uno@demo.example", communities=(first, second))
    make_account(administration, "dos@demo.example", communities=(first,), is_active=False)
    make_account(administration, "tres@demo.example", Profile.ADMIN, communities=(first,))
    db.session.commit()
    tenancy.bind(second.id)
    rows = community_directory.listed(viewer)
    assert [(row.community.id, row.units, row.conserjes) for row in rows] == [(first.id, 2, 1), (second.id, 0, 1)]
    by_units = community_directory.listed(viewer, "", Order.UNITS)
    assert [row.community.id for row in by_units] == [first.id, second.id]
    assert [row.community.id for row in community_directory.listed(viewer, "párque")] == [second.id]
