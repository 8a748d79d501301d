"""Excel files: what is in them is what was given, and nothing of it is ever a formula."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from openpyxl.cell import Cell

from conserje import spreadsheets


def cells(file: bytes) -> list[list[Cell]]:
    return [list(row) for row in load_workbook(BytesIO(file)).active.iter_rows()]  # type: ignore[union-attr]


def test_a_file_has_its_headings_and_its_rows() -> None:
    rows = cells(spreadsheets.write("Residentes", ["Nombre", "Pisos"], iter([["Ana", 3], ["Luis", None]])))
    assert [[cell.value for cell in row] for row in rows] == [["Nombre", "Pisos"], ["Ana", 3], ["Luis", None]]
    assert rows[0][0].font.bold


@pytest.mark.parametrize(
    "text",
    ["=1+1", '=HYPERLINK("http://attacker.example")', "+56961234567", "-1", "@SUM(A1)", "\t=1+1", "#N/A", "=", "007"],
)
def test_a_text_is_stored_as_a_text_whatever_it_begins_with(text: str) -> None:
    file = spreadsheets.write("x", ["A"], [[text]])
    (_, (cell,)) = cells(file)
    assert (cell.value, cell.data_type) == (text, "s")
    assert b"<f>" not in ZipFile(BytesIO(file)).read("xl/worksheets/sheet1.xml")


def test_what_looks_like_a_formula_stays_a_text_when_its_cell_is_edited() -> None:
    (_, (dangerous, plain)) = cells(spreadsheets.write("x", ["A", "B"], [["=1+1", "Ana"]]))
    assert (dangerous.quotePrefix, plain.quotePrefix) == (True, False)


def test_signs_that_no_file_may_hold_are_left_out_and_long_texts_are_cut() -> None:
    (_, (cell, long)) = cells(spreadsheets.write("x", ["A", "B"], [["An\x00a\x07", "x" * 40_000]]))
    assert cell.value == "Ana"
    assert len(long.value) == 32_767


def test_a_formula_hidden_behind_such_a_sign_is_a_text_too() -> None:
    (_, (cell,)) = cells(spreadsheets.write("x", ["A"], [["\x00=1+1"]]))
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=1+1", "s", True)
