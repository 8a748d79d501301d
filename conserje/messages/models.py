"""The outbox: every message that the system sends, from the moment it is owed until its fate is known."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from conserje.database import Base, UtcDateTime


class Channel(StrEnum):
    SMS = "sms"
    EMAIL = "email"


class Purpose(StrEnum):
    """What a message is for: its wording, its haste and how long it is worth sending follow from it."""

    APPROVAL = "approval"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - the name of a purpose
    # A staff account's user name and temporary password.
    WELCOME = "welcome"
    # The second step of an account's sign-in was switched off.
    SECOND_FACTOR_OFF = "second_factor_off"
    # A resident asked for a link to the portal; the administration sends a resident the first one.
    PORTAL_LINK = "portal_link"
    PORTAL_WELCOME = "portal_welcome"
    PURCHASE = "purchase"
    LOW_BALANCE = "low_balance"
    # The welcome letter of a unit.
    LETTER = "letter"


class Fate(StrEnum):
    """Where a message stands. QUEUED and SENDING move; the others are final."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    # Surely not sent, and no longer tried.
    FAILED = "failed"
    # May have been sent, and must not be repeated blindly.
    UNCERTAIN = "uncertain"
    # No longer wanted before it was sent.
    WITHDRAWN = "withdrawn"


class Message(Base):
    """One SMS or e-mail to one recipient. Its text is built when it is sent, so no link lies in the table.

    Not `Owned`: what serves accounts belongs to no community, and workers serve them all.
    """

    __tablename__ = "message"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int | None] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    unit_id: Mapped[int | None]
    # What it is about, where a screen shows how it fares: the visit that is asked about.
    visit_id: Mapped[int | None]
    channel: Mapped[str] = mapped_column(String(8))
    purpose: Mapped[str] = mapped_column(String(24))
    # E.164 or an e-mail address.
    recipient: Mapped[str] = mapped_column(String(254))
    # What the wording needs; emptied once the fate is final.
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # From which the link's token is derived; none where the message carries no link.
    link_seed: Mapped[str | None] = mapped_column(String(80))
    # Lower goes first.
    urgency: Mapped[int]
    # Parts of SMS, as reserved in the community's wallet; 0 for an e-mail.
    parts: Mapped[int] = mapped_column(default=0)
    fate: Mapped[str] = mapped_column(String(12), default=Fate.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    # Whether some attempt was never answered: the recipient may have it.
    may_have_gone: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # After it nobody is helped by the message any more.
    worthless_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str | None] = mapped_column(String(32))
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    carrier: Mapped[str] = mapped_column(String(12), default="")
    carrier_id: Mapped[str] = mapped_column(String(120), default="")
    # Why it failed last, as a code.
    problem: Mapped[str] = mapped_column(String(40), default="")

    __table_args__ = (
        CheckConstraint("fate IN ('queued', 'sending', 'sent', 'failed', 'uncertain', 'withdrawn')", name="known_fate"),
        Index(None, "fate", "urgency", "due_at", "id"),
        Index(None, "community_id", "visit_id"),
        Index(None, "community_id", "unit_id", "created_at"),
        Index(None, "community_id", "channel", "fate", "created_at"),
        # The ledger of SMS names messages by their id: one that was deleted must not come again.
        {"sqlite_autoincrement": True},
    )


class CarrierPause(Base):
    """A carrier that refuses the whole account is left alone for a while, by every worker."""

    __tablename__ = "carrier_pause"

    carrier: Mapped[str] = mapped_column(String(12), primary_key=True)
    channel: Mapped[str] = mapped_column(String(8))
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    problem: Mapped[str] = mapped_column(String(40))


class ConsoleMessage(Base):
    """What the console carrier was given: the demonstration's [Bandeja de salida]. Never filled in production."""

    __tablename__ = "console_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int | None] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"), index=True)
    channel: Mapped[str] = mapped_column(String(8))
    recipient: Mapped[str] = mapped_column(String(254))
    title: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
