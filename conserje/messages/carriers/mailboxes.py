"""Addresses and titles as they may stand in the head of an e-mail: one line, and no more recipients than meant."""

from __future__ import annotations

import re
from email.utils import formataddr, parseaddr
from typing import Final

# One address alone: no comma, no bracket, no quoting, nothing beyond ASCII (few mail servers take that).
_ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_LONGEST: Final = 254


def is_address(text: str) -> bool:
    """Whether the text is one plain e-mail address and nothing else."""
    return len(text) <= _LONGEST and _ADDRESS.fullmatch(text) is not None


def one_line(text: str) -> str:
    """The text without line breaks and other control signs, which could begin another header."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def as_header(mailbox: str) -> str:
    """`Portería <avisos@porteria.example>` as mail servers take it: in ASCII, the name encoded where it must be."""
    return formataddr(parseaddr(one_line(mailbox)))


def address_of(mailbox: str) -> str:
    """The bare address of `Portería <avisos@porteria.example>`."""
    return parseaddr(one_line(mailbox))[1]
