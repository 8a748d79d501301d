"""Identity documents by country: how a number is read, kept, shown and masked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from stdnum.cl import rut

from conserje.errors import Refused
from conserje.identity.countries import Country
from conserje.identity.keystrokes import bare


class DocumentType(StrEnum):
    """Kinds of document that a gate accepts."""

    RUN = "run"
    """Chilean cédula: Rol Único Nacional, with check digit."""
    CC = "cc"
    """Colombian cédula de ciudadanía."""
    CE = "ce"
    """Colombian cédula de extranjería."""
    TI = "ti"
    """Colombian tarjeta de identidad, of minors."""
    PPT = "ppt"
    """Colombian permiso por protección temporal."""
    PASSPORT = "passport"
    FOREIGN_ID = "foreign_id"
    """National document of another country, shown in Chile."""
    OTHER = "other"


@dataclass(frozen=True)
class Document:
    """A document by type and canonical number: two documents are the same person's when they are equal.

    The canonical number has no points, dashes (but the RUN's) or spaces, is in capitals, and where the document is
    numeric has no leading zeros: `12345678-5`, `1020345678`, `AB123456`. It is left out of `repr`, so that no log or
    traceback carries it.
    """

    type: DocumentType
    number: str = field(repr=False)


_TYPES_OF = {
    Country.CL: (DocumentType.RUN, DocumentType.PASSPORT, DocumentType.FOREIGN_ID, DocumentType.OTHER),
    Country.CO: (
        DocumentType.CC,
        DocumentType.CE,
        DocumentType.TI,
        DocumentType.PPT,
        DocumentType.PASSPORT,
        DocumentType.OTHER,
    ),
}
_RUN_DIGITS = (7, 8)
_OTHER_CHARACTERS = (4, 15)
_NUMERIC = frozenset({DocumentType.CC, DocumentType.CE, DocumentType.TI})
_LABELS_BEFORE_THE_NUMBER = {
    DocumentType.RUN: re.compile(r"RU[NT]:?(?=[0-9])"),
    DocumentType.CC: re.compile(r"CC:?(?=[0-9]+$)"),
    DocumentType.CE: re.compile(r"CE:?(?=[0-9]+$)"),
    DocumentType.TI: re.compile(r"TI:?(?=[0-9]+$)"),
}


def types_for(country: Country) -> tuple[DocumentType, ...]:
    """Types that a community of this country offers, the one that a conserje sees most often first."""
    return _TYPES_OF[country]


def parse(kind: DocumentType, text: str) -> Document:
    """Read a number as a person writes it: points, dashes, spaces, lower case, a RUN without its hyphen, "C.C." first.

    Strict only where the document can be checked: the RUN has 7 or 8 digits and a check digit (modulo 11). A cédula de
    ciudadanía has digits only. Every other number is 4 to 15 letters or digits: for Colombian documents the published
    lengths disagree, and those of other countries follow no rule.

    Refused (field `document_number`): `document_required`, `document_malformed`, `document_check_digit`,
    `document_too_short` and `document_too_long` (facts `shortest` and `longest`: the digits before a RUN's check digit,
    the characters of others).
    """
    if not text.strip():
        raise _refused("document_required")
    compact = bare(text)
    if re.fullmatch(r"[0-9A-Za-z:]+", compact) is None:
        raise _refused("document_malformed")
    compact = compact.upper()
    if kind in _LABELS_BEFORE_THE_NUMBER:
        label = _LABELS_BEFORE_THE_NUMBER[kind].match(compact)
        compact = compact[label.end() :] if label else compact
    return _run(compact) if kind is DocumentType.RUN else _unchecked(kind, compact)


def run(body: int) -> Document:
    """The RUN of these seven or eight digits, with the check digit that belongs to them (modulo 11)."""
    return Document(DocumentType.RUN, f"{body}-{rut.calc_check_digit(str(body))}")


def display(document: Document) -> str:
    """The number as people of the country write it: 12.345.678-5, 1.020.345.678; others as they are kept."""
    if document.type is DocumentType.RUN:
        body, check = document.number.split("-")
        return f"{_with_thousands_points(body)}-{check}"
    if document.type is DocumentType.CC:
        return _with_thousands_points(document.number)
    return document.number


def masked(document: Document) -> str:
    """The number for lists older than a day: enough to tell two people apart, too little to use.

    A RUN keeps its millions and check digit (12.***.***-5); others keep the first two characters and the last one.
    Source: acceptance, "What the gate sees"; proportionality (Ley 21.719, Ley 1581 of 2012).
    """
    if document.type is DocumentType.RUN:
        millions, *_, check = re.split(r"[.-]", display(document))
        return f"{millions}.***.***-{check}"
    if len(document.number) <= 3:
        return "*" * len(document.number)
    return f"{document.number[:2]}{'*' * (len(document.number) - 3)}{document.number[-1]}"


def _run(compact: str) -> Document:
    if re.fullmatch(r"[0-9]*[0-9K]", compact) is None:
        raise _refused("document_malformed")
    body, check = compact[:-1].lstrip("0"), compact[-1]
    _require_length(body, _RUN_DIGITS)
    if rut.calc_check_digit(body) != check:
        raise _refused("document_check_digit")
    return Document(DocumentType.RUN, f"{body}-{check}")


def _unchecked(kind: DocumentType, compact: str) -> Document:
    if not compact.isalnum() or (kind is DocumentType.CC and not compact.isdigit()):
        raise _refused("document_malformed")
    number = compact.lstrip("0") if kind in _NUMERIC and compact.isdigit() else compact
    _require_length(number, _OTHER_CHARACTERS)
    return Document(kind, number)


def _require_length(number: str, limits: tuple[int, int]) -> None:
    shortest, longest = limits
    if len(number) < shortest:
        raise _refused("document_too_short", shortest=shortest, longest=longest)
    if len(number) > longest:
        raise _refused("document_too_long", shortest=shortest, longest=longest)


def _with_thousands_points(digits: str) -> str:
    return re.sub(r"(?<=[0-9])(?=(?:[0-9]{3})+$)", ".", digits)


def _refused(code: str, **facts: int) -> Refused:
    return Refused(code, field="document_number", **facts)
