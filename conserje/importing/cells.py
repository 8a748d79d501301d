"""What one cell means: as spreadsheets spoil it, and as people write it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal

from conserje.communities import unit_upkeep
from conserje.communities.models import ResidentKind, UnitKind
from conserje.communities.resident_upkeep import CONTACT_ORDER
from conserje.errors import Refused
from conserje.identity import emails, names, phones
from conserje.identity.countries import Country
from conserje.importing.layout import Column

_NOTHING = frozenset("-–—")
_WHOLE = re.compile(r"(-?\d+)\.0+")
_SCIENTIFIC = re.compile(r"(\d(?:[.,]\d+)?)E\+?(\d{1,2})", re.IGNORECASE)
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#N/D", "#¡REF!", "#¡VALOR!"})
_YES = frozenset({"si", "s", "x", "1", "true", "verdadero", "yes"})
_NO = frozenset({"no", "n", "0", "false", "falso"})
_UNIT_KINDS = {each.value: each for each in UnitKind} | {
    "departamento": UnitKind.APARTMENT, "depto": UnitKind.APARTMENT, "dpto": UnitKind.APARTMENT,
    "apartamento": UnitKind.APARTMENT, "apto": UnitKind.APARTMENT, "casa": UnitKind.HOUSE, "oficina": UnitKind.OFFICE,
    "local": UnitKind.SHOP, "local comercial": UnitKind.SHOP, "estacionamiento": UnitKind.PARKING,
    "parqueadero": UnitKind.PARKING, "bodega": UnitKind.STORAGE, "deposito": UnitKind.STORAGE, "otro": UnitKind.OTHER,
}  # fmt: skip
_RESIDENT_KINDS = {each.value: each for each in ResidentKind} | {
    "propietario": ResidentKind.OWNER, "propietaria": ResidentKind.OWNER, "arrendatario": ResidentKind.TENANT,
    "arrendataria": ResidentKind.TENANT, "inquilino": ResidentKind.TENANT, "inquilina": ResidentKind.TENANT,
    "ocupante": ResidentKind.OCCUPANT, "residente": ResidentKind.OCCUPANT,
}  # fmt: skip


def meaning(column: Column, value: object, country: Country) -> object:
    """What is to be kept of a cell that is not empty; None for the dash that takes away what is held.

    Refuses: `cell_is_date`, where a spreadsheet took a number for one; `cell_is_error` for #N/A and its kind;
    `cell_scientific` where digits were lost; `cell_yes_or_no`, `cell_unit_kind`, `cell_resident_kind`, `cell_order`;
    `cell_not_plain` for what only a JSON document can hold; and what the fields' own rules refuse.
    """
    text = as_text(value)
    if is_dash(text) and column in _MAY_BE_TAKEN_AWAY:
        return None
    if column in (Column.NOTICE_PHONE, Column.PHONE_1, Column.PHONE_2):
        return _phone(text, country, takes_sms=column is Column.NOTICE_PHONE)
    return _RULES[column](text)


def as_text(value: object) -> str:
    """A cell's value as it would have been typed. Refuses: `cell_is_date`, `cell_is_error`, `cell_not_plain`."""
    if isinstance(value, bool):
        return "sí" if value else "no"
    if isinstance(value, list | dict):
        raise Refused("cell_not_plain")
    if isinstance(value, date | time | timedelta):
        raise Refused("cell_is_date")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = " ".join(unicodedata.normalize("NFC", str(value)).split())
    if text.upper() in _ERRORS:
        raise Refused("cell_is_error")
    whole = _WHOLE.fullmatch(text)
    return whole[1] if whole else text


def unshortened(text: str) -> str:
    """A number that a spreadsheet wrote with an exponent, in full; any other text as it is.

    Refuses: `cell_scientific` where digits were lost.
    """
    scientific = _SCIENTIFIC.fullmatch(text)
    if scientific is None:
        return text
    digits, exponent = scientific[1].replace(",", "."), int(scientific[2])
    if len(digits.replace(".", "")) <= exponent:
        raise Refused("cell_scientific")
    return str(int(Decimal(digits).scaleb(exponent)))


def is_dash(text: str) -> bool:
    """Whether the cell takes away what is held; an empty one leaves it as it is."""
    return text in _NOTHING


def _phone(text: str, country: Country, *, takes_sms: bool) -> str:
    number = phones.parse(unshortened(text).removeprefix("'"), country)
    if takes_sms and not phones.takes_sms(number):
        raise Refused("phone_without_sms")
    return number


def _yes_or_no(text: str) -> bool:
    word = names.fold(text)
    if word not in _YES | _NO:
        raise Refused("cell_yes_or_no")
    return word in _YES


def _unit_kind(text: str) -> str:
    try:
        return _UNIT_KINDS[names.fold(text)].value
    except KeyError:
        raise Refused("cell_unit_kind") from None


def _resident_kind(text: str) -> str:
    try:
        return _RESIDENT_KINDS[names.fold(text)].value
    except KeyError:
        raise Refused("cell_resident_kind") from None


def _order(text: str) -> int:
    least, most = CONTACT_ORDER
    if not (text.isascii() and text.isdigit() and len(text) < 4 and least <= int(text) <= most):
        raise Refused("cell_order", least=least, most=most)
    return int(text)


_MAY_BE_TAKEN_AWAY = frozenset(
    {Column.TOWER, Column.FLOOR, Column.NOTICE_PHONE, Column.EMAIL, Column.PHONE_1, Column.PHONE_2}
)
_RULES: dict[Column, Callable[[str], object]] = {
    Column.TOWER: unit_upkeep.tower,
    Column.NUMBER: unit_upkeep.number,
    Column.FLOOR: unit_upkeep.floor,
    Column.KIND: _unit_kind,
    Column.GIVEN_NAMES: names.parse,
    Column.SURNAMES: names.parse,
    Column.RESIDENT_KIND: _resident_kind,
    Column.IS_PRINCIPAL: _yes_or_no,
    Column.MAY_APPROVE: _yes_or_no,
    Column.CONTACT_ORDER: _order,
    Column.EMAIL: emails.parse,
    Column.REDUCED_MOBILITY: _yes_or_no,
    Column.ELECTRO_DEPENDENT: _yes_or_no,
}
