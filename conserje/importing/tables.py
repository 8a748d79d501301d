"""Rows of a spreadsheet as lines: finds the headings, wherever they begin, and skips what is empty."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import islice
from typing import Generic

from conserje.errors import Refused
from conserje.importing.layout import C, Layout, Line

MOST_ROWS = 50_000
MOST_COLUMNS = 60
# A title, an address and a date often stand above the headings.
_HEADINGS_WITHIN = 30
_MOST_NAMED, _LONGEST_NAMED = 12, 40

Row = Sequence[object]


@dataclass(frozen=True)
class Heading(Generic[C]):
    """Which column stands where, which rows the headings end with, and what nobody knows."""

    columns: Mapping[int, C]
    rows: int
    unknown: tuple[str, ...]


def split(rows: Iterable[Row], layout: Layout[C]) -> tuple[Heading[C], Iterator[tuple[int, Row]]] | None:
    """The headings and the numbered rows below them; None where no row names the column that the layout needs."""
    remaining = iter(rows)
    first = list(islice(remaining, _HEADINGS_WITHIN + 1))
    heading = _heading(first, layout)
    if heading is None:
        return None
    return heading, enumerate(_chained(first[heading.rows :], remaining), heading.rows + 1)


def lines(heading: Heading[C], rows: Iterator[tuple[int, Row]]) -> Iterator[Line[C]]:
    """A line for each row that says something.

    Refuses: `import_too_many_rows`, `import_too_many_columns` (facts: most).
    """
    letters = {column: letter(index) for index, column in heading.columns.items()}
    count = 0
    for number, row in rows:
        if len(row) > MOST_COLUMNS and any(not is_blank(value) for value in row[MOST_COLUMNS:]):
            raise Refused("import_too_many_columns", most=MOST_COLUMNS)
        values = {
            column: row[index]
            for index, column in heading.columns.items()
            if index < len(row) and not is_blank(row[index])
        }
        if not values:
            continue
        count += 1
        if count > MOST_ROWS:
            raise Refused("import_too_many_rows", most=f"{MOST_ROWS:,}".replace(",", "."))
        yield Line(values, number, partial(_address, letters, number))


def is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


@cache
def letter(index: int) -> str:
    """The letters that spreadsheets put above the column: A, Z, AA."""
    before, last = divmod(index, 26)
    return (letter(before - 1) if before else "") + chr(ord("A") + last)


def _address(letters: Mapping[C, str], number: int, column: C) -> str:
    return f"{letters.get(column, 'A')}{number}"


def _chained(first: Sequence[Row], others: Iterator[Row]) -> Iterator[Row]:
    yield from first
    yield from others


def _heading(rows: Sequence[Row], layout: Layout[C]) -> Heading[C] | None:
    for place, row in enumerate(rows[:_HEADINGS_WITHIN]):
        columns = _named(row, layout)
        if not columns:
            continue
        # Cells merged downwards hold their word in the upper row, and the parts of a group theirs in the lower one.
        below = _named(rows[place + 1], layout) if place + 1 < len(rows) else {}
        added = {index: column for index, column in below.items() if column not in columns.values()}
        both = dict(sorted({**columns, **added}.items()))
        if layout.needed in both.values():
            height = 2 if added else 1
            return Heading(both, place + height, _unknown(rows[place : place + height], both))
    return None


def _named(row: Row, layout: Layout[C]) -> dict[int, C]:
    """The first column of each name; a second one of the same is unknown."""
    found: dict[int, C] = {}
    for index, value in enumerate(row[:MOST_COLUMNS]):
        column = layout.column_named(value)
        if column is not None and column not in found.values():
            found[index] = column
    return found


def _unknown(rows: Sequence[Row], columns: Mapping[int, C]) -> tuple[str, ...]:
    # Of headings in two rows the upper one may be the name of a group.
    row = rows[-1]
    strange = (str(value).strip() for index, value in enumerate(row) if index not in columns and not is_blank(value))
    return tuple(name[:_LONGEST_NAMED] for name in islice(strange, _MOST_NAMED))
