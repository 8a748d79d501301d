"""Passwords: what makes one acceptable, and how it is kept (NIST SP 800-63B-4, ASVS 6.2)."""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from conserje.errors import Refused
from conserje.identity.names import fold

SHORTEST = 15
LONGEST = 128

# OWASP's minimum for argon2id: a small machine holds several at once.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Each hashing takes 19 MiB and a core for some 20 ms: two at a time leave the machine to the gates.
_TURN = threading.BoundedSemaphore(2)


def check(password: str, *, context: tuple[str, ...] = ()) -> None:
    """Refuse a password that is easily guessed. Length is what counts: no rules of composition.

    `context`: words that an attacker would try first, such as the person's own name or e-mail.
    Refuses: `password_too_short`, `password_too_long`, `password_common`.
    """
    if len(password) < SHORTEST:
        raise Refused("password_too_short", field="new_password", shortest=SHORTEST)
    if len(password) > LONGEST:
        raise Refused("password_too_long", field="new_password", longest=LONGEST)
    plain = fold(password).replace(" ", "")
    if len(set(plain)) < 5 or _is_made_of(plain, _common()) or _is_made_of(plain, _words(context)):
        raise Refused("password_common", field="new_password")


def hash_password(password: str) -> str:
    """The argon2id hash to keep."""
    with _TURN:
        return _HASHER.hash(password)


def verify(password_hash: str, password: str) -> bool:
    """Whether the password is the one. An overlong one is not even tried."""
    if len(password) > LONGEST:
        return False
    with _TURN:
        try:
            return _HASHER.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False


@cache
def nobodys_hash() -> str:
    """A hash that no password answers to, so that an unknown user takes as long as a known one."""
    return hash_password("\x00 nobody's password")


def _is_made_of(plain: str, words: frozenset[str]) -> bool:
    """Whether nothing but listed words, digits and repetitions are left once every listed word is taken out."""
    rest = plain
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    return len(rest.strip("0123456789")) < 4


def _words(context: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for text in context for word in fold(text).split() if len(word) > 3)


@cache
def _common() -> frozenset[str]:
    """Words that passwords of fifteen characters are padded out of; a line each in `common_passwords.txt`."""
    file = Path(__file__).with_name("common_passwords.txt")
    return frozenset(line for line in file.read_text("utf-8").split() if not line.startswith("#"))
