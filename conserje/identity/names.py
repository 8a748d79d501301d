"""Names of people: how they are kept, compared and refused."""

from __future__ import annotations

import unicodedata

from conserje.errors import Refused

LONGEST = 80
_ALLOWED_MARKS = frozenset(" .'’-´`()/&º°ª,")


def fold(text: str) -> str:
    """For searching and comparing: lower case, no accents, words parted by one space."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(c if c.isalnum() else " " for c in decomposed if not unicodedata.combining(c))
    return " ".join(kept.split())


def parse(text: str, field: str = "full_name") -> str:
    """A name as typed, its white space tidied.

    Refuses: `name_required`; `name_too_long` (facts: longest); `name_characters` for what no name holds, such as
    emoji, control characters and marks that turn the direction of writing.
    """
    tidy = " ".join(unicodedata.normalize("NFC", text).split())
    if not tidy:
        raise Refused("name_required", field=field)
    if len(tidy) > LONGEST:
        raise Refused("name_too_long", field=field, longest=LONGEST)
    if not all(c.isalnum() or unicodedata.combining(c) or c in _ALLOWED_MARKS for c in tidy) or not fold(tidy):
        raise Refused("name_characters", field=field)
    return tidy
