"""Workbooks and texts for tests, as administrators have them and as they must not be."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

from conserje.identity.countries import Country
from conserje.importing.files import FileSource
from conserje.importing.layout import TITLES, Column, Table
from conserje.importing.reading import Reading, understand

HEADINGS = tuple(TITLES.values())
SHORT = ("Torre", "Número", "Nombres", "Apellidos", "Correo")
ANA = ("Torre A", "101", "Ana", "Rojas Vidal", "ana@correo.example")
LUIS = ("Torre A", "102", "Luis", "Peña Díaz", "luis@correo.example")


def workbook(*rows: Sequence[object], merged: Sequence[str] = (), before: Sequence[Any] = ()) -> bytes:
    """A workbook whose last sheet has these rows; `before` are the contents of sheets before it."""
    book = Workbook()
    for sheet_rows in (*before, rows):
        sheet = book.create_sheet()
        for row in sheet_rows:
            sheet.append(list(row))
    for area in merged:
        sheet.merge_cells(area)
    del book["Sheet"]
    return saved(book)


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def text(*rows: Sequence[str], delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    return "\r\n".join(delimiter.join(row) for row in rows).encode(encoding)


def archive(**parts: bytes) -> bytes:
    """A zip archive with these parts; `__` in a name stands for a slash, `_` for a point."""
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as made:
        for name, body in parts.items():
            made.writestr(name.replace("__", "/").replace("_", "."), body)
    return file.getvalue()


def table(body: bytes, name: str = "inmuebles.xlsx") -> Table[Column]:
    return FileSource(name, body).read()


def read(body: bytes, name: str = "inmuebles.xlsx", country: Country = Country.CL) -> Reading:
    return understand(table(body, name).lines, country)


def read_rows(*rows: Sequence[object], country: Country = Country.CL) -> Reading:
    return read(workbook(*rows), country=country)


def problems(reading: Reading) -> list[tuple[str, str]]:
    """Where each problem is, and which."""
    return [(problem.at, problem.code) for problem in reading.problems]


def units(reading: Reading) -> list[str]:
    return [f"{unit['tower']} {unit['number']}".strip() for unit in reading.units]


def people(reading: Reading) -> list[str]:
    return [resident["given_names"] for unit in reading.units for resident in unit["residents"]]
