"""Letters as PDF pages."""

from __future__ import annotations

import re
import zlib
from io import BytesIO

from PIL import Image

from conserje.letters.paper import Letter, Letterhead, Paper, printable

HEAD = Letterhead("Edificio Los Aromos", "Avenida Los Aromos 1450", "Administraciones Cordillera", None)


def written(*letters: Letter, head: Letterhead = HEAD) -> tuple[bytes, str]:
    """The file, and everything drawn in it."""
    paper = Paper(head)
    for letter in letters:
        paper.write_letter(letter)
    body = paper.body()
    streams = [zlib.decompress(each) for each in re.findall(rb"stream\n(x.*?)\nendstream", body, re.S)]
    return body, b"".join(streams).decode("cp1252", "replace")


def letter(*paragraphs: str, name: str = "Ana Rojas", unit: str = "Torre A · 101") -> Letter:
    return Letter("21 de noviembre de 2026", name, unit, list(paragraphs))


def pages(body: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", body))


def test_a_letter_says_who_writes_when_to_whom_and_what() -> None:
    body, drawn = written(letter("Le damos la bienvenida, señora Núñez."))
    assert body.startswith(b"%PDF-")
    for text in ("Administraciones Cordillera", "21 de noviembre de 2026", "Ana Rojas", "Torre A · 101", "Núñez"):
        assert text in drawn
    assert pages(body) == 1


def test_each_letter_begins_on_a_page_and_a_long_one_goes_on() -> None:
    assert pages(written(letter("Uno"), letter("Dos"))[0]) == 2
    assert pages(written(letter(*["Una línea de muchas."] * 30))[0]) == 2


def test_the_logo_lies_in_the_file_once_however_many_letters() -> None:
    picture = BytesIO()
    Image.new("RGB", (300, 300), "purple").save(picture, "JPEG")
    head = Letterhead("Los Aromos", "", "Cordillera", picture.getvalue())
    body, _ = written(letter("Uno"), letter("Dos"), head=head)
    assert body.count(b"/DCTDecode") == 1


def test_letters_that_the_font_lacks_lose_their_accent_or_become_a_question_mark() -> None:
    assert printable("Ñandú “Łódź” ş 中") == "Ñandú “?ódz” s ?"
    written(letter("中", name="Łucja", unit="ş"))
