"""Every known way round the tenancy guard, closed: what it cannot restrict, it or the database refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import (
    column,
    delete,
    exists,
    func,
    insert,
    join,
    literal_column,
    select,
    table,
    text,
    true,
    union,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from conserje.communities.models import Administration, Community, Resident, ResidentPhone, Unit
from conserje.database import db
from conserje.tenancy import TenancyError, acting_for, bind
from conserje.visits.models import Visit, Visitor
from tests.builders import make_resident
from tests.two_communities import FOREIGN, OWN, Two, make_two, numbers
from tests.visits.scene import make_visit, make_visitor

Core = Unit.__table__
Other = aliased(Unit)


@pytest.fixture
def two(ctx: Flask) -> Two:
    return make_two()


@pytest.fixture
def bound(two: Two) -> Two:
    """The two, with the session bound to the first."""
    bind(two.own)
    return two


# What the guard cannot restrict, it refuses


REFUSED: dict[str, Callable[[], Any]] = {
    "raw SQL": lambda: text("SELECT number FROM unit"),
    "raw SQL with columns": lambda: text("SELECT number FROM unit").columns(Unit.number),
    "raw SQL given to a class": lambda: select(Unit).from_statement(text("SELECT * FROM unit")),
    "raw SQL as a column": lambda: select(text("number FROM unit")),
    "raw SQL as a table": lambda: select(literal_column("number")).select_from(text("unit")),
    "raw SQL as a condition": lambda: select(Unit.number).where(text("1 = 1) OR (1 = 1")),
    "raw SQL as a subquery": lambda: select(text("SELECT number FROM unit").columns(column("number")).subquery()),
    "raw SQL in a literal column": lambda: select(Unit.id, literal_column("(SELECT max(number) FROM unit)")),
    "Core select": lambda: select(Core),
    "Core column": lambda: select(Core.c.number),
    "Core alias": lambda: select(Core.alias().c.number),
    "Core count": lambda: select(func.count()).select_from(Core),
    "Core exists": lambda: select(exists().where(Core.c.number == FOREIGN)),
    "Core insert": lambda: insert(Core).values(tower="", number="x", search="x", community_id=1),
    "Core update": lambda: update(Core).values(number="x"),
    "Core delete": lambda: delete(Core),
    "table made on the spot": lambda: select(table("unit", column("number"))),
    "bare exists": lambda: select(exists().where(Unit.number == FOREIGN)),
    "Core table in a subquery": lambda: select(Unit.number).where(Unit.id.in_(select(Core.c.id))),
    "Core table in a scalar subquery": lambda: select(Unit.id, select(func.max(Core.c.number)).scalar_subquery()),
    "Core table counted in a subquery": lambda: select(
        Unit.id, select(func.count()).select_from(Core).scalar_subquery()
    ),
    "Core table in an exists": lambda: select(Unit.id).where(exists().where(Core.alias().c.number == FOREIGN)),
    "Core table beside the class": lambda: select(Unit.id, Core.alias("beside").c.number),
    "Core table joined": lambda: select(Unit.number).join(Core.alias("joined"), true()),
    "Core table in a join": lambda: select(Unit.number).select_from(join(Unit, Core.alias("joined"), true())),
    "Core table in a union": lambda: union(select(Unit.number), select(Core.c.number)),
    "Core table in a common table expression": lambda: select(Unit.id, select(Core.c.number).cte().c.number),
    "Core table given to a class": lambda: select(Unit).from_statement(select(Core)),
    "Core table beside another class": lambda: select(Community.id, select(func.max(Core.c.number)).scalar_subquery()),
    "Core table in the condition of an update": lambda: (
        update(Administration).values(name="x").where(exists().where(Core.c.number == FOREIGN))
    ),
    "insert": lambda: insert(Unit).values(tower="", number="x", search="x"),
    "insert from a select": lambda: insert(Administration).from_select(["name"], select(Unit.number)),
    "move to another community": lambda: update(Unit).values(community_id=2),
    "move by name": lambda: update(Unit).values({"community_id": 2}),
}


@pytest.mark.parametrize("shape", REFUSED)
def test_what_cannot_be_restricted_is_refused(bound: Two, shape: str) -> None:
    with pytest.raises(TenancyError):
        db.session.execute(REFUSED[shape]())
    assert numbers(bound) == ([OWN], [FOREIGN])


@pytest.mark.parametrize("shape", [shape for shape in REFUSED if shape.startswith(("Core", "raw", "bare"))])
def test_what_cannot_be_restricted_is_refused_to_an_unbound_session_too(two: Two, shape: str) -> None:
    with pytest.raises(TenancyError):
        db.session.execute(REFUSED[shape]())


def test_bulk_statements_are_refused(bound: Two) -> None:
    row = {"id": bound.foreign_unit, "number": "taken", "community_id": bound.own}
    for statement in (update(Unit), insert(Unit)):
        with pytest.raises(TenancyError, match="bulk"):
            db.session.execute(statement, [row])
    with pytest.raises(TenancyError):
        db.session.execute(update(Unit), {"community_id": bound.foreign})
    assert numbers(bound) == ([OWN], [FOREIGN])


@pytest.mark.parametrize(
    "shortcut",
    [
        lambda session, row: session.bulk_save_objects([Unit(**row)]),
        lambda session, row: session.bulk_insert_mappings(Unit, [row]),
        lambda session, row: session.bulk_update_mappings(Unit, [row]),
    ],
    ids=["objects", "inserts", "updates"],
)
def test_bulk_shortcuts_are_closed(bound: Two, shortcut: Callable[[Any, dict[str, object]], None]) -> None:
    row = {"id": bound.foreign_unit, "community_id": bound.foreign, "tower": "", "number": "taken", "search": ""}
    with pytest.raises(RuntimeError, match="bulk operations"):
        shortcut(db.session(), row)
    assert numbers(bound) == ([OWN], [FOREIGN])


# A foreign id assigned by hand: the composite foreign keys refuse it


@pytest.fixture
def foreign_ids(bound: Two) -> dict[str, int]:
    with acting_for(bound.foreign):
        unit = db.session.get_one(Unit, bound.foreign_unit)
        visitor = make_visitor(unit)
        ids = {"unit_id": unit.id, "visitor_id": visitor.id, "resident_id": make_resident(unit).id}
    db.session.commit()
    return ids


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (Resident, "unit_id"),
        (ResidentPhone, "resident_id"),
        (Visitor, "unit_id"),
        (Visit, "unit_id"),
        (Visit, "visitor_id"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
@pytest.mark.parametrize("by_statement", [False, True], ids=["object", "update"])
def test_a_foreign_id_assigned_by_hand_is_refused(
    bound: Two, foreign_ids: dict[str, int], model: type[Any], name: str, by_statement: bool
) -> None:
    unit = db.session.get_one(Unit, bound.own_unit)
    make_resident(unit, phones=("+56961234567",))
    make_visit(make_visitor(unit))
    assign = _by_statement if by_statement else _by_hand
    with pytest.raises(IntegrityError):
        assign(model, name, foreign_ids[name])


def _by_statement(model: type[Any], name: str, foreign_id: int) -> None:
    db.session.execute(update(model).values({name: foreign_id}))


def _by_hand(model: type[Any], name: str, foreign_id: int) -> None:
    setattr(db.session.scalars(select(model)).one(), name, foreign_id)
    db.session.flush()
