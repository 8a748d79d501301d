"""What applying would change: told from plain rows, without a database."""

from __future__ import annotations

from typing import Any

from conserje.communities.models import Origin
from conserje.importing.comparing import Absent, Plan, compare
from conserje.importing.standing import HeldResident, HeldUnit, Standing

Said = dict[str, Any]


def held_unit(unit_id: int = 1, tower: str = "Torre A", number: str = "101", **values: Any) -> HeldUnit:
    plain = {"floor": "", "kind": "apartment", "notice_phone": None, "origin": Origin.FILE}
    return HeldUnit(id=unit_id, tower=tower, number=number, **{**plain, **values})


def held(resident_id: int = 1, name: str = "Ana Rojas", email: str | None = None, **values: Any) -> HeldResident:
    given, surnames = name.split()
    plain = {
        "unit_id": 1, "kind": "occupant", "is_principal": False, "may_approve": False, "contact_order": 0,
        "reduced_mobility": False, "electro_dependent": False, "origin": Origin.FILE,
    }  # fmt: skip
    return HeldResident(
        id=resident_id, given_names=given, surnames=surnames, email=email, **{**plain, **values}
    )  # fmt: skip


def said_unit(tower: str = "Torre A", number: str = "101", *residents: Said, **values: Any) -> Said:
    return {"tower": tower, "number": number, "residents": list(residents), **values}


def said(name: str = "Ana Rojas", **values: Any) -> Said:
    given, surnames = name.split()
    return {"given_names": given, "surnames": surnames, **values}


def plan(units: list[HeldUnit], residents: list[HeldResident], *coming: Said, **phones: tuple[str, ...]) -> Plan:
    numbers = {int(each.removeprefix("of_")): some for each, some in phones.items()}
    return compare(Standing(units, residents, numbers), coming, Origin.FILE)


def changed(of: Plan) -> list[tuple[int, dict[str, tuple[object, object]]]]:
    return [(each.id, each.values) for each in (*of.changed_units, *of.changed_residents)]


def test_what_is_there_as_it_comes_stays_as_it_is() -> None:
    found = plan([held_unit()], [held(email="ana@x.cl")], said_unit("Torre A", "101", said(email="ana@x.cl")))
    assert (found.new_units, found.new_residents, changed(found)) == ([], [], [])
    assert (found.unchanged_units, found.unchanged_residents) == (["Torre A · 101"], [("Torre A · 101", "Ana Rojas")])


def test_a_unit_is_known_again_without_capitals_accents_and_spaces() -> None:
    found = plan([held_unit(tower="TORRE Á")], [], said_unit("torre  a", " 101"))
    assert not found.new_units
    assert changed(found) == [(1, {"tower": ("TORRE Á", "torre  a"), "number": ("101", " 101")})]


def test_the_one_of_that_very_name_comes_before_those_alike() -> None:
    found = plan([held_unit(1, number="101a"), held_unit(2, number="101A")], [], said_unit(number="101A", floor="3"))
    assert changed(found) == [(2, {"floor": ("", "3")})]


def test_what_is_not_said_is_left_as_it_is() -> None:
    found = plan([held_unit(notice_phone="+56961234567", floor="4")], [], said_unit())
    assert changed(found) == []
    emptied = plan([held_unit(notice_phone="+56961234567", floor="4")], [], said_unit(notice_phone=None, floor=""))
    assert changed(emptied) == [(1, {"notice_phone": ("+56961234567", None), "floor": ("4", "")})]


def test_what_was_made_by_hand_becomes_the_sources() -> None:
    found = plan([held_unit(origin=Origin.HAND)], [held(origin=Origin.HAND)], said_unit("Torre A", "101", said()))
    assert changed(found) == [(1, {"origin": ("hand", "file")}), (1, {"origin": ("hand", "file")})]


def test_a_resident_is_known_by_the_email_first_whatever_the_name() -> None:
    people = [held(1, "Ana Rojas", "ana@x.cl"), held(2, "Eva Paz", "eva@x.cl")]
    found = plan([held_unit()], people, said_unit("Torre A", "101", said("Ana Paz", email="EVA@x.cl")))
    assert changed(found) == [(2, {"given_names": ("Eva", "Ana"), "email": ("eva@x.cl", "EVA@x.cl")})]
    assert not found.new_residents


def test_else_by_the_name_and_each_is_somebody_once() -> None:
    people = [held(1, "Ana Rojas", "ana@x.cl"), held(2, "Ana Rojas")]
    coming = said_unit("Torre A", "101", said("ANA Rojás"), said("Ana Rojas", email="ana@x.cl"), said("Ana Rojas"))
    found = plan([held_unit()], people, coming)
    assert changed(found) == [(2, {"given_names": ("Ana", "ANA"), "surnames": ("Rojas", "Rojás")})]
    assert [new.name for new in found.new_residents] == ["Ana Rojas"]


def test_a_resident_of_another_unit_is_another_person() -> None:
    units = [held_unit(1), held_unit(2, number="102")]
    found = plan(units, [held(1, email="ana@x.cl")], said_unit("Torre A", "102", said(email="ana@x.cl")))
    assert [(new.unit, new.unit_id) for new in found.new_residents] == [("Torre A · 102", 2)]


def test_whatever_of_the_source_no_longer_comes_is_named_and_kept() -> None:
    units = [held_unit(), held_unit(9, number="109"), held_unit(8, number="108", origin=Origin.HTTP)]
    people = [
        held(1, "Ana Rojas"), held(2, "Eva Paz", origin=Origin.HAND), held(3, "Luis Paz", unit_id=9),
        held(4, "Iván Soto", unit_id=8, origin=Origin.HTTP), held(5, "Sara Lara"),
    ]  # fmt: skip
    found = plan(units, people, said_unit("Torre A", "101", said("Sara Lara")))
    assert found.absent_units == [Absent(9, "Torre A · 109")]
    assert found.absent_residents == [Absent(1, "Torre A · 101", "Ana Rojas"), Absent(9, "Torre A · 109", "Luis Paz")]
    assert changed(found) == []


def test_the_principal_that_comes_takes_the_mark_from_whoever_has_it() -> None:
    people = [held(1, "Ana Rojas", is_principal=True, origin=Origin.HAND), held(2, "Eva Paz", is_principal=True)]
    coming = said_unit("Torre A", "101", said("Luis Paz", is_principal=True), said("Eva Paz"))
    found = plan([held_unit()], people, coming)
    assert changed(found) == [(2, {"is_principal": (True, False)}), (1, {"is_principal": (True, False)})]


def test_telephones_are_compared_as_a_whole() -> None:
    one, other = "+56961234567", "+56987654321"
    coming = said_unit("Torre A", "101", said(phones=[one, other]))
    assert changed(plan([held_unit()], [held()], coming, of_1=(one, other))) == []
    assert changed(plan([held_unit()], [held()], coming, of_1=(one,))) == [(1, {"phones": ((one,), (one, other))})]


def test_new_units_bring_their_residents() -> None:
    found = plan([], [], said_unit("", "15"), said_unit("", "16", said("Ana Rojas"), said("Eva Paz")))
    assert [unit["number"] for unit in found.new_units] == ["15", "16"]
    assert [(new.unit, new.name, new.new_unit) for new in found.new_residents] == [
        ("16", "Ana Rojas", 1),
        ("16", "Eva Paz", 1),
    ]
    assert found.counts() == {
        "units_new": 2, "units_changed": 0, "units_unchanged": 0, "residents_new": 2, "residents_changed": 0,
        "residents_unchanged": 0, "units_absent": 0, "residents_absent": 0,
    }  # fmt: skip
