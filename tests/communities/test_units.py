"""Finding a unit by number, tower or a resident's name."""

from __future__ import annotations

import pytest
from flask import Flask

from conserje import tenancy
from conserje.communities import units
from conserje.communities.models import Unit
from conserje.communities.units import MOST_FILTERED, MOST_FOUND, FoundUnit, find, ids_of, search_text
from tests.builders import make_administration, make_community, make_resident, make_unit


@pytest.fixture(autouse=True)
def _bound(ctx: Flask) -> None:
    tenancy.bind(make_community(make_administration()).id)


def labels(typed: str) -> list[str]:
    return [found.label for found in find(typed)]


@pytest.mark.parametrize(
    ("tower", "number", "text"),
    [
        ("Torre B", "1204", " torre b 1204"),
        ("", "Casa 7-A", " casa 7 a"),
        ("Edificio Ñandú", "101B", " edificio nandu 101 b"),
        ("T1", "C3PO", " t 1 c 3 po"),
        ("", "", ""),
    ],
)
def test_a_units_words_are_its_labels_parted_where_letters_touch_digits(tower: str, number: str, text: str) -> None:
    assert search_text(tower, number) == text


def test_the_longest_tower_and_number_fit_their_search_column() -> None:
    assert len(search_text("a1" * 20, "a1" * 10)) <= Unit.__mapper__.columns["search"].type.length  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "typed", ["1204", "12", "b 1204", "1204 b", "B1204", "1204b", "torre b 1204", "TÓRRE B", "t b 12"]
)
def test_a_unit_is_found_by_the_beginnings_of_its_words_in_any_order(typed: str) -> None:
    make_unit("1204", "Torre B")
    make_unit("305", "Torre A")
    assert labels(typed) == ["Torre B · 1204"]


@pytest.mark.parametrize("typed", ["204", "orre", "1204 c", "1305", "%", "_", "1_04", "' or 1=1 --"])
def test_a_unit_is_not_found_by_anything_else(typed: str) -> None:
    make_unit("1204", "Torre B")
    make_unit("305", "Torre A")
    assert labels(typed) == []


@pytest.mark.parametrize("typed", ["", "   ", "·", "-"])
def test_nothing_typed_finds_nothing(typed: str) -> None:
    make_unit()
    assert find(typed) == []
    assert ids_of(typed) == []


def test_the_exact_number_comes_first() -> None:
    for number in ("1010", "101", "10"):
        make_unit(number, "Torre A")
    make_unit("10", "Torre B")
    assert labels("10") == ["Torre A · 10", "Torre B · 10", "Torre A · 101", "Torre A · 1010"]


@pytest.mark.parametrize("typed", ["ana", "rojas", "ANA ROJAS", "rojas ana", "vid", "ana 12", "roj b", "nunez"])
def test_a_unit_is_found_by_a_residents_name_and_its_own_words(typed: str) -> None:
    unit = make_unit("1204", "Torre B")
    make_resident(unit, "Ana Núñez", "Rojas Vidal")
    make_resident(make_unit("305", "Torre A"), "Luis", "Soto")
    assert find(typed) == [FoundUnit(unit.id, "Torre B · 1204", "Ana Núñez Rojas Vidal")]


@pytest.mark.parametrize("typed", ["na", "ojas", "ana soto", "ana 305"])
def test_a_unit_is_not_found_by_part_of_two_residents_or_the_middle_of_a_name(typed: str) -> None:
    make_resident(make_unit("1204", "Torre B"), "Ana", "Rojas")
    make_resident(make_unit("305", "Torre C"), "Luis", "Soto")
    assert find(typed) == []


def test_residents_are_asked_only_where_no_unit_answers_by_its_own_words() -> None:
    own = make_unit("102", "Torre A")
    make_resident(make_unit("102", "Torre C"), "Ana", "Rojas")
    assert find("a 102") == [FoundUnit(own.id, "Torre A · 102", "")]


def test_units_found_by_name_come_by_name() -> None:
    for number, given in (("1", "Rosa"), ("2", "Ana"), ("3", "María")):
        make_resident(make_unit(number, ""), given, "Rojas")
    assert [found.person for found in find("rojas")] == ["Ana Rojas", "María Rojas", "Rosa Rojas"]


def test_no_more_are_found_than_a_screen_shows() -> None:
    for number in range(MOST_FOUND + 2):
        make_resident(make_unit(f"10{number}"), "Ana", "Rojas")
    assert len(find("10")) == len(find("ana")) == MOST_FOUND


def test_words_beyond_the_sixth_are_not_looked_at() -> None:
    make_unit("1204", "a b c d e f")
    assert len(find("a b c d e f nonsense")) == 1


@pytest.mark.parametrize(
    "typed",
    ["depto 1204", "Dpto. 1204", "departamento b 1204", "apto 1204", "Apartamento 1204", "nro 1204", "número 12"],
)
def test_what_is_said_before_a_number_is_not_looked_for(typed: str) -> None:
    unit = make_unit("1204", "Torre B")
    assert labels(typed) == ["Torre B · 1204"]
    assert ids_of(typed) == [unit.id]


def test_what_is_said_before_a_number_is_looked_for_when_nothing_else_was_typed() -> None:
    make_unit("1204", "Torre B")
    make_unit("3", "Unidad")
    assert labels("unidad") == ["Unidad · 3"]


def test_numbers_of_a_tower_come_in_the_order_in_which_one_counts() -> None:
    for number in ("1010", "101", "1002", "109"):
        make_unit(number, "Torre A")
    assert labels("1") == [f"Torre A · {number}" for number in ("101", "109", "1002", "1010")]


def test_a_filter_names_every_unit_that_answers_the_exact_number_first() -> None:
    ids = {number: make_unit(number, "Torre A").id for number in ("1010", "101", "10", "2")}
    assert ids_of("10") == [ids["10"], ids["1010"], ids["101"]]
    assert ids_of("torre a 2") == [ids["2"]]
    assert ids_of("torre b") == []


def test_a_filter_does_not_look_at_names() -> None:
    make_resident(make_unit(), "Ana", "Rojas")
    assert ids_of("ana") == []


def test_a_filter_names_no_more_than_a_tower() -> None:
    for number in range(MOST_FILTERED + 1):
        make_unit(str(1000 + number))
    assert len(ids_of("1")) == MOST_FILTERED


def test_a_unit_is_got_by_its_id_and_an_unknown_id_gets_none() -> None:
    unit = make_unit()
    assert units.get(unit.id) is unit
    assert units.get(unit.id + 1) is None


@pytest.mark.parametrize("look", [labels, ids_of])
def test_units_and_residents_of_another_community_are_not_found(look: object) -> None:
    other = make_community(make_administration("Otra"), "Otra")
    with tenancy.acting_for(other.id):
        unit = make_unit("1204", "Torre B")
        make_resident(unit, "Ana", "Rojas")
    for typed in ("1204", "ana"):
        assert look(typed) == []  # type: ignore[operator]
    assert units.get(unit.id) is None
