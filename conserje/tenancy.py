"""Whose rows these are: a session is bound to one community and sees and writes nothing else.

Rows of a community mix in `Owned`. Forgetting the tenant is an error, not a wide-open query: reading an owned row
through a session that is bound to nothing raises, and so does every statement that the guard cannot restrict.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, cast
from weakref import WeakKeyDictionary

from flask_sqlalchemy.session import Session as RequestSession
from sqlalchemy import (
    Alias,
    Column,
    ColumnClause,
    ForeignKey,
    SelectBase,
    TableClause,
    TextClause,
    TextualSelect,
    Update,
    event,
)
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, UOWTransaction, mapped_column, with_loader_criteria
from sqlalchemy.orm.util import AliasedClass
from sqlalchemy.sql import ClauseElement

from conserje.database import Base, db

_BOUND = "community_id"
# What `everywhere` binds a session to instead of a community.
_EVERYWHERE = 0
# Statements that modules keep are looked through once.
_ANALYSED: WeakKeyDictionary[ClauseElement, tuple[set[str], bool]] = WeakKeyDictionary()


class TenancyError(RuntimeError):
    """A programming error: a row of a community was about to be read or written outside its community."""


class Owned:
    """A row that belongs to one community."""

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), nullable=False)


def bind(community_id: int) -> None:
    """From here on this request's session reads and writes this community's rows only."""
    if community_id <= _EVERYWHERE:
        raise TenancyError("there is no such community")
    session = db.session()
    bound = session.info.get(_BOUND)
    if bound is not None and bound != community_id:
        raise TenancyError("the session is bound to another community")
    session.info[_BOUND] = community_id


def bound_community_id(session: Session | None = None) -> int | None:
    """The community that the session is bound to, if any."""
    bound: int | None = (session or db.session()).info.get(_BOUND)
    return bound


@contextmanager
def acting_for(community_id: int) -> Iterator[None]:
    """`bind` for jobs and commands: one community's turn, with nothing of the last one's left in the session."""
    session = db.session()
    before = session.info.get(_BOUND)
    session.flush()
    session.expunge_all()
    session.info[_BOUND] = community_id
    try:
        yield
        session.flush()
    finally:
        session.expunge_all()
        session.info[_BOUND] = before


@contextmanager
def everywhere() -> Iterator[Session]:
    """A short session of its own that reads the rows of every community, and of them columns only, never objects.

    For opening a link by its token, due rows and the live screens: what looks for the community that it then acts in.
    """
    with db.session.session_factory() as session:
        session.info[_BOUND] = _EVERYWHERE
        yield session


@event.listens_for(RequestSession, "do_orm_execute", propagate=True)
def _guard_statement(state: ORMExecuteState) -> None:
    if state.is_column_load or state.is_relationship_load:
        return  # refreshes a row, or follows a relation, of what was loaded under the guard
    owned, bare = _owned_tables(cast(ClauseElement, state.statement))
    if not owned:
        return
    if not state.is_orm_statement or bare:
        raise TenancyError(f"a Core statement on {', '.join(sorted(owned))} passes by the tenancy guard")
    if state.is_insert or isinstance(state.parameters, list):
        raise TenancyError("bulk inserts and updates pass by the tenancy guard: add objects, change objects")
    if isinstance(state.statement, Update) and _assigns_community(state.statement, cast(Any, state.parameters)):
        raise TenancyError("rows do not move from one community to another")
    community_id = state.session.info.get(_BOUND)
    if community_id is None:
        raise TenancyError("no community is bound to the session")
    if community_id == _EVERYWHERE:
        _require_columns_only(state)
        return
    state.statement = state.statement.options(
        with_loader_criteria(Owned, lambda cls: cls.community_id == community_id, include_aliases=True)
    )


def _require_columns_only(state: ORMExecuteState) -> None:
    columns = getattr(state.statement, "column_descriptions", ())
    if not state.is_select or any(isinstance(column["expr"], type | AliasedClass) for column in columns):
        raise TenancyError("over all communities one reads columns, and changes nothing")


def _owned_tables(statement: ClauseElement) -> tuple[set[str], bool]:
    """Names of the owned tables that the statement reads, and whether any of its SELECTs reaches one past its class.

    The ORM annotates what was reached through a class, and `with_loader_criteria` restricts nothing else. Within one
    SELECT a bare name beside the class means the same table: `Session.get` says it both ways.
    """
    known = _ANALYSED.get(statement)
    if known is not None:
        return known
    owned: set[str] = set()
    bare = False
    scopes = [statement]
    while scopes:
        mapped: set[str] = set()
        named: set[str] = set()
        elements: list[Any] = [scopes.pop()]
        for element in elements:
            _refuse_raw_sql(element)
            if isinstance(element, SelectBase) and element is not elements[0]:
                scopes.append(element)
                continue
            source = element.table if isinstance(element, Column) else element
            table = source.element if isinstance(source, Alias) else source
            if isinstance(table, TableClause) and table.name in _owned_names():
                owned.add(table.name)
                (mapped if "parententity" in element._annotations else named).add(source.name)
                continue
            elements.extend(element.get_children())
        bare = bare or not named <= mapped
    _ANALYSED[statement] = owned, bare
    return owned, bare


def _refuse_raw_sql(element: Any) -> None:
    is_text = isinstance(element, TextClause | TextualSelect)
    is_literal = isinstance(element, ColumnClause) and element.is_literal
    if is_text or (is_literal and element.name != "*" and not element.name.isalnum()):
        raise TenancyError("raw SQL passes by the tenancy guard")


def _assigns_community(statement: Update, parameters: Mapping[str, object] | None) -> bool:
    assigned = {getattr(column, "key", column) for column in statement._values or ()}
    return "community_id" in assigned or "community_id" in (parameters or {})


@cache
def _owned_names() -> frozenset[str]:
    return frozenset(m.local_table.name for m in Base.registry.mappers if issubclass(m.class_, Owned))  # type: ignore[attr-defined]


@event.listens_for(RequestSession, "before_flush", propagate=True)
def _guard_flush(session: Session, _: UOWTransaction, __: object) -> None:
    community_id = session.info.get(_BOUND)
    for row in session.new:
        if isinstance(row, Owned):
            if community_id is None or community_id == _EVERYWHERE:
                raise TenancyError("no community is bound to the session")
            if row.community_id is None:
                row.community_id = community_id
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, Owned) and row.community_id != community_id:
            raise TenancyError("a row of another community was about to be written")
