"""The two countries a community can be of, and what follows from each without a setting."""

from __future__ import annotations

from enum import StrEnum


class Country(StrEnum):
    """Country of a community, by its ISO 3166 code: it sets documents, phones, money, time zone and wording."""

    CL = "CL"
    CO = "CO"

    @property
    def time_zone(self) -> str:
        """IANA name of the time zone a new community starts with; a community may set another."""
        return _TIME_ZONES[self]

    @property
    def locale(self) -> str:
        """Locale of the catalogue of translations and of number and date formats."""
        return _LOCALES[self]

    @property
    def currency(self) -> str:
        """ISO 4217 code of the money that prices and purchases are in."""
        return _CURRENCIES[self]

    @property
    def calling_code(self) -> int:
        """What follows the plus sign of an E.164 number."""
        return _CALLING_CODES[self]


_TIME_ZONES = {Country.CL: "America/Santiago", Country.CO: "America/Bogota"}
_LOCALES = {Country.CL: "es_CL", Country.CO: "es_CO"}
_CURRENCIES = {Country.CL: "CLP", Country.CO: "COP"}
_CALLING_CODES = {Country.CL: 56, Country.CO: 57}
