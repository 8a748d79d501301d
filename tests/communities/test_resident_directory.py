"""[Residentes]: the users of all units, searched, narrowed, sorted, page by page."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import event

from conserje import paging, tenancy
from conserje.communities import resident_directory
from conserje.communities.models import ResidentKind, Unit
from conserje.communities.resident_directory import Order, Page, Role, Wanted
from conserje.database import db
from tests.builders import make_administration, make_community, make_resident, make_unit


@pytest.fixture
def community(ctx: Flask) -> int:
    """The one that the session is bound to, empty; another one has a resident."""
    administration = make_administration()
    with tenancy.acting_for(make_community(administration, "Condominio Parque Mirador").id):
        make_resident(make_unit("101", "Ajena"), "Ana", "Vecina", email="vecina@correo.example")
    own = make_community(administration)
    tenancy.bind(own.id)
    return own.id


@pytest.fixture
def units(community: int) -> tuple[Unit, Unit]:
    """1204 and 2 of Torre B; in the first the principal, an owner, comes after a tenant in the order of contact."""
    first, second = make_unit("1204"), make_unit("2")
    make_resident(first, "Íñigo", "Núñez", kind=ResidentKind.TENANT, contact_order=1, email="in_igo@correo.example")
    make_resident(first, "Ana", "Rojas", kind=ResidentKind.OWNER, contact_order=2, is_principal=True)
    make_resident(second, "Zoe", "Álvarez", email="ZOE@Correo.example")
    return first, second


def names(order: Order = Order.UNIT, **wanted: object) -> list[str]:
    return [row.full_name for row in resident_directory.listed(Wanted(**wanted), order).rows]  # type: ignore[arg-type]


def test_residents_stand_by_unit_the_principal_first(units: tuple[Unit, Unit]) -> None:
    assert names() == ["Zoe Álvarez", "Ana Rojas", "Íñigo Núñez"]


def test_or_by_name_without_regard_to_accents(units: tuple[Unit, Unit]) -> None:
    assert names(Order.NAME) == ["Ana Rojas", "Íñigo Núñez", "Zoe Álvarez"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("nunez", ["Íñigo Núñez"]),
        ("INIGO núñez", ["Íñigo Núñez"]),
        ("1204", ["Ana Rojas", "Íñigo Núñez"]),
        ("depto 1204 rojas", ["Ana Rojas"]),
        ("zoe@correo.example", ["Zoe Álvarez"]),
        ("in_igo@correo.example", ["Íñigo Núñez"]),
        ("correo", ["Zoe Álvarez", "Íñigo Núñez"]),
        ("100%", []),
        ("vecina", []),
        ("", ["Zoe Álvarez", "Ana Rojas", "Íñigo Núñez"]),
    ],
)
def test_the_search_looks_at_unit_name_and_e_mail(units: tuple[Unit, Unit], typed: str, found: list[str]) -> None:
    assert names(typed=typed) == found


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"kind": "tenant"}, ["Íñigo Núñez"]),
        ({"role": Role.PRINCIPAL}, ["Ana Rojas"]),
        ({"role": Role.SECONDARY}, ["Zoe Álvarez", "Íñigo Núñez"]),
        ({"without_email": True}, ["Ana Rojas"]),
        ({"without_email": True, "kind": "tenant"}, []),
    ],
)
def test_the_filters_narrow(units: tuple[Unit, Unit], wanted: dict[str, object], found: list[str]) -> None:
    assert names(**wanted) == found


def test_a_row_says_what_is_missing(units: tuple[Unit, Unit]) -> None:
    make_resident(units[1], "", "", email="", contact_order=5)
    missing = {row.full_name: row.missing for row in resident_directory.listed(Wanted()).rows}
    assert missing[""] == ("given_names", "surnames", "email")
    assert (missing["Zoe Álvarez"], missing["Ana Rojas"]) == ((), ("email",))


@pytest.mark.parametrize("order", list(Order))
def test_pages_follow_each_other_without_gap_or_repetition(
    community: int, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "ROWS_SHOWN", 3)
    for number in ("9", "10"):
        unit = make_unit(number)
        for place in range(4):
            make_resident(unit, "Ana", f"Pérez {place % 2}", is_principal=place == 2, contact_order=place // 2)
    whole = [row.id for row in resident_directory.everybody(Wanted(), order)]
    shown, after = [], None
    while True:
        page = resident_directory.listed(Wanted(), order, after=after)
        assert page.count == 8
        shown += [row.id for row in page.rows]
        after = page.next
        if after is None:
            break
    assert shown == whole
    assert len(set(shown)) == 8


def test_words_that_name_a_unit_are_about_the_unit(community: int) -> None:
    make_resident(make_unit("1204", "Torre B"), "Ana", "Soto")
    make_resident(make_unit("1204", "Torre A"), "Benja", "Mena", email="b@correo.example")
    assert [row.full_name for row in resident_directory.listed(Wanted("b 1204")).rows] == ["Ana Soto"]
    assert [row.full_name for row in resident_directory.listed(Wanted("benja 1204")).rows] == ["Benja Mena"]


def test_after_a_resident_that_is_gone_or_foreign_the_list_begins_at_its_top(units: tuple[Unit, Unit]) -> None:
    for after in (1, 2**31 - 1):  # the first resident of all is the other community's
        assert resident_directory.listed(Wanted(), after=after).rows[0].full_name == "Zoe Álvarez"


def test_a_community_without_residents_has_an_empty_list(community: int) -> None:
    assert resident_directory.listed(Wanted()) == Page([], 0, None)
    assert list(resident_directory.everybody(Wanted())) == []


def test_a_full_page_takes_two_questions(community: int) -> None:
    for number in range(60):
        make_resident(make_unit(str(number)))
    db.session.flush()
    db.session.expunge_all()
    asked: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        page = resident_directory.listed(Wanted())
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len(page.rows) == paging.ROWS_SHOWN
    assert len(asked) == 2
