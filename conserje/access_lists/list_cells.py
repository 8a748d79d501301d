"""What the cells of a list of who may enter mean, as people write them and as spreadsheets keep them."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from conserje.access_lists.matching import Listing
from conserje.access_lists.schedules import EVERY_DAY, days_of
from conserje.errors import Refused
from conserje.identity.countries import Country
from conserje.identity.documents import DocumentType, types_for
from conserje.identity.names import fold
from conserje.importing.cells import as_text, is_dash

_LISTINGS = {
    "autorizado": Listing.AUTHORISED, "autorizada": Listing.AUTHORISED, "acceso autorizado": Listing.AUTHORISED,
    "no autorizado": Listing.UNAUTHORISED, "no autorizada": Listing.UNAUTHORISED,
    "acceso no autorizado": Listing.UNAUTHORISED,
}  # fmt: skip
_DOCUMENT_TYPES = {
    "run": DocumentType.RUN, "rut": DocumentType.RUN, "cc": DocumentType.CC, "c c": DocumentType.CC,
    "cedula de ciudadania": DocumentType.CC, "ce": DocumentType.CE, "c e": DocumentType.CE,
    "cedula de extranjeria": DocumentType.CE, "ti": DocumentType.TI, "t i": DocumentType.TI,
    "tarjeta de identidad": DocumentType.TI, "ppt": DocumentType.PPT,
    "permiso por proteccion temporal": DocumentType.PPT, "pasaporte": DocumentType.PASSPORT,
    "documento extranjero": DocumentType.FOREIGN_ID, "otro": DocumentType.OTHER, "otro documento": DocumentType.OTHER,
}  # fmt: skip
# What each country calls a cédula without saying more.
_CEDULA = frozenset({"cedula", "cedula de identidad", "ci", "c i"})
_DAYS = {
    name: day
    for day, names in enumerate(
        ("lunes lun lu", "martes mar ma", "miercoles mie mi", "jueves jue ju", "viernes vie vi",
         "sabado sabados sab sa", "domingo domingos dom do")
    )
    for name in names.split()
}  # fmt: skip
_EVERY_DAY = frozenset({"todos", "todos los dias", "todos dias", "siempre"})
_BESIDE_DAYS = frozenset({"y", "e", "los", "el", "de", "del"})
_UNTIL = frozenset({"a", "al"})
_A_WEEK = 7
_DASH_BETWEEN = re.compile(r"(?<=\w)\s*[-–—]\s*(?=\w)")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00)?)?")
_HOUR = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?::00)?(?: ?(?:h|hr|hrs))?", re.IGNORECASE)


def listing(value: object) -> Listing:
    """On which list. Refuses: `cell_listing`, and what `as_text` refuses."""
    try:
        return _LISTINGS[fold(as_text(value))]
    except KeyError:
        raise Refused("cell_listing") from None


def document_type(value: object, country: Country) -> DocumentType:
    """One of the country's types. Refuses: `cell_document_type`, and what `as_text` refuses."""
    word = fold(as_text(value))
    meant = types_for(country)[0] if word in _CEDULA else _DOCUMENT_TYPES.get(word)
    if meant not in types_for(country):
        raise Refused("cell_document_type")
    return meant


def last_day(value: object) -> date | None:
    """A date as the spreadsheet keeps it, or typed with the day or the year first; none for a dash.

    Refuses: `cell_day`, and what `as_text` refuses.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = as_text(value)
    if is_dash(text):
        return None
    day_first, year_first = _DAY_FIRST.fullmatch(text), _YEAR_FIRST.fullmatch(text)
    try:
        if day_first:
            day, month, year = map(int, day_first.groups())
        elif year_first:
            year, month, day = map(int, year_first.groups())
        else:
            raise Refused("cell_day")
        return date(year, month, day)
    except ValueError:
        raise Refused("cell_day") from None


def days(value: object) -> int:
    """Days of the week: «lunes a viernes», «mar, jue», «todos»; every day for a dash.

    Refuses: `cell_days`, and what `as_text` refuses.
    """
    text = as_text(value)
    words = fold(_DASH_BETWEEN.sub(" a ", text))
    if is_dash(text) or words in _EVERY_DAY:
        return EVERY_DAY
    found: list[int] = []
    runs_on = False
    for word in words.split():
        if word in _UNTIL and found and not runs_on:
            runs_on = True
        elif word in _DAYS:
            found += _run(found[-1], _DAYS[word]) if runs_on else [_DAYS[word]]
            runs_on = False
        elif word not in _BESIDE_DAYS:
            raise Refused("cell_days")
    if runs_on or not found:
        raise Refused("cell_days")
    return days_of(found)


def minute(value: object) -> int | None:
    """An hour of the day as its minute: 9:30, 09:30:00, 9; none for a dash. Refuses: `cell_hour`."""
    if isinstance(value, datetime | time):
        return value.hour * 60 + value.minute
    text = as_text(value)
    if is_dash(text):
        return None
    found = _HOUR.fullmatch(text)
    if found is None:
        raise Refused("cell_hour")
    hour, minutes = int(found[1]), int(found[2] or 0)
    if hour > 23 or minutes > 59:
        raise Refused("cell_hour")
    return hour * 60 + minutes


def _run(first: int, last: int) -> list[int]:
    """The days from one to the other: from Friday to Monday they go over the week's end."""
    return [(first + step) % _A_WEEK for step in range((last - first) % _A_WEEK + 1)]
