"""The people of a unit and how to reach them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, select

from conserje.audit.journal import Actor, record_now
from conserje.communities.models import Resident, ResidentPhone, Unit
from conserje.database import db
from conserje.identity.names import fold


@dataclass(frozen=True)
class Contact:
    """Somebody to call about a visitor, in the order in which to call. The unit's notice number has no name."""

    name: str
    may_approve: bool
    numbers: tuple[str, ...]


_OF_UNIT = (
    select(Resident)
    .where(Resident.unit_id == bindparam("unit_id"))
    .order_by(Resident.is_principal.desc(), Resident.contact_order, Resident.id)
)


def search_text(given_names: str, surnames: str) -> str:
    """The words by which a resident is found, each after a space."""
    return f" {fold(f'{given_names} {surnames}')}"


def of_unit(unit: Unit) -> list[Resident]:
    """The unit's residents (O17): the principal first, then in order of contact."""
    return list(db.session.scalars(_OF_UNIT, {"unit_id": unit.id}))


def open_phones(unit: Unit, *, by: Actor, now: datetime) -> list[Contact]:
    """The numbers to call about the unit's visitors (O30): the notice number, then those who may approve, then others.

    Reading them is written in the audit journal: it shows personal data.
    """
    rows = db.session.execute(
        select(Resident, ResidentPhone.number)
        .join(
            ResidentPhone,
            and_(ResidentPhone.community_id == Resident.community_id, ResidentPhone.resident_id == Resident.id),
        )
        .where(Resident.unit_id == unit.id)
        .order_by(Resident.may_approve.desc(), Resident.contact_order, Resident.id, ResidentPhone.id)
    ).all()
    numbers: defaultdict[Resident, list[str]] = defaultdict(list)
    for resident, number in rows:
        numbers[resident].append(number)
    contacts = [Contact(r.full_name, r.may_approve, tuple(found)) for r, found in numbers.items()]
    if unit.notice_phone:
        contacts.insert(0, Contact("", True, (unit.notice_phone,)))
    record_now("phones.viewed", "unit", unit.id, by=by, at=now)
    return contacts
