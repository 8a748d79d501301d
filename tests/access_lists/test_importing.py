"""Reading a list of who may enter: what is understood of each cell, and every reason to refuse one."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from conserje.access_lists import importing, list_samples
from conserje.access_lists.schedules import ALWAYS, EVERY_DAY, Validity, days_of
from conserje.errors import Refused
from conserje.identity.countries import Country
from conserje.importing import samples
from tests.importing.books import text
from tests.importing.lists import CAMILA, CAMILA_RUN, HEADINGS, LUIS, SHORT, problems, read, read_rows

WEEKDAYS = days_of(range(5))


def line(**said: object) -> tuple[object, ...]:
    """A line of all columns; what is not said is Camila's."""
    values = {
        "tower": "Torre A", "number": "101", "listing": "autorizado", "document_type": "RUN",
        "document_number": CAMILA_RUN, "given_names": "Camila", "surnames": "Soto Díaz", "expires_on": "", "days": "",
        "from_hour": "", "until_hour": "",
    }  # fmt: skip
    return tuple({**values, **said}.values())


def one(country: Country = Country.CL, **said: object) -> list[tuple[str, str]]:
    return problems(read_rows(HEADINGS, line(**said), country=country))


def understood(country: Country = Country.CL, **said: object) -> dict[str, object]:
    (entry,) = read_rows(HEADINGS, line(**said), country=country).entries
    return entry


def test_a_line_says_who_stands_on_which_list_of_which_unit() -> None:
    reading = read_rows(SHORT, CAMILA, ("torre a", 102.0, "No Autorizado", 98765433, "Luis Peña"))
    assert problems(reading) == []
    assert reading.entries == [
        {"tower": "Torre A", "number": "101", "listing": "authorised", "document_type": "run",
         "document_number": "12345678-5", "full_name": "Camila Soto Díaz"},
        {"tower": "Torre A", "number": "102", "listing": "unauthorised", "document_type": "run",
         "document_number": "9876543-3", "full_name": "Luis Peña"},
    ]  # fmt: skip


def test_a_windows_1252_csv_with_semicolons_is_read() -> None:
    body = text(SHORT, CAMILA, ("-", "Casa 12", *LUIS[2:]), encoding="cp1252")
    reading = read(body, "lista.csv")
    assert [(each["number"], each["full_name"]) for each in reading.entries] == [
        ("101", "Camila Soto Díaz"),
        ("Casa 12", "Luis Peña"),
    ]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ({"expires_on": "31/12/2026"}, Validity(date(2026, 12, 31))),
        ({"expires_on": "2026-12-31"}, Validity(date(2026, 12, 31))),
        ({"expires_on": datetime(2026, 12, 31)}, Validity(date(2026, 12, 31))),  # noqa: DTZ001 - as spreadsheets have it
        ({"days": "lunes a viernes"}, Validity(days=WEEKDAYS)),
        ({"days": "Lun-Vie"}, Validity(days=WEEKDAYS)),
        ({"days": "los martes y JUEVES"}, Validity(days=days_of([1, 3]))),
        ({"days": "sáb a lun"}, Validity(days=days_of([5, 6, 0]))),
        ({"days": "todos los días"}, ALWAYS),
        ({"from_hour": "9", "until_hour": "13:30 hrs"}, Validity(from_minute=540, until_minute=810)),
        ({"from_hour": time(22), "until_hour": time(6, 15)}, Validity(from_minute=1320, until_minute=375)),
        ({"expires_on": "-", "days": "-", "from_hour": "-", "until_hour": "-"}, ALWAYS),
    ],
)
def test_until_when_on_which_days_and_at_which_hours(said: dict[str, object], meant: Validity) -> None:
    held = Validity(date(2027, 1, 1), WEEKDAYS, 60, 120)
    assert importing.said_validity(understood(**said), ALWAYS) == meant
    kept = {
        name: getattr(held, name)
        for name, column in (("expires_on", "expires_on"), ("days", "days"), ("from_minute", "from_hour"))
        if column not in said
    }
    overlaid = importing.said_validity(understood(**said), held)
    assert {name: getattr(overlaid, name) for name in kept} == kept, "what the list leaves empty stays"


