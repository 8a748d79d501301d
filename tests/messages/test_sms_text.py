"""What becomes of a text on its way into an SMS, and how many SMS it is: by a table, and against a slow splitter."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from conserje.messages.sms_text import cut, fold, parts, septets

# 3GPP TS 23.038, 6.2.1: the default alphabet without the escape, row by row, and its extension.
GSM_7 = (
    "@£$¥èéùìòÇ\nØø\rÅå"
    "Δ_ΦΓΛΩΠΨΣΘΞÆæßÉ"
    " !\"#¤%&'()*+,-./"
    "0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNO"
    "PQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmno"
    "pqrstuvwxyzäöñüà"
)
EXTENSION = "^{}\\[~]|€"

folded_texts = st.text(st.sampled_from("aaañ é{€"), max_size=700).map(fold)


def slow_parts(text: str) -> int:
    """Every part written out, and counted: the text is shared out letter by letter, as a telephone does it."""
    written = [f"\x1b{letter}" if letter in EXTENSION else letter for letter in text]
    if len("".join(written)) <= 160:
        return 1
    shared: list[str] = [""]
    for letter in written:
        if len(shared[-1] + letter) > 153:
            shared.append("")
        shared[-1] += letter
    return len(shared)


def test_the_alphabet_is_whole() -> None:
    assert len(set(GSM_7)) == 127


@pytest.mark.parametrize("character", sorted(set(GSM_7) - set("\n\r ")))
def test_a_character_of_the_alphabet_stays_and_takes_one_septet(character: str) -> None:
    assert (fold(character), septets(character)) == (character, 1)


@pytest.mark.parametrize("character", EXTENSION)
def test_a_character_of_the_extension_stays_and_takes_two_septets(character: str) -> None:
    assert (fold(character), septets(character)) == (character, 2)


@pytest.mark.parametrize("text", ["é", "É", "ñ", "Ñ", "ü", "Ü", "¿Quién?", "¡Ojalá!", "à", "è", "ò"])
def test_what_carriers_send_cheaply_stays(text: str) -> None:
    assert fold(text) == text.replace("á", "a")


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("áíóú ÁÍÓÚ", "aiou AIOU"),
        ("âêîôû ãõ ï ë ÿ", "aeiou ao i e y"),
        ("ç", "c"),
        ("N.º 5, 2.ª torre, 20 °", "N.o 5, 2.a torre, 20"),
        ("«Aromos» “Aromos” „Aromos‟", '"Aromos" "Aromos" "Aromos"'),
        ("l’Hôtel \u2018x’ ´x´ `x`", "l'Hotel 'x' 'x' 'x'"),
        ("a–b—c\u2010d\u2011e\u2212f·g", "a-b-c-d-e-f-g"),
        ("espere…", "espere..."),
        ("3×4", "3x4"),
        ("№ 7 ﬁn", "No 7 fin"),
        ("a\u0301 e\u0301 n\u0303 u\u0308", "a é ñ ü"),
        # No composed letter exists for this one, as Guaraní writes it.
        ("g\u0303uarani\u0301", "guarani"),
        ("a\u00a0b\u2009c\u3000d\te\r\nf\u2028g", "a b c d e f g"),
        ("a\u200bb\u200cc\u200dd\ufeffe\u00adf\u2060g", "abcdefg"),
        # Marks that turn the direction of writing come along when a name is copied from a telephone.
        ("\u200eAna\u200f \u202aRojas\u202c", "Ana Rojas"),
        ("  Torre   B  ", "Torre B"),
        ("🙂", "?"),
        ("❤\ufe0f", "?"),
        ("Ana 日本 ½ ł", "Ana ?? ? ?"),
        ("\x1b\x00", "??"),
        ("", ""),
        ("\u200b", ""),
    ],
)
def test_folding(written: str, sent: str) -> None:
    assert fold(written) == sent


@given(st.text())
def test_a_folded_text_is_in_the_alphabet_and_stays_as_it_is(text: str) -> None:
    folded = fold(text)
    assert set(folded) <= set(GSM_7 + EXTENSION) - set("\n\r")
    assert fold(folded) == folded


@given(st.text())
def test_it_does_not_matter_how_the_accents_were_typed(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    ("length", "count"),
    [(0, 1), (1, 1), (160, 1), (161, 2), (306, 2), (307, 3), (459, 3), (460, 4), (918, 6), (919, 7)],
)
def test_one_part_holds_160_and_each_of_several_153(length: int, count: int) -> None:
    assert parts("a" * length) == count


@pytest.mark.parametrize("character", EXTENSION)
def test_a_character_of_two_septets_fits_the_end_of_a_single_part_or_makes_it_two(character: str) -> None:
    assert parts("a" * 158 + character) == 1
    assert parts("a" * 159 + character) == 2


@pytest.mark.parametrize("character", EXTENSION)
def test_a_character_of_two_septets_never_straddles_two_parts(character: str) -> None:
    # 306 septets fill two parts exactly, unless the middle of this character falls on the border between them.
    assert parts("a" * 151 + character + "a" * 153) == 2
    assert parts("a" * 152 + character + "a" * 152) == 3
    assert parts(character * 153) == 3  # 76 to a part, and one septet of each lost


@given(folded_texts)
@example(fold("a" * 152 + "€" + "a" * 152))
@example(fold("€" * 80))
def test_the_parts_are_those_of_a_slow_splitter(text: str) -> None:
    assert parts(text) == slow_parts(text)


@pytest.mark.parametrize("text", ["á", "«", "🙂", "Visita de José Ímaz"])
def test_what_was_not_folded_is_not_counted(text: str) -> None:
    with pytest.raises(ValueError, match="not been folded"):
        parts(text)


@pytest.mark.parametrize(
    ("text", "longest", "kept"),
    [
        ("Edificio Los Aromos", 19, "Edificio Los Aromos"),
        ("Edificio Los Aromos", 18, "Edificio Los"),
        ("Edificio Los Aromos", 12, "Edificio Los"),
        ("Edificio Los Aromos", 11, "Edificio"),
        ("Maximiliana", 4, "Maxi"),
        # Counted after folding, in septets: three characters become longer, one takes two.
        ("Espere… Ana", 11, "Espere..."),
        ("A€ B€", 6, "A€"),
        ("€€€", 5, "€€"),
        ("  Torre \u00a0 B ", 7, "Torre B"),
        ("", 5, ""),
    ],
)
def test_cutting(text: str, longest: int, kept: str) -> None:
    assert cut(text, longest) == kept


@given(st.text(st.sampled_from("abñ€{ é…🙂"), max_size=60), st.integers(1, 40))
def test_a_cut_text_never_exceeds_and_ends_at_a_word(text: str, longest: int) -> None:
    folded, kept = fold(text), cut(text, longest)
    assert septets(kept) <= longest
    words = kept.split(" ")
    if kept != folded and len(words) == 1 and kept != folded.split(" ")[0]:
        # The first word alone is too long: as much of it as there is room for.
        assert folded.startswith(kept)
        assert septets(folded[: len(kept) + 1]) > longest
        return
    assert words == folded.split(" ")[: len(words)]
    one_more = " ".join(folded.split(" ")[: len(words) + 1])
    assert kept == folded or septets(one_more) > longest
