"""Carrying out what a form asks for: once, in the request's one writing transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from flask import request

from conserje import clock, idempotency
from conserje.blueprints.access import current_access
from conserje.database import abandon_writing, begin_writing, db
from conserje.errors import Refused

LONGEST_KEY = 64


class Numbered(Protocol):
    """A row whose one key is a whole number."""

    @property
    def id(self) -> int: ...


Row = TypeVar("Row", bound=Numbered)


def once(key: str, act: Callable[[], Row], said: Mapping[str, object] | None = None, *, kind: type[Row]) -> Row:
    """The row, of this kind, that the act made or changed; for a form that was posted before, what came of it then.

    The key counts for the address it is posted to, so the buttons of a row may share one. A refusal leaves nothing
    behind. Raises `idempotency.AlreadySubmitted` where the same key comes with other fields.
    """
    account_id = current_access().account.id
    if not key or len(key) > LONGEST_KEY:
        raise Refused("form_stale")
    bound_key = hashlib.sha256(f"{request.path} {key}".encode()).hexdigest()
    try:
        begin_writing()
        idempotency.claim(account_id, bound_key, idempotency.fingerprint(said or {}), clock.now())
        result = act()
        idempotency.settle(account_id, bound_key, result.id)
    except idempotency.AlreadySubmitted as earlier:
        abandon_writing()
        first = db.session.get(kind, earlier.result_id) if earlier.same else None
        if first is None:
            raise
        return first
    except Refused:
        abandon_writing()
        raise
    return result
