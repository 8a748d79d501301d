"""What a USB scanner types into the document field: the codes of Chilean and Colombian cards.

Only the document's type and number leave this module: names, birth dates and serials of the card are not needed at a
gate and are dropped here. The address in a Chilean code is never opened: that would tell a third party who visits.
"""

from __future__ import annotations

import re

from conserje.errors import Refused
from conserje.identity.documents import Document, DocumentType, parse

_LONGEST_SCAN = 2_000

# A scanner set to a US keyboard on a Spanish one types ' for -, / for &, ¿ or ¡ for =, and loses some characters. The
# RUN may not be followed by a dash: that is how a lost check digit shows, and the last digit would pass for it.
_RUN_OF_QR = re.compile(
    r"(?:(?<![A-Z])|(?<=STATUS)|(?<=VALIDITY))RUN[^0-9A-Z]{0,2}([0-9]{7,8})[^0-9A-Z]?([0-9K])(?![0-9'-])",
    re.IGNORECASE | re.ASCII,
)

# After the marker come an optional card number of 8 digits and the person's of 10, then names, sex and birth date.
_YELLOW_CARD = re.compile(
    r"PUBDSK[^0-9A-Z]?1(?P<numbers>[0-9\s\x00]{10,80})"
    r"[^0-9]{3,120}0[MF](?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])",
    re.IGNORECASE | re.ASCII,
)
_YELLOW_CARD_OF_A_MINOR = re.compile(r"[^0-9A-Z]*I3", re.IGNORECASE | re.ASCII)

_TD1_LINE = 30
_MRZ_FILLER_ON_A_SPANISH_KEYBOARD = str.maketrans(";", "<")
_RUN_OF_MRZ = re.compile(r"<*([0-9]{7,8})<?([0-9K])<*")
_NUIP_OF_MRZ = re.compile(r"([0-9]{5,10})<*")


def document_in(text: str) -> Document | None:
    """The document that a scanner read, or None where the text is no scan or does not prove itself.

    Reads the QR of the Chilean cards of 2013 and 2024 (also scrambled by the keyboard's layout), the PDF417 of the
    yellow Colombian card, and the machine-readable zone (ICAO 9303, TD1) of Chilean and of Colombian digital cards.
    A RUN must have its right check digit, a machine-readable zone all of its own; the yellow card has none, so its
    fields must stand in their order. None means: have it typed.
    """
    if len(text) > _LONGEST_SCAN:
        return None
    return _from_machine_readable_zone(text) or _from_chilean_qr(text) or _from_yellow_card(text)


def _from_chilean_qr(text: str) -> Document | None:
    readings = (_read(DocumentType.RUN, "".join(match.groups())) for match in _RUN_OF_QR.finditer(text))
    return next((document for document in readings if document), None)


def _from_yellow_card(text: str) -> Document | None:
    card = _YELLOW_CARD.search(text)
    if card is None:
        return None
    digits = re.sub(r"[^0-9]", "", card["numbers"])
    if len(digits) not in (10, 18):
        return None
    kind = DocumentType.TI if _YELLOW_CARD_OF_A_MINOR.match(text) else DocumentType.CC
    return _read(kind, digits[-10:])


def _from_machine_readable_zone(text: str) -> Document | None:
    zone = re.sub(r"\s", "", text).upper().translate(_MRZ_FILLER_ON_A_SPANISH_KEYBOARD)
    if re.fullmatch(r"I[0-9A-Z<]{89}", zone) is None:
        return None
    first, second = zone[:_TD1_LINE], zone[_TD1_LINE : 2 * _TD1_LINE]
    if not _check_digits_agree(first, second):
        return None
    issuer, nationality, personal_number = first[2:5], second[15:18], second[18:29]
    if issuer == "CHL":
        run = _RUN_OF_MRZ.fullmatch(personal_number) or _RUN_OF_MRZ.fullmatch(first[15:])
        return _read(DocumentType.RUN, "".join(run.groups())) if run else None
    if issuer == nationality == "COL":
        # The longest row of digits in the first line is the card's serial, not the person's number.
        nuip = _NUIP_OF_MRZ.fullmatch(personal_number)
        return _read(DocumentType.CC, nuip[1]) if nuip else None
    return None


def _check_digits_agree(first: str, second: str) -> bool:
    composite = first[5:] + second[:7] + second[8:15] + second[18:29]
    return all(
        check == str(_icao_check_digit(checked))
        for checked, check in (
            (first[5:14], first[14]),
            (second[:6], second[6]),
            (second[8:14], second[14]),
            (composite, second[29]),
        )
    )


def _icao_check_digit(characters: str) -> int:
    values = (0 if character == "<" else int(character, 36) for character in characters)
    return sum(value * (7, 3, 1)[position % 3] for position, value in enumerate(values)) % 10


def _read(kind: DocumentType, number: str) -> Document | None:
    try:
        return parse(kind, number)
    except Refused:
        return None
