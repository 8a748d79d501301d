"""What changed, for the screens that show it: a line for every change of a visit, in the change's own transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, delete
from sqlalchemy.orm import Mapped, mapped_column

from conserje.database import Base, UtcDateTime, db

# Longer than any screen that comes back asks for; one away for longer is drawn anew.
KEPT_FOR = timedelta(hours=1)


class Change(Base):
    """A visit of a community changed. Holds ids only. Not `Owned`: one reader serves every community's screens."""

    __tablename__ = "change"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    visit_id: Mapped[int]
    # Whether a resident answered: the gate sounds.
    is_answer: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    __table_args__ = (
        Index(None, "community_id", "id"),
        # An id that was deleted never comes again: screens remember the last one they saw.
        {"sqlite_autoincrement": True},
    )


def note(community_id: int, visit_id: int, *, at: datetime, is_answer: bool = False) -> None:
    """Have every screen that shows the visit draw it anew once this transaction is committed."""
    db.session.add(Change(community_id=community_id, visit_id=visit_id, at=at, is_answer=is_answer))


def forget_old(now: datetime) -> None:
    """Delete what no screen asks for any more."""
    db.session.execute(delete(Change).where(Change.at < now - KEPT_FOR))
