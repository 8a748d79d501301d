"""The audit journal's table. Triggers in the database refuse to change a line, or to delete a young one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from conserje.database import Base, UtcDateTime


class AuditLine(Base):
    """Who did what, on which row, when, from where. Holds ids, never names or document numbers.

    No foreign keys: the line outlives what it speaks of.
    """

    __tablename__ = "audit_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int | None]
    community_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(24))
    subject_id: Mapped[int | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # The client's address, as the outermost trusted proxy saw it.
    address: Mapped[str] = mapped_column(String(45), default="")

    __table_args__ = (Index(None, "community_id", "at"), Index(None, "account_id", "at"))
