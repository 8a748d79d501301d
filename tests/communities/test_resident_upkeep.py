"""The people of a unit: added by hand, edited, deleted; of those imported, what is Conserje's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from conserje import tenancy
from conserje.audit.journal import Actor
from conserje.audit.models import AuditLine
from conserje.communities import resident_upkeep
from conserje.communities.models import Community, Origin, Resident, ResidentKind, ResidentPhone, Unit
from conserje.communities.resident_upkeep import Contact, Person
from conserje.communities.units import find
from conserje.database import db
from conserje.errors import Refused
from conserje.identity.countries import Country
from tests.builders import NOON, actor, make_administration, make_community, make_resident, make_unit

ROSA = Person("Rosa", "Peña Ñancupil", ResidentKind.TENANT, is_principal=False, email="Rosa@Correo.example")
PLAIN = Contact(may_approve=True, contact_order=1, phones=(), reduced_mobility=False, electro_dependent=True)


@pytest.fixture
def unit(ctx: Flask) -> Unit:
    tenancy.bind(make_community(make_administration()).id)
    return make_unit()


@pytest.fixture
def by(unit: Unit) -> Actor:
    return actor(None, db.session.get_one(Community, unit.community_id))


def add(unit: Unit, by: Actor, person: Person = ROSA, contact: Contact = PLAIN, **values: object) -> Resident:
    return resident_upkeep.add(unit, replace(person, **values), contact, by=by, now=NOON)


def with_phones(*typed: str) -> Contact:
    return replace(PLAIN, phones=typed)


def numbers(resident: Resident) -> Sequence[str]:
    return resident_upkeep.numbers_of(resident)


def facts_of(action: str) -> list[dict[str, object]]:
    return [line.facts for line in db.session.scalars(select(AuditLine).where(AuditLine.action == action))]


def test_a_resident_is_kept_found_and_written_down(unit: Unit, by: Actor) -> None:
    resident = add(unit, by, contact=with_phones("9 6123 4567", "", "2 2123 4567", "+56 9 6123 4567"))
    (card,) = resident_upkeep.of_unit(unit)
    assert card.numbers == ("+56961234567", "+56221234567")
    assert (card.resident.full_name, card.resident.kind, card.resident.email) == (
        "Rosa Peña Ñancupil", "tenant", "Rosa@Correo.example",
    )  # fmt: skip
    assert (card.resident.may_approve, card.resident.electro_dependent, card.resident.origin) == (True, True, "hand")
    assert [found.person for found in find("nancupil")] == ["Rosa Peña Ñancupil"]
    (facts,) = facts_of("resident.added")
    assert facts == {"unit": unit.id}
    assert resident.email_key == "rosa@correo.example"


def test_the_next_in_order_comes_after_the_others(unit: Unit, by: Actor) -> None:
    assert resident_upkeep.next_in_order(unit) == 1
    add(unit, by, contact=replace(PLAIN, contact_order=7))
    assert resident_upkeep.next_in_order(unit) == 8
    add(unit, by, email=None, contact=replace(PLAIN, contact_order=99))
    assert resident_upkeep.next_in_order(unit) == 99


def test_a_unit_has_one_principal(unit: Unit, by: Actor) -> None:
    ana = make_resident(unit, is_principal=True)
    with pytest.raises(Refused, match="principal_taken") as refusal:
        add(unit, by, is_principal=True)
    assert (refusal.value.field, refusal.value.facts) == ("is_principal", {"name": "Ana Rojas Vidal"})
    rosa = add(unit, by)
    with pytest.raises(Refused, match="principal_taken"):
        resident_upkeep.change(rosa, replace(ROSA, is_principal=True), PLAIN, by=by, now=NOON)
    resident_upkeep.change(ana, Person("Ana", "Rojas", ResidentKind.OWNER, False, None), PLAIN, by=by, now=NOON)
    assert resident_upkeep.change(rosa, replace(ROSA, is_principal=True), PLAIN, by=by, now=NOON).is_principal


def test_the_principal_stays_so_when_edited(unit: Unit, by: Actor) -> None:
    rosa = add(unit, by, is_principal=True)
    assert resident_upkeep.change(rosa, replace(ROSA, is_principal=True), PLAIN, by=by, now=NOON).is_principal


def test_an_e_mail_is_of_one_person_of_the_unit_whatever_its_capitals(unit: Unit, by: Actor) -> None:
    add(unit, by)
    with pytest.raises(Refused, match="resident_email_taken") as refusal:
        add(unit, by, given_names="Otra", email="ROSA@correo.EXAMPLE")
    assert (refusal.value.field, refusal.value.facts) == ("email", {"name": "Rosa Peña Ñancupil"})
    assert add(make_unit("1205"), by).email == "Rosa@Correo.example"


def test_five_additional_users_with_an_e_mail_and_no_sixth(unit: Unit, by: Actor) -> None:
    make_resident(unit, email="a@correo.example", origin=Origin.FILE)
    make_resident(unit, email="b@correo.example", is_principal=True)
    five = [add(unit, by, email=f"{n}@correo.example") for n in range(5)]
    with pytest.raises(Refused, match="additional_too_many") as refusal:
        add(unit, by, email="6@correo.example")
    assert (refusal.value.field, refusal.value.facts) == ("email", {"most": 5})
    without = add(unit, by, email=None)
    with pytest.raises(Refused, match="additional_too_many"):
        resident_upkeep.change(without, replace(ROSA, email="6@correo.example"), PLAIN, by=by, now=NOON)
    corrected = replace(ROSA, email="cero@correo.example")
    assert resident_upkeep.change(five[0], corrected, PLAIN, by=by, now=NOON).email == "cero@correo.example"


@pytest.mark.parametrize(
    ("typed", "field", "code"),
    [
        (("9 6123 4567", "123456"), "phone_2", "phone_malformed"),
        (("", "", "+57 300 123 4567"), "phone_3", "phone_foreign"),
        (tuple(f"9 6123 456{n}" for n in range(5)), "phone_4", "phones_too_many"),
    ],
)
def test_a_telephone_is_refused_beside_its_field(
    unit: Unit, by: Actor, typed: tuple[str, ...], field: str, code: str
) -> None:
    with pytest.raises(Refused, match=code) as refusal:
        add(unit, by, contact=with_phones(*typed))
    assert refusal.value.field == field


def test_in_colombia_telephones_are_colombian(ctx: Flask) -> None:
    community = make_community(make_administration(), country=Country.CO)
    tenancy.bind(community.id)
    resident = add(make_unit(), actor(None, community), contact=with_phones("300 123 4567"))
    assert numbers(resident) == ("+573001234567",)


@pytest.mark.parametrize("order", [-1, 100])
def test_the_order_of_contact_has_its_range(unit: Unit, by: Actor, order: int) -> None:
    with pytest.raises(Refused, match="setting_out_of_range") as refusal:
        add(unit, by, contact=replace(PLAIN, contact_order=order))
    assert refusal.value.field == "contact_order"


def test_a_change_is_kept_and_the_journal_names_what_changed(unit: Unit, by: Actor) -> None:
    rosa = add(unit, by, contact=with_phones("9 6123 4567", "9 8765 4321"))
    person, contact = replace(ROSA, surnames="Soto"), replace(PLAIN, phones=("9 8765 4321",), reduced_mobility=True)
    seen = resident_upkeep.version(rosa)
    resident_upkeep.change(rosa, person, contact, seen=seen, by=by, now=NOON)
    assert (rosa.full_name, rosa.reduced_mobility, numbers(rosa)) == ("Rosa Soto", True, ("+56987654321",))
    assert facts_of("resident.changed") == [{"unit": unit.id, "changed": ["phones", "reduced_mobility", "surnames"]}]
    assert [found.person for found in find("soto")] == ["Rosa Soto"]
    resident_upkeep.change(rosa, person, contact, by=by, now=NOON)
    assert len(facts_of("resident.changed")) == 1


def test_a_form_older_than_a_change_is_refused(unit: Unit, by: Actor) -> None:
    rosa = add(unit, by)
    seen = resident_upkeep.version(rosa)
    resident_upkeep.change(rosa, ROSA, with_phones("9 6123 4567"), by=by, now=NOON)
    with pytest.raises(Refused, match="resident_changed"):
        resident_upkeep.change(rosa, ROSA, PLAIN, seen=seen, by=by, now=NOON)


@pytest.mark.parametrize(("origin", "code"), [(Origin.FILE, "resident_from_file"), (Origin.HTTP, "resident_imported")])
def test_of_somebody_imported_only_what_is_our_own_changes(unit: Unit, by: Actor, origin: Origin, code: str) -> None:
    ana = make_resident(unit, origin=origin)
    with pytest.raises(Refused, match=code):
        resident_upkeep.change(ana, ROSA, PLAIN, by=by, now=NOON)
    resident_upkeep.change(ana, None, with_phones("9 6123 4567"), by=by, now=NOON)
    assert (ana.full_name, ana.may_approve, numbers(ana)) == ("Ana Rojas Vidal", True, ("+56961234567",))


def test_whom_a_file_brought_is_deleted_and_whom_the_accounting_product_brought_stays(unit: Unit, by: Actor) -> None:
    make_resident(unit, origin=Origin.HTTP)
    ana = make_resident(unit, origin=Origin.FILE)
    resident_upkeep.delete(ana, by=by, now=NOON)
    (card,) = resident_upkeep.of_unit(unit)
    with pytest.raises(Refused, match="resident_imported"):
        resident_upkeep.delete(card.resident, by=by, now=NOON)


def test_a_resident_goes_with_the_telephones_and_the_unit_stays(unit: Unit, by: Actor) -> None:
    rosa = add(unit, by, contact=with_phones("9 6123 4567"))
    assert resident_upkeep.delete(rosa, by=by, now=NOON).id == unit.id
    assert not resident_upkeep.of_unit(unit)
    assert not list(db.session.scalars(select(ResidentPhone)))
    assert facts_of("resident.deleted") == [{"unit": unit.id}]


def test_whom_somebody_deleted_meanwhile_is_gone(unit: Unit, by: Actor) -> None:
    rosa = add(unit, by)
    db.session.expunge(rosa)
    resident_upkeep.delete(db.session.get_one(Resident, rosa.id), by=by, now=NOON)
    with pytest.raises(Refused, match="resident_gone"):
        resident_upkeep.change(rosa, ROSA, PLAIN, by=by, now=NOON)
