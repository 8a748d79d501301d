"""CSV as spreadsheets save it: UTF-8 with or without its mark, Windows-1252, UTF-16; semicolons, commas or tabs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from conserje.errors import Refused
from conserje.importing.layout import C, Layout, Table
from conserje.importing.tables import Heading, Row, lines, split

_DELIMITERS = (";", ",", "\t")


def read(body: bytes, layout: Layout[C]) -> Table[C]:
    """The lines of a text. A cell that begins with = is text like any other.

    Refuses: `import_unreadable` for what is no text, `import_no_headings`, and at a line `import_quotes` (fact: line)
    where a quotation mark is never closed, and what `tables.lines` refuses.
    """
    text = _decoded(body)
    if "\0" in text:
        raise Refused("import_unreadable", field="file")
    found = [table for delimiter in _DELIMITERS if (table := _table(text, delimiter, layout))]
    if found:
        heading, rows = max(found, key=lambda table: len(table[0].columns))
        return Table(lines(heading, rows), max(0, text.count("\n") - heading.rows + 1), heading.unknown)
    raise Refused("import_no_headings", field="file")


def _table(text: str, delimiter: str, layout: Layout[C]) -> tuple[Heading[C], Iterator[tuple[int, Row]]] | None:
    """The table that this delimiter makes of the text, if it makes one."""
    try:
        return split(_rows(text, delimiter), layout)
    except Refused:
        return None


def _decoded(body: bytes) -> str:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", "replace")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        # The five bytes that mean nothing there do not make a whole list unreadable.
        return body.decode("cp1252", "replace")


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise Refused("import_quotes", field="file", line=reader.line_num) from error
