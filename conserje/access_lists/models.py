"""Who may enter a unit without being asked about, and who may not (K070, K073)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

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
    def version(self) -> str:
        """Changes with every move: the idempotency key of the row's buttons."""
        return f"{int(self.listed_at.timestamp() * 1_000_000):x}"
