"""What follows from a community's country."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from babel import Locale

from conserje.identity.countries import Country


@pytest.mark.parametrize(
    ("country", "time_zone", "locale", "currency", "calling_code"),
    [
        (Country.CL, "America/Santiago", "es_CL", "CLP", 56),
        (Country.CO, "America/Bogota", "es_CO", "COP", 57),
    ],
)
def test_a_country_brings_its_time_zone_locale_money_and_calling_code(
    country: Country, time_zone: str, locale: str, currency: str, calling_code: int
) -> None:
    assert (country.time_zone, country.locale, country.currency, country.calling_code) == (
        time_zone,
        locale,
        currency,
        calling_code,
    )


@pytest.mark.parametrize("country", Country)
def test_every_country_is_known_to_the_libraries_that_use_it(country: Country) -> None:
    assert ZoneInfo(country.time_zone).key == country.time_zone
    assert Locale.parse(country.locale).territory == country.value
    assert phonenumbers.country_code_for_region(country.value) == country.calling_code
