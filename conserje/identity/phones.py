"""Telephones: read as people write them, kept in E.164, shown and masked as the country groups them."""

from __future__ import annotations

import re

import phonenumbers

from conserje.errors import Refused
from conserje.identity.countries import Country
from conserje.identity.keystrokes import bare

_EXAMPLES = {Country.CL: "9 6123 4567", Country.CO: "300 123 4567"}
_NATIONAL_DIGITS = {Country.CL: 9, Country.CO: 10}
_COLOMBIAN_MOBILE = re.compile(r"\+573[0-9]{9}")
_CHILEAN_LINES_WITHOUT_SMS = frozenset(
    {
        phonenumbers.PhoneNumberType.TOLL_FREE,
        phonenumbers.PhoneNumberType.SHARED_COST,
        phonenumbers.PhoneNumberType.PREMIUM_RATE,
    }
)


def parse(text: str, country: Country) -> str:
    """The E.164 form of a number that a person of the country typed: +56961234567.

    Reads the national number (9 digits in Chile, 10 in Colombia), with Chile's old leading 0, with the calling code
    with or without plus or 00, and with spaces, dashes, points or brackets. Valid is what libphonenumber knows, plus
    any Colombian mobile of 3 and nine digits, because that list of ranges grows. K092: only the community's country.

    Refused (field `phone`): `phone_required`, `phone_malformed` (fact `example`: a number as the country writes it),
    `phone_foreign` (fact `calling_code`: that expected).
    """
    if not text.strip():
        raise Refused("phone_required", field="phone")
    typed = re.sub(r"[()]", "", bare(text))
    if re.fullmatch(r"\+?[0-9]{6,20}", typed) is None:
        raise _malformed(country)
    try:
        number = phonenumbers.parse(_dialled(typed, country), country.value)
    except phonenumbers.NumberParseException:
        raise _malformed(country) from None
    if number.country_code != country.calling_code and phonenumbers.is_possible_number(number):
        raise Refused("phone_foreign", field="phone", calling_code=country.calling_code)
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if number.country_code != country.calling_code or not _is_in_use(number, e164):
        raise _malformed(country)
    return e164


def takes_sms(e164: str) -> bool:
    """Whether an SMS may be sent to this number.

    Colombia: only mobiles (3 and nine digits). Chile: fixed and mobile lines share their ranges, so every valid number
    but those of companies (800, 600) may be a mobile. Any other country: no, against toll fraud.
    """
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return False
    if number.country_code == Country.CO.calling_code:
        return _COLOMBIAN_MOBILE.fullmatch(e164) is not None
    if number.country_code == Country.CL.calling_code:
        is_valid = phonenumbers.is_valid_number(number)
        return is_valid and phonenumbers.number_type(number) not in _CHILEAN_LINES_WITHOUT_SMS
    return False


def display(e164: str) -> str:
    """The number in groups, with its calling code: +56 9 6123 4567, +57 300 123 4567. Takes what `parse` gave."""
    colombian = re.fullmatch(r"\+57([36][0-9]{2})([0-9]{3})([0-9]{4})", e164)
    if colombian:
        return " ".join(("+57", *colombian.groups()))
    return phonenumbers.format_number(phonenumbers.parse(e164), phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def masked(e164: str) -> str:
    """The number for a list: its owner knows it again, nobody can call it (+56 9 ···· 4567). Takes what `parse` gave.

    Source: acceptance, "What the gate sees": phones in full only through [Ver Teléfonos].
    """
    calling_code, first, *middle, last = display(e164).split()
    hidden = middle or [first]
    shown = [first] if middle else []
    return " ".join((calling_code, *shown, *("·" * len(group) for group in hidden), last))


def _malformed(country: Country) -> Refused:
    return Refused("phone_malformed", field="phone", example=_EXAMPLES[country])


def _dialled(typed: str, country: Country) -> str:
    calling_code = str(country.calling_code)
    if typed.startswith("00"):
        typed = f"+{typed[2:]}"
    elif typed.startswith(calling_code) and len(typed) == len(calling_code) + _NATIONAL_DIGITS[country]:
        typed = f"+{typed}"
    if country is Country.CL:
        typed = re.sub(r"^(\+56)?0", r"\1", typed)
    return typed


def _is_in_use(number: phonenumbers.PhoneNumber, e164: str) -> bool:
    return phonenumbers.is_valid_number(number) or _COLOMBIAN_MOBILE.fullmatch(e164) is not None
