"""Number plates: kept so that they can be compared, shown as they are read from the car."""

from __future__ import annotations

import re

from conserje.errors import Refused
from conserje.identity.countries import Country
from conserje.identity.keystrokes import bare

LONGEST_PLATE = 10

_CONSONANTS = "[B-DF-HJ-NP-TV-Z]"
# Each pattern's groups are what stands apart on the plate; the second value is what stands between them.
_CHILEAN_FORMS = (
    (re.compile(r"([A-Z]{2})([0-9]{2})([0-9]{2})"), "{}·{}-{}"),
    (re.compile(rf"({_CONSONANTS}{{4}})([0-9]{{2}})"), "{}·{}"),
    (re.compile(rf"({_CONSONANTS}{{5}})([0-9])"), "{}-{}"),
    (re.compile(r"([A-Z]{2})([0-9]{3})"), "{}·{}"),
    (re.compile(rf"({_CONSONANTS}{{3}})([0-9]{{2}})"), "{}·{}"),
    (re.compile(rf"({_CONSONANTS}{{4}})([0-9])"), "{}-{}"),
)
_COLOMBIAN_FORMS = (
    (re.compile(r"([A-Z]{3})([0-9]{3})"), "{} {}"),
    (re.compile(r"([A-Z]{3})([0-9]{2}[A-Z])"), "{} {}"),
    (re.compile(r"([A-Z]{2})([0-9]{4})"), "{} {}"),
    (re.compile(r"([RS])([0-9]{5})"), "{} {}"),
    (re.compile(r"(T)([0-9]{4})"), "{} {}"),
)
_FORMS = {Country.CL: _CHILEAN_FORMS, Country.CO: _COLOMBIAN_FORMS}


def canonical(text: str) -> str:
    """The plate in capitals without spaces, hyphens or points; empty where none was given, for a plate is optional.

    Refused (field `plate`): `plate_malformed` (fact `longest`) for more than 10 characters, or for one that is no digit
    and no letter from A to Z.
    """
    compact = bare(text)
    if re.fullmatch(rf"[0-9A-Za-z]{{0,{LONGEST_PLATE}}}", compact) is None:
        raise Refused("plate_malformed", field="plate", longest=LONGEST_PLATE)
    return compact.upper()


def is_usual(plate: str, country: Country) -> bool:
    """Whether a canonical plate has a form of the country; where not, a screen may ask to look again, never refuse.

    Foreign and special plates exist, and new series begin. An empty plate is of no form.
    """
    return any(form.fullmatch(plate) for form, _ in _FORMS[country])


def display(plate: str, country: Country) -> str:
    """A canonical plate as it is read from the car: BCDF·12, AB·12-34, ABC 123; of no known form, as it is kept."""
    for form, layout in _FORMS[country]:
        match = form.fullmatch(plate)
        if match:
            return layout.format(*match.groups())
    return plate
