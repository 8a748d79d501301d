"""Whose rows these are: what a bound session reads and writes, and every known way round it, closed.

`OWN` and `FOREIGN` mark the rows of two communities of one administration; the session is bound to the first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import (
    Select,
    column,
    delete,
    exists,
    func,
    insert,
    join,
    literal,
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

from conserje import database, tenancy
from conserje.accounts.models import Account, Membership, WebSession
from conserje.audit.models import AuditLine
from conserje.communities.models import Administration, Community, Resident, ResidentPhone, Unit
from conserje.database import Base, db
from conserje.tenancy import Owned, TenancyError, acting_for, bind, bound_community_id
from conserje.visits.models import Visit, Visitor
from tests.builders import make_account, make_administration, make_community, make_resident, make_unit
from tests.visits.scene import make_visit, make_visitor

OWN, FOREIGN = "own", "foreign"
Core = Unit.__table__
Other = aliased(Unit)


@dataclass
class Two:
    own: int
    foreign: int
    own_unit: int
    foreign_unit: int


@pytest.fixture
def two(ctx: Flask) -> Two:
    """Two communities with a unit each, committed, and the session not bound yet."""
    administration = make_administration()
    own, foreign = make_community(administration, OWN), make_community(administration, FOREIGN)
    make_account(administration, communities=(own, foreign))
    with acting_for(own.id):
        own_unit = make_unit(OWN, "").id
    with acting_for(foreign.id):
        foreign_unit = make_unit(FOREIGN, "").id
    db.session.commit()
    return Two(own.id, foreign.id, own_unit, foreign_unit)


@pytest.fixture
def bound(two: Two) -> Two:
    bind(two.own)
    return two


def numbers(community_id: int) -> list[str]:
    """The numbers of the community's units, as they lie in the database."""
    with acting_for(community_id):
        return list(db.session.scalars(select(Unit.number).order_by(Unit.id)))


def both(two: Two) -> tuple[list[str], list[str]]:
    return numbers(two.own), numbers(two.foreign)


# Bound, or refused


@pytest.mark.parametrize("ask", [select(Unit), select(Unit.id), select(func.count()).select_from(Unit), delete(Unit)])
def test_a_session_that_is_bound_to_nothing_reads_nothing_of_a_community(two: Two, ask: Any) -> None:
    with pytest.raises(TenancyError, match="no community is bound"):
        db.session.execute(ask)


def test_a_session_that_is_bound_to_nothing_gets_no_row(two: Two) -> None:
    with pytest.raises(TenancyError, match="no community is bound"):
        db.session.get(Unit, two.own_unit)


def test_a_session_that_is_bound_to_nothing_writes_nothing_of_a_community(two: Two) -> None:
    db.session.add(Unit(community_id=two.own, tower="", number="new", search="new"))
    with pytest.raises(TenancyError, match="no community is bound"):
        db.session.flush()


def test_what_no_community_owns_is_read_without_one(two: Two) -> None:
    assert db.session.scalars(select(Community.name).order_by(Community.id)).all() == [OWN, FOREIGN]


def test_a_bound_session_is_not_bound_to_another_community(bound: Two) -> None:
    bind(bound.own)
    with pytest.raises(TenancyError, match="bound to another"):
        bind(bound.foreign)
    assert bound_community_id() == bound.own


def test_the_next_requests_session_is_bound_to_nothing(ctx: Flask, bound: Two) -> None:
    with ctx.app_context():
        assert bound_community_id() is None
    assert bound_community_id() == bound.own


def test_what_is_written_afterwards_is_written_by_a_session_bound_to_nothing(bound: Two) -> None:
    with pytest.raises(TenancyError, match="no community is bound"):
        database.in_own_transaction(lambda session: session.add(Unit(tower="", number="x", search="x")))


def test_every_table_with_a_community_is_owned_or_known_not_to_be() -> None:
    not_owned = {AuditLine, Membership, WebSession}
    for mapper in Base.registry.mappers:
        if "community_id" in mapper.columns:
            assert issubclass(mapper.class_, Owned) != (mapper.class_ in not_owned), mapper.class_
    for model in (Unit, Resident, ResidentPhone, Visitor, Visit):
        assert issubclass(model, Owned)
        assert not model.__table__.c.community_id.nullable


