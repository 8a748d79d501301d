"""To whom the letter of a unit goes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from conserje import tenancy
from conserje.communities.models import ResidentKind
from conserje.database import db
from conserje.letters import recipients
from conserje.letters.recipients import Recipient
from tests.builders import make_administration, make_community, make_resident, make_unit


@pytest.fixture(autouse=True)
def community(ctx: Flask) -> Iterator[None]:
    community = make_community(make_administration())
    with tenancy.acting_for(community.id):
        yield
        db.session.rollback()


def test_the_principal_comes_before_an_owner_and_an_owner_before_others() -> None:
    one, two, three, four = (make_unit(number) for number in ("1", "2", "3", "4"))
    make_resident(one, "Ema", "Ríos", kind=ResidentKind.OWNER, email="ema@correo.example")
    make_resident(one, "Ana", "Rojas", is_principal=True, contact_order=9)
    make_resident(two, "Leo", "Paz", contact_order=0)
    make_resident(two, "Eva", "Díaz", kind=ResidentKind.OWNER, contact_order=5, email="eva@correo.example")
    make_resident(three, "Noé", "Sáez", contact_order=2)
    make_resident(three, "Iris", "Vega", contact_order=1)
    assert list(recipients.of_units([unit.id for unit in (four, three, two, one)])) == [
        Recipient(one.id, one.label, "Ana Rojas", ""),
        Recipient(two.id, two.label, "Eva Díaz", "eva@correo.example"),
        Recipient(three.id, three.label, "Iris Vega", ""),
        Recipient(four.id, four.label, "", ""),
    ]


def test_units_are_found_as_in_the_list_and_counted_as_people_count() -> None:
    ten, two = make_unit("10", "Torre B"), make_unit("2", "Torre B")
    make_unit("1", "Torre A")
    assert recipients.listed("torre b") == [two.id, ten.id]
    assert len(recipients.listed("")) == 3


def test_a_unit_that_is_gone_gets_no_letter() -> None:
    unit = make_unit("1")
    assert [each.unit_id for each in recipients.of_units([unit.id, 999])] == [unit.id]


def test_the_first_unit_is_the_example() -> None:
    assert recipients.first() is None
    make_unit("2")
    first = make_unit("1")
    found = recipients.first()
    assert found is not None
    assert found.unit_id == first.id
