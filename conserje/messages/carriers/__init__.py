"""Who carries messages: what they are handed, and what they say became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from conserje.messages.models import Channel

# As RFC 2392 wants it: an address, though nobody's.
LOGO_ID = "logo@conserje.invalid"


@dataclass(frozen=True)
class Letter:
    """A message as it goes out. `title` and `html` are an e-mail's; `link` stands in the text already."""

    channel: Channel
    recipient: str
    text: str
    # After this long the carrier need not deliver it any more.
    worth: timedelta
    title: str = ""
    html: str = ""
    link: str = ""
    community_id: int | None = None
    # A JPEG that an e-mail's `html` shows by its `LOGO_ID`, and that travels with it.
    logo: bytes = b""


@dataclass(frozen=True)
class Accepted:
    """The carrier has it. That is not yet delivery: no carrier of SMS says more at this moment."""

    carrier_id: str


@dataclass(frozen=True)
class Delayed:
    """It did not go, and may go later. `may_have_gone`: we asked and never heard the answer."""

    problem: str
    may_have_gone: bool = False


@dataclass(frozen=True)
class Undeliverable:
    """It will never go to this recipient."""

    problem: str


@dataclass(frozen=True)
class Suspended:
    """The carrier refuses the whole account: nothing goes to anybody until somebody mends it."""

    problem: str


Outcome = Accepted | Delayed | Undeliverable | Suspended


class Carrier(Protocol):
    """Called from several threads at once. Never raises for what a carrier or a network may do."""

    name: str
    channel: Channel

    def send(self, letter: Letter) -> Outcome: ...
