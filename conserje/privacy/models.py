"""When personal data were purged, and how much went."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from conserje.database import Base, UtcDateTime


class PurgeRun(Base):
    """One purge of a community's data that came to its end. Not `Owned`: the job goes through every community."""

    __tablename__ = "purge_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    ran_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # How many of each kind were erased.
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)

    __table_args__ = (Index(None, "community_id", "ran_at"),)
