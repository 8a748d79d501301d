"""Asking the resident about a visit: whom, by what, how often, and why not."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, select, update

from conserje import change_feed, clock
from conserje.access_lists.matching import Listing
from conserje.approval_links import links
from conserje.audit.journal import Actor, record
from conserje.communities.models import Community, Resident, ResidentPhone, Unit
from conserje.database import changes_one, db
from conserje.errors import Refused
from conserje.identity import phones
from conserje.messages import outbox
from conserje.messages.models import Channel, Purpose
from conserje.sms_wallet import ledger, notices
from conserje.tenancy import everywhere
from conserje.visits.models import State, Unasked, Visit

log = logging.getLogger("conserje")

# Against toll fraud and against a button pressed again and again.
MOST_SMS_FOR_A_UNIT = 40
MOST_TIMES_ASKED = 4
BETWEEN_TWO_REQUESTS = timedelta(seconds=30)
DAY = timedelta(hours=24)
# Every text of ours fits one part (`messages.wording`).
PARTS = 1
ALARM_AT = 0.8


@dataclass(frozen=True)
class Recipient:
    """One address to ask at. The unit's notice number is nobody's in particular."""

    channel: Channel
    address: str
    resident: Resident | None = None


def ask(visit: Visit, unit: Unit, community: Community, *, now: datetime) -> None:
    """Ask the resident about a pending visit (O23): the unit's notice number, else all who may approve.

    Where a number is asked, everybody who may approve follows after `community.escalation_seconds` without an answer.
    Where nobody can be asked, `visit.unasked` says why, and the gate calls.
    """
    visit.times_asked += 1
    visit.unasked, visit.escalates_at = "", None
    if not community.asks_residents:
        visit.unasked = Unasked.SWITCHED_OFF
        return
    others = _who_may_approve(unit, community)
    if unit.notice_phone and _takes_sms(unit.notice_phone, community):
        first = [Recipient(Channel.SMS, unit.notice_phone)]
        if _but_the_number(others, unit):
            visit.escalates_at = now + timedelta(seconds=community.escalation_seconds)
    else:
        first = others
    visit.unasked = _send_to(first, visit, unit, community, now)
    if visit.unasked and visit.escalates_at is not None:
        # The number could not be asked: the others need not wait for its silence.
        visit.escalates_at = None
        visit.unasked = _send_to(
            [other for other in others if other.address != unit.notice_phone], visit, unit, community, now
        )


def ask_again(visit: Visit, *, by: Actor, now: datetime) -> Visit:
    """[Reenviar]: the same links once more, and a whole window to answer. Vencido becomes Pendiente again.

    Refuses: `visit_already_decided`; `unauthorised_not_asked` and `watched_not_asked` about a person whom the unit or
    the community does not let in; `visit_no_longer_valid`; `asked_too_often` (facts: most); `asked_too_soon` (facts:
    seconds) within half a minute of the last request.
    """
    listing = Listing(visit.listing)
    if listing.is_barred:
        raise Refused("watched_not_asked") if listing.is_watched else Refused("unauthorised_not_asked")
    community = db.session.get_one(Community, visit.community_id)
    unit = db.session.get_one(Unit, visit.unit_id)
    if visit.valid_until <= now:
        raise Refused("visit_no_longer_valid")
    if visit.times_asked >= MOST_TIMES_ASKED:
        raise Refused("asked_too_often", most=MOST_TIMES_ASKED)
    _require_a_pause(visit, now)
    window = timedelta(minutes=community.approval_minutes)
    still_open = changes_one(
        update(Visit)
        .where(Visit.id == visit.id, Visit.state == State.PENDING, Visit.times_asked == visit.times_asked)
        .values(answer_by=now + window)
    )
    if not still_open:
        raise Refused("visit_already_decided")
    db.session.refresh(visit)
    ask(visit, unit, community, now=now)
    record("visit.asked_again", "visit", visit.id, by=by, at=now, facts={"times": visit.times_asked})
    change_feed.note(visit.community_id, visit.id, at=now)
    return visit


def _require_a_pause(visit: Visit, now: datetime) -> None:
    messages = outbox.about(visit.community_id, [visit.id])
    since = now - messages[-1].created_at if messages else BETWEEN_TWO_REQUESTS
    # A clock that was set back since then does not count.
    if timedelta(0) <= since < BETWEEN_TWO_REQUESTS:
        raise Refused("asked_too_soon", seconds=int((BETWEEN_TWO_REQUESTS - since).total_seconds()) + 1)


def due_escalations(now: datetime, most: int = 50) -> list[tuple[int, int]]:
    """Community and id of the visits whose other residents are to be asked by now, over all communities."""
    with everywhere() as session:
        found = session.execute(
            select(Visit.community_id, Visit.id)
            .where(Visit.escalates_at <= now)
            .order_by(Visit.escalates_at)
            .limit(most)
        ).all()
    return [(row[0], row[1]) for row in found]


def escalate(visit_id: int, *, now: datetime) -> bool:
    """Ask everybody of the unit who may approve, if the visit still waits: once, whichever worker comes first.

    Late is better than never while the window is open; afterwards nobody is asked any more.
    """
    mine = changes_one(update(Visit).where(Visit.id == visit_id, Visit.escalates_at <= now).values(escalates_at=None))
    visit = db.session.get(Visit, visit_id, populate_existing=True)
    if not mine or visit is None or visit.state != State.PENDING or visit.answer_by <= now:
        return False
    unit = db.session.get_one(Unit, visit.unit_id)
    community = db.session.get_one(Community, visit.community_id)
    _send_to(_but_the_number(_who_may_approve(unit, community), unit), visit, unit, community, now)
    change_feed.note(visit.community_id, visit.id, at=now)
    return True


def withdraw(visit: Visit, *, now: datetime) -> None:
    """Somebody decided: what is still queued about the visit need not be sent, nor paid."""
    community = db.session.get_one(Community, visit.community_id)
    for message in outbox.withdraw(visit.community_id, visit.id, now=now):
        if message.parts and not message.may_have_gone:
            ledger.release(community, message.id, now=now)
        elif message.parts:
            ledger.spend(community, message.id, now=now)


def _takes_sms(number: str, community: Community) -> bool:
    """Only numbers of the community's own country: an SMS abroad is dear, and an invitation to fraud."""
    return number.startswith(f"+{community.of_country.calling_code}") and phones.takes_sms(number)


