"""Number plates of Chile and Colombia."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conserje.errors import Refused
from conserje.identity.countries import Country
from conserje.identity.plates import canonical, display, is_usual

CL, CO = Country.CL, Country.CO
plates = st.text(string.ascii_uppercase + string.digits, min_size=1, max_size=10)


def refusal(text: str) -> Refused:
    with pytest.raises(Refused) as refused:
        canonical(text)
    assert refused.value.field == "plate"
    return refused.value


@pytest.mark.parametrize(
    "written", ["BCDF12", "bcdf12", "BCDF·12", "BC-DF-12", " bc df 12 ", "BC.DF.12", "BCDF\u00a012\t", "\uff22CDF12"]
)
def test_a_plate_is_kept_in_capitals_without_separators(written: str) -> None:
    assert canonical(written) == "BCDF12"


@pytest.mark.parametrize("blank", ["", "   ", "\t\n", "-", "·"])
def test_no_plate_is_an_empty_plate(blank: str) -> None:
    assert canonical(blank) == ""


@pytest.mark.parametrize("long", ["A" * 11, "1" * 5_000])
def test_a_plate_of_more_than_ten_characters_is_refused(long: str) -> None:
    refused = refusal(long)
    assert (refused.code, refused.facts) == ("plate_malformed", {"longest": 10})


def test_a_plate_of_ten_characters_is_accepted() -> None:
    assert canonical("ABCDE-12345") == "ABCDE12345"


@pytest.mark.parametrize(
    "written",
    [
        "AÑO123",
        "AB/123",
        "ß",
        "\U0001f697",
        "AB\x00123",
        "AB\n123",
        "\u202eAB123",
        "AB\u200b1",
        "\ud800",
        "A\u0665",
        "\u212a1",
    ],
)
def test_a_plate_with_other_characters_is_refused(written: str) -> None:
    assert refusal(written).code == "plate_malformed"


@given(st.text())
def test_any_text_gives_a_plate_that_is_its_own_canonical_form_or_a_refusal(text: str) -> None:
    try:
        plate = canonical(text)
    except Refused:
        return
    assert canonical(plate) == plate


@pytest.mark.parametrize(
    ("plate", "country", "shown"),
    [
        ("AB1234", CL, "AB·12-34"),
        ("BCDF12", CL, "BCDF·12"),
        ("BCDFG1", CL, "BCDFG-1"),
        ("AB123", CL, "AB·123"),
        ("BCD12", CL, "BCD·12"),
        ("BCDF1", CL, "BCDF-1"),
        ("ABC123", CO, "ABC 123"),
        ("ABC12D", CO, "ABC 12D"),
        ("CD1234", CO, "CD 1234"),
        ("R12345", CO, "R 12345"),
        ("S12345", CO, "S 12345"),
        ("T1234", CO, "T 1234"),
    ],
)
def test_a_plate_of_a_form_of_the_country_is_usual_and_shown_in_groups(
    plate: str, country: Country, shown: str
) -> None:
    assert is_usual(plate, country)
    assert display(plate, country) == shown


@pytest.mark.parametrize(
    ("plate", "country"),
    [
        ("ABCD12", CL),
        ("BCDFE1", CL),
        ("ABC12D", CL),
        ("BCDF123", CL),
        ("BCDF12", CO),
        ("Q12345", CO),
        ("ABC1234", CO),
        ("AA123BB", CL),
        ("", CL),
        ("", CO),
    ],
)
def test_another_plate_is_unusual_and_shown_as_it_is(plate: str, country: Country) -> None:
    assert not is_usual(plate, country)
    assert display(plate, country) == plate


@given(plates, st.sampled_from(Country))
def test_what_is_shown_is_read_back_as_the_same_plate(plate: str, country: Country) -> None:
    assert canonical(display(plate, country)) == plate


@given(
    st.from_regex(r"[B-DF-HJ-NP-TV-Z]{4}[0-9]{2}|[B-DF-HJ-NP-TV-Z]{5}[0-9]|[A-Z]{2}[0-9]{4}", fullmatch=True),
)
def test_every_plate_of_the_chilean_car_series_is_usual(plate: str) -> None:
    assert is_usual(plate, CL)
    assert canonical(display(plate, CL)) == plate
