"""The administration sends residents their access to the portal (T10, T17), and sees who has entered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import starmap

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, or_, select

from conserje import paging, tokens
from conserje.accounts.models import Account
from conserje.audit.journal import Actor, record
from conserje.communities import resident_upkeep
from conserje.communities.models import Community, Resident, ResidentKind, Unit, unit_label
from conserje.communities.resident_upkeep import Contact, Person
from conserje.database import db
from conserje.errors import Refused
from conserje.identity.names import fold
from conserje.messages import outbox
from conserje.messages.models import Channel, Purpose
from conserje.paging import Page, Sorting
from conserje.permissions import Module
from conserje.portal import links
from conserje.portal.models import PortalAccess, PortalLink

VALID_FOR = timedelta(hours=72)
# A button pressed again and again must not fill a mailbox.
BETWEEN_TWO = timedelta(minutes=10)
MOST_WORDS = 6
JOB = "portal.invite"

_LIVES_IN = and_(Unit.community_id == Resident.community_id, Unit.id == Resident.unit_id)
_IS_OWNER = or_(Resident.is_principal, Resident.kind == ResidentKind.OWNER)


@dataclass(frozen=True)
class Invitee:
    """A resident with an e-mail. `invited_until`: the end of the link that waits for him, where one does."""

    id: int
    full_name: str
    unit: str
    email: str
    last_access_at: datetime | None
    invited_until: datetime | None


class Order(StrEnum):
    """What the list is sorted by."""

    NAME = "name"
    UNIT = "unit"


_SORTINGS = {
    Order.NAME: Sorting((Resident.search, Resident.id)),
    Order.UNIT: Sorting((Unit.tower, func.length(Unit.number), Unit.number, Resident.search, Resident.id)),
}


@dataclass(frozen=True)
class Invited:
    """What came of inviting the owners, by e-mail addresses; those without one by residents."""

    due: Sequence[int]
    already_in: int
    waiting: int
    without_email: int


def listed(typed: str = "", order: Order = Order.NAME, *, now: datetime, after: int | None = None) -> Page[Invitee]:
    """The community's residents who have an e-mail; narrowed to words of the name, the unit or the e-mail.

    `after` is the id of the resident that the page before ended with; the list begins at its top where he is gone.
    """
    page = paging.turned(_wanted(typed, now), _SORTINGS[order], after=after)
    return page.showing([_invitee(*found) for *found, _ in page.rows])


def everybody(typed: str = "", order: Order = Order.NAME, *, now: datetime) -> Iterator[Invitee]:
    """The whole list of `listed`, for an Excel file."""
    return starmap(_invitee, paging.whole(_wanted(typed, now), _SORTINGS[order]))


def send(resident: Resident, *, by: Actor, now: datetime) -> Resident:
    """[Enviar acceso]: mail the resident a link to the portal, worth 72 hours, that says who invites (T10).

    Needs an actor with an account and `begin_writing()`.
    Refuses: `module_off` (facts: community) where the community does without the portal; `resident_without_email`;
    `invited_just_now` (facts: minutes) shortly after the last time.
    """
    community = db.session.get_one(Community, resident.community_id)
    if not community.has(Module.PORTAL):
        raise Refused("module_off", community=community.name)
    if not resident.email or not resident.email_key:
        raise Refused("resident_without_email")
    access = links.access_of(resident.email_key, now=now)
    latest = db.session.scalar(
        select(func.max(PortalLink.created_at)).where(PortalLink.access_id == access.id, links.is_of(links.INVITED))
    )
    if latest is not None and timedelta(0) <= now - latest < BETWEEN_TWO:
        raise Refused("invited_just_now", minutes=BETWEEN_TWO // timedelta(minutes=1))
    facts = {
        "name": resident.given_names,
        "community": community.name,
        "unit": db.session.get_one(Unit, resident.unit_id).label,
        "inviter": db.session.get_one(Account, by.account_id).short_name,
        "hours": str(VALID_FOR // timedelta(hours=1)),
    }
    seed = tokens.new_seed(links.INVITED)
    links.issue(access.id, seed, now=now, valid_for=VALID_FOR)
    outbox.put(
        Purpose.PORTAL_WELCOME,
        Channel.EMAIL,
        resident.email,
        facts,
        now=now,
        community_id=community.id,
        link_seed=seed,
        worthless_at=now + VALID_FOR,
    )
    record("portal.invited", "resident", resident.id, by=by, at=now)
    return resident


def add_user(unit: Unit, person: Person, contact: Contact, *, by: Actor, now: datetime) -> Resident:
    """Add a resident by hand (T08), and mail the access to whoever has an e-mail (T10).

    Whoever was mailed just now, for another unit, is not mailed again: the link opens both. Where the community does
    without the portal, nobody is.
    Refuses what `resident_upkeep.add` refuses.
    """
    resident = resident_upkeep.add(unit, person, contact, by=by, now=now)
    if resident.email:
        with suppress(Refused):
            send(resident, by=by, now=now)
    return resident


def owners(*, now: datetime) -> Invited:
    """[Generar usuarios] (T17): the principals and owners of the community's units who are to be invited.

    Ids of one resident for each e-mail that never entered and has no link waiting: whoever has several units is
    mailed once, and what is done twice invites nobody twice.
    """
    found = db.session.execute(
        select(Resident.id, Resident.email_key, PortalAccess.last_access_at, _waits_until(now))
        .outerjoin(PortalAccess, PortalAccess.contact == Resident.email_key)
        .where(_IS_OWNER)
        .order_by(Resident.id)
    ).all()
    fates: Counter[str] = Counter()
    due: dict[str, int] = {}
    seen: set[str] = set()
    for resident_id, email, entered, until in found:
        if email is None:
            fates["without_email"] += 1
        elif email not in seen:
            seen.add(email)
            if entered is not None:
                fates["already_in"] += 1
            elif until is not None:
                fates["waiting"] += 1
            else:
                due[email] = resident_id
    return Invited(list(due.values()), fates["already_in"], fates["waiting"], fates["without_email"])


def _wanted(typed: str, now: datetime) -> paging.Listed:
    return (
        select(Resident, Unit.tower, Unit.number, PortalAccess.last_access_at, _waits_until(now))
        .join(Unit, _LIVES_IN)
        .outerjoin(PortalAccess, PortalAccess.contact == Resident.email_key)
        .where(Resident.email_key.is_not(None), *_matching(typed))
    )


def _invitee(resident: Resident, tower: str, number: str, entered: datetime | None, until: datetime | None) -> Invitee:
    unit = unit_label(tower, number)
    return Invitee(resident.id, resident.full_name, unit, resident.email or "", entered, until)


def _matching(typed: str) -> list[ColumnElement[bool]]:
    return [
        or_(
            Resident.search.like(f"% {word}%"),
            Unit.search.like(f"% {word}%"),
            Resident.email_key.contains(word, autoescape=True),
        )
        for word in fold(typed).split()[:MOST_WORDS]
    ]


def _waits_until(now: datetime) -> ScalarSelect[datetime]:
    return (
        select(func.max(PortalLink.ends_at))
        .where(
            PortalLink.access_id == PortalAccess.id,
            PortalLink.used_at.is_(None),
            PortalLink.ends_at > now,
            links.is_of(links.INVITED),
        )
        .correlate(PortalAccess)
        .scalar_subquery()
    )
