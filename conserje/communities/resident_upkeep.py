"""The people of a unit: added by hand, edited and deleted; of those that were imported, what is Conserje's own."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func, select

from conserje.audit.journal import Actor, record, record_now
from conserje.communities import residents, unit_upkeep
from conserje.communities.models import Community, Origin, Resident, ResidentKind, ResidentPhone, Unit
from conserje.database import db
from conserje.errors import Refused
from conserje.identity import phones

MOST_PHONES = 4
# T09: beside the principal and those imported.
MOST_ADDITIONAL = 5
# Lower is called first.
CONTACT_ORDER = (0, 99)


@dataclass(frozen=True)
class Person:
    """What the accounting product keeps of a resident (T04). Texts as `names.parse` and `emails.parse` gave them."""

    given_names: str
    surnames: str
    kind: ResidentKind
    is_principal: bool
    email: str | None


@dataclass(frozen=True)
class Contact:
    """What is Conserje's own of every resident. Telephones as typed."""

    may_approve: bool
    contact_order: int
    phones: Sequence[str]
    reduced_mobility: bool
    electro_dependent: bool


@dataclass(frozen=True)
class ResidentCard:
    """A resident with the telephones, in E.164."""

    resident: Resident
    numbers: tuple[str, ...]


def of_unit(unit: Unit) -> list[ResidentCard]:
    """The unit's residents and their numbers: the principal first, then in order of contact."""
    people = residents.of_unit(unit)
    numbers = _numbers_of(resident.id for resident in people)
    return [ResidentCard(resident, numbers[resident.id]) for resident in people]


def numbers_of(resident: Resident) -> tuple[str, ...]:
    """The resident's telephones, in E.164."""
    return _numbers_of([resident.id])[resident.id]


def note_view(resident: Resident, *, by: Actor, now: datetime) -> None:
    """Write down that somebody sees the resident's telephones in full, where there are any."""
    if numbers_of(resident):
        record_now("phones.viewed", "unit", resident.unit_id, by=by, at=now)


def next_in_order(unit: Unit) -> int:
    """The order of contact to suggest for one more resident: after the others."""
    last = db.session.scalar(select(func.max(Resident.contact_order)).where(Resident.unit_id == unit.id))
    return 1 if last is None else min(last + 1, CONTACT_ORDER[1])


def version(resident: Resident) -> str:
    """What the resident's form shows, as one short text: by it a form that is older than a change is told."""
    shown = [
        resident.given_names, resident.surnames, resident.kind, resident.is_principal, resident.email, resident.origin,
        resident.may_approve, resident.contact_order, resident.reduced_mobility, resident.electro_dependent,
        *numbers_of(resident),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:16]


def add(unit: Unit, person: Person, contact: Contact, *, by: Actor, now: datetime) -> Resident:
    """One more resident of the unit, made by hand (T08).

    Refuses: `principal_taken` (field is_principal, fact: name), since a unit has one principal at most (T07): the mark
    is first taken from whoever holds it; `resident_email_taken` (field email, fact: name), within the unit and without
    regard to capitals; `additional_too_many` (field email, fact: most) for a sixth one with an e-mail (T09);
    `setting_out_of_range` (field contact_order); `phones_too_many`; and for the n-th telephone, as field `phone_n`,
    what `phones.parse` refuses. `unit_gone` where the unit was deleted meanwhile.
    """
    unit = unit_upkeep.taken(unit)
    resident = Resident(unit_id=unit.id, origin=Origin.HAND)
    _require_room(resident, person)
    numbers = _parsed(contact, unit)
    _put_person(resident, person)
    _put_contact(resident, contact)
    db.session.add(resident)
    db.session.flush()
    _put_numbers(resident, numbers)
    record("resident.added", "resident", resident.id, by=by, at=now, facts={"unit": unit.id})
    return resident


def change(
    resident: Resident, person: Person | None, contact: Contact, *, seen: str = "", by: Actor, now: datetime
) -> Resident:
    """Give the resident other particulars. The journal names which changed, not what they say.

    `person` is none for somebody imported: that part is changed where it is kept (T05). `seen` is the `version` that
    whoever types was shown.
    Refuses: where that part is given all the same, `resident_imported` of somebody of the accounting product and
    `resident_from_file` of somebody of a file; `resident_gone`; `resident_changed` where somebody else changed the
    resident meanwhile; and what `add` refuses.
    """
    unit, resident = _taken(resident)
    if seen and seen != version(resident):
        raise Refused("resident_changed")
    changed = []
    if person is not None:
        require_deletable(resident)
        if resident.origin == Origin.FILE:
            raise Refused("resident_from_file")
        _require_room(resident, person)
        changed += _put_person(resident, person)
    numbers = _parsed(contact, unit)
    changed += _put_contact(resident, contact)
    if _put_numbers(resident, numbers):
        changed.append("phones")
    db.session.flush()
    if changed:
        facts = {"unit": resident.unit_id, "changed": sorted(changed)}
        record("resident.changed", "resident", resident.id, by=by, at=now, facts=facts)
    return resident


