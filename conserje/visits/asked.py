"""How the question to the resident fares: what the gate reads beside a visit that waits. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from conserje.messages.models import Fate, Message
from conserje.visits.models import Unasked

# A message that has not gone by then will be missed at the gate: somebody had better call.
SLOW = timedelta(seconds=20)


class Progress(StrEnum):
    QUEUED = "queued"
    # Queued for longer than it ought to be, or its carrier is down: it may still go.
    DELAYED = "delayed"
    SENT = "sent"
    FAILED = "failed"
    NO_CONTACT = "no_contact"
    NO_BALANCE = "no_balance"
    LIMIT = "limit"
    SWITCHED_OFF = "off"


@dataclass(frozen=True)
class Asked:
    """`at`: when the message went, or was queued; none where none was written."""

    progress: Progress
    channel: str = ""
    at: datetime | None = None

    @property
    def says_call(self) -> bool:
        """Whether the gate had better call: no message has gone, and perhaps none will."""
        return self.progress not in (Progress.QUEUED, Progress.SENT)


def progress(unasked: str, messages: Sequence[Message], paused: Collection[str], *, now: datetime) -> Asked | None:
    """How far asking got, from the visit's messages (oldest first): what went counts more than what is on its way,
    and that more than what failed. None where nothing was to be asked."""
    sent = [m for m in messages if m.fate in (Fate.SENT, Fate.UNCERTAIN)]
    moving = [m for m in messages if m.fate in (Fate.QUEUED, Fate.SENDING)]
    if moving and (not sent or moving[-1].created_at > sent[-1].created_at):
        latest = moving[-1]
        is_slow = latest.channel in paused or now - latest.created_at > SLOW
        if not (is_slow and sent):
            return Asked(Progress.DELAYED if is_slow else Progress.QUEUED, latest.channel, latest.created_at)
    if sent:
        return Asked(Progress.SENT, sent[-1].channel, sent[-1].settled_at)
    if unasked:
        return Asked(Progress(Unasked(unasked).value))
    failed = [m for m in messages if m.fate == Fate.FAILED]
    return Asked(Progress.FAILED, failed[-1].channel, failed[-1].settled_at) if failed else None
