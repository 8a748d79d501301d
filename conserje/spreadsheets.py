"""Excel files of lists: written row by row, and without formulas, whatever the texts begin with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# What a spreadsheet reads as a formula or a command, or openpyxl as something else than a text (OWASP, CSV injection).
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "#")
_LONGEST_TEXT = 32_767
_WIDEST, _PADDING = 60, 2

_DAY, _MOMENT = "dd-mm-yyyy", "dd-mm-yyyy hh:mm"
# A moment is given as it stands on the wall: a workbook knows no time zones.
Value = str | int | date | datetime | None


def write(title: str, headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """An .xlsx file of one sheet: a bold line of headings that stays in sight, and the rows below it.

    Every text is stored as a text. One that a spreadsheet would otherwise take for a formula carries the mark by which
    it stays a text also when somebody edits its cell.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for place, heading in enumerate(headings, 1):
        sheet.column_dimensions[get_column_letter(place)].width = min(max(len(heading), 18) + _PADDING, _WIDEST)
    sheet.append([_bold(sheet, heading) for heading in headings])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _bold(sheet: object, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, text)
    cell.font = Font(bold=True)
    return cell


def _dated(sheet: object, value: date) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = _MOMENT if isinstance(value, datetime) else _DAY
    return cell


def _cell(sheet: object, value: Value) -> Value | WriteOnlyCell:
    if isinstance(value, date):
        return _dated(sheet, value)
    if not isinstance(value, str):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST_TEXT]
    if not text.startswith(_BEGINS_A_FORMULA):
        return text
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell
