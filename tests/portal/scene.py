"""A unit whose residents enter the portal, Ana, its principal, and Pedro, who lives with her; what they are sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from conserje import tenancy, tokens
from conserje.audit.models import AuditLine
from conserje.communities.models import Community, Resident, ResidentKind, Unit
from conserje.database import begin_writing, db
from conserje.messages.models import Message
from conserje.portal import links
from conserje.portal.models import PortalAccess, PortalLink
from tests.builders import NOON, make_administration, make_community, make_resident, make_unit

MAIL, PHONE = "ana@correo.example", "+56987654321"
THERE = "203.0.113.7"


@dataclass
class House:
    """Ids of what stands in it; the session is bound to nothing."""

    community: int
    unit: int
    ana: int
    pedro: int


def build_house(name: str = "Edificio Los Aromos", mail: str = "Ana@Correo.example") -> House:
    """The house, committed."""
    community = make_community(make_administration(f"Administración de {name}"), name)
    with tenancy.acting_for(community.id):
        unit = make_unit()
        ana = make_resident(
            unit, "Ana", "Rojas", (PHONE,), kind=ResidentKind.OWNER, is_principal=True, may_approve=True, email=mail
        )
        pedro = make_resident(unit, "Pedro", "Rojas", ("+56922223333",), may_approve=False, contact_order=1)
        house = House(community.id, unit.id, ana.id, pedro.id)
    db.session.commit()
    return house


def ask(contact: str = MAIL, *, now: object = NOON) -> None:
    """Ask for a link at the door, as a request does."""
    begin_writing()
    links.send(contact, address=THERE, now=now)  # type: ignore[arg-type]
    db.session.commit()


def messages() -> Sequence[Message]:
    return db.session.scalars(select(Message).order_by(Message.id)).all()


def latest_token() -> str:
    """The token in the message that was owed last."""
    seed = db.session.scalars(select(PortalLink.seed).order_by(PortalLink.id.desc())).first()
    assert seed is not None
    return tokens.derive(seed)


def access(contact: str = MAIL) -> PortalAccess:
    return db.session.scalars(select(PortalAccess).where(PortalAccess.contact == contact)).one()


def journal(action: str) -> Sequence[AuditLine]:
    return db.session.scalars(select(AuditLine).where(AuditLine.action == action).order_by(AuditLine.id)).all()


def people(house: House) -> tuple[Community, Unit, Resident, Resident]:
    """The rows themselves; the session must be bound to the house's community."""
    return (
        db.session.get_one(Community, house.community),
        db.session.get_one(Unit, house.unit),
        db.session.get_one(Resident, house.ana),
        db.session.get_one(Resident, house.pedro),
    )
