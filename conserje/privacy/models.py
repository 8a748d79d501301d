"""When personal data were purged, who asked about his own, and whose are kept because of an incident."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from conserje.database import Base, UtcDateTime
from conserje.tenancy import Owned


class RequestKind(StrEnum):
    """The rights that somebody has over his own data."""

    ACCESS = "access"
    RECTIFICATION = "rectification"
    ERASURE = "erasure"
    OBJECTION = "objection"
    PORTABILITY = "portability"
    BLOCKING = "blocking"


class Outcome(StrEnum):
    """What became of a request."""

    ANSWERED = "answered"
    REFUSED = "refused"


class PurgeRun(Base):
    """One purge of a community's data that came to its end. Not `Owned`: the job goes through every community."""

    __tablename__ = "purge_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    ran_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # How many of each kind were erased.
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)

    __table_args__ = (Index(None, "community_id", "ran_at"),)


class DataRequest(Owned, Base):
    """Somebody's request about his own data, open until it is answered or refused."""

    __tablename__ = "data_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    # Who asks, and how he is reached, as typed.
    asker: Mapped[str] = mapped_column(String(140))
    received_on: Mapped[date]
    # The last day on which the answer is in time.
    due_on: Mapped[date]
    opened_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    outcome: Mapped[str | None] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(String(140), default="")

    __table_args__ = (
        CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed_with_outcome"),
        Index(None, "community_id", "closed_at", "due_on"),
    )


class LegalHold(Owned, Base):
    """Because of an incident nothing of this person's visits is purged or erased, through `last_day`."""

    __tablename__ = "legal_hold"

    id: Mapped[int] = mapped_column(primary_key=True)
    # Whose: the key of the register of visitors.
    identity_key: Mapped[str] = mapped_column(String(100))
    reason: Mapped[str] = mapped_column(String(140))
    last_day: Mapped[date]
    placed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    placed_by: Mapped[int] = mapped_column(ForeignKey("account.id"))

    __table_args__ = (UniqueConstraint("community_id", "identity_key"),)
