"""E-mail addresses: read as people type them."""

from __future__ import annotations

import re

from conserje.errors import Refused

LONGEST = 254
# What browsers accept in <input type=email> (HTML standard), with a dot in the domain: mail goes to the outside.
_SHAPE = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@"
    r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+"
)


def parse(text: str) -> str:
    """The address without the spaces around it; capitals stay as typed.

    Refused (field `email`): `email_required`, `email_malformed`.
    """
    tidy = text.strip()
    if not tidy:
        raise Refused("email_required", field="email")
    if len(tidy) > LONGEST or _SHAPE.fullmatch(tidy) is None:
        raise Refused("email_malformed", field="email")
    return tidy