def delete(resident: Resident, *, by: Actor, now: datetime) -> Unit:
    """Delete a resident, with the telephones; the unit that is left.

    Refuses: what `require_deletable` refuses; `resident_gone`.
    """
    unit, resident = _taken(resident)
    require_deletable(resident)
    record("resident.deleted", "resident", resident.id, by=by, at=now, facts={"unit": unit.id})
    db.session.delete(resident)
    db.session.flush()
    return unit


def require_deletable(resident: Resident) -> None:
    """A name that is mended in the file arrives as a second person: the first one is deleted here.

    Refuses: `resident_imported`, of the accounting product (T05), which would bring the resident back.
    """
    if resident.origin == Origin.HTTP:
        raise Refused("resident_imported")


def _taken(resident: Resident) -> tuple[Unit, Resident]:
    """The resident and the unit as they are now; the unit is held, so that its rules are judged one by one."""
    unit = unit_upkeep.taken(db.session.get_one(Unit, resident.unit_id))
    current = db.session.get(Resident, resident.id, with_for_update=True, populate_existing=True)
    if current is None:
        raise Refused("resident_gone")
    return unit, current


def _require_room(resident: Resident, person: Person) -> None:
    """The unit's rules about its people, for this one as he is to be."""
    others = db.session.scalars(
        select(Resident).where(Resident.unit_id == resident.unit_id, Resident.id != (resident.id or 0))
    ).all()
    principal = next((other for other in others if other.is_principal), None)
    if person.is_principal and principal is not None:
        raise Refused("principal_taken", field="is_principal", name=principal.full_name)
    if not person.email:
        return
    key = person.email.casefold()
    same = next((other for other in others if other.email_key == key), None)
    if same is not None:
        raise Refused("resident_email_taken", field="email", name=same.full_name)
    is_new = resident.id is None or resident.is_principal or not resident.email
    additional = sum(bool(not o.is_principal and o.email and o.origin == Origin.HAND) for o in others)
    if not person.is_principal and is_new and additional >= MOST_ADDITIONAL:
        raise Refused("additional_too_many", field="email", most=MOST_ADDITIONAL)


def _put_person(resident: Resident, person: Person) -> list[str]:
    changed = _put(resident, asdict(person))
    resident.search = residents.search_text(person.given_names, person.surnames)
    return changed


def _put_contact(resident: Resident, contact: Contact) -> list[str]:
    least, most = CONTACT_ORDER
    if not least <= contact.contact_order <= most:
        raise Refused("setting_out_of_range", field="contact_order", least=least, most=most)
    return _put(resident, {name: value for name, value in asdict(contact).items() if name != "phones"})


def _put(resident: Resident, values: dict[str, object]) -> list[str]:
    """Write the values into the resident; which of them are others now."""
    changed = [name for name, value in values.items() if getattr(resident, name) != value]
    for name in changed:
        setattr(resident, name, values[name])
    return changed


def _parsed(contact: Contact, unit: Unit) -> list[str]:
    """The telephones in E.164, each once, in the order in which they were typed."""
    country = db.session.get_one(Community, unit.community_id).of_country
    numbers: dict[str, None] = {}
    for place, typed in enumerate(contact.phones, 1):
        if not typed.strip():
            continue
        try:
            numbers[phones.parse(typed, country)] = None
        except Refused as refusal:
            raise Refused(refusal.code, field=f"phone_{place}", **refusal.facts) from None
    if len(numbers) > MOST_PHONES:
        raise Refused("phones_too_many", field=f"phone_{MOST_PHONES}", most=MOST_PHONES)
    return list(numbers)


def _put_numbers(resident: Resident, numbers: list[str]) -> bool:
    """Whether the resident has other telephones now."""
    held = db.session.scalars(
        select(ResidentPhone).where(ResidentPhone.resident_id == resident.id).order_by(ResidentPhone.id)
    ).all()
    if [phone.number for phone in held] == numbers:
        return False
    for phone in held:
        db.session.delete(phone)
    db.session.flush()
    for number in numbers:
        db.session.add(ResidentPhone(resident_id=resident.id, number=number))
        # Each gets its id in turn: they are shown in the order in which they were typed.
        db.session.flush()
    return True


def _numbers_of(resident_ids: Iterable[int]) -> defaultdict[int, tuple[str, ...]]:
    found: defaultdict[int, tuple[str, ...]] = defaultdict(tuple)
    for resident_id, number in db.session.execute(
        select(ResidentPhone.resident_id, ResidentPhone.number)
        .where(ResidentPhone.resident_id.in_(list(resident_ids)))
        .order_by(ResidentPhone.id)
    ):
        found[resident_id] += (number,)
    return found
