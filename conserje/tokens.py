"""Secrets that travel in links: derived again whenever they are needed, so that no table holds one."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import string

from flask import current_app

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
# 22 characters of 62 are 131 bits (ASVS 11.5.1 asks for 128). Letters and digits only: phones cut off other signs.
LENGTH = 22
# For what a person copies by hand: without the signs that look like others. 16 of 31 are 79 bits.
_LEGIBLE = "23456789abcdefghjkmnpqrstuvwxyz"
_GROUPS, _OF_GROUP = 4, 4
# Base32, as authenticator apps take it. 32 of 32 are the 160 bits that RFC 4226 recommends.
_BASE32 = string.ascii_uppercase + "234567"


def new_seed(purpose: str) -> str:
    """What a new token is derived from: worthless without the installation's key."""
    return f"{purpose}:{secrets.token_urlsafe(18)}"


def derive(seed: str) -> str:
    """The token of this seed, always the same one."""
    return _spelt(b"conserje links", seed, ALPHABET, LENGTH)


def legible(seed: str) -> str:
    """The password of this seed, always the same one, as a person types it: xxxx-xxxx-xxxx-xxxx.

    It does not follow from the seed's token, which travels in the link beside it.
    """
    signs = _spelt(b"conserje passwords", seed, _LEGIBLE, _GROUPS * _OF_GROUP)
    return "-".join(signs[start : start + _OF_GROUP] for start in range(0, len(signs), _OF_GROUP))


def authenticator_secret(seed: str) -> str:
    """The secret of this seed that an authenticator app is given, always the same one."""
    return _spelt(b"conserje authenticators", seed, _BASE32, len(_BASE32))


def sealed_digest(text: str) -> str:
    """The digest of a text under the installation's key: whoever only reads the tables can try nothing out on it."""
    return _keyed(b"conserje digests", text).hex()


def _spelt(use: bytes, seed: str, alphabet: str, length: int) -> str:
    number = int.from_bytes(_keyed(use, seed), "big")
    spelt = ""
    while len(spelt) < length:
        number, place = divmod(number, len(alphabet))
        spelt += alphabet[place]
    return spelt


def _keyed(use: bytes, text: str) -> bytes:
    key = hmac.digest(str(current_app.config["SECRET_KEY"]).encode(), use, "sha256")
    return hmac.digest(key, text.encode(), "sha256")


def digest(token: str) -> str:
    """By what a token is found again. With 131 random bits a plain SHA-256 is enough (ASVS 6.5.2)."""
    return hashlib.sha256(token.encode()).hexdigest()
