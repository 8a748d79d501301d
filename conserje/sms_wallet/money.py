"""Amounts of money as Chile and Colombia write them."""

from __future__ import annotations

# How many minor units, in which prices are kept, make one peso.
_MINOR_UNITS = {"CLP": 1, "COP": 100}


def pesos(amount: int, currency: str) -> float:
    """An amount in minor units of its currency as a number of pesos, for a spreadsheet that adds it up."""
    return amount / _MINOR_UNITS[currency]


def money(amount: int, currency: str) -> str:
    """An amount in minor units of its currency (pesos in CLP, hundredths in COP) as people write it: `$ 12.990`.

    Hundredths are written only where there are some: `$ 12.990,50`. Raises KeyError for another currency.
    """
    per_peso = _MINOR_UNITS[currency]
    pesos, rest = divmod(abs(amount), per_peso)
    sign = "-" if amount < 0 else ""
    whole = f"{sign}$ {pesos:,}".replace(",", ".")
    return f"{whole},{rest:02}" if rest else whole
