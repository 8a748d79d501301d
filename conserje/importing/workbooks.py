"""Excel workbooks (.xlsx), read row by row: what they unpack to is judged before anything is unpacked."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from conserje.errors import Refused
from conserje.importing.layout import C, Layout, Table
from conserje.importing.tables import MOST_COLUMNS, Row, lines, split

if TYPE_CHECKING:
    from openpyxl import Workbook

# What the parts of a workbook of 50,000 rows weigh unpacked, and then some.
MOST_UNPACKED: Final = 64 * 1024 * 1024
# Texts, styles and the like are held in memory at once.
MOST_HELD: Final = 24 * 1024 * 1024
_MOST_PARTS: Final = 2_000
_LAST_ROW: Final = 1_048_576
_ENCRYPTED: Final = 0x1
_DAMAGED: Final = (
    BadZipFile, zlib.error, ParseError, KeyError, ValueError, TypeError, AttributeError, IndexError,
    EOFError, OSError, NotImplementedError, RuntimeError, OverflowError,
)  # fmt: skip


def require_workbook(body: bytes) -> None:
    """Judge the archive by its directory, before anything is unpacked.

    Refuses: `import_unreadable`; `import_password`; `import_macros`; `import_format` for another kind of archive;
    `import_unpacks_too_large`, for an archive that is small only until it is opened.
    """
    try:
        with ZipFile(io.BytesIO(body)) as archive:
            parts = archive.infolist()
    except _DAMAGED as error:
        raise Refused("import_unreadable", field="file") from error
    names = {part.filename.lower() for part in parts}
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise Refused("import_password", field="file")
    if any(name.endswith("vbaproject.bin") for name in names):
        raise Refused("import_macros", field="file")
    if "xl/workbook.xml" not in names:
        raise Refused("import_format", field="file")
    held = sum(part.file_size for part in parts if not part.filename.lower().startswith("xl/worksheets/"))
    # zipfile gives no more of a part than the directory says of it: what lies about its size is cut, and damaged.
    if len(parts) > _MOST_PARTS or held > MOST_HELD or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Refused("import_unpacks_too_large", field="file")


def read(body: bytes, layout: Layout[C]) -> Table[C]:
    """The first sheet that has the headings; hidden ones are passed over. Of formulas the value that Excel kept.

    Refuses what `require_workbook` refuses, `import_no_headings`, and at a line what `tables.lines` refuses.
    """
    # Imported here: the web server judges uploads, and the worker alone reads them.
    from openpyxl import load_workbook

    require_workbook(body)
    try:
        book = load_workbook(io.BytesIO(body), read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                continue
            total = sheet.max_row or 0
            # Some programs write a wrong size, which would cut the sheet short.
            sheet.reset_dimensions()
            found = split(sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True), layout)
            if found:
                heading, rows = found
                return Table(lines(heading, _whole(rows, book)), max(0, total - heading.rows), heading.unknown)
        book.close()
    except _DAMAGED as error:
        raise Refused("import_unreadable", field="file") from error
    raise Refused("import_no_headings", field="file")


def _whole(rows: Iterator[tuple[int, Row]], book: Workbook) -> Iterator[tuple[int, Row]]:
    """The rows, as long as the file holds together."""
    try:
        for number, row in rows:
            if number > _LAST_ROW:
                raise Refused("import_unreadable", field="file")
            yield number, row
    except _DAMAGED as error:
        raise Refused("import_unreadable", field="file") from error
    finally:
        book.close()
