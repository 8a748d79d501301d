"""Names of people: kept as typed, compared without accents, refused where no name looks like that."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conserje.errors import Refused
from conserje.identity.names import LONGEST, fold, parse


def refusal(text: str) -> Refused:
    with pytest.raises(Refused) as refused:
        parse(text)
    return refused.value


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("María-José Ñúñez", "maria jose nunez"),
        ("  ÁNGEL   d'Ávila\t", "angel d avila"),
        ("O’Higgins, B.", "o higgins b"),
        ("Weiß", "weiss"),
        ("Jose\u0301", "jose"),
        ("2º piso", "2o piso"),
        ("\U0001d400na", "ana"),
        ("Łódź", "łodz"),
        ("¡¿?!", ""),
        ("", ""),
    ],
)
def test_folding_leaves_lower_case_words_without_accents(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_what_is_folded_is_folded_once_and_for_all(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(st.sampled_from("aeiounAEIOUN ")), st.sampled_from("\u0301\u0303\u0308"))
def test_accents_make_no_difference(text: str, mark: str) -> None:
    assert fold("".join(letter + mark if letter != " " else letter for letter in text)) == fold(text)


@pytest.mark.parametrize(
    "name",
    [
        "Camila Soto Díaz",
        "María-José Ñúñez Ñuñoa",
        "D'Ávila O’Higgins",
        "J. R. Pérez (hijo)",
        "Transportes Añañuca 24/7 & Cía., S.A.",
        "Nguyễn Thị Ánh",
        "王小明",
        "Łukasz",
        "X",
    ],
)
def test_a_name_is_kept_as_typed(name: str) -> None:
    assert parse(name) == name


def test_white_space_is_tidied() -> None:
    assert parse(" \tCamila\u00a0 Soto\r\nDíaz ") == "Camila Soto Díaz"


def test_a_name_typed_in_decomposed_letters_is_kept_composed() -> None:
    assert parse("Jose\u0301") == "José"


@pytest.mark.parametrize("blank", ["", "   ", "\t\r\n", "\u00a0\u2003"])
def test_a_name_is_required(blank: str) -> None:
    refused = refusal(blank)
    assert (refused.code, refused.field) == ("name_required", "full_name")


def test_a_name_of_80_characters_is_accepted_and_of_81_refused() -> None:
    assert parse("ñ" * LONGEST) == "ñ" * 80
    refused = refusal("ñ" * 81)
    assert (refused.code, refused.field, refused.facts) == ("name_too_long", "full_name", {"longest": 80})


def test_the_length_is_of_what_is_kept() -> None:
    assert len(parse("  " + "n\u0303 " * 40 + "  ")) == 79


@pytest.mark.parametrize(
    "name",
    [
        "Camila 😀",
        "👨‍👩‍👧",
        "Ca\x00mila",
        "Camila\x1b[31m",
        "\u202eolleH",
        "Camila\u200f",
        "Cami\u200bla",
        "Camila\ufeff",
        "<script>",
        "Camila; Soto",
        "a=b",
        "Camila\ud800",
        "Camila\ue000",
    ],
)
def test_what_no_name_holds_is_refused(name: str) -> None:
    refused = refusal(name)
    assert (refused.code, refused.field) == ("name_characters", "full_name")


@pytest.mark.parametrize("name", ["-", "...", "' ' '", "\u0301\u0301", "&"])
def test_a_name_without_a_letter_or_digit_is_refused(name: str) -> None:
    assert refusal(name).code == "name_characters"


def test_the_refusal_names_the_field_that_was_asked_for() -> None:
    with pytest.raises(Refused) as refused:
        parse("", field="given_names")
    assert refused.value.field == "given_names"


@given(st.text(max_size=120))
def test_a_name_that_is_accepted_is_found_again_and_parsed_to_itself(text: str) -> None:
    try:
        name = parse(text)
    except Refused:
        return
    assert parse(name) == name
    assert fold(name)
    assert len(name) <= LONGEST
