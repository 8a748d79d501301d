"""[Inmuebles]: the community's units in order, page by page, with whom an e-mail reaches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from conserje import paging, tenancy
from conserje.communities import directory
from conserje.communities.directory import UnitRow
from conserje.communities.models import Unit
from conserje.database import db
from tests.builders import make_administration, make_community, make_resident, make_unit


@pytest.fixture
def community(ctx: Flask) -> int:
    """A community of one unit elsewhere, and the one that the session is bound to, which has none yet."""
    administration = make_administration()
    with tenancy.acting_for(make_community(administration, "Condominio Parque Mirador").id):
        make_resident(make_unit("101", "Ajena"), "Ana", "Vecina", email="vecina@correo.example")
    own = make_community(administration)
    tenancy.bind(own.id)
    return own.id


def labels(typed: str = "", after: int | None = None) -> list[str]:
    return [row.label for row in directory.listed(typed, after=after).rows]


def every_page(typed: str = "") -> list[list[str]]:
    pages, after = [], None
    while True:
        page = directory.listed(typed, after=after)
        pages.append([row.label for row in page.rows])
        if page.next is None:
            return pages
        after = page.next


@contextmanager
def statements() -> Iterator[list[str]]:
    """The questions that the database is asked meanwhile."""
    asked: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_units_stand_by_tower_and_then_as_people_count(community: int) -> None:
    for tower, number in (("Torre B", "2"), ("Torre A", "10"), ("Torre A", "2"), ("", "Casa 1"), ("Torre A", "101")):
        make_unit(number, tower)
    assert labels() == ["Casa 1", "Torre A · 2", "Torre A · 10", "Torre A · 101", "Torre B · 2"]


def test_a_row_names_the_addresses_of_the_principal_and_of_the_others_and_masks_the_number(community: int) -> None:
    unit = make_unit(notice_phone="+56961234567")
    make_resident(unit, "Luis", email="luis@correo.example", contact_order=2)
    make_resident(unit, "Eva", email="eva@correo.example", contact_order=1)
    make_resident(unit, "Ana", email="ana@correo.example", contact_order=3, is_principal=True)
    make_resident(unit, "Sin", "Correo")
    expected = UnitRow(
        unit.id,
        "Torre B · 1204",
        ("ana@correo.example",),
        ("eva@correo.example", "luis@correo.example"),
        "+56 9 ···· 4567",
    )
    assert directory.listed().rows == [expected]
    assert directory.row(unit) == expected


def test_a_unit_without_people_or_number_has_an_empty_row(community: int) -> None:
    unit = make_unit()
    assert directory.row(unit) == UnitRow(unit.id, "Torre B · 1204", (), (), "")


def test_a_community_without_units_has_an_empty_list(community: int) -> None:
    assert directory.listed() == directory.Page([], 0, None)


def test_pages_follow_each_other_without_gap_or_repetition(community: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "ROWS_SHOWN", 3)
    for tower in ("B", "A"):
        for number in ("9", "10", "11", "101"):
            make_unit(number, tower)
    assert every_page() == [
        ["A · 9", "A · 10", "A · 11"],
        ["A · 101", "B · 9", "B · 10"],
        ["B · 11", "B · 101"],
    ]
    assert every_page("a") == [["A · 9", "A · 10", "A · 11"], ["A · 101"]]


def test_a_full_last_page_has_no_next(community: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "ROWS_SHOWN", 2)
    make_unit("1")
    make_unit("2")
    assert directory.listed().next is None


def test_a_unit_added_before_the_place_is_not_in_the_next_page_and_nothing_is_shown_twice(
    community: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "ROWS_SHOWN", 2)
    for number in ("2", "3", "4"):
        make_unit(number, "A")
    after = directory.listed().next
    make_unit("1", "A")
    assert labels(after=after) == ["A · 4"]


def test_after_a_unit_that_is_gone_or_foreign_the_list_begins_at_its_top(community: int) -> None:
    own = make_unit()
    with tenancy.acting_for(make_community(make_administration("Otra")).id):
        foreign = make_unit("9999", "Z").id
    assert labels(after=foreign) == labels(after=own.id + 1000) == ["Torre B · 1204"]


def test_the_count_is_of_the_whole_list(community: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "ROWS_SHOWN", 1)
    for number in ("1", "2", "30"):
        make_unit(number, "A")
    assert directory.listed().count == 3
    assert directory.listed("a 3").count == 1


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("1204", ["Torre B · 1204"]),
        ("depto 1204", ["Torre B · 1204"]),
        ("torre b", ["Torre B · 1204", "Torre B · 1205"]),
        ("  TORRE  a ", ["Torre A · 101"]),
        ("nunez", ["Torre B · 1205"]),
        ("íñigo 1205", ["Torre B · 1205"]),
        ("íñigo 1204", []),
        ("nadie", []),
    ],
)
def test_the_search_looks_at_number_tower_and_residents(community: int, typed: str, found: list[str]) -> None:
    make_unit("101", "Torre A")
    make_unit("1204", "Torre B")
    unit = make_unit("1205", "Torre B")
    make_resident(unit, "Íñigo", "Núñez Ávila")
    make_resident(unit, "Rosa", "Núñez Ávila")
    page = directory.listed(typed)
    assert [row.label for row in page.rows] == found
    assert page.count == len(found)


def test_no_page_shows_a_unit_or_finds_a_person_of_another_community(community: int) -> None:
    assert labels() == labels("ajena") == labels("vecina") == []


def test_a_full_page_takes_as_few_questions_as_a_short_one(community: int) -> None:
    make_resident(make_unit("1"), email="uno@correo.example")
    db.session.flush()
    with statements() as few:
        directory.listed()
    for number in range(2, 60):
        make_resident(make_unit(str(number)), email=f"{number}@correo.example")
    db.session.flush()
    db.session.expunge_all()
    with statements() as many:
        page = directory.listed()
    assert len(page.rows) == paging.ROWS_SHOWN
    assert len(many) == len(few) == 3
    with statements() as next_page:
        directory.listed("torre", after=page.next)
    assert len(next_page) <= 5
    assert db.session.get(Unit, page.next) is not None
