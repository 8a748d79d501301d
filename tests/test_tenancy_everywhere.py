"""`everywhere`: the columns of all communities, never an object of one, and nothing is changed through it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, insert, select, text, union, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Bundle, aliased, load_only

from conserje.communities.models import Unit
from conserje.database import db
from conserje.tenancy import TenancyError, bind, bound_community_id, everywhere
from tests.two_communities import FOREIGN, OWN, Two, make_two, numbers

Other = aliased(Unit)
BOTH = union(select(Unit.id), select(Unit.id))

OBJECTS: dict[str, Callable[[], Any]] = {
    "a class": lambda: select(Unit),
    "an alias of a class": lambda: select(Other),
    "a class beside a column": lambda: select(Unit.id, Unit),
    "an alias beside a column": lambda: select(Unit.id, Other),
    "an alias of a subquery": lambda: select(aliased(Unit, select(Unit).subquery())),
    "a class with some of its columns": lambda: select(Unit).options(load_only(Unit.number)),
    "a class from a statement": lambda: select(Unit).from_statement(select(Unit.id, Unit.number)),
}
CHANGES: dict[str, Callable[[], Any]] = {
    "an update": lambda: update(Unit).values(number="x"),
    "a deletion": lambda: delete(Unit),
    "an insertion": lambda: insert(Unit).values(tower="", number="x", search="x", community_id=1),
    "an update that gives rows": lambda: update(Unit).values(number="x").returning(Unit.id),
    "raw SQL": lambda: text("UPDATE unit SET number = 'x'").columns(Unit.number),
    "Core": lambda: select(Unit.__table__.c.number),
}


@pytest.fixture
def two(ctx: Flask) -> Two:
    return make_two()


@pytest.mark.parametrize("statement", OBJECTS.values(), ids=OBJECTS)
def test_it_reads_no_objects(two: Two, statement: Callable[[], Any]) -> None:
    with everywhere() as session, pytest.raises(TenancyError):
        session.execute(statement()).all()


def test_it_gets_no_object_by_its_id(two: Two) -> None:
    with everywhere() as session, pytest.raises(TenancyError):
        session.get(Unit, two.own_unit)


def test_it_reads_no_objects_through_a_query(two: Two) -> None:
    with everywhere() as session, pytest.raises(TenancyError):
        session.query(Unit).all()


@pytest.mark.parametrize("statement", CHANGES.values(), ids=CHANGES)
def test_it_changes_nothing(two: Two, statement: Callable[[], Any]) -> None:
    with everywhere() as session, pytest.raises(TenancyError):
        session.execute(statement())
    assert numbers(two) == ([OWN], [FOREIGN])


@pytest.mark.parametrize("community", ["own", "foreign", "nobody's"])
def test_it_adds_nothing(two: Two, community: str) -> None:
    community_id = {"own": two.own, "foreign": two.foreign}.get(community)
    with everywhere() as session:
        session.add(Unit(tower="", number="x", search="x", community_id=community_id))
        with pytest.raises(TenancyError):
            session.flush()
    assert numbers(two) == ([OWN], [FOREIGN])


READINGS: dict[str, tuple[Callable[[], Any], list[tuple[Any, ...]]]] = {
    "columns": (lambda: select(Unit.number).order_by(Unit.id), [(OWN,), (FOREIGN,)]),
    "columns of an alias": (lambda: select(Other.number).order_by(Other.id), [(OWN,), (FOREIGN,)]),
    "a bundle of columns": (lambda: select(Bundle("both", Unit.number, Unit.tower)).order_by(Unit.id),
                            [((OWN, ""),), ((FOREIGN, ""),)]),
    "a count": (lambda: select(func.count(Unit.id)), [(2,)]),
    "a condition": (lambda: select(Unit.number).where(Unit.number == FOREIGN), [(FOREIGN,)]),
    "a union of columns": (lambda: select(func.count()).select_from(BOTH.subquery()), [(2,)]),
}  # fmt: skip


@pytest.mark.parametrize(("statement", "found"), READINGS.values(), ids=READINGS)
def test_it_reads_columns_of_every_community(
    two: Two, statement: Callable[[], Any], found: list[tuple[Any, ...]]
) -> None:
    with everywhere() as session:
        assert [tuple(row) for row in session.execute(statement())] == found


def test_it_is_a_session_of_its_own_and_leaves_the_requests_bound_as_it_was(two: Two) -> None:
    bind(two.own)
    with everywhere() as session:
        assert session is not db.session()
        assert session.scalar(select(func.count(Unit.id))) == 2
        assert bound_community_id() == two.own
        assert list(db.session.scalars(select(Unit.number))) == [OWN]
    assert bound_community_id() == two.own


def test_it_leaves_a_session_that_is_bound_to_nothing_unbound(two: Two) -> None:
    with everywhere() as session:
        session.scalar(select(Unit.id))
    assert bound_community_id() is None
    with pytest.raises(TenancyError):
        db.session.scalars(select(Unit.number)).all()


def test_it_does_not_see_what_the_request_has_not_committed(two: Two) -> None:
    bind(two.own)
    db.session.add(Unit(tower="", number="new", search="new"))
    if db.engine.dialect.name == "postgresql":
        db.session.flush()
    with everywhere() as session:
        assert session.scalar(select(func.count(Unit.id))) == 2


def test_it_gives_its_connection_back_whatever_happens(two: Two) -> None:
    pool: Any = db.engine.pool
    before = pool.checkedout()

    def break_down() -> None:
        with everywhere() as session:
            session.scalar(select(Unit.id))
            assert pool.checkedout() == before + 1
            raise SQLAlchemyError

    with pytest.raises(SQLAlchemyError):
        break_down()
    assert pool.checkedout() == before


@pytest.mark.parametrize("community_id", [0, -1])
def test_nobody_binds_a_request_to_every_community(two: Two, community_id: int) -> None:
    with pytest.raises(TenancyError):
        bind(community_id)
