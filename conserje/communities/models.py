"""Administrations, their communities, and a community's units and residents."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, validates

from conserje.database import Base, UtcDateTime
from conserje.identity.countries import Country
from conserje.permissions import Module
from conserje.tenancy import Owned


class Administration(Base):
    """The company or committee that runs communities: the top tenant."""

    __tablename__ = "administration"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    # The digest under which the logo is kept; shown in every community that has none of its own (K046).
    logo: Mapped[str | None] = mapped_column(String(64))
    # The one that its accounting product keeps, shown as long as none was uploaded here (K057).
    inherited_logo: Mapped[str | None] = mapped_column(String(64))
    # Whether its administrators have to sign in with a second step.
    requires_totp: Mapped[bool] = mapped_column(default=False)


class LogoChoice(StrEnum):
    """Which logo a community's screens show (K043, K049)."""

    COMMUNITY = "community"
    ADMINISTRATION = "administration"
    NONE = "none"


class ColumnNames(StrEnum):
    """What the people of a unit are called, after the accounting product that they come from (K108, K109)."""

    USERS = "users"
    DEBT = "debt"


class Community(Base):
    """One condominium."""

    __tablename__ = "community"

    id: Mapped[int] = mapped_column(primary_key=True)
    administration_id: Mapped[int] = mapped_column(ForeignKey("administration.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(200), default="")
    country: Mapped[str] = mapped_column(String(2))
    time_zone: Mapped[str] = mapped_column(String(64))
    # Chooses the wording and how dates are written; follows the country until somebody changes it.
    locale: Mapped[str] = mapped_column(String(8))
    # How long a resident has to answer, in minutes.
    approval_minutes: Mapped[int] = mapped_column(default=10)
    document_required: Mapped[bool] = mapped_column(default=True)
    logo: Mapped[str | None] = mapped_column(String(64))
    logo_choice: Mapped[str] = mapped_column(String(16), default=LogoChoice.ADMINISTRATION)
    # The gatehouse's own number, in E.164: whom a resident calls.
    gate_phone: Mapped[str | None] = mapped_column(String(16))
    # After how long without an answer from the unit's number every resident who may approve is asked, in seconds.
    escalation_seconds: Mapped[int] = mapped_column(default=90)
    # Whether residents are asked about visitors by message at all, and how many SMS a day that may cost.
    asks_residents: Mapped[bool] = mapped_column(default=True)
    sms_per_day: Mapped[int] = mapped_column(default=300)
    column_names: Mapped[str] = mapped_column(String(8), default=ColumnNames.USERS)
    # Where the accounting product gives the community's units and residents; empty where they come in a file.
    import_url: Mapped[str] = mapped_column(String(300), default="")
    # The community's own welcome letter (T16); empty where the suggested one is sent.
    letter: Mapped[str] = mapped_column(Text, default="")
    # Days that each kind of personal data is kept, where they differ from the default.
    retention: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    # The modules that the community does without (`permissions.Module`): one that is new is on everywhere.
    modules_off: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("administration_id", "name"),)

    @property
    def of_country(self) -> Country:
        return Country(self.country)

    def has(self, module: Module) -> bool:
        """Whether the module is on here."""
        return module not in self.modules_off

    @property
    def modules(self) -> list[Module]:
        """The modules that are on here."""
        return [module for module in Module if self.has(module)]


class UnitKind(StrEnum):
    APARTMENT = "apartment"
    HOUSE = "house"
    OFFICE = "office"
    SHOP = "shop"
    PARKING = "parking"
    STORAGE = "storage"
    OTHER = "other"


class Origin(StrEnum):
    """Who keeps a row: what was imported is changed there and brought again (T05). A file takes nothing away."""

    HAND = "hand"
    FILE = "file"
    HTTP = "http"


class Unit(Owned, Base):
    """A flat or a house."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    tower: Mapped[str] = mapped_column(String(40), default="")
    number: Mapped[str] = mapped_column(String(20))
    # What the finder looks in: see `units.search_text`.
    search: Mapped[str] = mapped_column(String(120))
    floor: Mapped[str] = mapped_column(String(10), default="")
    kind: Mapped[str] = mapped_column(String(12), default=UnitKind.APARTMENT)
    origin: Mapped[str] = mapped_column(String(8), default=Origin.HAND)
    # The one mobile number that notices go to (K093), in E.164.
    notice_phone: Mapped[str | None] = mapped_column(String(16))

    __table_args__ = (
        UniqueConstraint("community_id", "id"),
        UniqueConstraint("community_id", "tower", "number"),
    )

    @property
    def label(self) -> str:
        return unit_label(self.tower, self.number)


def unit_label(tower: str, number: str) -> str:
    """What people call the unit: Torre B · 1204, or Casa 15 where there are no towers."""
    return f"{tower} · {number}" if tower else number


class ResidentKind(StrEnum):
    OWNER = "owner"
    TENANT = "tenant"
    OCCUPANT = "occupant"


class Resident(Owned, Base):
    """A person of one unit."""

    __tablename__ = "resident"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int]
    given_names: Mapped[str] = mapped_column(String(80))
    surnames: Mapped[str] = mapped_column(String(80))
    search: Mapped[str] = mapped_column(String(170))
    kind: Mapped[str] = mapped_column(String(12), default=ResidentKind.OCCUPANT)
    # usuario principal, or responsable de deuda: at most one for each unit
    is_principal: Mapped[bool] = mapped_column(default=False)
    may_approve: Mapped[bool] = mapped_column(default=False)
    # Who is asked first when several may approve; lower comes earlier.
    contact_order: Mapped[int] = mapped_column(default=0)
    # As typed; the key compares it without case.
    email: Mapped[str | None] = mapped_column(String(254))
    email_key: Mapped[str | None] = mapped_column(String(254), index=True)
    # For the list of whom to help first in an emergency.
    reduced_mobility: Mapped[bool] = mapped_column(default=False)
    electro_dependent: Mapped[bool] = mapped_column(default=False)
    origin: Mapped[str] = mapped_column(String(8), default=Origin.HAND)

    __table_args__ = (
        ForeignKeyConstraint(["community_id", "unit_id"], ["unit.community_id", "unit.id"], ondelete="CASCADE"),
        UniqueConstraint("community_id", "id"),
        Index(None, "community_id", "unit_id", "contact_order"),
    )

    @validates("email")
    def _compare_without_case(self, _: str, email: str | None) -> str | None:
        self.email_key = email.casefold() if email else None
        return email

    @property
    def full_name(self) -> str:
        return f"{self.given_names} {self.surnames}"


class ResidentPhone(Owned, Base):
    """A telephone of a resident, in E.164."""

    __tablename__ = "resident_phone"

    id: Mapped[int] = mapped_column(primary_key=True)
    resident_id: Mapped[int]
    number: Mapped[str] = mapped_column(String(16), index=True)

    __table_args__ = (
        ForeignKeyConstraint(
            ["community_id", "resident_id"], ["resident.community_id", "resident.id"], ondelete="CASCADE"
        ),
        Index(None, "community_id", "resident_id"),
    )


class ImportDraft(Owned, Base):
    """What was understood of a file or an address, until somebody confirms it. Gone once it is applied or a day old."""

    __tablename__ = "import_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    origin: Mapped[str] = mapped_column(String(8))
    # The file's name as it was on the administrator's machine; empty for an address. Of what the draft is, its
    # origin tells (`importing.drafts.Subject`); `units` holds what was understood, whatever it is.
    name: Mapped[str] = mapped_column(String(120), default="")
    units: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    problems: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    # What the source said of the administration's logo: see `importing.inherited_logo`.
    logo: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index(None, "community_id", "created_at"),)
