"""What a resident types to enter the portal, and whose rows carry it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, select

from conserje.communities.models import Community, Resident, ResidentPhone, Unit, unit_label
from conserje.errors import Refused
from conserje.identity import emails, phones
from conserje.identity.countries import Country
from conserje.permissions import Module
from conserje.tenancy import everywhere


@dataclass(frozen=True)
class Home:
    """A resident's row that a contact opens: one person in one unit of one community."""

    resident_id: int
    community_id: int
    given_names: str
    unit: str
    community: str


def parse(typed: str) -> str:
    """The e-mail without case, or the mobile number in E.164, whichever was typed.

    Refuses (field `contact`): `contact_required`, `contact_malformed`, `phone_without_sms`.
    """
    if not typed.strip():
        raise Refused("contact_required", field="contact")
    if "@" in typed:
        try:
            return emails.parse(typed).casefold()
        except Refused:
            raise Refused("contact_malformed", field="contact") from None
    # A number of one country is too short or too long for the other: at most one of them reads it.
    number = next(_readings(typed), None)
    if number is None:
        raise Refused("contact_malformed", field="contact")
    if not phones.takes_sms(number):
        raise Refused("phone_without_sms", field="contact")
    return number


def is_email(contact: str) -> bool:
    return "@" in contact


def shown(contact: str) -> str:
    """The contact as its holder reads it."""
    return contact if is_email(contact) else phones.display(contact)


def homes(contact: str) -> list[Home]:
    """Every resident's row that carries the contact, over all communities that have the portal, as things stand now."""
    with everywhere() as session:
        found = session.execute(
            select(
                Resident.id,
                Resident.community_id,
                Resident.given_names,
                Unit.tower,
                Unit.number,
                Community.name,
                Community.modules_off,
            )
            .join(Unit, and_(Unit.community_id == Resident.community_id, Unit.id == Resident.unit_id))
            .join(Community, Community.id == Resident.community_id)
            .where(_carries(contact))
            .order_by(Community.name, Unit.tower, Unit.number, Resident.id)
        ).all()
    return [
        Home(row.id, row.community_id, row.given_names, unit_label(row.tower, row.number), row.name)
        for row in found
        if Module.PORTAL not in row.modules_off
    ]


def carried(contacts: Sequence[str]) -> set[str]:
    """Which of these contacts somebody carries who lives in any of the communities."""
    with everywhere() as session:
        emails_held = session.scalars(select(Resident.email_key).where(Resident.email_key.in_(contacts)))
        numbers_held = session.scalars(select(ResidentPhone.number).where(ResidentPhone.number.in_(contacts)))
        return {contact for contact in (*emails_held, *numbers_held) if contact}


def _carries(contact: str) -> ColumnElement[bool]:
    if is_email(contact):
        return Resident.email_key == contact
    return exists().where(
        ResidentPhone.community_id == Resident.community_id,
        ResidentPhone.resident_id == Resident.id,
        ResidentPhone.number == contact,
    )


def _readings(typed: str) -> Iterator[str]:
    for country in Country:
        try:
            yield phones.parse(typed, country)
        except Refused:
            continue
