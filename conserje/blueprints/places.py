"""A place in a list, as it stands in an address."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol

from conserje.visits.board import Place

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Last(Protocol):
    """The last row that a page showed, of whichever list."""

    @property
    def at(self) -> datetime: ...

    @property
    def id(self) -> int: ...


def write(place: Last) -> str:
    return f"{(place.at - _EPOCH).total_seconds() * 1_000_000:.0f}-{place.id}"


def read_id(text: str) -> int | None:
    """The id of the last row that a page showed, where that alone is its place; None for nonsense."""
    # Ids are 32-bit integers: PostgreSQL would refuse the comparison with a larger one.
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def read(text: str) -> Place | None:
    """The place, or None for nonsense: a list then begins at its top."""
    moment, dash, row_id = text.partition("-")
    if not (dash and moment.isascii() and moment.isdigit() and row_id.isascii() and row_id.isdigit()):
        return None
    try:
        return Place(
            datetime.fromtimestamp(int(moment) // 1_000_000, UTC).replace(microsecond=int(moment) % 1_000_000),
            min(int(row_id), 2**31 - 1),
        )
    except (OverflowError, ValueError, OSError):
        return None
