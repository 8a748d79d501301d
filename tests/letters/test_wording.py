"""What the welcome letter says."""

from __future__ import annotations

import pytest

from conserje.errors import Refused
from conserje.letters.wording import LONGEST, SUGGESTED, Facts, filled, paragraphs, parse, text_of

FACTS = Facts("Ana Rojas", "Torre A · 101", "Los Aromos", "Cordillera", "https://casa.example/residentes/", "1 de mayo")


def test_every_field_is_filled_in() -> None:
    text = "{nombre}|{inmueble}|{comunidad}|{administración}|{enlace}|{fecha}"
    said = "Ana Rojas|Torre A · 101|Los Aromos|Cordillera|https://casa.example/residentes/|1 de mayo"
    assert filled(text, FACTS) == said


def test_fields_are_known_with_capitals_spaces_and_without_the_accent() -> None:
    assert filled(parse("{ Nombre } {Administracion}"), FACTS) == "Ana Rojas Cordillera"


def test_a_name_that_looks_like_a_field_is_a_name() -> None:
    assert filled("{nombre}", Facts("{enlace}", "", "", "", "secreto", "")) == "{enlace}"


def test_where_nobody_is_known_the_letter_is_to_the_resident() -> None:
    assert filled("Hola, {nombre}", Facts("", "", "", "", "", "")) == "Hola, residente"


def test_the_suggested_letter_is_one_that_may_be_kept() -> None:
    assert parse(SUGGESTED) == SUGGESTED
    assert text_of("") == SUGGESTED
    assert text_of("La nuestra") == "La nuestra"
    assert "{" not in filled(SUGGESTED, FACTS)


def test_where_there_is_no_portal_the_suggested_letter_leads_to_none() -> None:
    text = text_of("", has_portal=False)
    assert parse(text) == text
    assert "portal" not in text
    assert "{enlace}" not in text
    assert len(paragraphs(text)) == len(paragraphs(SUGGESTED)) - 2
    assert text_of("La nuestra", has_portal=False) == "La nuestra"


@pytest.mark.parametrize("sign", ["😀", "→", "漢"])
def test_a_sign_that_paper_cannot_show_is_refused_where_it_is_typed(sign: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse(f"Hola {sign} {{nombre}}")
    assert (refusal.value.code, refusal.value.facts) == ("letter_undrawable", {"sign": sign})


def test_what_paper_shows_with_less_is_no_matter() -> None:
    assert parse("«Ñandú» – Nowák… {nombre}\n€ 5") == "«Ñandú» – Nowák… {nombre}\n€ 5"


def test_lines_are_tidied_and_paragraphs_found() -> None:
    assert parse("  Uno  \r\ny medio\r\n\r\n\r\nDos ") == "Uno\ny medio\n\n\nDos"
    assert paragraphs("Uno\ny medio\n\n\nDos") == ["Uno\ny medio", "Dos"]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (" \n ", "letter_empty"),
        ("a" * (LONGEST + 1), "letter_too_long"),
        ("Estimado {apellido}", "letter_unknown_field"),
        ("Estimado {}", "letter_unknown_field"),
    ],
)
def test_what_is_no_letter_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse(typed)
    assert (refusal.value.code, refusal.value.field) == (code, "text")
