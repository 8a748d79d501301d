"""Filling an empty database with the demo: the same seed on the same day makes the same people and visits."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from io import BytesIO
from random import Random

from conserje import tenancy
from conserje.accounts import founding, passwords
from conserje.accounts.models import Account, Membership
from conserje.accounts.sign_in import email_key
from conserje.audit.journal import Actor, record
from conserje.communities import branding, units
from conserje.communities.models import Administration, Community, LogoChoice, Unit
from conserje.database import db
from conserje.demo import listed, photos, present, questions, residents, showcase, wallet
from conserje.demo.arrivals import Duty, Gate
from conserje.demo.places import ACCOUNTS, COMMUNITIES, PASSWORD, DemoCommunity
from conserje.demo.register import Guest, Register
from conserje.demo.rhythm import HISTORY_DAYS, Home, Rhythm
from conserje.photos.drawn import draw_logo
from conserje.photos.images import PreparedPhoto
from conserje.photos.logos import PreparedLogo, keep_logo, prepare_logo
from conserje.photos.storage import PhotoStore, keep
from conserje.privacy.models import PurgeRun
from conserje.sms_wallet import catalogue

DEFAULT_SEED = 2026
_SINCE_LAST_NIGHT = timedelta(hours=9)


@dataclass(frozen=True)
class Materials:
    """What takes its time and is therefore made before the writing begins."""

    password_hashes: Mapping[str, str]
    portraits: tuple[PreparedPhoto, ...]
    logo: PreparedLogo


@dataclass(frozen=True)
class Filled:
    """How much was written."""

    communities: int = 0
    units: int = 0
    residents: int = 0
    visitors: int = 0
    visits: int = 0
    photos: int = 0

    def __add__(self, other: Filled) -> Filled:
        return Filled(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


def prepare(seed: int) -> Materials:
    """Hash the passwords, draw the portraits and the logo. Nobody knows the password of a colleague."""
    hashes = {
        account.email: passwords.hash_password(secrets.token_urlsafe(32) if account.is_colleague else PASSWORD)
        for account in ACCOUNTS
    }
    portraits = photos.draw(sum(community.photos for community in COMMUNITIES), seed)
    return Materials(hashes, tuple(portraits), prepare_logo(BytesIO(draw_logo()), shrinks=False))


def fill(materials: Materials, store: PhotoStore, *, seed: int, now: datetime) -> Filled:
    """Write the demo, as seen at this moment. Needs `begin_writing()`.

    The photographs go to the store here, where the ids of the communities are known: the database is empty, so
    nobody waits for the writer. Refuses: `already_set_up`.
    """
    founding.require_empty()
    catalogue.install_default()
    founded_at = now.replace(microsecond=0) - timedelta(days=HISTORY_DAYS + 30)
    administrations = _administrations()
    communities = [_community(each, administrations, founded_at) for each in COMMUNITIES]
    db.session.flush()
    staff = _staff(materials, administrations, {each.name: each.id for each in communities}, founded_at)

    filled, portraits = Filled(), iter(materials.portraits)
    for plan, community in zip(COMMUNITIES, communities, strict=True):
        community_id = community.id
        with tenancy.acting_for(community_id):
            wear = [keep(store, community_id, photo) for _, photo in zip(range(plan.photos), portraits, strict=False)]
            filled += _fill_community(plan, staff, wear, Random(f"{seed} {plan.name}"), now)  # noqa: S311 (no secret)
            if plan.name == showcase.COMMUNITY:
                wallet.fill(community, staff[plan.administrator], now)
                listed.fill(community, staff[plan.administrator], now)
            if plan.has_logo:
                logo, by = keep_logo(store, community.administration_id, materials.logo), Actor(None, community_id)
                branding.choose_logo(community, LogoChoice.COMMUNITY, logo, by=by, now=founded_at)
            questions.ask(community, now)
            # As if a worker had purged last night: nobody is to be warned of one that has only just begun.
            db.session.add(PurgeRun(community_id=community_id, ran_at=now - _SINCE_LAST_NIGHT, counts={}))
    record("demo.filled", "installation", None, by=Actor(None, None), at=now, facts={"seed": seed})
    return filled


def _administrations() -> dict[str, int]:
    names = dict.fromkeys(each.administration for each in COMMUNITIES)
    rows = [Administration(name=name) for name in names]
    db.session.add_all(rows)
    db.session.flush()
    return {row.name: row.id for row in rows}


def _community(plan: DemoCommunity, administrations: Mapping[str, int], founded_at: datetime) -> Community:
    row = Community(
        administration_id=administrations[plan.administration],
        name=plan.name,
        address=plan.address,
        country=plan.country,
        time_zone=plan.country.time_zone,
        locale=plan.country.locale,
        approval_minutes=plan.approval_minutes,
        gate_phone=plan.gate_phone,
        document_required=plan.document_required,
        created_at=founded_at,
    )
    db.session.add(row)
    return row


def _staff(
    materials: Materials, administrations: Mapping[str, int], communities: Mapping[str, int], founded_at: datetime
) -> dict[str, int]:
    rows = [
        Account(
            administration_id=administrations[each.administration],
            email=each.email,
            email_key=email_key(each.email),
            profile=each.profile,
            given_name=each.given_name,
            paternal_surname=each.paternal_surname,
            maternal_surname=each.maternal_surname,
            password_hash=materials.password_hashes[each.email],
            password_changed_at=founded_at,
            is_test=each.is_test,
        )
        for each in ACCOUNTS
    ]
    db.session.add_all(rows)
    db.session.flush()
    db.session.add_all(
        Membership(account_id=row.id, community_id=communities[name])
        for row, each in zip(rows, ACCOUNTS, strict=True)
        for name in each.communities
    )
    return {row.email: row.id for row in rows}


def _fill_community(
    plan: DemoCommunity, staff: Mapping[str, int], digests: list[str], chance: Random, now: datetime
) -> Filled:
    doors = [Unit(tower=tower, number=n, search=units.search_text(tower, n)) for tower, n in plan.doors()]
    db.session.add_all(doors)
    db.session.flush()
    shown = _showcase_unit(plan, doors)
    people, homes = _households(plan, doors, shown, chance)

    weekdays, weekends, nights = (staff[email] for email in plan.duty)
    duty = Duty(weekdays, weekends, nights, staff[plan.administrator])
    gate = Gate(plan.country, plan.country.time_zone, timedelta(minutes=plan.approval_minutes), duty, chance)
    register = Register(chance, plan.country, document_required=plan.document_required)
    rhythm = Rhythm(gate, register, homes, plan.visits_a_day)
    first = showcase.Showcase(gate, rhythm, register, shown.id, now).fill() if shown else []
    rhythm.fill(now)
    present.fill(gate, rhythm, now, visits_a_day=plan.visits_a_day)

    guests = register.guests()
    photos.hang(digests, guests, first)
    visits = _keep_visits(guests)
    return Filled(1, len(doors), len(people), len(guests), visits, len(digests))


def _showcase_unit(plan: DemoCommunity, doors: list[Unit]) -> Unit | None:
    if plan.name != showcase.COMMUNITY:
        return None
    return next(unit for unit in doors if (unit.tower, unit.number) == showcase.DOOR)


def _households(
    plan: DemoCommunity, doors: list[Unit], shown: Unit | None, chance: Random
) -> tuple[list[residents.Person], list[Home]]:
    households = residents.Households(chance, plan.country)
    everybody: list[residents.Person] = []
    homes: list[Home] = []
    for unit in doors:
        if unit is shown:
            everybody += showcase.move_in(households, unit)
            continue
        people = households.move_in(unit)
        everybody += people
        # Hardly anybody comes to an empty flat, and to some families half the city does.
        liveliness = chance.lognormvariate(0, 0.8) * (1 if people else 0.05)
        homes.append(Home(unit.id, liveliness, people[0].resident.surnames.split()[0] if people else ""))
    residents.keep(everybody)
    return everybody, homes


def _keep_visits(guests: list[Guest]) -> int:
    rows = [guest.row() for guest in guests]
    db.session.add_all(rows)
    db.session.flush()
    for guest, row in zip(guests, rows, strict=True):
        for visit in guest.visits:
            visit.visitor_id = row.id
    visits = sorted((visit for guest in guests for visit in guest.visits), key=lambda visit: visit.announced_at)
    db.session.add_all(visits)
    db.session.flush()
    return len(visits)
