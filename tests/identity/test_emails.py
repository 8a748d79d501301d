"""E-mail addresses."""

from __future__ import annotations

import pytest

from conserje.errors import Refused
from conserje.identity import emails


@pytest.mark.parametrize(
    "typed", ["ana@correo.cl", "ana.rojas+edificio@correo.com.co", "A_B-1@sub.dominio.example", "o'higgins@x1.cl"]
)
def test_an_address_is_kept_as_typed(typed: str) -> None:
    assert emails.parse(typed) == typed


def test_spaces_around_an_address_mean_nothing() -> None:
    assert emails.parse("  ana@correo.cl\n") == "ana@correo.cl"


@pytest.mark.parametrize("typed", ["", "   "])
def test_an_address_is_required(typed: str) -> None:
    with pytest.raises(Refused) as refusal:
        emails.parse(typed)
    assert (refusal.value.code, refusal.value.field) == ("email_required", "email")


@pytest.mark.parametrize(
    "typed",
    [
        "ana",
        "ana@",
        "@correo.cl",
        "ana@correo",
        "ana@@correo.cl",
        "ana rojas@correo.cl",
        "ana@correo..cl",
        "ana@-correo.cl",
        "ana@correo.cl,luis@correo.cl",
        "aña@correo.cl",
        "ana@correo.cl\nBcc: todos@correo.cl",
        f"{'a' * 65}@correo.cl",
        f"ana@{'correo.' * 40}cl",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(Refused) as refusal:
        emails.parse(typed)
    assert refusal.value.code == "email_malformed"
