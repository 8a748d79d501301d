"""What the installation sells."""

from __future__ import annotations

import pytest
from flask import Flask

from conserje.errors import Refused
from conserje.identity.countries import Country
from conserje.sms_wallet import catalogue
from tests.builders import make_bundle

pytestmark = pytest.mark.usefixtures("ctx")


def on_sale() -> list[tuple[str, str, int, int, str]]:
    return [
        (each.country, each.name, each.parts, each.price, each.currency)
        for each in catalogue.catalogue()
        if each.is_on_sale
    ]


def refused(name: str = "200 SMS", parts: int = 200, price: int = 9_990) -> Refused:
    before = on_sale()
    with pytest.raises(Refused) as refusal:
        catalogue.put_on_sale(Country.CL, name, parts, price)
    assert on_sale() == before
    return refusal.value


def test_the_default_catalogue_has_four_bundles_for_each_country() -> None:
    catalogue.install_default()
    assert on_sale() == [
        ("CL", "100 SMS", 100, 5_990, "CLP"),
        ("CL", "300 SMS", 300, 15_990, "CLP"),
        ("CL", "500 SMS", 500, 24_990, "CLP"),
        ("CL", "1.000 SMS", 1_000, 44_990, "CLP"),
        ("CO", "100 SMS", 100, 1_990_000, "COP"),
        ("CO", "300 SMS", 300, 5_490_000, "COP"),
        ("CO", "500 SMS", 500, 8_490_000, "COP"),
        ("CO", "1.000 SMS", 1_000, 15_490_000, "COP"),
    ]


def test_the_larger_the_bundle_the_cheaper_the_sms() -> None:
    for bundles in catalogue.DEFAULT.values():
        each = [price / parts for parts, price in bundles]
        assert each == sorted(each, reverse=True)


@pytest.mark.parametrize("is_on_sale", [True, False])
def test_the_default_catalogue_is_left_out_where_there_are_bundles(is_on_sale: bool) -> None:
    make_bundle(is_on_sale=is_on_sale)
    catalogue.install_default()
    assert len(catalogue.catalogue()) == 1


def test_a_bundle_is_sold_in_its_countrys_money() -> None:
    assert catalogue.put_on_sale(Country.CO, "  200   SMS ", 200, 3_500_000).currency == "COP"
    assert on_sale() == [("CO", "200 SMS", 200, 3_500_000, "COP")]


@pytest.mark.parametrize("parts", [1, 100_000])
@pytest.mark.parametrize("price", [0, 10**9])
def test_the_least_and_the_most_can_be_sold(parts: int, price: int) -> None:
    assert catalogue.put_on_sale(Country.CL, "B" * 60, parts, price).is_on_sale


@pytest.mark.parametrize("parts", [-1, 0, 100_001])
def test_absurd_numbers_of_sms_are_refused(parts: int) -> None:
    refusal = refused(parts=parts)
    assert (refusal.code, refusal.field, refusal.facts) == ("bundle_parts_out_of_range", "parts", {"most": 100_000})


@pytest.mark.parametrize("price", [-1, 10**9 + 1])
def test_absurd_prices_are_refused(price: int) -> None:
    refusal = refused(price=price)
    assert (refusal.code, refusal.field, refusal.facts) == ("bundle_price_out_of_range", "price", {"most": 10**9})


@pytest.mark.parametrize(
    ("name", "code"),
    [(" ", "name_required"), ("B" * 61, "name_too_long"), ("B" * 81, "name_too_long"), ("🎁", "name_characters")],
)
def test_a_name_that_cannot_be_is_refused(name: str, code: str) -> None:
    refusal = refused(name)
    assert (refusal.code, refusal.field) == (code, "name")


def test_a_name_on_sale_is_taken() -> None:
    catalogue.put_on_sale(Country.CL, "200 SMS", 200, 9_990)
    assert (refused().code, refused(price=8_990).field) == ("bundle_name_taken", "name")


def test_the_other_country_may_use_the_name() -> None:
    catalogue.put_on_sale(Country.CL, "200 SMS", 200, 9_990)
    catalogue.put_on_sale(Country.CO, "200 SMS", 200, 3_500_000)
    assert len(on_sale()) == 2


def test_a_bundle_can_be_taken_off_sale_more_than_once() -> None:
    make_bundle()
    catalogue.take_off_sale(Country.CL, "100 SMS")
    assert not catalogue.take_off_sale(Country.CL, "100 SMS").is_on_sale


def test_a_bundle_off_sale_returns_as_it_was() -> None:
    retired = make_bundle(is_on_sale=False)
    assert catalogue.put_on_sale(Country.CL, "100 SMS", 100, 5_990) is retired
    assert retired.is_on_sale


@pytest.mark.parametrize(("parts", "price"), [(100, 6_990), (101, 5_990)])
def test_a_bundle_off_sale_does_not_return_as_another(parts: int, price: int) -> None:
    make_bundle(is_on_sale=False)
    assert refused("100 SMS", parts, price).code == "bundle_name_taken"


def test_a_bundle_that_is_not_there_cannot_be_taken_off_sale(ctx: Flask) -> None:
    make_bundle()
    for country, name in ((Country.CL, "200 SMS"), (Country.CO, "100 SMS")):
        with pytest.raises(Refused) as refusal:
            catalogue.take_off_sale(country, name)
        assert (refusal.value.code, refusal.value.field) == ("bundle_unknown", "name")
