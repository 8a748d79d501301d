"""Tokens of links: derived, never kept, and of no use to whoever reads the tables."""

from __future__ import annotations

import hashlib
import re
from itertools import pairwise

import pytest
from flask import Flask

from conserje.tokens import ALPHABET, LENGTH, derive, digest, legible, new_seed


def test_a_token_is_22_letters_and_digits_which_are_131_bits(ctx: Flask) -> None:
    assert len(set(ALPHABET)) == 62
    assert ALPHABET.isalnum()
    assert 62**LENGTH > 2**130
    for _ in range(200):
        token = derive(new_seed("visit"))
        assert len(token) == LENGTH == 22
        assert set(token) <= set(ALPHABET)


def test_every_place_of_a_token_takes_every_sign(ctx: Flask) -> None:
    found = [derive(f"visit:{number}") for number in range(2000)]
    for place in range(LENGTH):
        assert {token[place] for token in found} == set(ALPHABET)


def test_a_seed_gives_the_same_token_every_time(ctx: Flask) -> None:
    assert derive("visit:seed") == derive("visit:seed")


def test_neighbouring_seeds_give_tokens_that_have_nothing_in_common(ctx: Flask) -> None:
    found = [derive(f"visit:{number}") for number in range(500)]
    assert len(set(found)) == 500
    # By chance two tokens agree in a third of a place.
    assert max(sum(a == b for a, b in zip(*pair, strict=True)) for pair in pairwise(found)) < 6


def test_a_token_needs_the_installations_key(ctx: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    before = derive("visit:seed")
    monkeypatch.setitem(ctx.config, "SECRET_KEY", "another-key-0123456789-0123456789-01")
    assert derive("visit:seed") != before


def test_a_token_of_one_purpose_is_none_of_another(ctx: Flask) -> None:
    assert derive("visit:seed") != derive("password:seed")


def test_seeds_never_repeat_say_their_purpose_and_fit_their_column(ctx: Flask) -> None:
    seeds = [new_seed("password_reset") for _ in range(1000)]
    assert len(set(seeds)) == 1000
    assert all(seed.startswith("password_reset:") and len(seed) <= 80 for seed in seeds)


def test_a_digest_finds_a_token_and_does_not_hold_it() -> None:
    token = "a" * LENGTH
    assert digest(token) == hashlib.sha256(token.encode()).hexdigest()
    assert digest(token) != digest(token.upper())
    assert len(digest(token)) == 64


def test_a_legible_password_is_always_the_same_and_typed_without_mistakes(ctx: Flask) -> None:
    made = {legible(f"temporary:{number}") for number in range(200)}
    assert len(made) == 200
    assert legible("temporary:1") == legible("temporary:1")
    assert all(re.fullmatch(r"[2-9a-hj-km-np-z]{4}(-[2-9a-hj-km-np-z]{4}){3}", each) for each in made)


def test_a_legible_password_depends_on_the_installation(ctx: Flask) -> None:
    made = legible("temporary:1")
    ctx.config["SECRET_KEY"], kept = "another-secret-0123456789abcdefghij", ctx.config["SECRET_KEY"]
    try:
        assert legible("temporary:1") != made
    finally:
        ctx.config["SECRET_KEY"] = kept
