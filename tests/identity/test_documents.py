"""Identity documents: reading, refusing, showing and masking their numbers."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conserje.errors import Refused
from conserje.identity.countries import Country
from conserje.identity.documents import Document, DocumentType, display, masked, parse, types_for

PUBLISHED_RUNS = ["12345678-5", "11111111-1", "60803000-K", "1000005-K", "10000004-0"]
ALPHANUMERIC = [DocumentType.PPT, DocumentType.PASSPORT, DocumentType.FOREIGN_ID, DocumentType.OTHER]
NUMERIC = [DocumentType.CC, DocumentType.CE, DocumentType.TI]


def run_of(body: int) -> str:
    """Canonical RUN by the published rule: weights 2 to 7 from the right, 11 less the remainder; 11 is 0, 10 is K."""
    total = sum(int(digit) * (2 + place % 6) for place, digit in enumerate(reversed(str(body))))
    check = 11 - total % 11
    return f"{body}-{ {11: '0', 10: 'K'}.get(check, check) }"


runs = st.integers(min_value=1_000_000, max_value=99_999_999).map(lambda body: Document(DocumentType.RUN, run_of(body)))
numbers_without_zeros = st.integers(min_value=1_000, max_value=10**15 - 1).map(str)
numeric_documents = st.builds(Document, st.sampled_from(NUMERIC), numbers_without_zeros)
alphanumeric_documents = st.builds(
    Document,
    st.sampled_from(ALPHANUMERIC),
    st.text(string.ascii_uppercase + string.digits, min_size=4, max_size=15),
)
documents = runs | numeric_documents | alphanumeric_documents


def refusal(kind: DocumentType, text: str) -> Refused:
    with pytest.raises(Refused) as refused:
        parse(kind, text)
    assert refused.value.field == "document_number"
    return refused.value


def test_a_chilean_community_offers_the_run_first() -> None:
    assert types_for(Country.CL) == ("run", "passport", "foreign_id", "other")


def test_a_colombian_community_offers_the_cedula_de_ciudadania_first() -> None:
    assert types_for(Country.CO) == ("cc", "ce", "ti", "ppt", "passport", "other")


@pytest.mark.parametrize("number", PUBLISHED_RUNS)
def test_a_run_with_its_right_check_digit_is_read(number: str) -> None:
    assert parse(DocumentType.RUN, number) == Document(DocumentType.RUN, number)


@pytest.mark.parametrize(
    "written",
    [
        "12.345.678-5",
        "12345678-5",
        "123456785",
        " 12 345 678 5 ",
        "12.345.678\u20135",
        "12.345.678\u22125",
        "12,345,678-5",
        "12\u00a0345\u00a0678-5",
        "12\u202f345\u202f678-5",
        "012.345.678-5",
        "12.345.678-5\t\r\n",
        "RUN 12.345.678-5",
        "rut: 12.345.678-5",
        "R.U.N. 12.345.678-5",
        "\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff0d\uff15",
    ],
)
def test_a_run_is_read_however_it_is_written(written: str) -> None:
    assert parse(DocumentType.RUN, written).number == "12345678-5"


@pytest.mark.parametrize(
    "written", ["60803000-k", "60.803.000-K", "60803000k", "1.000.005-k", "01000005-K", "1000005k"]
)
def test_a_check_digit_k_may_be_typed_in_lower_case(written: str) -> None:
    assert parse(DocumentType.RUN, written).number.endswith("-K")


@given(runs)
def test_every_run_computed_by_the_published_rule_is_read_back(document: Document) -> None:
    assert parse(DocumentType.RUN, document.number) == document
    assert parse(DocumentType.RUN, document.number.replace("-", "").lower()) == document


@given(runs, st.sampled_from("0123456789K"))
def test_a_run_has_one_right_check_digit_only(document: Document, other: str) -> None:
    body, check = document.number.split("-")
    if other != check:
        assert refusal(DocumentType.RUN, f"{body}-{other}").code == "document_check_digit"


@pytest.mark.parametrize("written", ["12.345.678-6", "12345678-K", "12354678-5", "11111112-1"])
def test_a_run_with_a_wrong_check_digit_is_refused(written: str) -> None:
    assert refusal(DocumentType.RUN, written).code == "document_check_digit"


@pytest.mark.parametrize("kind", DocumentType)
@pytest.mark.parametrize("blank", ["", " ", "\t\r\n", "\u00a0", "\u3000"])
def test_a_blank_number_is_refused_as_required(kind: DocumentType, blank: str) -> None:
    assert refusal(kind, blank).code == "document_required"


@pytest.mark.parametrize(
    "written",
    [
        "1234K678-5",
        "12345678-X",
        "CL12345678-5",
        "12.345.678/5",
        "12345678-\u212a",
        "\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668-5",
        "12345678\u00b2-5",
        "---",
    ],
)
def test_a_run_with_other_characters_is_refused(written: str) -> None:
    assert refusal(DocumentType.RUN, written).code == "document_malformed"


@pytest.mark.parametrize("written", ["5", "k", "123.456-0", "00000000-0", "0123456-0"])
def test_a_run_of_fewer_than_seven_digits_is_refused(written: str) -> None:
    refused = refusal(DocumentType.RUN, written)
    assert (refused.code, refused.facts) == ("document_too_short", {"shortest": 7, "longest": 8})


@pytest.mark.parametrize("written", ["123456789-2", "1" * 5_000])
def test_a_run_of_more_than_eight_digits_is_refused(written: str) -> None:
    refused = refusal(DocumentType.RUN, written)
    assert (refused.code, refused.facts) == ("document_too_long", {"shortest": 7, "longest": 8})


@pytest.mark.parametrize(
    ("kind", "written", "number"),
    [
        (DocumentType.CC, "1.020.345.678", "1020345678"),
        (DocumentType.CC, "1'020.345.678", "1020345678"),
        (DocumentType.CC, "0052123456", "52123456"),
        (DocumentType.CC, "C.C. 52.123.456", "52123456"),
        (DocumentType.TI, "t.i. 1020345678", "1020345678"),
        (DocumentType.TI, "99010112345", "99010112345"),
        (DocumentType.CE, "CE 0345678", "345678"),
        (DocumentType.CE, "ce-e345678", "CEE345678"),
        (DocumentType.PPT, "0123456", "0123456"),
        (DocumentType.PASSPORT, "ab 123-456", "AB123456"),
        (DocumentType.PASSPORT, "00123456", "00123456"),
        (DocumentType.FOREIGN_ID, "45.678.901-x", "45678901X"),
        (DocumentType.OTHER, "L\u20111234", "L1234"),
    ],
)
def test_a_number_is_kept_in_capitals_without_separators_or_meaningless_zeros(
    kind: DocumentType, written: str, number: str
) -> None:
    assert parse(kind, written) == Document(kind, number)


@pytest.mark.parametrize("written", ["1020345678A", "E345678"])
def test_a_cedula_de_ciudadania_with_letters_is_refused(written: str) -> None:
    assert refusal(DocumentType.CC, written).code == "document_malformed"


@pytest.mark.parametrize("kind", [*NUMERIC, *ALPHANUMERIC])
@pytest.mark.parametrize("written", ["1", "123"])
def test_a_number_of_fewer_than_four_characters_is_refused(kind: DocumentType, written: str) -> None:
    refused = refusal(kind, written)
    assert (refused.code, refused.facts) == ("document_too_short", {"shortest": 4, "longest": 15})


@pytest.mark.parametrize("kind", NUMERIC)
def test_zeros_alone_are_too_short_for_a_numeric_document(kind: DocumentType) -> None:
    assert refusal(kind, "0000000000").code == "document_too_short"


@pytest.mark.parametrize("kind", [*NUMERIC, *ALPHANUMERIC])
@pytest.mark.parametrize("length", [16, 5_000])
def test_a_number_of_more_than_fifteen_characters_is_refused(kind: DocumentType, length: int) -> None:
    refused = refusal(kind, "7" * length)
    assert (refused.code, refused.facts) == ("document_too_long", {"shortest": 4, "longest": 15})


@pytest.mark.parametrize("kind", DocumentType)
@pytest.mark.parametrize(
    "disguise",
    ["\U0001f600", "\x00", "\x1b", "\u200f", "\u202e", "\u200b", "\ufeff", "\n", "ñ", "ß", "\ud800", "<b>", "\u0665"],
)
def test_emoji_control_characters_and_direction_marks_are_refused(kind: DocumentType, disguise: str) -> None:
    assert refusal(kind, f"1234{disguise}5678-5").code == "document_malformed"


@given(st.sampled_from(DocumentType), st.text())
def test_any_text_gives_a_document_that_parses_to_itself_or_a_refusal(kind: DocumentType, text: str) -> None:
    try:
        document = parse(kind, text)
    except Refused:
        return
    assert parse(kind, document.number) == document


def test_a_refusal_does_not_carry_the_number_that_was_typed() -> None:
    refused = refusal(DocumentType.RUN, "12345678-6")
    assert "12345678" not in repr((refused, refused.facts))


def test_a_document_does_not_show_its_number_in_logs() -> None:
    assert "12345678" not in f"{Document(DocumentType.RUN, '12345678-5')!r}"


@pytest.mark.parametrize(
    ("kind", "number", "shown"),
    [
        (DocumentType.RUN, "12345678-5", "12.345.678-5"),
        (DocumentType.RUN, "1000005-K", "1.000.005-K"),
        (DocumentType.CC, "1020345678", "1.020.345.678"),
        (DocumentType.CC, "52123456", "52.123.456"),
        (DocumentType.CC, "123456", "123.456"),
        (DocumentType.TI, "1020345678", "1020345678"),
        (DocumentType.PASSPORT, "AB123456", "AB123456"),
    ],
)
def test_a_number_is_shown_as_people_of_the_country_write_it(kind: DocumentType, number: str, shown: str) -> None:
    assert display(Document(kind, number)) == shown


@given(documents)
def test_what_is_shown_parses_back_to_the_same_document(document: Document) -> None:
    canonical = parse(document.type, document.number)
    assert parse(canonical.type, display(canonical)) == canonical


@pytest.mark.parametrize(
    ("kind", "number", "shown"),
    [
        (DocumentType.RUN, "12345678-5", "12.***.***-5"),
        (DocumentType.RUN, "1000005-K", "1.***.***-K"),
        (DocumentType.CC, "1020345678", "10*******8"),
        (DocumentType.PASSPORT, "AB123456", "AB*****6"),
        (DocumentType.OTHER, "A123", "A1*3"),
        (DocumentType.OTHER, "A12", "***"),
    ],
)
def test_a_masked_number_keeps_only_its_ends(kind: DocumentType, number: str, shown: str) -> None:
    assert masked(Document(kind, number)) == shown


@given(runs)
def test_a_masked_run_never_contains_its_six_middle_digits(document: Document) -> None:
    body, check = document.number.split("-")
    visible = [character for character in masked(document) if character not in ".*-"]
    assert "".join(visible) == body[:-6] + check


@given(numeric_documents | alphanumeric_documents)
def test_a_masked_number_shows_three_characters_and_hides_all_others(document: Document) -> None:
    shown = masked(document)
    assert len(shown) == len(document.number)
    assert shown.replace("*", "") == document.number[:2] + document.number[-1]