def _who_may_approve(unit: Unit, community: Community) -> list[Recipient]:
    """Residents marked «puede aprobar» in order of contact, each by the first phone that takes SMS, else by e-mail."""
    rows = db.session.execute(
        select(Resident, ResidentPhone.number)
        .outerjoin(
            ResidentPhone,
            and_(ResidentPhone.community_id == Resident.community_id, ResidentPhone.resident_id == Resident.id),
        )
        .where(Resident.unit_id == unit.id, Resident.may_approve)
        .order_by(Resident.contact_order, Resident.id, ResidentPhone.id)
    ).all()
    found: dict[int, Recipient] = {}
    for resident, number in rows:
        known = found.get(resident.id)
        if number and _takes_sms(number, community) and (known is None or known.channel is Channel.EMAIL):
            found[resident.id] = Recipient(Channel.SMS, number, resident)
        elif known is None and resident.email:
            found[resident.id] = Recipient(Channel.EMAIL, resident.email, resident)
    # A couple that shares a phone is asked once.
    return list({(each.channel, each.address): each for each in reversed(found.values())}.values())[::-1]


def _but_the_number(recipients: list[Recipient], unit: Unit) -> list[Recipient]:
    return [each for each in recipients if each.address != unit.notice_phone]


def _send_to(recipients: list[Recipient], visit: Visit, unit: Unit, community: Community, now: datetime) -> str:
    """Owe a message to each; gives why nobody could be asked, or nothing where somebody was."""
    reasons = [_send(recipient, visit, unit, community, now) for recipient in recipients]
    if not reasons:
        return Unasked.NO_CONTACT
    return "" if "" in reasons else reasons[0]


def _send(recipient: Recipient, visit: Visit, unit: Unit, community: Community, now: datetime) -> str:
    by_sms = recipient.channel is Channel.SMS
    if by_sms and _is_over_limit(unit, community, now):
        return Unasked.LIMIT
    link = links.issue(
        visit.id,
        recipient.channel,
        recipient.address,
        recipient.resident.id if recipient.resident else None,
        now=now,
    )
    facts = {
        "community": community.name,
        "visitor": visit.full_name,
        "unit": unit.label,
        "answer_by": clock.local(visit.answer_by, community.time_zone).strftime("%H:%M"),
    }
    try:
        with db.session.begin_nested():
            message = outbox.put(
                Purpose.APPROVAL,
                recipient.channel,
                recipient.address,
                facts,
                now=now,
                community_id=community.id,
                unit_id=unit.id,
                visit_id=visit.id,
                link_seed=link.seed,
                parts=PARTS if by_sms else 0,
                worthless_at=visit.answer_by,
            )
            reserved = ledger.reserve(community, message.id, PARTS, now=now) if by_sms else None
    except Refused:
        return Unasked.NO_BALANCE
    if reserved is not None and reserved.crossed_low:
        notices.warn_low_balance(community, reserved.left, now=now)
    return ""


def _is_over_limit(unit: Unit, community: Community, now: datetime) -> bool:
    sent = outbox.sms_since(community.id, now - DAY)
    if sent + 1 == int(community.sms_per_day * ALARM_AT):
        log.warning("community %d has used 80 %% of its SMS of the day", community.id)
    of_unit = outbox.sms_since(community.id, now - DAY, unit.id)
    return sent >= community.sms_per_day or of_unit >= MOST_SMS_FOR_A_UNIT
