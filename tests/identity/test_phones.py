"""Telephones of Chile and Colombia. All numbers are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conserje.errors import Refused
from conserje.identity.countries import Country
from conserje.identity.phones import display, masked, parse, takes_sms

CL, CO = Country.CL, Country.CO
colombian_mobiles = st.integers(min_value=0, max_value=999_999_999).map(lambda rest: f"+573{rest:09}")
chilean_mobiles = st.integers(min_value=0, max_value=999_999).map(lambda rest: f"+56961{rest:06}")


def refusal(text: str, country: Country) -> Refused:
    with pytest.raises(Refused) as refused:
        parse(text, country)
    assert refused.value.field == "phone"
    return refused.value


@pytest.mark.parametrize(
    "written",
    [
        "961234567",
        "9 6123 4567",
        "9-6123-4567",
        "0961234567",
        "09 6123 4567",
        "56961234567",
        "+56961234567",
        "+56 9 6123 4567",
        "+56 (9) 6123-4567",
        "+56 09 6123 4567",
        "0056 9 6123 4567",
        " 9.6123.4567\t",
        "+56\u00a09\u00a06123\u20114567",
        "\uff0b\uff15\uff16\uff19\uff16\uff11\uff12\uff13\uff14\uff15\uff16\uff17",
    ],
)
def test_a_chilean_mobile_is_read_however_it_is_written(written: str) -> None:
    assert parse(written, CL) == "+56961234567"


@pytest.mark.parametrize(
    "written",
    [
        "3001234567",
        "300 123 4567",
        "300-1234567",
        "(300) 123 4567",
        "573001234567",
        "57 300 123 4567",
        "+57 300 123 4567",
        "0057 300 1234567",
    ],
)
def test_a_colombian_mobile_is_read_however_it_is_written(written: str) -> None:
    assert parse(written, CO) == "+573001234567"


@pytest.mark.parametrize(
    ("written", "country", "e164"),
    [
        ("601 234 5678", CO, "+576012345678"),
        ("57 601 2345678", CO, "+576012345678"),
        ("+57 (604) 234 5678", CO, "+576042345678"),
        ("2 2345 6789", CL, "+56223456789"),
        ("(32) 234 5678", CL, "+56322345678"),
        ("987654321", CL, "+56987654321"),
    ],
)
def test_fixed_lines_and_other_mobiles_are_read(written: str, country: Country, e164: str) -> None:
    assert parse(written, country) == e164


@pytest.mark.parametrize("written", ["340 123 4567", "573991234567", "+57 399 123 4567"])
def test_a_colombian_mobile_of_a_range_not_yet_published_is_read(written: str) -> None:
    assert parse(written, CO).startswith("+573")


@pytest.mark.parametrize("country", Country)
@pytest.mark.parametrize("blank", ["", "  ", "\t\n", "\u00a0"])
def test_a_blank_phone_is_refused_as_required(blank: str, country: Country) -> None:
    assert refusal(blank, country).code == "phone_required"


@pytest.mark.parametrize(
    ("written", "country"),
    [
        ("61234567", CL),
        ("9612345678", CL),
        ("+56912345678", CL),
        ("+569", CL),
        ("133", CL),
        ("961234567 anexo 5", CL),
        ("llamar al 961234567", CL),
        ("9 6123 456A", CL),
        ("961234567;ext=5", CL),
        ("tel:+56961234567", CL),
        ("++56961234567", CL),
        ("+999123456789", CL),
        ("3001234567", CL),
        ("2345678", CO),
        ("12345678", CO),
        ("30012345678", CO),
        ("961234567", CO),
        ("0000000000", CO),
        ("---", CO),
        ("+", CO),
    ],
)
def test_what_is_no_number_of_the_country_is_refused(written: str, country: Country) -> None:
    assert refusal(written, country).code == "phone_malformed"


@pytest.mark.parametrize("country", Country)
def test_whoever_is_refused_is_given_a_number_as_the_country_writes_it(country: Country) -> None:
    assert takes_sms(parse(str(refusal("no sé", country).facts["example"]), country))


@pytest.mark.parametrize("country", Country)
@pytest.mark.parametrize(
    "disguise", ["\U0001f600", "\x00", "\x1b", "\u200f", "\u202a", "\u200b", "\n", "x", "\ud800", "\u0665"]
)
def test_emoji_control_characters_and_direction_marks_are_refused(disguise: str, country: Country) -> None:
    assert refusal(f"{disguise}{disguise}30012{disguise}34567{disguise}.", country).code == "phone_malformed"


@pytest.mark.parametrize("country", Country)
@pytest.mark.parametrize("long", ["9" * 5_000, "+" * 5_000, "-" * 5_000, "9 " * 5_000])
def test_a_very_long_text_is_refused(long: str, country: Country) -> None:
    assert refusal(long, country).code == "phone_malformed"


@pytest.mark.parametrize(
    ("written", "country", "expected"),
    [
        ("+57 300 123 4567", CL, 56),
        ("0057 300 123 4567", CL, 56),
        ("+56 9 6123 4567", CO, 57),
        ("+56 9 1234 5678", CO, 57),
        ("+1 305 555 1234", CL, 56),
        ("+1 305 555 1234", CO, 57),
        ("+54 9 11 2345 6789", CL, 56),
    ],
)
def test_a_number_of_another_country_is_refused(written: str, country: Country, expected: int) -> None:
    refused = refusal(written, country)
    assert (refused.code, refused.facts) == ("phone_foreign", {"calling_code": expected})


@given(st.text() | st.text("+0123456789 -()"), st.sampled_from(Country))
def test_any_text_gives_an_e164_number_of_the_country_or_a_refusal(text: str, country: Country) -> None:
    try:
        e164 = parse(text, country)
    except Refused:
        return
    assert e164.startswith(f"+{country.calling_code}")
    assert parse(e164, country) == e164


@pytest.mark.parametrize("e164", ["+56961234567", "+56223456789", "+573001234567", "+573401234567"])
def test_a_number_that_may_be_a_mobile_takes_sms(e164: str) -> None:
    assert takes_sms(e164)


@pytest.mark.parametrize(
    "e164",
    [
        "+576012345678",
        "+5718000123456",
        "+56800360123",
        "+566003601234",
        "+56912345678",
        "+13055551234",
        "961234567",
        "",
    ],
)
def test_fixed_colombian_company_and_foreign_lines_take_no_sms(e164: str) -> None:
    assert not takes_sms(e164)


@pytest.mark.parametrize(
    ("e164", "shown"),
    [
        ("+56961234567", "+56 9 6123 4567"),
        ("+56223456789", "+56 2 2345 6789"),
        ("+56322345678", "+56 32 234 5678"),
        ("+573001234567", "+57 300 123 4567"),
        ("+573401234567", "+57 340 123 4567"),
        ("+576012345678", "+57 601 234 5678"),
    ],
)
def test_a_number_is_shown_in_groups(e164: str, shown: str) -> None:
    assert display(e164) == shown


@given(colombian_mobiles | chilean_mobiles)
def test_what_is_shown_parses_back_to_the_same_number(e164: str) -> None:
    country = CO if e164.startswith("+57") else CL
    assert parse(display(e164), country) == e164


@pytest.mark.parametrize(
    ("e164", "shown"),
    [
        ("+56961234567", "+56 9 ···· 4567"),
        ("+56322345678", "+56 32 ··· 5678"),
        ("+573001234567", "+57 300 ··· 4567"),
        ("+5718000123456", "+57 1 ··· 0123456"),
    ],
)
def test_a_masked_number_keeps_its_ends(e164: str, shown: str) -> None:
    assert masked(e164) == shown


@given(colombian_mobiles | chilean_mobiles)
def test_a_masked_number_never_contains_its_middle_digits(e164: str) -> None:
    digits = "".join(character for character in masked(e164) if character.isdigit())
    middle = 3 if e164.startswith("+57") else 4
    assert digits == e164[1 : -4 - middle] + e164[-4:]
