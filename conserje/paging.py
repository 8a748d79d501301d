"""Lists that are sorted and shown page by page.

A page follows the row that the one before ended with (keyset): a late page costs no more than the first, and rows that
come or go meanwhile neither repeat nor hide others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, func, literal, tuple_

from conserje.database import db

ROWS_SHOWN = 50
# How many rows of a whole list are in memory at once.
ROWS_AT_ONCE = 1000

# A statement of whatever columns.
Listed = Select[*tuple[Any, ...]]
Row = TypeVar("Row")
Seen = TypeVar("Seen")


@dataclass(frozen=True)
class Sorting:
    """Columns that a list is sorted by, the last of which is the row's id; all upwards, or all downwards."""

    by: Sequence[Any]
    downwards: bool = False


@dataclass(frozen=True)
class Page(Generic[Row]):
    """`count` is of the whole list; `next` is the id of the last row shown, where more follow."""

    rows: Sequence[Row]
    count: int
    next: int | None

    def showing(self, rows: Sequence[Seen]) -> Page[Seen]:
        """The same page with its rows as they are to be seen."""
        return Page(rows, self.count, self.next)


def turned(listed: Listed, sorting: Sorting, *, after: int | None) -> Page[Any]:
    """The page that follows the row of id `after`; the first one where that is None, or gone from the list."""
    count = db.session.scalar(listed.with_only_columns(func.count(), maintain_column_froms=True)) or 0
    place = sorting.by[-1].label("place")
    page = listed.add_columns(place).where(*_beyond(listed, sorting, after)).order_by(*_directed(sorting))
    found = db.session.execute(page.limit(ROWS_SHOWN + 1)).all()
    shown = found[:ROWS_SHOWN]
    return Page(shown, count, shown[-1].place if len(found) > len(shown) else None)


def whole(listed: Listed, sorting: Sorting) -> Iterator[Any]:
    """Every row of the list, read bit by bit, so that its length needs no memory."""
    ordered = listed.order_by(*_directed(sorting))
    yield from db.session.execute(ordered.execution_options(yield_per=ROWS_AT_ONCE))


def _beyond(listed: Listed, sorting: Sorting, after: int | None) -> Iterator[ColumnElement[bool]]:
    if after is None:
        return
    row_id = sorting.by[-1]
    at = db.session.execute(
        listed.with_only_columns(*sorting.by, maintain_column_froms=True).where(row_id == after)
    ).first()
    if at is None:
        return
    here = tuple_(*(literal(value, column.type) for column, value in zip(sorting.by, at, strict=True)))
    columns = tuple_(*sorting.by)
    yield columns < here if sorting.downwards else columns > here


def _directed(sorting: Sorting) -> list[ColumnElement[Any]]:
    return [column.desc() if sorting.downwards else column.asc() for column in sorting.by]
