"""Amounts as people write them."""

from __future__ import annotations

import pytest

from conserje.sms_wallet.money import money


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        (0, "CLP", "$ 0"),
        (990, "CLP", "$ 990"),
        (12_990, "CLP", "$ 12.990"),
        (1_234_567, "CLP", "$ 1.234.567"),
        (1_990_000, "COP", "$ 19.900"),
        (1_990_050, "COP", "$ 19.900,50"),
        (5, "COP", "$ 0,05"),
        (-12_990, "CLP", "-$ 12.990"),
        (-150, "COP", "-$ 1,50"),
    ],
)
def test_an_amount_is_written_as_its_country_does(amount: int, currency: str, written: str) -> None:
    assert money(amount, currency) == written


def test_a_currency_that_is_not_dealt_in_is_an_error() -> None:
    with pytest.raises(KeyError):
        money(100, "USD")
