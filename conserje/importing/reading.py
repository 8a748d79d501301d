"""From lines to what is to be kept: units with their residents, and every problem with its place."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from conserje.errors import Refused
from conserje.identity.countries import Country
from conserje.identity.names import fold
from conserje.importing.cells import meaning
from conserje.importing.layout import OF_UNIT, C, Column, Line

# What was said of a unit or a resident, by the names of the columns of its table. What was left empty is not there.
# A unit has its residents under `residents`, a resident the telephones under `phones`.
Said = dict[str, Any]

LONGEST_SHOWN = 60
TOLD_EVERY = 200
_PHONES = (Column.PHONE_1, Column.PHONE_2)
_OF_UNIT_BESIDES_NAME = (Column.FLOOR, Column.KIND, Column.NOTICE_PHONE)


@dataclass(frozen=True)
class Problem:
    """Why a line cannot be used: the cell's place, what it says, and the refusal. `row` counts lines in error."""

    at: str
    row: int
    value: str
    code: str
    facts: dict[str, Any]


def problem_at(line: Line[C], column: C, code: str, **facts: Any) -> Problem:
    """The problem of a line's cell, with as much of what it says as can be shown."""
    said = _as_shown(line.values.get(column, ""))[:LONGEST_SHOWN]
    value = "".join(sign if sign.isprintable() else " " for sign in said)
    return Problem(line.place(column), line.row, value, code, facts)


def _as_shown(value: object) -> str:
    """A cell's value as its spreadsheet shows it: a date without the midnight that Excel keeps beside it."""
    if not isinstance(value, date):
        return str(value)
    hour = f" {value:%H:%M}" if isinstance(value, datetime) and value.time() != time() else ""
    return f"{value:%d/%m/%Y}{hour}"


@dataclass
class Reading:
    """What was understood. A line with a problem adds nothing to the units."""

    units: list[Said] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def understand(
    lines: Iterable[Line[Column]], country: Country, told: Callable[[int], None] = lambda _: None
) -> Reading:
    """Read every line, to the last one, whatever is wrong with some. `told` hears now and then how many were read.

    Problems beside those of single cells: `import_unit_conflict` (fact: first) where two lines say different things of
    one unit; `resident_twice` (fact: first); `import_two_principals` (fact: first); `name_required` for a resident
    without a name; `unit_number_required`. Refuses what the lines themselves refuse, and `import_empty`.
    """
    reader = _Reader(country)
    count = 0
    for count, line in enumerate(lines, 1):
        reader.take(line)
        if count % TOLD_EVERY == 0:
            told(count)
    if not count:
        raise Refused("import_empty", field="file")
    return reader.reading


def unit_key(tower: str, number: str) -> tuple[str, str]:
    """By which a unit is known again: without capitals, accents and spaces; other signs count (1-204 is not 12-04)."""
    return _without_case(tower), _without_case(number)


def _without_case(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in decomposed if not unicodedata.combining(c) and not c.isspace())


@dataclass
class _Unit:
    said: Said
    # Where each thing was said first.
    places: dict[str, str]
    principal_at: str = ""
    residents: list[tuple[str, str, str]] = field(default_factory=list)


