"""Links that open the portal once: asked for at its door, or sent by the administration."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.exc import IntegrityError

from conserje import tokens
from conserje.audit.journal import Actor, record
from conserje.communities.models import Community
from conserje.database import changes_one, db
from conserje.errors import Refused
from conserje.messages import outbox
from conserje.messages.models import Channel, Purpose
from conserje.portal import contacts, sessions
from conserje.portal.contacts import Home
from conserje.portal.models import PortalAccess, PortalLink, PortalSession
from conserje.sms_wallet import ledger, notices
from conserje.tenancy import acting_for

VALID_FOR = timedelta(minutes=15)
# More would only fill somebody's mailbox, and an SMS costs the community.
MOST_AN_HOUR = 3
MOST_A_DAY = 8
# What the seeds begin with: links that the administration sends do not count among those asked for.
ASKED, INVITED = "portal", "invitation"
PARTS = 1
_DAY = timedelta(days=1)


def send(contact: str, *, address: str, now: datetime) -> None:
    """Owe the holder of this contact a link, if a resident's row carries it, by e-mail or by SMS.

    Gives no sign of which, and writes to the database either way. An SMS is paid by the first of the communities in
    question that has one left. Needs `begin_writing()` and a session that is bound to nothing.
    """
    record("portal.link_asked", "portal_access", None, by=Actor(None, None, address), at=now)
    homes = contacts.homes(contact)
    if not homes:
        return
    access_id = access_of(contact, now=now).id
    if _asked_often(access_id, now):
        return
    seed = tokens.new_seed(ASKED)
    if contacts.is_email(contact):
        _put(Channel.EMAIL, contact, homes[0], seed, now)
    elif not any(_put_paid(contact, home, seed, now) for home in homes):
        return
    issue(access_id, seed, now=now, valid_for=VALID_FOR)


def issue(access_id: int, seed: str, *, now: datetime, valid_for: timedelta) -> None:
    """Let the token that follows from the seed open the portal for so long."""
    db.session.execute(delete(PortalLink).where(PortalLink.ends_at < now - _DAY))
    db.session.add(
        PortalLink(
            access_id=access_id,
            seed=seed,
            token_digest=tokens.digest(tokens.derive(seed)),
            created_at=now,
            ends_at=now + valid_for,
        )
    )
    db.session.flush()


def is_of(kind: str) -> ColumnElement[bool]:
    """Whether a link was asked for at the door, or sent by the administration."""
    return PortalLink.seed.startswith(f"{kind}:")


def find(token: str, *, now: datetime) -> tuple[PortalLink, PortalAccess]:
    """The link of this token and whose it is. Changes nothing: mail is opened by scanners too.

    Refuses: `portal_link_over` where it never was, was used or has ended.
    """
    row = db.session.execute(
        select(PortalLink, PortalAccess)
        .join(PortalAccess, PortalAccess.id == PortalLink.access_id)
        .where(PortalLink.token_digest == tokens.digest(token))
    ).one_or_none()
    if row is None or row[0].used_at is not None or row[0].ends_at <= now:
        raise Refused("portal_link_over")
    return row[0], row[1]


def use(link: PortalLink, *, address: str, now: datetime, instead_of: PortalSession | None = None) -> str:
    """Enter by the link, once: gives the token of a new session. Needs `begin_writing()`.

    Refuses: `portal_link_over` where it was used in the meantime.
    """
    mine = changes_one(
        update(PortalLink).where(PortalLink.id == link.id, PortalLink.used_at.is_(None)).values(used_at=now)
    )
    if not mine:
        raise Refused("portal_link_over")
    record("portal.entered", "portal_access", link.access_id, by=Actor(None, None, address), at=now)
    return sessions.begin(link.access_id, now=now, instead_of=instead_of)


def access_of(contact: str, *, now: datetime) -> PortalAccess:
    """The access of this contact, made where there was none."""
    known = select(PortalAccess).where(PortalAccess.contact == contact)
    access = db.session.scalars(known).one_or_none()
    if access is None:
        access = PortalAccess(contact=contact, created_at=now)
        try:
            with db.session.begin_nested():
                db.session.add(access)
        except IntegrityError:
            access = db.session.scalars(known).one()
    return access


def _asked_often(access_id: int, now: datetime) -> bool:
    def since(then: datetime) -> int:
        asked = select(func.count()).where(
            PortalLink.access_id == access_id, PortalLink.created_at > then, is_of(ASKED)
        )
        return db.session.scalar(asked) or 0

    return since(now - timedelta(hours=1)) >= MOST_AN_HOUR or since(now - _DAY) >= MOST_A_DAY


def _put(channel: Channel, contact: str, home: Home, seed: str, now: datetime, parts: int = 0) -> int:
    facts = {
        "name": home.given_names,
        "community": home.community,
        "minutes": str(VALID_FOR // timedelta(minutes=1)),
    }
    message = outbox.put(
        Purpose.PORTAL_LINK,
        channel,
        contact,
        facts,
        now=now,
        community_id=home.community_id,
        link_seed=seed,
        parts=parts,
        worthless_at=now + VALID_FOR,
    )
    return message.id


def _put_paid(number: str, home: Home, seed: str, now: datetime) -> bool:
    """Owe the link by SMS where the community can pay it and is of the number's country; says whether it can."""
    with acting_for(home.community_id):
        community = db.session.get_one(Community, home.community_id)
        is_of_here = number.startswith(f"+{community.of_country.calling_code}")
        if not is_of_here or outbox.sms_since(community.id, now - _DAY) >= community.sms_per_day:
            return False
        try:
            with db.session.begin_nested():
                message_id = _put(Channel.SMS, number, home, seed, now, PARTS)
                reserved = ledger.reserve(community, message_id, PARTS, now=now)
        except Refused:
            return False
        if reserved.crossed_low:
            notices.warn_low_balance(community, reserved.left, now=now)
    return True
