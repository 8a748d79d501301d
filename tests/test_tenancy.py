"""Whose rows these are: what a bound session reads and writes, and what an unbound one is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import (
    Select,
    delete,
    exists,
    func,
    literal,
    select,
    true,
    union,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from conserje import database, tenancy
from conserje.accounts.models import Account, Membership, WebSession
from conserje.audit.models import AuditLine
from conserje.change_feed import Change
from conserje.communities.models import Administration, Community, Resident, ResidentPhone, Unit
from conserje.database import Base, db
from conserje.jobs import Job
from conserje.messages.models import ConsoleMessage, Message
from conserje.portal.models import PortalSession
from conserje.privacy.models import PurgeRun
from conserje.tenancy import Owned, TenancyError, acting_for, bind, bound_community_id
from conserje.visits.models import Visit, Visitor
from tests.two_communities import FOREIGN, OWN, Two, make_two, numbers

Other = aliased(Unit)


@pytest.fixture
def two(ctx: Flask) -> Two:
    return make_two()


@pytest.fixture
def bound(two: Two) -> Two:
    """The two, with the session bound to the first."""
    bind(two.own)
    return two


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
    not_owned = {
        AuditLine,
        Change,
        ConsoleMessage,
        Job,
        Membership,
        Message,
        PortalSession,
        PurgeRun,
        WebSession,
    }
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
    assert numbers(bound) == (["changed"], [FOREIGN])
    assert db.session.execute(delete(Unit)).rowcount == 1  # type: ignore[attr-defined]
    assert numbers(bound) == ([], [FOREIGN])


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
    assert numbers(bound) == ([OWN], [FOREIGN])


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
    assert numbers(bound) == ([OWN, "before"], [FOREIGN, "within"])


def test_acting_for_ends_as_well_when_its_work_fails(bound: Two) -> None:
    def fail() -> None:
        with acting_for(bound.foreign):
            db.session.add(Unit(tower="", number="within", search=""))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert bound_community_id() == bound.own
    assert list(db.session) == []
    assert numbers(bound) == ([OWN], [FOREIGN])


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
