"""The links by which residents answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from conserje.database import Base, UtcDateTime
from conserje.tenancy import Owned


class ApprovalLink(Owned, Base):
    """One recipient's way to answer about one visit. Holds the digest of its token, never the token."""

    __tablename__ = "approval_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int]
    # None: the unit's notice number, which is nobody's in particular.
    resident_id: Mapped[int | None]
    channel: Mapped[str] = mapped_column(String(8))
    recipient: Mapped[str] = mapped_column(String(254))
    seed: Mapped[str] = mapped_column(String(80))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        ForeignKeyConstraint(["community_id", "visit_id"], ["visit.community_id", "visit.id"], ondelete="CASCADE"),
        UniqueConstraint("community_id", "id"),
        UniqueConstraint("community_id", "visit_id", "channel", "recipient"),
        Index(None, "community_id", "visit_id"),
    )
