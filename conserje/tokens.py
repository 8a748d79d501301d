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


def new_seed(purpose: str) -> str:
    """What a new token is derived from: worthless without the installation's key."""
    return f"{purpose}:{secrets.token_urlsafe(18)}"


def derive(seed: str) -> str:
    """The token of this seed, always the same one."""
    key = hmac.digest(str(current_app.config["SECRET_KEY"]).encode(), b"conserje links", "sha256")
    number = int.from_bytes(hmac.digest(key, seed.encode(), "sha256"), "big")
    token = ""
    while len(token) < LENGTH:
        number, place = divmod(number, len(ALPHABET))
        token += ALPHABET[place]
    return token


def digest(token: str) -> str:
    """By what a token is found again. With 131 random bits a plain SHA-256 is enough (ASVS 6.5.2)."""
    return hashlib.sha256(token.encode()).hexdigest()