# What a bound session reads


def _recursive() -> Select[Any]:
    first = select(Unit.number, literal(1).label("turn")).cte(recursive=True)
    return select(
        first.union_all(
            select(Unit.number, first.c.turn + 1).where(first.c.turn < 2, Unit.number == first.c.number)
        ).c.number
    )


RESTRICTED: dict[str, Callable[[], Any]] = {
    "class": lambda: select(Unit),
    "column": lambda: select(Unit.number),
    "alias": lambda: select(Other.number),
    "two aliases": lambda: select(Other.number).join(aliased(Unit), true()),
    "join": lambda: select(Unit.number).join(Community, Community.id == Unit.community_id),
    "outer join": lambda: select(Unit.number).select_from(Community).outerjoin(Unit, Unit.community_id == Community.id),
    "subquery": lambda: select(select(Unit.number).subquery()),
    "subquery of a subquery": lambda: select(select(select(Other.number).subquery()).subquery().alias()),
    "alias of a subquery": lambda: select(aliased(Unit, select(Unit).subquery())),
    "common table expression": lambda: select(select(Unit.number).cte()),
    "recursive expression": _recursive,
    "union": lambda: union(select(Unit.number), select(Other.number)),
    "subquery of a union": lambda: select(union(select(Unit.number), select(Unit.number)).subquery()),
    "statement given to a class": lambda: select(Unit).from_statement(select(Unit)),
    "scalar subquery": lambda: select(
        Community.id, select(Unit.number).where(Unit.community_id == Community.id).scalar_subquery()
    ),
    "condition on another's subquery": lambda: select(Community.name).where(
        Community.id.in_(select(Unit.community_id))
    ),
    "condition on another's exists": lambda: select(Community.name).where(
        exists().where(Unit.community_id == Community.id)
    ),
    "exists of a select": lambda: select(Community.name).where(
        select(Unit.id).where(Unit.community_id == Community.id).exists()
    ),
    "update": lambda: update(Unit).values(search="changed").returning(Unit.number),
    "update of another by a subquery": lambda: (
        update(Administration)
        .values(name=select(func.max(Unit.number)).scalar_subquery())
        .returning(Administration.name)
    ),
    "delete": lambda: delete(Unit).returning(Unit.number),
    "query": lambda: db.session.query(Unit.number).statement,
}


@pytest.mark.parametrize("shape", RESTRICTED)
def test_a_bound_session_reads_its_own_rows_alone(bound: Two, shape: str) -> None:
    result = db.session.execute(RESTRICTED[shape]())
    found = {getattr(value, "number", value) for row in result for value in row}
    assert OWN in found
    assert FOREIGN not in found


@pytest.mark.parametrize("asked", [func.count(), func.count(Unit.id), func.count(Other.id)])
def test_a_bound_session_counts_its_own_rows_alone(bound: Two, asked: Any) -> None:
    statement = select(asked) if "unit" in str(asked) else select(asked).select_from(Unit)
    assert db.session.scalar(statement) == 1
    assert db.session.query(Unit).count() == 1


@pytest.mark.parametrize(("number", "found"), [(OWN, True), (FOREIGN, False)])
def test_whether_a_row_exists_is_asked_of_ones_own_alone(bound: Two, number: str, found: bool) -> None:
    wanted = select(Unit.id).where(Unit.number == number)
    assert db.session.scalar(select(wanted.exists())) is found
    assert db.session.scalar(select(exists(wanted))) is found
    assert db.session.query(db.session.query(Unit).filter_by(number=number).exists()).scalar() is found


def test_a_row_of_another_community_is_not_got_by_its_id(bound: Two) -> None:
    assert db.session.get_one(Unit, bound.own_unit).number == OWN
    assert db.session.get(Unit, bound.foreign_unit) is None
    assert db.session.get(Unit, bound.foreign_unit, populate_existing=True, with_for_update=True) is None


def test_a_statement_kept_by_a_module_serves_each_community_its_own(two: Two) -> None:
    kept = select(Unit.number)
    for _ in range(2):
        for community_id, number in ((two.own, OWN), (two.foreign, FOREIGN)):
            with acting_for(community_id):
                assert db.session.scalars(kept).all() == [number]


