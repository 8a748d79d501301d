"""A unit's register of visitors, and their visits."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from conserje.access_lists.matching import Listing
from conserje.database import Base, UtcDateTime
from conserje.identity.documents import Document, DocumentType
from conserje.tenancy import Owned


class VisitorKind(StrEnum):
    VISIT = "visit"
    FAMILY = "family"
    DOMESTIC = "domestic"
    SUPPLIER = "supplier"
    DELIVERY = "delivery"
    TECHNICIAN = "technician"
    TRANSPORT = "transport"
    OTHER = "other"


class State(StrEnum):
    """What is stored of a visit's state; a pending one whose deadline has passed reads as EXPIRED."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    EXPIRED = "expired"


class Method(StrEnum):
    """Medio de aprobación: how the resident's answer was obtained (O29)."""

    CALL = "call"
    INTERCOM = "intercom"
    IN_PERSON = "in_person"
    ADMINISTRATION = "administration"
    SMS = "sms"
    EMAIL = "email"
    PORTAL = "portal"
    ACCESS_LIST = "access_list"
    PASS = "pass"  # noqa: S105 - a QR pass


class Unasked(StrEnum):
    """Why no message could go to the resident: the gate is told to call."""

    NO_CONTACT = "no_contact"
    NO_BALANCE = "no_balance"
    LIMIT = "limit"
    SWITCHED_OFF = "off"


# The means that a person picks; the system sets the others.
MANUAL_METHODS = (Method.CALL, Method.INTERCOM, Method.IN_PERSON, Method.ADMINISTRATION)

# In place of the name of somebody whose data are no longer kept: no name that was typed is without a letter.
FORGOTTEN = "—"
# The register's row to which a unit's visits without a person belong; other keys have a colon.
NOBODY = "nobody"


class Visitor(Owned, Base):
    """A person in a unit's visitor register: one row for each document, or for each name where there is none."""

    __tablename__ = "visitor"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int]
    # "run:12345678-5", or "name:camila soto diaz" for someone without a document
    identity_key: Mapped[str] = mapped_column(String(100))
    full_name: Mapped[str] = mapped_column(String(80))
    document_type: Mapped[str | None] = mapped_column(String(12))
    document_number: Mapped[str | None] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(12))
    plate: Mapped[str] = mapped_column(String(10), default="")
    photo: Mapped[str | None] = mapped_column(String(64))
    last_visit_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        ForeignKeyConstraint(["community_id", "unit_id"], ["unit.community_id", "unit.id"], ondelete="CASCADE"),
        UniqueConstraint("community_id", "id"),
        UniqueConstraint("community_id", "unit_id", "identity_key"),
        Index(None, "community_id", "unit_id", "last_visit_at"),
    )

    @property
    def document(self) -> Document | None:
        return document_of(self.document_type, self.document_number)


class Visit(Owned, Base):
    """One arrival of a visitor. Keeps the name and document as they were given then."""

    __tablename__ = "visit"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int]
    visitor_id: Mapped[int]
    full_name: Mapped[str] = mapped_column(String(80))
    document_type: Mapped[str | None] = mapped_column(String(12))
    document_number: Mapped[str | None] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(12))
    plate: Mapped[str] = mapped_column(String(10), default="")
    companions: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(String(140), default="")
    photo: Mapped[str | None] = mapped_column(String(64))
    listing: Mapped[str] = mapped_column(String(12), default=Listing.NOT_LISTED)

    announced_at: Mapped[datetime] = mapped_column(UtcDateTime)
    announced_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    # The vigencia: from when until when the visitor may enter.
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_until: Mapped[datetime] = mapped_column(UtcDateTime)

    state: Mapped[str] = mapped_column(String(12), default=State.PENDING)
    # Until when the resident is waited for.
    answer_by: Mapped[datetime] = mapped_column(UtcDateTime)
    method: Mapped[str | None] = mapped_column(String(16))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decision_note: Mapped[str] = mapped_column(String(140), default="")
    # The resident who answered by a link, as named then; empty for the unit's notice number and for staff.
    answered_by: Mapped[str] = mapped_column(String(161), default="")
    # «No conozco a esta persona.»
    is_stranger: Mapped[bool] = mapped_column(default=False)
    # «No era para nosotros»: when a resident said afterwards that the visit was not theirs.
    disowned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    # Why nobody could be asked by message (`Unasked`); empty where somebody was, or needed not to be.
    unasked: Mapped[str] = mapped_column(String(12), default="")
    # How often the resident was asked: [Reenviar] has a limit.
    times_asked: Mapped[int] = mapped_column(default=0)
    # When the other residents are asked as well; none once that is done or not to be done.
    escalates_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    # The latest entry and exit; a visitor may go out and in again while the visit is valid.
    entered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        ForeignKeyConstraint(["community_id", "unit_id"], ["unit.community_id", "unit.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(
            ["community_id", "visitor_id"], ["visitor.community_id", "visitor.id"], ondelete="CASCADE"
        ),
        UniqueConstraint("community_id", "id"),
        CheckConstraint("state IN ('pending', 'accepted', 'rejected')", name="stored_state"),
        CheckConstraint("valid_from < valid_until", name="validity"),
        Index(None, "community_id", "announced_at", "id"),
        Index(None, "community_id", "unit_id", "announced_at", "id"),
        Index(None, "community_id", "visitor_id", "announced_at"),
        Index(None, "community_id", "state", "announced_at", "id"),
        # Over all communities: whose window closed just now, and whose other residents are to be asked.
        Index(None, "state", "answer_by"),
        Index(None, "escalates_at"),
    )

    @property
    def document(self) -> Document | None:
        return document_of(self.document_type, self.document_number)


def document_of(kind: str | None, number: str | None) -> Document | None:
    """The document that two columns hold, if they hold one."""
    return Document(DocumentType(kind), number) if kind and number else None
