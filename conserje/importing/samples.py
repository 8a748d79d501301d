"""The template to fill in, as a workbook and as CSV: the headings, examples, and what each column means."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from conserje.identity.countries import Country
from conserje.importing.layout import TITLES, Column

# Two mobiles and a fixed line, and what a flat is called.
_WORDS = {
    Country.CL: ("961234567", "987654321", "221234567", "departamento"),
    Country.CO: ("3001234567", "3107654321", "6012345678", "apartamento"),
}
_MEANINGS = {
    Column.TOWER: "Como se muestra en pantalla, por ejemplo «Torre A». Vacía donde no hay torres.",
    Column.NUMBER: "Obligatorio. Con la torre identifica al inmueble: mayúsculas, acentos y espacios no cuentan.",
    Column.FLOOR: "Número o texto corto.",
    Column.KIND: "departamento, casa, oficina, local, estacionamiento, bodega u otro.",
    Column.NOTICE_PHONE: "El celular de la unidad que recibe los SMS. Vacío conserva el que tenga.",
    Column.GIVEN_NAMES: "Obligatorio si la fila tiene un residente.",
    Column.SURNAMES: "Obligatorio si la fila tiene un residente.",
    Column.RESIDENT_KIND: "propietario, arrendatario u ocupante.",
    Column.IS_PRINCIPAL: "sí o no. A lo más uno por inmueble.",
    Column.MAY_APPROVE: "sí o no: si puede autorizar visitas.",
    Column.CONTACT_ORDER: "A quién se llama primero: 1, 2, 3…",
    Column.EMAIL: "Identifica al residente dentro de su unidad; si falta, lo hace su nombre completo.",
    Column.PHONE_1: "Con o sin código de país.",
    Column.PHONE_2: "Con o sin código de país.",
    Column.REDUCED_MOBILITY: "sí o no, para la lista de emergencia.",
    Column.ELECTRO_DEPENDENT: "sí o no, para la lista de emergencia.",
}
_RULES = (
    "Una fila por residente: los datos del inmueble se repiten en cada una.",
    "Una fila solo con datos del inmueble crea un inmueble sin residentes.",
    "Una celda vacía, o una columna que no está, deja el dato como está. Un guion (-) lo borra.",
    "El archivo se puede importar otra vez: lo que ya existe se actualiza y no se duplica.",
    "Los residentes que ya no vienen se conservan.",
)
_WIDTH = 20


@dataclass(frozen=True)
class Sample:
    """What a template shows: its headings, example rows, rules that hold for all of it, and each column explained."""

    titles: Sequence[str]
    examples: Sequence[Sequence[str]]
    rules: Sequence[str]
    meanings: Sequence[tuple[str, str]]


def _examples(country: Country) -> Iterable[Sequence[str]]:
    mobile, other, fixed, flat = _WORDS[country]
    first, second = ("Torre A", "101", "1", flat, mobile), ("Torre A", "102", "1", flat, "")
    name = "Apellidos"
    return (
        (*first, "Nombre Uno", name, "propietario", "sí", "sí", "1", "uno@correo.example", mobile, "", "no", "no"),
        (*first, "Nombre Dos", name, "ocupante", "no", "sí", "2", "dos@correo.example", "", "", "sí", "no"),
        (
            *second,
            "Nombre Tres",
            name,
            "arrendatario",
            "sí",
            "sí",
            "1",
            "tres@correo.example",
            other,
            fixed,
            "no",
            "sí",
        ),
        ("Torre A", "103", "1", flat, *[""] * 12),
        ("", "Bodega 12", "1", "bodega", *[""] * 12),
    )


def sample(country: Country) -> Sample:
    """The template of units and residents."""
    meanings = tuple((TITLES[column], meaning) for column, meaning in _MEANINGS.items())
    return Sample(tuple(TITLES.values()), tuple(_examples(country)), _RULES, meanings)


def workbook(sample: Sample) -> bytes:
    """A sheet to fill in, one of examples, and one that explains the columns. Every cell is text, so that Excel spoils
    no telephone."""
    book = Workbook()
    to_fill = book.active
    to_fill.title = "Datos"
    _head(to_fill, sample)
    for row in to_fill.iter_rows(min_row=2, max_row=500, max_col=len(sample.titles)):
        for cell in row:
            cell.number_format = "@"
    examples = book.create_sheet("Ejemplos")
    _head(examples, sample)
    for example in sample.examples:
        examples.append(example)
    explained = book.create_sheet("Explicación")
    for rule in sample.rules:
        explained.append([rule])
    explained.append([])
    explained.append(["Columna", "Qué se escribe"])
    for explanation in sample.meanings:
        explained.append(explanation)
    explained.column_dimensions["A"].width = _WIDTH
    explained.column_dimensions["B"].width = 5 * _WIDTH
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def comma_separated(sample: Sample) -> bytes:
    """The headings and the examples, as Excel in Spanish opens them: UTF-8 with its mark, semicolons."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";")
    writer.writerow(sample.titles)
    writer.writerows(sample.examples)
    return file.getvalue().encode("utf-8-sig")


def _head(sheet: Worksheet, sample: Sample) -> None:
    sheet.append(list(sample.titles))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = _WIDTH
    sheet.freeze_panes = "A2"