class _Reader:
    def __init__(self, country: Country) -> None:
        self.reading = Reading()
        self._country = country
        self._units: dict[tuple[str, str], _Unit] = {}
        # Of a unit's columns the same words come again with each of its residents.
        self._meant: dict[tuple[Column, object], object] = {}

    def take(self, line: Line[Column]) -> None:
        before = len(self.reading.problems)
        said = self._said(line)
        of_unit = {column: value for column, value in said.items() if column in OF_UNIT}
        of_resident = {column: value for column, value in said.items() if column not in OF_UNIT}
        has_resident = any(column not in OF_UNIT for column in line.values)
        self._require(line, of_unit, Column.NUMBER, "unit_number_required")
        if has_resident:
            for column in (Column.GIVEN_NAMES, Column.SURNAMES):
                self._require(line, of_resident, column, "name_required")
        if len(self.reading.problems) > before:
            return
        unit = self._unit_of(line, of_unit)
        self._compare(line, of_unit, unit)
        resident = _resident(of_resident) if has_resident else None
        if resident is not None:
            self._require_room(line, resident, unit)
        if len(self.reading.problems) == before:
            self._keep(line, of_unit, resident, unit)

    def _said(self, line: Line[Column]) -> dict[Column, object]:
        found: dict[Column, object] = {}
        for column, value in line.values.items():
            try:
                found[column] = self._meaning(column, value)
            except Refused as refusal:
                self._complain(line, column, refusal.code, **refusal.facts)
        return found

    def _meaning(self, column: Column, value: object) -> object:
        if column not in OF_UNIT:
            return meaning(column, value, self._country)
        # True is 1 for a dictionary, and no floor.
        asked = (column, f"{type(value).__name__} {value}")
        if asked not in self._meant:
            self._meant[asked] = meaning(column, value, self._country)
        return self._meant[asked]

    def _require(self, line: Line[Column], said: dict[Column, object], column: Column, code: str) -> None:
        if column not in said and column not in line.values:
            self._complain(line, column, code)

    def _unit_of(self, line: Line[Column], said: dict[Column, object]) -> _Unit:
        tower, number = str(said.get(Column.TOWER) or ""), str(said[Column.NUMBER])
        key = unit_key(tower, number)
        if key not in self._units:
            self._units[key] = _Unit({"tower": tower, "number": number, "residents": []}, {})
        return self._units[key]

    def _compare(self, line: Line[Column], said: dict[Column, object], unit: _Unit) -> None:
        for column in _OF_UNIT_BESIDES_NAME:
            if column in said and column in unit.said and unit.said[column] != _kept(column, said[column]):
                self._complain(line, column, "import_unit_conflict", first=unit.places[column])

    def _require_room(self, line: Line[Column], resident: Said, unit: _Unit) -> None:
        key, name = _identity(resident)
        for other_key, other_name, place in unit.residents:
            if (key and key == other_key) or (name == other_name and not (key and other_key)):
                self._complain(line, Column.GIVEN_NAMES, "resident_twice", first=place)
                return
        if resident.get("is_principal") and unit.principal_at:
            self._complain(line, Column.IS_PRINCIPAL, "import_two_principals", first=unit.principal_at)

    def _keep(self, line: Line[Column], said: dict[Column, object], resident: Said | None, unit: _Unit) -> None:
        if not unit.places:
            self.reading.units.append(unit.said)
            unit.places[Column.NUMBER] = line.place(Column.NUMBER)
        for column in _OF_UNIT_BESIDES_NAME:
            if column in said and column not in unit.said:
                unit.said[column.value] = _kept(column, said[column])
                unit.places[column] = line.place(column)
        if resident is None:
            return
        unit.said["residents"].append(resident)
        unit.residents.append((*_identity(resident), line.place(Column.GIVEN_NAMES)))
        if resident.get("is_principal"):
            unit.principal_at = line.place(Column.IS_PRINCIPAL)

    def _complain(self, line: Line[Column], column: Column, code: str, **facts: Any) -> None:
        self.reading.problems.append(problem_at(line, column, code, **facts))


def _kept(column: Column, value: object) -> object:
    """A floor that was taken away is an empty one, a telephone none."""
    return "" if value is None and column is Column.FLOOR else value


def _resident(said: dict[Column, object]) -> Said:
    names = {Column.RESIDENT_KIND: "kind"}
    resident = {names.get(column, column.value): value for column, value in said.items() if column not in _PHONES}
    if any(column in said for column in _PHONES):
        numbers = [said[column] for column in _PHONES if said.get(column)]
        resident["phones"] = list(dict.fromkeys(numbers))
    return resident


def _identity(resident: Said) -> tuple[str, str]:
    """The e-mail without case, empty where there is none, and the folded name."""
    email = str(resident.get("email") or "").casefold()
    return email, fold(f"{resident['given_names']} {resident['surnames']}")
