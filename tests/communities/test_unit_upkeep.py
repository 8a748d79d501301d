"""Units by hand: added, edited, and deleted while nobody has used them."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from conserje import tenancy
from conserje.audit.journal import Actor
from conserje.audit.models import AuditLine
from conserje.communities import resident_upkeep, unit_upkeep
from conserje.communities.models import Community, Origin, Unit, UnitKind
from conserje.communities.unit_upkeep import UnitParticulars
from conserje.communities.units import find
from conserje.database import db
from conserje.errors import Refused
from conserje.visits import registration
from conserje.visits.models import Visit
from conserje.visits.unit_deletion import delete_unit
from tests.builders import NOON, actor, announcement, make_administration, make_community, make_resident, make_unit


@pytest.fixture
def community(ctx: Flask) -> Community:
    community = make_community(make_administration())
    tenancy.bind(community.id)
    return community


@pytest.fixture
def by(community: Community) -> Actor:
    return actor(None, community)


def said(number: str = "1204", tower: str = "Torre B", floor: str = "12") -> UnitParticulars:
    return UnitParticulars(tower, number, floor, UnitKind.APARTMENT)


def actions() -> list[str]:
    return list(db.session.scalars(select(AuditLine.action).order_by(AuditLine.id)))


def test_a_unit_made_by_hand_is_found_and_written_down(community: Community, by: Actor) -> None:
    unit = unit_upkeep.add(community, said(), by=by, now=NOON)
    assert (unit.label, unit.floor, unit.kind, unit.origin) == ("Torre B · 1204", "12", "apartment", "hand")
    assert [found.id for found in find("1204")] == [unit.id]
    assert actions() == ["unit.added"]


@pytest.mark.parametrize(
    ("tower", "number"),
    [("Torre B", "1204-A"), ("TORRE B", "1204 a"), ("torré  b", "1204a"), ("TorreB", "12 04-A")],
)
def test_a_unit_that_is_written_otherwise_is_the_same(community: Community, by: Actor, tower: str, number: str) -> None:
    unit_upkeep.add(community, said("1204-A"), by=by, now=NOON)
    with pytest.raises(Refused, match="unit_taken") as refusal:
        unit_upkeep.add(community, said(number, tower), by=by, now=NOON)
    assert (refusal.value.field, refusal.value.facts) == ("number", {"unit": "Torre B · 1204-A"})


def test_tower_and_number_are_compared_each_by_itself(community: Community, by: Actor) -> None:
    unit_upkeep.add(community, said("12", "A 1"), by=by, now=NOON)
    assert unit_upkeep.add(community, said("112", "A"), by=by, now=NOON).label == "A · 112"


def test_another_community_may_have_the_same_unit(community: Community, by: Actor) -> None:
    with tenancy.acting_for(make_community(make_administration("Otra")).id):
        make_unit()
    assert unit_upkeep.add(community, said(), by=by, now=NOON).label == "Torre B · 1204"


@pytest.mark.parametrize(
    ("rule", "typed", "code"),
    [
        (unit_upkeep.number, "", "unit_number_required"),
        (unit_upkeep.number, " — ", "unit_number_required"),
        (unit_upkeep.number, "1" * 21, "text_too_long"),
        (unit_upkeep.tower, "T" * 41, "text_too_long"),
        (unit_upkeep.floor, "1" * 11, "text_too_long"),
        (unit_upkeep.tower, "Torre\u202eB", "text_characters"),
    ],
)
def test_a_text_that_names_nothing_is_refused(rule: object, typed: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        rule(typed)  # type: ignore[operator]


def test_texts_are_tidied() -> None:
    assert (unit_upkeep.tower("  Torre   B "), unit_upkeep.number(" 12 "), unit_upkeep.floor("")) == (
        "Torre B",
        "12",
        "",
    )


def test_a_unit_is_renamed_and_found_by_its_new_name(community: Community, by: Actor) -> None:
    unit = unit_upkeep.add(community, said(), by=by, now=NOON)
    unit_upkeep.change(unit, said("1205"), seen=unit_upkeep.version(unit), by=by, now=NOON)
    assert [found.label for found in find("1205")] == ["Torre B · 1205"]
    (line,) = db.session.scalars(select(AuditLine).where(AuditLine.action == "unit.changed"))
    assert line.facts == {"changed": ["number"]}


def test_what_stays_as_it_is_is_no_act(community: Community, by: Actor) -> None:
    unit = unit_upkeep.add(community, said(), by=by, now=NOON)
    unit_upkeep.change(unit, said(), by=by, now=NOON)
    assert actions() == ["unit.added"]


def test_a_unit_may_change_the_way_its_own_name_is_written_but_not_take_anothers(
    community: Community, by: Actor
) -> None:
    unit = unit_upkeep.add(community, said(), by=by, now=NOON)
    unit_upkeep.add(community, said("1205"), by=by, now=NOON)
    assert unit_upkeep.change(unit, said("1204", "TORRE B"), by=by, now=NOON).tower == "TORRE B"
    with pytest.raises(Refused, match="unit_taken"):
        unit_upkeep.change(unit, said("1205", "torre b"), by=by, now=NOON)


def test_a_form_older_than_a_change_is_refused(community: Community, by: Actor) -> None:
    unit = unit_upkeep.add(community, said(), by=by, now=NOON)
    seen = unit_upkeep.version(unit)
    unit_upkeep.change(unit, said(floor="13"), by=by, now=NOON)
    with pytest.raises(Refused, match="unit_changed"):
        unit_upkeep.change(unit, said("1"), seen=seen, by=by, now=NOON)


def test_a_unit_of_the_accounting_product_is_neither_changed_nor_deleted_here(by: Actor) -> None:
    unit = make_unit(origin=Origin.HTTP)
    with pytest.raises(Refused, match="unit_imported"):
        unit_upkeep.change(unit, said(), by=by, now=NOON)
    with pytest.raises(Refused, match="unit_imported"):
        delete_unit(unit, by=by, now=NOON)


def test_a_unit_of_a_file_is_mended_in_the_file_and_deleted_here_as_one_made_by_hand(by: Actor) -> None:
    unit = make_unit(origin=Origin.FILE)
    with pytest.raises(Refused, match="unit_from_file"):
        unit_upkeep.change(unit, said(), by=by, now=NOON)
    ana = make_resident(unit, origin=Origin.FILE)
    with pytest.raises(Refused, match="unit_has_residents"):
        delete_unit(unit, by=by, now=NOON)
    resident_upkeep.delete(ana, by=by, now=NOON)
    delete_unit(unit, by=by, now=NOON)
    assert not list(db.session.scalars(select(Unit)))


def test_an_unused_unit_is_deleted(by: Actor) -> None:
    unit = make_unit()
    delete_unit(unit, by=by, now=NOON)
    assert not list(db.session.scalars(select(Unit)))
    assert actions() == ["unit.deleted"]


def test_a_unit_with_residents_stays(by: Actor) -> None:
    unit = make_unit()
    make_resident(unit)
    with pytest.raises(Refused, match="unit_has_residents"):
        delete_unit(unit, by=by, now=NOON)


def test_a_unit_with_visits_stays_and_its_visits_too(by: Actor) -> None:
    unit = make_unit()
    registration.announce(unit, announcement(), by=by, now=NOON)
    with pytest.raises(Refused, match="unit_has_visits"):
        delete_unit(unit, by=by, now=NOON)
    assert len(db.session.scalars(select(Visit)).all()) == 1


def test_a_unit_that_somebody_deleted_meanwhile_is_gone(community: Community, by: Actor) -> None:
    unit = make_unit()
    db.session.expunge(unit)
    db.session.delete(db.session.get_one(Unit, unit.id))
    db.session.flush()
    with pytest.raises(Refused, match="unit_gone"):
        delete_unit(unit, by=by, now=NOON)
    with pytest.raises(Refused, match="unit_gone"):
        unit_upkeep.change(unit, said(), by=by, now=NOON)
