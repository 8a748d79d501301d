"""What a community settles: how its gate asks the residents, and what the people of its units are called."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from conserje.audit.journal import Actor, record
from conserje.communities.models import ColumnNames, Community
from conserje.database import db
from conserje.errors import Refused
from conserje.identity import phones

# Each setting that is a number, with the least and the most that make sense.
APPROVAL_MINUTES = (2, 30)
ESCALATION_SECONDS = (30, 600)
SMS_PER_DAY = (1, 5000)
_RANGES = {
    "approval_minutes": APPROVAL_MINUTES,
    "escalation_seconds": ESCALATION_SECONDS,
    "sms_per_day": SMS_PER_DAY,
}
# The settings as their screen groups them.
GROUPS = {
    "gate": (
        "approval_minutes",
        "asks_residents",
        "escalation_seconds",
        "sms_per_day",
        "document_required",
        "gate_phone",
    ),
    "units": ("column_names",),
}


@dataclass(frozen=True)
class GateSettings:
    """Minutes to answer, seconds until everybody else is asked, SMS a day; `gate_phone` as typed, or nothing.

    And what [Inmuebles] and [Residentes] call the people of a unit (K108, K109).
    """

    approval_minutes: int
    escalation_seconds: int
    sms_per_day: int
    asks_residents: bool
    document_required: bool
    gate_phone: str
    column_names: ColumnNames = ColumnNames.USERS


def settle(community: Community, said: GateSettings, *, by: Actor, now: datetime) -> Community:
    """Change the community's settings from here on: visits that wait already keep theirs. The journal names which.

    Refuses: `setting_out_of_range` (facts: least, most) with the field; `escalation_after_window` where the others
    would be asked when it is over; and what `phones.parse` refuses.
    """
    for name, (least, most) in _RANGES.items():
        if not least <= getattr(said, name) <= most:
            raise Refused("setting_out_of_range", field=name, least=least, most=most)
    if said.escalation_seconds >= said.approval_minutes * 60:
        raise Refused("escalation_after_window", field="escalation_seconds")
    wanted = asdict(said) | {"gate_phone": _gate_phone(said.gate_phone, community)}
    community = db.session.get_one(Community, community.id)
    changed = sorted(name for name, value in wanted.items() if getattr(community, name) != value)
    for name in changed:
        setattr(community, name, wanted[name])
    if changed:
        record("settings.changed", "community", community.id, by=by, at=now, facts={"settings": changed})
    db.session.flush()
    return community


def _gate_phone(typed: str, community: Community) -> str | None:
    if not typed.strip():
        return None
    try:
        return phones.parse(typed, community.of_country)
    except Refused as refusal:
        raise Refused(refusal.code, field="gate_phone", **refusal.facts) from None
