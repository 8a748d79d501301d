"""Invented documents, telephones and plates: each valid in its country, none looked up anywhere."""

from __future__ import annotations

from random import Random
from string import ascii_uppercase

from conserje.errors import Refused
from conserje.identity import documents, phones
from conserje.identity.countries import Country
from conserje.identity.documents import Document, DocumentType

_USUAL_DOCUMENTS = {
    Country.CL: {DocumentType.RUN: 93, DocumentType.PASSPORT: 4, DocumentType.FOREIGN_ID: 3},
    Country.CO: {
        DocumentType.CC: 86,
        DocumentType.CE: 5,
        DocumentType.PPT: 5,
        DocumentType.PASSPORT: 2,
        DocumentType.TI: 2,
    },
}
# Numbers that the registries have not reached: right in form, and nobody's.
_NUMBERS_AHEAD = {
    DocumentType.RUN: range(30_000_000, 40_000_000),
    DocumentType.CC: range(1_900_000_000, 1_999_999_999),
    DocumentType.TI: range(1_900_000_000, 1_999_999_999),
    DocumentType.CE: range(8_000_000, 9_000_000),
    DocumentType.PPT: range(9_000_000, 10_000_000),
    DocumentType.FOREIGN_ID: range(90_000_000, 100_000_000),
}
_COLOMBIAN_MOBILES = (300, 301, 302, 304, 305, 310, 311, 312, 313, 314, 315, 316, 317, 318, 320, 321, 350)
_PLATE_LETTERS = "BCDFGHJKLPRSTVWXYZ"


def document(chance: Random, country: Country) -> Document:
    """The document of an adult at the gate: nearly always the national one."""
    usual = _USUAL_DOCUMENTS[country]
    (kind,) = chance.choices(tuple(usual), tuple(usual.values()))
    if kind is DocumentType.PASSPORT:
        return Document(kind, f"{_letters(chance, ascii_uppercase, 2)}{chance.randrange(1_000_000, 10_000_000)}")
    number = chance.choice(_NUMBERS_AHEAD[kind])
    return documents.run(number) if kind is DocumentType.RUN else Document(kind, str(number))


def mobile(chance: Random, country: Country) -> str:
    """A mobile number in E.164 that the field's library takes for valid."""
    while True:
        if country is Country.CO:
            return f"+57{chance.choice(_COLOMBIAN_MOBILES)}{chance.randrange(10_000_000):07d}"
        try:
            return phones.parse(f"+569{chance.randrange(20_000_000, 100_000_000)}", country)
        except Refused:
            continue  # Chile's ranges have gaps


def car_plate(chance: Random, country: Country) -> str:
    """The plate of a car as it is kept; in Chile one in eight is of the series before 2007."""
    if country is Country.CO:
        return f"{_letters(chance, ascii_uppercase, 3)}{chance.randrange(1_000):03d}"
    if chance.random() < 0.125:
        return f"{_letters(chance, _PLATE_LETTERS, 2)}{chance.randrange(1_000, 10_000)}"
    return f"{_letters(chance, _PLATE_LETTERS, 4)}{chance.randrange(10, 100)}"


def motorcycle_plate(chance: Random, country: Country) -> str:
    """The plate of a motorcycle as it is kept."""
    number = chance.randrange(10, 100)
    if country is Country.CO:
        return f"{_letters(chance, ascii_uppercase, 3)}{number}{chance.choice(ascii_uppercase)}"
    return f"{_letters(chance, _PLATE_LETTERS, 3)}{number}"


def _letters(chance: Random, alphabet: str, count: int) -> str:
    return "".join(chance.choices(alphabet, k=count))
