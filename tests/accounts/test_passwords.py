"""What makes a password acceptable, and how it is kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Semaphore

import pytest
from argon2 import extract_parameters
from argon2.low_level import Type

from conserje.accounts import passwords
from conserje.accounts.passwords import check, hash_password, nobodys_hash, verify
from conserje.errors import Refused

GOOD = "tres gatos en el techo"


def refusal(password: str, *context: str) -> Refused:
    with pytest.raises(Refused) as refused:
        check(password, context=context)
    assert refused.value.field == "new_password"
    return refused.value


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "montaña verde 7",
        "xk2Pq9vLm4Zt8Rw",
        "🚪 portería con gatos",
        "conserje-demo-2026",
    ],
)
def test_fifteen_characters_that_are_hard_to_guess_are_accepted(password: str) -> None:
    check(password)


def test_a_password_of_14_characters_is_refused_and_one_of_15_accepted() -> None:
    refused = refusal("gatos en techo")
    assert (refused.code, refused.facts) == ("password_too_short", {"shortest": 15})
    check("gatos en techos")


def test_a_password_of_129_characters_is_refused_and_one_of_128_accepted() -> None:
    long = ("tres gatos en el techo " * 6)[:129]
    refused = refusal(long)
    assert (refused.code, refused.facts) == ("password_too_long", {"longest": 128})
    check(long[:128])


@pytest.mark.parametrize(
    "password",
    ["gatosperroslunas", "GATOSPERROSLUNAS", "984031275562941"[::-1] + "gatos"],
    ids=["only small letters", "only capitals", "digits and letters"],
)
def test_there_are_no_rules_of_composition(password: str) -> None:
    check(password)


@pytest.mark.parametrize(
    "password",
    [
        "password12345678",
        "Password Password",
        "contraseña123456",
        "CONTRASENA-123456",
        "qwertyqwertyqwerty",
        "123456789012345",
    ],
)
def test_a_password_padded_out_of_common_words_and_digits_is_refused(password: str) -> None:
    assert refusal(password).code == "password_common"


@pytest.mark.parametrize("password", ["aaaaaaaaaaaaaaaa", "abcdabcdabcdabcd", "áàäâ áàäâ áàäâ áàäâ"])
def test_a_password_of_fewer_than_five_characters_repeated_is_refused(password: str) -> None:
    assert refusal(password).code == "password_common"


@pytest.mark.parametrize(
    "password", ["Gustavo Pino 2026!", "gustavo.pino@demo.example", "pinogustavopino99", "PINO pino PINO 123"]
)
def test_a_password_made_of_ones_own_name_or_address_is_refused(password: str) -> None:
    assert refusal(password, "gustavo.pino@demo.example", "Gustavo", "Pino").code == "password_common"


def test_ones_own_name_beside_other_words_is_accepted() -> None:
    check("Gustavo riega tomates", context=("gustavo.pino@demo.example", "Gustavo", "Pino"))


def test_the_hash_is_argon2id_with_owasps_least_cost() -> None:
    parameters = extract_parameters(hash_password(GOOD))
    assert parameters.type is Type.ID
    assert (parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (19 * 1024, 2, 1)


def test_one_password_is_hashed_differently_each_time() -> None:
    assert hash_password(GOOD) != hash_password(GOOD)


def test_only_the_password_itself_is_verified() -> None:
    hashed = hash_password(GOOD)
    assert verify(hashed, GOOD)
    for wrong in ("", GOOD + " ", GOOD.upper(), GOOD[:-1]):
        assert not verify(hashed, wrong)


@pytest.mark.parametrize("broken", ["", "!", "$argon2id$v=19$m=19456"])
def test_a_hash_that_is_none_answers_to_no_password(broken: str) -> None:
    assert not verify(broken, GOOD)


def test_an_overlong_password_is_not_even_hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_HASHER", None)
    assert not verify("whatever", "x" * 129)


def test_nobodys_hash_costs_as_much_as_anybodys_and_answers_to_no_password() -> None:
    assert extract_parameters(nobodys_hash()) == extract_parameters(hash_password(GOOD))
    for guess in ("", "nobody", "nobody's password", GOOD):
        assert not verify(nobodys_hash(), guess)


def test_two_passwords_are_hashed_at_a_time_and_the_third_waits_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, may_end = Semaphore(0), Event()

    class Slow:
        def hash(self, password: str) -> str:
            begun.release()
            assert may_end.wait(20)
            return password

    monkeypatch.setattr(passwords, "_HASHER", Slow())
    with ThreadPoolExecutor(3) as pool:
        hashed = [pool.submit(hash_password, GOOD) for _ in range(3)]
        try:
            assert begun.acquire(timeout=20)
            assert begun.acquire(timeout=20)
            assert not begun.acquire(timeout=0.1), "a third took its turn beside the two"
        finally:
            may_end.set()
        assert [each.result(20) for each in hashed] == [GOOD] * 3
