"""Who may enter a unit without being asked about, and who may not (K070, K073)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from conserje.access_lists.schedules import EVERY_DAY, Validity
from conserje.database import Base, UtcDateTime
from conserje.identity.documents import Document, DocumentType
from conserje.tenancy import Owned


class AccessListEntry(Owned, Base):
    """A document on one of the unit's two lists; never on both (K088)."""

    __tablename__ = "access_list_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int]
    document_type: Mapped[str] = mapped_column(String(12))
    document_number: Mapped[str] = mapped_column(String(20))
    full_name: Mapped[str] = mapped_column(String(80))
    listing: Mapped[str] = mapped_column(String(12))
    # When this access type was recorded, and by whom (K076, K078).
    listed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    listed_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    # The last day on which it holds; none where it holds until it is deleted.
    expires_on: Mapped[date | None]
    # On which days of the week an authorised entry holds, a bit for each from Monday on, and from when until when,
    # in minutes of the community's day; none where it holds all day.
    days: Mapped[int] = mapped_column(default=EVERY_DAY)
    from_minute: Mapped[int | None]
    until_minute: Mapped[int | None]

    __table_args__ = (
        ForeignKeyConstraint(["community_id", "unit_id"], ["unit.community_id", "unit.id"], ondelete="CASCADE"),
        # Named by hand: all its columns together are longer than PostgreSQL's names.
        UniqueConstraint(
            "community_id", "unit_id", "document_type", "document_number", name="uq_access_list_entry_document"
        ),
        CheckConstraint("listing IN ('authorised', 'unauthorised')", name="one_of_two"),
        Index(None, "community_id", "unit_id", "listed_at", "id"),
    )

    @property
    def document(self) -> Document:
        return Document(DocumentType(self.document_type), self.document_number)

    @property
    def validity(self) -> Validity:
        """When the entry holds."""
        return Validity(self.expires_on, self.days, self.from_minute, self.until_minute)

    @validity.setter
    def validity(self, validity: Validity) -> None:
        self.expires_on, self.days = validity.expires_on, validity.days
        self.from_minute, self.until_minute = validity.from_minute, validity.until_minute

    @property
    def version(self) -> str:
        """Changes with every move: the idempotency key of the row's buttons."""
        return f"{int(self.listed_at.timestamp() * 1_000_000):x}"


class WatchEntry(Owned, Base):
    """Somebody whom no unit of the community lets in without an administrator: by document, else by name."""

    __tablename__ = "watch_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_type: Mapped[str | None] = mapped_column(String(12))
    document_number: Mapped[str | None] = mapped_column(String(20))
    full_name: Mapped[str] = mapped_column(String(80))
    # The name without accents and capitals.
    search: Mapped[str] = mapped_column(String(90))
    reason: Mapped[str] = mapped_column(String(140))
    # Until when somebody has to look whether the entry is still needed.
    review_on: Mapped[date]
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    added_by: Mapped[int] = mapped_column(ForeignKey("account.id"))

    __table_args__ = (
        UniqueConstraint("community_id", "document_type", "document_number", name="uq_watch_entry_document"),
        Index(None, "community_id", "search"),
    )

    @property
    def document(self) -> Document | None:
        if self.document_type is None or self.document_number is None:
            return None
        return Document(DocumentType(self.document_type), self.document_number)