@pytest.mark.parametrize(
    ("country", "said", "meant"),
    [
        (Country.CL, {"document_type": "", "document_number": "12.345.678-5"}, ("run", "12345678-5")),
        (Country.CL, {"document_type": "Cédula", "document_number": 123456785}, ("run", "12345678-5")),
        (Country.CL, {"document_type": "PASAPORTE", "document_number": "ab-123456"}, ("passport", "AB123456")),
        (Country.CO, {"document_type": "", "document_number": "1.020345678E9"}, ("cc", "1020345678")),
        (Country.CO, {"document_type": "C.E.", "document_number": "0123456"}, ("ce", "123456")),
    ],
)
def test_documents_are_canonical_however_they_are_written(
    country: Country, said: dict[str, object], meant: tuple[str, str]
) -> None:
    entry = understood(country, **said)
    assert (entry["document_type"], entry["document_number"]) == meant


@pytest.mark.parametrize(
    ("said", "at", "code"),
    [
        ({"number": ""}, "B2", "unit_number_required"),
        ({"number": "999"}, "B2", "import_unit_unknown"),
        ({"tower": "Torre Z"}, "B2", "import_unit_unknown"),
        ({"tower": "#N/A"}, "A2", "cell_is_error"),
        ({"listing": ""}, "C2", "cell_listing"),
        ({"listing": "quizás"}, "C2", "cell_listing"),
        ({"document_type": "carné"}, "D2", "cell_document_type"),
        ({"document_type": "Tarjeta de identidad"}, "D2", "cell_document_type"),
        ({"document_number": ""}, "E2", "document_required"),
        ({"document_number": "12.345.678-9"}, "E2", "document_check_digit"),
        ({"document_number": "1,23E+08"}, "E2", "cell_scientific"),
        ({"document_number": date(2026, 1, 1)}, "E2", "cell_is_date"),
        ({"given_names": ""}, "F2", "name_required"),
        ({"surnames": "x" * 90}, "F2", "name_too_long"),
        ({"expires_on": "pronto"}, "H2", "cell_day"),
        ({"expires_on": "31/02/2027"}, "H2", "cell_day"),
        ({"expires_on": "19/11/2026"}, "H2", "expiry_past"),
        ({"days": "lunes a"}, "I2", "cell_days"),
        ({"days": "feriados"}, "I2", "cell_days"),
        ({"from_hour": "25:00", "until_hour": "9"}, "J2", "cell_hour"),
        ({"from_hour": "nueve", "until_hour": "9"}, "J2", "cell_hour"),
        ({"from_hour": "9:00"}, "J2", "hours_incomplete"),
        ({"until_hour": "9:00"}, "K2", "hours_incomplete"),
        ({"from_hour": "9:00", "until_hour": "9"}, "K2", "hours_equal"),
        ({"listing": "no autorizado", "days": "lunes"}, "I2", "schedule_unauthorised"),
        ({"listing": "no autorizado", "from_hour": "9", "until_hour": "10"}, "J2", "schedule_unauthorised"),
    ],
)
def test_what_is_wrong_is_told_with_its_cell(said: dict[str, object], at: str, code: str) -> None:
    assert one(**said) == [(at, code)]


def test_every_problem_of_a_line_is_told_and_the_others_are_read() -> None:
    wrong = line(number="999", listing="x", document_number="1", given_names="")
    reading = read_rows(HEADINGS, wrong, line())
    assert [at for at, _ in problems(reading)] == ["B2", "C2", "E2", "F2"]
    assert len(reading.entries) == 1


def test_a_document_comes_once_in_each_unit() -> None:
    again = line(document_number="12345678-5")
    reading = read_rows(HEADINGS, line(), again, line(listing="no autorizado"), line(number="102"))
    assert [(each.at, each.code, each.facts) for each in reading.problems] == [
        ("E3", "access_twice", {"first": "E2"}),
        ("E4", "access_on_both", {"first": "E2"}),
    ]
    assert [each["number"] for each in reading.entries] == ["101", "102"]


def test_a_file_without_lines_and_one_with_too_many_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match="import_empty"):
        read_rows(SHORT)
    with pytest.raises(Refused, match="import_no_headings"):
        read_rows(("Torre", "Número", "Nombres"), ("A", "1", "Ana"))
    monkeypatch.setattr(importing, "MOST_ENTRIES", 1)
    with pytest.raises(Refused, match="import_too_many_rows") as caught:
        read_rows(SHORT, CAMILA, LUIS)
    assert caught.value.facts == {"most": "1"}


@pytest.mark.parametrize("country", Country)
def test_the_template_can_be_read(country: Country) -> None:
    sample = list_samples.sample(country)
    assert {name for name, _ in sample.meanings} == set(sample.titles)
    reading = read(samples.comma_separated(sample), "plantilla.csv", country)
    assert problems(reading) == []
    assert reading.entries[1]["days"] == WEEKDAYS
    assert reading.entries[1]["days"] != EVERY_DAY
