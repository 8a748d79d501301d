"""An administration's further communities, made, renamed, given an address; its first is `accounts.founding`'s."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from conserje.audit.journal import Actor, record
from conserje.communities.models import Administration, Community
from conserje.communities.settings import APPROVAL_MINUTES
from conserje.database import db
from conserje.errors import Refused
from conserje.identity import names
from conserje.identity.countries import Country
from conserje.permissions import Module

LONGEST_ADDRESS = 200

# Where communities of each country may lie; the first is the one to suggest.
TIME_ZONES = {
    Country.CL: (Country.CL.time_zone, "America/Punta_Arenas", "Pacific/Easter"),
    Country.CO: (Country.CO.time_zone,),
}


@dataclass(frozen=True)
class NewCommunity:
    """What a form says of a new community. The name as `names.parse` gave it; no time zone means the country's.

    `modules`: those that it uses.
    """

    name: str
    country: Country
    address: str
    time_zone: str
    approval_minutes: int
    document_required: bool
    modules: Collection[Module] = tuple(Module)


def address(text: str) -> str:
    """An address of one line. Refuses: `address_required`, `text_too_long`, `text_characters`."""
    tidy = " ".join(text.split())
    if not tidy:
        raise Refused("address_required", field="address")
    if len(tidy) > LONGEST_ADDRESS:
        raise Refused("text_too_long", field="address", longest=LONGEST_ADDRESS)
    if not tidy.isprintable():
        raise Refused("text_characters", field="address")
    return tidy


def add(administration_id: int, said: NewCommunity, *, by: Actor, now: datetime) -> Community:
    """One more community of the administration, open to its Súper Administradores at once (K047, K151).

    Refuses: `community_name_taken` (field name), within the administration and without regard to capitals and accents;
    `time_zone_elsewhere` (field time_zone) for one of another country; `setting_out_of_range` (field approval_minutes).
    """
    least, most = APPROVAL_MINUTES
    if not least <= said.approval_minutes <= most:
        raise Refused("setting_out_of_range", field="approval_minutes", least=least, most=most)
    time_zone = said.time_zone or said.country.time_zone
    if time_zone not in TIME_ZONES[said.country]:
        raise Refused("time_zone_elsewhere", field="time_zone")
    _take_turns(administration_id)
    _require_free(administration_id, said.name)
    community = Community(
        administration_id=administration_id,
        name=said.name,
        country=said.country,
        address=said.address,
        time_zone=time_zone,
        locale=said.country.locale,
        approval_minutes=said.approval_minutes,
        document_required=said.document_required,
        modules_off=_others(said.modules),
        created_at=now,
    )
    db.session.add(community)
    db.session.flush()
    facts = {"country": said.country.value, **_switched([], community.modules_off)}
    record("community.created", "community", community.id, by=by, at=now, facts=facts)
    return community


def version(community: Community) -> str:
    """What the form shows of the community, as one short text: by it a form that is older than a change is told."""
    shown = [community.name, community.address, community.modules]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:16]


def change(
    community: Community,
    name: str,
    new_address: str,
    modules: Collection[Module],
    *,
    seen: str = "",
    by: Actor,
    now: datetime,
) -> Community:
    """Give the community another name or address, or other `modules`: those named are on, the others off (K003, K004).

    What a module that is switched off holds is kept, and counts again once it is on. `seen` is the `version` that
    whoever types was shown. The journal names what changed, and the modules by their codes.
    Refuses: `community_name_taken` (field name); `community_edited` where somebody else changed it meanwhile.
    """
    _take_turns(community.administration_id)
    community = db.session.get_one(Community, community.id, with_for_update={"key_share": True}, populate_existing=True)
    if seen and seen != version(community):
        raise Refused("community_edited")
    _require_free(community.administration_id, name, but=community.id)
    wanted = {"name": name, "address": new_address, "modules_off": _others(modules)}
    changed = sorted(each for each, value in wanted.items() if getattr(community, each) != value)
    facts = {"changed": changed, **_switched(community.modules_off, wanted["modules_off"])}
    for each in changed:
        setattr(community, each, wanted[each])
    db.session.flush()
    if changed:
        record("community.changed", "community", community.id, by=by, at=now, facts=facts)
    return community


def _others(modules: Collection[Module]) -> list[str]:
    return [module.value for module in Module if module not in modules]


def _switched(before: Collection[str], after: Collection[str]) -> dict[str, list[str]]:
    """Which modules are off now, and which on, that were not so before; as the journal has it."""
    ways = {"switched_off": sorted({*after} - {*before}), "switched_on": sorted({*before} - {*after})}
    return {way: modules for way, modules in ways.items() if modules}


def _take_turns(administration_id: int) -> None:
    """No constraint of the database compares without capitals: those who name communities go one after the other."""
    db.session.get_one(Administration, administration_id, with_for_update={"key_share": True})


def _require_free(administration_id: int, name: str, *, but: int = 0) -> None:
    held = db.session.scalars(
        select(Community.name).where(Community.administration_id == administration_id, Community.id != but)
    )
    if names.fold(name) in map(names.fold, held):
        raise Refused("community_name_taken", field="name")