def test_an_update_and_a_delete_reach_their_own_rows_alone(bound: Two) -> None:
    assert db.session.execute(update(Unit).values(number="changed")).rowcount == 1  # type: ignore[attr-defined]
    assert both(bound) == (["changed"], [FOREIGN])
    assert db.session.execute(delete(Unit)).rowcount == 1  # type: ignore[attr-defined]
    assert both(bound) == ([], [FOREIGN])


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
    assert both(bound) == ([OWN], [FOREIGN])


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
    assert both(bound) == ([OWN], [FOREIGN])


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
    assert both(bound) == ([OWN], [FOREIGN])


# What a bound session writes


def test_a_new_row_is_of_the_bound_community(bound: Two) -> None:
    unit = Unit(tower="", number="new", search="new")
    db.session.add(unit)
    db.session.flush()
    assert unit.community_id == bound.own


def test_a_new_row_of_another_community_is_refused(bound: Two) -> None:
    db.session.add(Unit(community_id=bound.foreign, tower="", number="new", search="new"))
    with pytest.raises(TenancyError, match="another community"):
        db.session.flush()


def test_a_row_that_is_given_to_another_community_is_refused(bound: Two) -> None:
    db.session.get_one(Unit, bound.own_unit).community_id = bound.foreign
    with pytest.raises(TenancyError, match="another community"):
        db.session.flush()


def foreign_unit(two: Two) -> Unit:
    """A unit of the other community, as somebody might still hold it in hand."""
    with acting_for(two.foreign):
        return db.session.get_one(Unit, two.foreign_unit)


def test_a_changed_row_of_another_community_is_refused(bound: Two) -> None:
    unit = foreign_unit(bound)
    db.session.add(unit)
    unit.number = "taken"
    with pytest.raises(TenancyError, match="another community"):
        db.session.flush()


def test_deleting_a_row_of_another_community_is_refused(bound: Two) -> None:
    db.session.delete(foreign_unit(bound))
    with pytest.raises(TenancyError, match="another community"):
        db.session.flush()


def test_merging_a_row_under_anothers_id_does_not_take_it_over(bound: Two) -> None:
    db.session.merge(Unit(id=bound.foreign_unit, tower="", number="taken", search="taken"))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()
    assert both(bound) == ([OWN], [FOREIGN])


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


# acting_for


def test_acting_for_leaves_nothing_behind(bound: Two) -> None:
    with acting_for(bound.foreign):
        unit = db.session.get_one(Unit, bound.foreign_unit)
        assert bound_community_id() == bound.foreign
    assert bound_community_id() == bound.own
    assert unit not in db.session
    assert list(db.session) == []
    assert db.session.get(Unit, bound.foreign_unit) is None


def test_acting_for_begins_with_nothing_of_the_one_before(bound: Two) -> None:
    unit = db.session.get_one(Unit, bound.own_unit)
    with acting_for(bound.foreign):
        assert unit not in db.session
        assert db.session.get(Unit, bound.own_unit) is None


def test_acting_for_writes_what_waits_on_either_side_for_its_own_community(bound: Two) -> None:
    db.session.add(Unit(tower="", number="before", search=""))
    with acting_for(bound.foreign):
        db.session.add(Unit(tower="", number="within", search=""))
    assert both(bound) == ([OWN, "before"], [FOREIGN, "within"])


def test_acting_for_ends_as_well_when_its_work_fails(bound: Two) -> None:
    def fail() -> None:
        with acting_for(bound.foreign):
            db.session.add(Unit(tower="", number="within", search=""))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert bound_community_id() == bound.own
    assert list(db.session) == []
    assert both(bound) == ([OWN], [FOREIGN])


def test_acting_for_one_after_the_other_and_within_one_another(two: Two) -> None:
    with acting_for(two.own):
        with acting_for(two.foreign):
            assert db.session.scalars(select(Unit.number)).all() == [FOREIGN]
        assert db.session.scalars(select(Unit.number)).all() == [OWN]
    assert tenancy.bound_community_id() is None


def test_the_account_of_both_communities_is_no_way_from_one_to_the_other(bound: Two) -> None:
    statement = (
        select(Unit.number)
        .join(Membership, Membership.community_id == Unit.community_id)
        .join(Account, Account.id == Membership.account_id)
    )
    assert db.session.scalars(statement).all() == [OWN]
