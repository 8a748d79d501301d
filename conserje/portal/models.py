"""Who enters the residents' portal: an e-mail or a telephone that proved to be theirs, and their open sessions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from conserje.database import Base, UtcDateTime


class PortalAccess(Base):
    """An e-mail (without case) or a telephone in E.164 that may enter. It opens every resident's row that carries it.

    Not `Owned`: one person may live in several communities.
    """

    __tablename__ = "portal_access"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact: Mapped[str] = mapped_column(String(254), unique=True)
    # None where its holder enters by links only.
    password_hash: Mapped[str | None] = mapped_column(String(160))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_access_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PortalLink(Base):
    """A link that opens the portal once. Holds the digest of its token, never the token."""

    __tablename__ = "portal_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    access_id: Mapped[int] = mapped_column(ForeignKey("portal_access.id", ondelete="CASCADE"), index=True)
    seed: Mapped[str] = mapped_column(String(80))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PortalSession(Base):
    """One browser of a resident. The cookie holds a random token; here lies only its SHA-256."""

    __tablename__ = "portal_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    access_id: Mapped[int] = mapped_column(ForeignKey("portal_access.id", ondelete="CASCADE"), index=True)
    # The resident's row that the person looks at, of those that the access opens.
    resident_id: Mapped[int | None]
    community_id: Mapped[int | None] = mapped_column(ForeignKey("community.id", ondelete="SET NULL"))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
