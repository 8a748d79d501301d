"""Letters on paper: PDF pages of the size that both countries call carta, with the logo."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from io import BytesIO

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.image_parsing import preload_image

from conserje.letters.wording import drawn

# In millimetres.
_MARGIN, _FOOT = 25.0, 20.0
_LOGO_HEIGHT, _LOGO_WIDTH = 22.0, 60.0
_LINE, _GAP = 6.0, 3.5
_FONT, _SIZE, _SMALL = "Helvetica", 11, 9


@dataclass(frozen=True)
class Letterhead:
    """What stands at the top of every letter. `logo`: a JPEG, or none."""

    community: str
    address: str
    administration: str
    logo: bytes | None


@dataclass(frozen=True)
class Letter:
    """One letter: the day as written, to whom, of which unit, and its paragraphs."""

    day: str
    name: str
    unit: str
    paragraphs: list[str]


class Paper(FPDF):
    """A file of letters, each beginning on a page of its own."""

    def __init__(self, head: Letterhead) -> None:
        super().__init__(format="letter")
        self._head = head
        self.set_margins(_MARGIN, _MARGIN, _MARGIN)
        self.set_auto_page_break(True, margin=_FOOT + 5)
        self.set_title(printable(f"Carta de bienvenida, {head.community}"))
        self.set_author(printable(head.administration))
        self.set_lang("es")

    def write_letter(self, letter: Letter) -> None:
        """Add a letter; one that is too long for a page goes on on the next."""
        self.add_page()
        self._draw_head()
        self.set_font(_FONT, size=_SIZE)
        self._line(letter.day, align="R")
        self.ln(_GAP * 2)
        if letter.name:
            self._line(letter.name, style="B")
        self._line(letter.unit)
        self._line(self._head.community)
        self.ln(_GAP * 2)
        for paragraph in letter.paragraphs:
            self.multi_cell(0, _LINE, printable(paragraph), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
            self.ln(_GAP)

    def body(self) -> bytes:
        """The file."""
        return bytes(self.output())

    def footer(self) -> None:
        self.set_y(-_FOOT)
        self.set_font(_FONT, size=_SMALL)
        self.set_text_color(90)
        parts = (self._head.community, self._head.address)
        self.cell(0, 5, printable(" · ".join(part for part in parts if part)), align="C")
        self.set_text_color(0)

    def _draw_head(self) -> None:
        top = self.get_y()
        if self._head.logo is not None:
            self._draw_logo(self._head.logo)
        self.set_xy(_MARGIN, top)
        self._line(self._head.administration, style="B", align="R")
        self._line(self._head.community, align="R")
        if self._head.address:
            self._line(self._head.address, align="R")
        self.set_y(max(self.get_y(), top + (_LOGO_HEIGHT if self._head.logo is not None else 0)) + _GAP * 3)

    def _draw_logo(self, logo: bytes) -> None:
        """At the left, as high as there is room unless it would become too wide."""
        _, _, info = preload_image(self.image_cache, BytesIO(logo))
        width = min(_LOGO_WIDTH, _LOGO_HEIGHT * info.width / info.height)
        self.image(BytesIO(logo), w=width)

    def _line(self, text: str, *, style: str = "", align: str = "L") -> None:
        self.set_font(_FONT, style=style, size=_SIZE)
        self.multi_cell(0, _LINE, printable(text), align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_font(_FONT, size=_SIZE)


def printable(text: str) -> str:
    """The text in the letters that the font has: without an accent that it lacks, else with a question mark."""
    return "".join(drawn(character) or "?" for character in unicodedata.normalize("NFC", text))
