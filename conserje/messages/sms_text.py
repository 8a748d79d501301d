"""The text of an SMS: folded to the alphabet that is cheap to send, and counted as carriers count it. Pure.

One part holds 160 characters of GSM-7 (3GPP TS 23.038); of a longer message each part holds 153. A single character
outside that alphabet would turn the whole message into UCS-2, where a part holds 70.
"""

from __future__ import annotations

import unicodedata

ONE_PART = 160
OF_SEVERAL = 153

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Sent as two characters, an escape before each.
_EXTENSION = frozenset("^{}\\[~]|€")
# What no decomposition brings into the alphabet.
_REPLACED = {
    # dashes, the middle dot and the bullet
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00b7\u2022", "-"),
    # single quotes, the acute accent and the prime; double ones and the double prime
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u00b4\u0060\u2032", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033", '"'),
    "\u00b0": "",
    "\u2026": "...",
    "\u00ba": "o",
    "\u00aa": "a",
    "\u00d7": "x",
}
# Accents that no letter took up, and what has no width, such as marks that turn the direction of writing.
_INVISIBLE = frozenset({"Mn", "Me", "Cf"})


def fold(text: str) -> str:
    """The text in GSM-7: é ñ ü ¿ ¡ stay, á í ó ú lose their accent, white space is one space, the rest becomes «?»."""
    composed = unicodedata.normalize("NFC", text)
    return " ".join("".join(_folded(character) for character in composed).split())


def _folded(character: str) -> str:
    if character in _BASIC or character in _EXTENSION:
        return character
    if character in _REPLACED:
        return _REPLACED[character]
    if character.isspace():
        return " "
    if unicodedata.category(character) in _INVISIBLE:
        return ""
    bare = "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))
    return bare if bare and all(c in _BASIC or c in _EXTENSION for c in bare) else "?"


def septets(text: str) -> int:
    """The length of a folded text as carriers count it."""
    return sum(_width(character) for character in text)


def parts(text: str) -> int:
    """How many SMS a folded text is. A character of two septets is never cut in two by the end of a part."""
    if septets(text) <= ONE_PART:
        return 1
    count, room = 1, OF_SEVERAL
    for character in text:
        width = _width(character)
        if width > room:
            count, room = count + 1, OF_SEVERAL
        room -= width
    return count


def cut(text: str, longest: int) -> str:
    """The folded text cut after its last whole word within `longest` septets; inside the word where it has only one."""
    folded = fold(text)
    if septets(folded) <= longest:
        return folded
    kept, words = "", folded.split(" ")
    for word in words:
        longer = f"{kept} {word}".strip()
        if septets(longer) > longest:
            break
        kept = longer
    return kept or _cut_word(words[0], longest)


def _cut_word(word: str, longest: int) -> str:
    kept = ""
    for character in word:
        if septets(kept + character) > longest:
            break
        kept += character
    return kept


def _width(character: str) -> int:
    if character in _EXTENSION:
        return 2
    if character not in _BASIC:
        raise ValueError("the text has not been folded")
    return 1
