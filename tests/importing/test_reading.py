"""What the lines mean, and every problem with its place."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from conserje.identity.countries import Country
from conserje.importing.tables import letter
from tests.importing.books import (
    ANA,
    HEADINGS,
    LUIS,
    SHORT,
    people,
    problems,
    read,
    read_rows,
    table,
    text,
    units,
    workbook,
)

FULL = (
    "Torre A", 101.0, 1, "Depto", 961234567, "Ana María", "Rojas Vidal", "Propietaria", "Sí", "x", 1,
    "Ana@Correo.example", 56961234567.0, "+56 2 2123 4567", "no", "SI",
)  # fmt: skip


def test_a_whole_line_is_understood() -> None:
    reading = read_rows(HEADINGS, FULL)
    assert not reading.problems
    assert reading.units == [
        {
            "tower": "Torre A", "number": "101", "floor": "1", "kind": "apartment", "notice_phone": "+56961234567",
            "residents": [
                {
                    "given_names": "Ana María", "surnames": "Rojas Vidal", "kind": "owner", "is_principal": True,
                    "may_approve": True, "contact_order": 1, "email": "Ana@Correo.example",
                    "phones": ["+56961234567", "+56221234567"], "reduced_mobility": False, "electro_dependent": True,
                }
            ],
        }
    ]  # fmt: skip


def test_headings_without_accents_and_in_any_order_below_a_title() -> None:
    rows = (("Comunidad Los Aromos",), (), ("NUMERO", "apellidos ", "Nombres", "TORRE"), (7, "Rojas", "Ana", "B"))
    reading = read_rows(*rows)
    assert (units(reading), people(reading)) == (["B 7"], ["Ana"])


def test_unknown_columns_are_named_and_a_second_one_of_the_same_too() -> None:
    assert table(workbook((*SHORT, "RUT", "Correo"), ANA)).unknown == ("RUT", "Correo")


def test_merged_headings_in_two_rows() -> None:
    upper = ("Torre", "Número", "Residente", None, None)
    lower = (None, None, "Nombres", "Apellidos", "Correo")
    body = workbook(("Listado",), upper, lower, ANA, merged=("A1:E1", "A2:A3", "B2:B3", "C2:E2"))
    reading = read(body)
    assert (units(reading), people(reading), reading.problems) == (["Torre A 101"], ["Ana"], [])


def test_empty_rows_are_passed_over_and_addresses_are_those_of_the_sheet() -> None:
    bad = ("Torre A", "103", "Eva", "Ríos", "no es un correo")
    reading = read_rows(("Listado",), SHORT, ANA, (), ("  ",), bad)
    assert people(reading) == ["Ana"]
    assert problems(reading) == [("E6", "email_malformed")]
    assert reading.problems[0].value == "no es un correo"
    with_blank_lines = read(text(SHORT, ANA, [""], bad), "a.csv")
    assert problems(with_blank_lines) == [("E4", "email_malformed")]


def test_a_date_that_cannot_be_used_is_shown_as_one() -> None:
    # As spreadsheets have it: without a zone.
    days = (datetime(2020, 1, 31), datetime(2020, 1, 31, 8, 30))  # noqa: DTZ001
    reading = read_rows(("Número",), *[(day,) for day in days])
    assert [problem.value for problem in reading.problems] == ["31/01/2020", "31/01/2020 08:30"]


def test_two_hundred_errors_are_all_reported() -> None:
    reading = read_rows(SHORT, *[("A", str(n), "Ana", "Rojas", "malo") for n in range(200)])
    assert [problem.at for problem in reading.problems] == [f"E{row}" for row in range(2, 202)]
    assert not reading.units


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("Número", None, "unit_number_required"),
        ("Número", "9" * 21, "text_too_long"),
        ("Número", date(2026, 12, 4), "cell_is_date"),
        ("Torre", "#REF!", "cell_is_error"),
        ("Tipo de unidad", "castillo", "cell_unit_kind"),
        ("Celular de avisos", "8001234", "phone_malformed"),
        ("Celular de avisos", "800 200 300", "phone_without_sms"),
        ("Nombres", None, "name_required"),
        ("Apellidos", None, "name_required"),
        ("Nombres", "<b>", "name_characters"),
        ("Tipo de residente", "rey", "cell_resident_kind"),
        ("Usuario principal", "quizás", "cell_yes_or_no"),
        ("Orden de contacto", "1.5", "cell_order"),
        ("Orden de contacto", 100, "cell_order"),
        ("Correo", "ana@", "email_malformed"),
        ("Teléfono 1", "5,69E+10", "cell_scientific"),
        ("Teléfono 2", "+1 202 555 0100", "phone_foreign"),
    ],
)
def test_each_problem_of_a_cell_has_its_place(column: str, value: object, code: str) -> None:
    place = HEADINGS.index(column)
    row = [*FULL[:place], value, *FULL[place + 1 :]]
    reading = read_rows(HEADINGS, row)
    assert problems(reading) == [(f"{letter(place)}2", code)]
    assert not reading.units


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (961234567, "+56961234567"),
        (56961234567.0, "+56961234567"),
        (" 56961234567.00 ", "+56961234567"),
        ("5.6961234567E+10", "+56961234567"),
        ("5,6961234567E+10", "+56961234567"),
        ("'09 6123 4567", "+56961234567"),
        ("0056 9 6123 4567", "+56961234567"),
    ],
)
def test_phones_as_excel_spoils_them(value: object, number: str) -> None:
    reading = read_rows(("Número", "Nombres", "Apellidos", "Teléfono"), (1, "Ana", "Rojas", value))
    assert reading.units[0]["residents"][0]["phones"] == [number]


def test_a_colombian_number() -> None:
    reading = read_rows(("Apto", "Celular de avisos"), (501, 3001234567.0), country=Country.CO)
    assert reading.units[0]["notice_phone"] == "+573001234567"


@pytest.mark.parametrize(
    ("value", "number"), [(1204.0, "1204"), ("1204.00", "1204"), ("12-04", "12-04"), (" 0101 ", "0101")]
)
def test_unit_numbers_as_excel_spoils_them(value: object, number: str) -> None:
    assert read_rows(("Número",), (value,)).units[0]["number"] == number


def test_a_line_with_only_the_unit_makes_an_empty_one_and_comes_twice_without_harm() -> None:
    reading = read_rows(SHORT, ("A", "1"), ("a", " 1 "), ("Á", "1", "Ana", "Rojas"))
    assert (units(reading), people(reading), reading.problems) == (["A 1"], ["Ana"], [])


def test_other_signs_tell_units_apart() -> None:
    assert units(read_rows(("Número",), ("1-204",), ("12-04",))) == ["1-204", "12-04"]


def test_an_empty_cell_says_nothing_and_a_dash_takes_away() -> None:
    headings = ("Número", "Piso", "Celular de avisos", "Nombres", "Apellidos", "Correo", "Teléfono 1")
    reading = read_rows(headings, (1, None, "", "Ana", "Rojas", "", ""), (2, "-", "-", "Luis", "Paz", "-", "–"))
    first, second = reading.units
    assert set(first) == {"tower", "number", "residents"}
    assert set(first["residents"][0]) == {"given_names", "surnames"}
    assert (second["floor"], second["notice_phone"]) == ("", None)
    assert (second["residents"][0]["email"], second["residents"][0]["phones"]) == (None, [])


def test_lines_that_disagree_about_their_unit_are_told() -> None:
    headings = ("Número", "Piso", "Celular de avisos", "Nombres", "Apellidos")
    rows = ((1, 1, 961234567, "Ana", "Rojas"), (1, 2, "", "Luis", "Paz"), (1, 1, 987654321, "Eva", "Paz"))
    reading = read_rows(headings, *rows)
    assert problems(reading) == [("B3", "import_unit_conflict"), ("C4", "import_unit_conflict")]
    assert [problem.facts for problem in reading.problems] == [{"first": "B2"}, {"first": "C2"}]
    assert people(reading) == ["Ana"]


def test_the_same_resident_twice_in_a_unit_is_told() -> None:
    again = ("Torre A", "101", "Anita", "Otra", "ANA@correo.example")
    namesake = ("Torre A", "101", "ANA", "rojas vidál", "")
    junior = ("Torre A", "101", "Ana", "Rojas Vidal", "ana.hija@correo.example")
    elsewhere = ("Torre A", "102", *ANA[2:])
    reading = read_rows(SHORT, ANA, again, namesake, junior, elsewhere)
    assert problems(reading) == [("C3", "resident_twice"), ("C4", "resident_twice")]
    assert people(reading) == ["Ana", "Ana", "Ana"]


def test_two_principals_in_a_unit_are_told() -> None:
    headings = (*SHORT, "Usuario principal")
    other = ("Torre A", "101", *LUIS[2:])
    reading = read_rows(headings, (*ANA, "sí"), (*other, "sí"), (*LUIS, "sí"))
    assert problems(reading) == [("F3", "import_two_principals")]


def test_letters_above_columns() -> None:
    assert [letter(index) for index in (0, 25, 26, 51, 59)] == ["A", "Z", "AA", "AZ", "BH"]
