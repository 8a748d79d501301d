"""The one mobile number of a unit that notices go to (K090 to K099)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from conserje.audit.journal import Actor, record
from conserje.communities.models import Community, Unit
from conserje.database import changes_one, db
from conserje.errors import Refused
from conserje.identity import phones


def set_number(unit: Unit, typed: str, *, by: Actor, now: datetime, seen: str | None = None) -> Unit:
    """Give the unit its number, or another in place of the one it has (K096, K097); a number may serve several (K095).

    `seen` is the masked number that whoever types was shown, empty for none. Setting the number that is there changes
    nothing. The journal tells that it was set, not the number.

    Refuses (field `phone`): `phone_required`, `phone_malformed`, `phone_foreign` (K092: the community's country only),
    `phone_without_sms`. Refuses too: `number_changed`, where somebody else changed it meanwhile.
    """
    number = phones.parse(typed, db.session.get_one(Community, unit.community_id).of_country)
    if not phones.takes_sms(number):
        raise Refused("phone_without_sms", field="phone")
    if _change(unit, number, seen):
        record("unit.number_set", "unit", unit.id, by=by, at=now)
    return unit


def delete_number(unit: Unit, *, by: Actor, now: datetime, seen: str | None = None) -> Unit:
    """Leave the unit without a number (K099): no SMS goes to it any more. Where there is none, nothing changes.

    Refuses: `number_changed`, where the number is another than the masked one that was `seen`.
    """
    if _change(unit, None, seen):
        record("unit.number_deleted", "unit", unit.id, by=by, at=now)
    return unit


def _change(unit: Unit, number: str | None, seen: str | None) -> bool:
    """Whether anything changed."""
    db.session.refresh(unit)
    held = unit.notice_phone
    if held == number:
        return False
    if seen is not None and seen != (phones.masked(held) if held else ""):
        raise Refused("number_changed")
    still = Unit.notice_phone.is_(None) if held is None else Unit.notice_phone == held
    if not changes_one(update(Unit).where(Unit.id == unit.id, still).values(notice_phone=number)):
        raise Refused("number_changed")
    db.session.refresh(unit)
    return True
