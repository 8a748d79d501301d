"""Made-up people: names put together by number, with valid RUNs and phones, the same in every run."""

from __future__ import annotations

from conserje.identity.documents import DocumentType, parse

_GIVEN = (
    "Camila", "Benjamín", "Antonia", "Vicente", "Isidora", "Matías", "Josefa", "Tomás", "Florencia", "Joaquín",
    "Constanza", "Cristóbal", "Fernanda", "Ignacio", "Valentina", "Agustín", "Catalina", "Diego", "Martina", "Lucas",
)  # fmt: skip
_SURNAMES = (
    "Soto", "Rojas", "Muñoz", "Díaz", "Pérez", "Contreras", "Silva", "Martínez", "Sepúlveda", "Morales", "Fuentes",
    "Araya", "Espinoza", "Valenzuela", "Castillo", "Tapia", "Reyes", "Gutiérrez", "Castro", "Vargas", "Álvarez",
    "Vásquez", "Fernández",
)  # fmt: skip
_CHECK_DIGITS = {11: "0", 10: "K"}


def given_name(number: int) -> str:
    return _GIVEN[number * 7 % len(_GIVEN)]


def surnames(number: int) -> str:
    return f"{_SURNAMES[number * 5 % len(_SURNAMES)]} {_SURNAMES[(number * 11 + 3) % len(_SURNAMES)]}"


def full_name(number: int) -> str:
    return f"{given_name(number)} {surnames(number)}"


def run(number: int) -> str:
    """A RUN with its check digit, as the database keeps it; a different one for each number."""
    body = 7_000_000 + number * 1_337 % 19_000_000
    total = sum(int(digit) * (2 + place % 6) for place, digit in enumerate(reversed(str(body))))
    check = 11 - total % 11
    return parse(DocumentType.RUN, f"{body}-{_CHECK_DIGITS.get(check, str(check))}").number


def mobile(number: int) -> str:
    """A Chilean mobile number in E.164."""
    return f"+569{61_000_000 + number * 7_919 % 30_000_000}"
