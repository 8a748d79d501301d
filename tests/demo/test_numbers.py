"""Invented documents, telephones and plates."""

from __future__ import annotations

from random import Random

import pytest

from conserje.demo import names, numbers
from conserje.identity import documents, phones, plates
from conserje.identity.countries import Country
from conserje.identity.documents import DocumentType

MANY = 400


@pytest.mark.parametrize("country", Country)
def test_documents_are_what_the_rule_keeps_of_them(country: Country) -> None:
    chance = Random(1)
    for _ in range(MANY):
        document = numbers.document(chance, country)
        assert document.type in documents.types_for(country)
        assert documents.parse(document.type, document.number) == document


def test_a_run_is_of_a_range_that_was_given_to_nobody() -> None:
    chance = Random(2)
    runs = [d.number for d in (numbers.document(chance, Country.CL) for _ in range(MANY)) if d.type is DocumentType.RUN]
    assert runs
    assert all(number.startswith("3") and len(number) == len("30000000-0") for number in runs)


@pytest.mark.parametrize("country", Country)
def test_mobiles_take_an_sms(country: Country) -> None:
    chance = Random(3)
    for _ in range(MANY):
        number = numbers.mobile(chance, country)
        assert phones.parse(number, country) == number
        assert phones.takes_sms(number)


@pytest.mark.parametrize("country", Country)
def test_plates_have_a_form_of_the_country(country: Country) -> None:
    chance = Random(4)
    for _ in range(MANY):
        assert plates.is_usual(numbers.car_plate(chance, country), country)
        assert plates.is_usual(numbers.motorcycle_plate(chance, country), country)


@pytest.mark.parametrize("country", Country)
def test_a_name_has_two_surnames_and_the_first_may_be_the_familys(country: Country) -> None:
    name = names.invented(Random(5), country, "Rojas")
    assert name.surnames.startswith("Rojas ")
    assert len(name.surnames.split()) == 2
    assert name.full == f"{name.given} {name.surnames}"
