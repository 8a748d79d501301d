"""What keyboards and habits add to a number that is typed or pasted, and that means nothing."""

from __future__ import annotations

_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_POINTS = ".,\u00b7\u2022"
_MILLIONS_MARKS = "'\u2019\u00b4"
_SPACES = " \u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SEPARATORS = dict.fromkeys(map(ord, _DASHES + _POINTS + _MILLIONS_MARKS + _SPACES))


def bare(text: str) -> str:
    """The text without the separators that people write between digits, and with full-width characters folded.

    Goes: spaces of any width, dashes, points, commas (the point key of a Spanish keypad), the Colombian millions
    mark (1'020.345), and tabs or line ends around the text. Stays: control characters within it, zero-width and
    right-to-left marks, other alphabets' digits: whoever calls refuses them, for what looks right would not match.
    """
    return text.translate(_FULL_WIDTH).strip("\t\r\n" + _SPACES).translate(_SEPARATORS)
