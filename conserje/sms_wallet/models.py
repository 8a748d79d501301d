"""A community's prepaid SMS: credits that expire, the ledger of what became of them, and purchases."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from conserje.database import Base, UtcDateTime
from conserje.tenancy import Owned


class SmsBundle(Base):
    """A bundle on sale: data of the installation, the same for every community of its country."""

    __tablename__ = "sms_bundle"

    id: Mapped[int] = mapped_column(primary_key=True)
    country: Mapped[str] = mapped_column(String(2))
    name: Mapped[str] = mapped_column(String(60))
    parts: Mapped[int]
    # Minor units of the currency: pesos in CLP, hundredths in COP.
    price: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    is_on_sale: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (
        UniqueConstraint("country", "name"),
        CheckConstraint("parts > 0", name="some_parts"),
        CheckConstraint("price >= 0", name="no_negative_price"),
    )


class SmsPurchase(Owned, Base):
    """A bundle that the community bought, as it was then: the catalogue may change afterwards."""

    __tablename__ = "sms_purchase"

    id: Mapped[int] = mapped_column(primary_key=True)
    bundle_name: Mapped[str] = mapped_column(String(60))
    parts: Mapped[int]
    price: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    # The month whose charge it joins: the next one to be charged (K033), as 2026-12.
    billing_period: Mapped[str] = mapped_column(String(7))
    bought_at: Mapped[datetime] = mapped_column(UtcDateTime)
    bought_by: Mapped[int] = mapped_column(ForeignKey("account.id"))

    __table_args__ = (UniqueConstraint("community_id", "id"), Index(None, "community_id", "bought_at", "id"))


class SmsWallet(Owned, Base):
    """One for each community that ever used its SMS: the row that whoever spends or buys holds while doing so."""

    __tablename__ = "sms_wallet"

    id: Mapped[int] = mapped_column(primary_key=True)
    # The last month granted, as 2026-11; computed when needed, written by the first act that spends.
    granted_until: Mapped[str] = mapped_column(String(7), default="")
    # Set when the warning of K036 went out, cleared when the balance is above it again.
    is_warned: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (UniqueConstraint("community_id"),)


class CreditKind(StrEnum):
    MONTHLY = "monthly"
    PURCHASE = "purchase"


class SmsCredit(Owned, Base):
    """SMS that came into the wallet together and expire together, six months later (K035)."""

    __tablename__ = "sms_credit"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    # The month of a monthly grant, as 2026-11.
    month: Mapped[str | None] = mapped_column(String(7))
    purchase_id: Mapped[int | None]
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    remaining: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(
            ["community_id", "purchase_id"], ["sms_purchase.community_id", "sms_purchase.id"], ondelete="CASCADE"
        ),
        UniqueConstraint("community_id", "id"),
        UniqueConstraint("community_id", "month"),
        CheckConstraint("remaining >= 0", name="never_negative"),
        Index(None, "community_id", "expires_at"),
    )


class EntryKind(StrEnum):
    GRANTED = "granted"
    BOUGHT = "bought"
    RESERVED = "reserved"
    # Sent: what was reserved is spent. Moves nothing.
    SPENT = "spent"
    RELEASED = "released"
    EXPIRED = "expired"


class SmsEntry(Owned, Base):
    """A line of the ledger: what one credit gained or lost. Never changed; their sum is what the credits hold."""

    __tablename__ = "sms_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    credit_id: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    parts: Mapped[int]
    message_id: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        ForeignKeyConstraint(
            ["community_id", "credit_id"], ["sms_credit.community_id", "sms_credit.id"], ondelete="CASCADE"
        ),
        Index(None, "community_id", "credit_id"),
        Index(None, "community_id", "message_id"),
    )
