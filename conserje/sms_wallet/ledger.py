"""Where a community's SMS come from and go: grants, purchases, reservations, spending, giving back, expiry.

Counted in parts of SMS. Whoever spends or buys first holds the wallet's row, so that acts on one wallet take turns;
every change of a credit is a line of the ledger, and the lines of a credit add up to what it holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, select
from sqlalchemy.exc import IntegrityError

from conserje.communities.models import Community
from conserje.database import db
from conserje.errors import Refused
from conserje.sms_wallet import grants
from conserje.sms_wallet.grants import MONTHLY_PARTS, Grant
from conserje.sms_wallet.models import CreditKind, EntryKind, SmsCredit, SmsEntry, SmsPurchase, SmsWallet

# From here down the community is warned (K036).
LOW_BALANCE = 30

# One statement, so that credits and the months already granted are seen as of the same moment.
_AVAILABLE = (
    select(SmsWallet.granted_until, SmsCredit.expires_at, SmsCredit.remaining)
    .outerjoin(
        SmsCredit,
        and_(
            SmsCredit.community_id == SmsWallet.community_id,
            SmsCredit.remaining > 0,
            SmsCredit.expires_at > bindparam("now"),
        ),
    )
    .where(SmsWallet.community_id == bindparam("community_id"))
)
# Another act may have changed the rows after this session read them: what was read is replaced.
_WALLET = (
    select(SmsWallet)
    .where(SmsWallet.community_id == bindparam("community_id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_CREDITS = select(SmsCredit).order_by(SmsCredit.expires_at, SmsCredit.id).execution_options(populate_existing=True)
_UNSPENT = _CREDITS.where(SmsCredit.remaining > 0)
_OF_MESSAGE = (
    select(SmsEntry.credit_id, SmsEntry.kind, SmsEntry.parts)
    .where(SmsEntry.message_id == bindparam("message_id"))
    .order_by(SmsEntry.id)
)
_ANY_PURCHASE = select(SmsPurchase.id).limit(1)


@dataclass(frozen=True)
class Lot:
    """Parts that can be used until the same moment."""

    expires_at: datetime
    parts: int


@dataclass(frozen=True)
class Reserved:
    """What is left after a reservation. `crossed_low`: the community is to be warned now, once for each crossing."""

    left: int
    crossed_low: bool


@dataclass(frozen=True)
class _Stock:
    """What the wallet holds at a moment: credits that can be used or have expired, and grants not yet written down."""

    usable: list[SmsCredit]
    expired: list[SmsCredit]
    grants: list[Grant]

    @property
    def total(self) -> int:
        return _sum(self.usable) + MONTHLY_PARTS * len(self.grants)


@dataclass(frozen=True)
class _Held:
    """What a message holds of each credit, by the credit's id, and whether it was already sent."""

    parts: dict[int, int]
    is_spent: bool


def available(community: Community, now: datetime) -> list[Lot]:
    """What the community can use at this moment, the first to expire first (K032, K034, K035). Writes nothing.

    The monthly grants that no act has written down yet count as well.
    """
    found = db.session.execute(_AVAILABLE, {"community_id": community.id, "now": now}).all()
    granted_until = found[0].granted_until if found else ""
    lots = [Lot(row.expires_at, row.remaining) for row in found if row.expires_at is not None]
    lots += [Lot(grant.expires_at, MONTHLY_PARTS) for grant in _missing_grants(community, granted_until, now)]
    return sorted(lots, key=lambda lot: lot.expires_at)


def balance(community: Community, now: datetime) -> int:
    """How many parts the community can use at this moment (K010). Writes nothing."""
    return sum(lot.parts for lot in available(community, now))


def reserve(community: Community, message_id: int, parts: int, *, now: datetime) -> Reserved:
    """Set the parts of a queued message aside, from the credits that expire first. Needs `begin_writing()`.

    A message reserves once: asked again for one that holds its parts or was sent, it takes nothing more; one whose
    parts were released may reserve anew. Refuses: `sms_balance_empty` (facts: left), and nothing is changed.
    """
    if parts < 1:
        raise ValueError("a message has at least one part")
    wallet = _hold(community)
    if wallet is None:
        _require(parts, MONTHLY_PARTS * len(_missing_grants(community, "", now)))
        wallet = _open(community)
    held = _held_by(message_id)
    stock = _stock(community, wallet, now)
    if held.parts or held.is_spent:
        return Reserved(stock.total, crossed_low=False)
    _require(parts, stock.total)
    credits = _write_down(community, wallet, stock, now)
    wanted = parts
    for credit in credits:
        taken = min(wanted, credit.remaining)
        if taken:
            _move(credit, EntryKind.RESERVED, -taken, now, message_id)
            wanted -= taken
    left = _sum(credits)
    crossed = left <= LOW_BALANCE and not wallet.is_warned and _has_bought()
    wallet.is_warned = wallet.is_warned or crossed
    db.session.flush()
    return Reserved(left, crossed)


def spend(community: Community, message_id: int, now: datetime) -> None:
    """The message was sent: what it reserved is gone for good. Needs `begin_writing()`.

    The first word counts: told twice, or after the release, it changes nothing.
    """
    held = _reservation(community, message_id)
    if held:
        # One line tells it. It moves nothing, so any of the message's credits can bear it.
        _write(community.id, min(held), EntryKind.SPENT, 0, now, message_id)
        db.session.flush()


def release(community: Community, message_id: int, now: datetime) -> None:
    """The message was surely not sent: its parts return to the credits they came from. Needs `begin_writing()`.

    What returns to a credit that has expired meanwhile is lost with it. The first word counts: told twice, or after
    the spending, it changes nothing.
    """
    held = _reservation(community, message_id)
    if not held:
        return
    for credit in db.session.scalars(_CREDITS.where(SmsCredit.id.in_(held))).all():
        _move(credit, EntryKind.RELEASED, held[credit.id], now, message_id)
        if credit.expires_at <= now:
            _move(credit, EntryKind.EXPIRED, -credit.remaining, now)
    db.session.flush()


def add_purchase(community: Community, purchase: SmsPurchase, now: datetime) -> None:
    """Put what was bought into the wallet, for six months (K019, K034, K035). Needs `begin_writing()`."""
    wallet = _hold(community) or _open(community)
    credits = _write_down(community, wallet, _stock(community, wallet, now), now)
    credit = SmsCredit(
        community_id=community.id,
        kind=CreditKind.PURCHASE,
        purchase_id=purchase.id,
        granted_at=now,
        expires_at=grants.expiry(now, community.time_zone),
    )
    credits.append(_put_in(credit, EntryKind.BOUGHT, purchase.parts, now))
    _forget_warning(wallet, credits)
    db.session.flush()


def _missing_grants(community: Community, granted_until: str, now: datetime) -> list[Grant]:
    return grants.missing(
        since=community.created_at, granted_until=granted_until, now=now, time_zone=community.time_zone
    )


def _hold(community: Community) -> SmsWallet | None:
    """The community's wallet, held until the transaction ends; none before the first reservation or purchase."""
    return db.session.scalars(_WALLET, {"community_id": community.id}).one_or_none()


def _open(community: Community) -> SmsWallet:
    """The community's wallet where it had none; the one of whoever opened it at the same moment, once he is done."""
    wallet = SmsWallet(community_id=community.id)
    try:
        with db.session.begin_nested():
            db.session.add(wallet)
    except IntegrityError:
        held = _hold(community)
        if held is None:
            raise
        wallet = held
    return wallet


def _stock(community: Community, wallet: SmsWallet, now: datetime) -> _Stock:
    credits = db.session.scalars(_UNSPENT).all()
    return _Stock(
        usable=[credit for credit in credits if credit.expires_at > now],
        expired=[credit for credit in credits if credit.expires_at <= now],
        grants=_missing_grants(community, wallet.granted_until, now),
    )


def _write_down(community: Community, wallet: SmsWallet, stock: _Stock, now: datetime) -> list[SmsCredit]:
    """Write off what expired and enter the grants that are due: all credits of use, the first to expire first."""
    for credit in stock.expired:
        _move(credit, EntryKind.EXPIRED, -credit.remaining, now)
    credits = list(stock.usable)
    for grant in stock.grants:
        credit = SmsCredit(
            community_id=community.id,
            kind=CreditKind.MONTHLY,
            month=grant.month,
            granted_at=grant.granted_at,
            expires_at=grant.expires_at,
        )
        credits.append(_put_in(credit, EntryKind.GRANTED, MONTHLY_PARTS, now))
        wallet.granted_until = grant.month
    if stock.grants:
        _forget_warning(wallet, credits)
    return sorted(credits, key=lambda credit: (credit.expires_at, credit.id))


def _forget_warning(wallet: SmsWallet, credits: list[SmsCredit]) -> None:
    if _sum(credits) > LOW_BALANCE:
        wallet.is_warned = False


def _reservation(community: Community, message_id: int) -> dict[int, int]:
    """What the message holds of each credit and may still be spent or released, the wallet being held; else nothing."""
    if _hold(community) is None:
        return {}
    held = _held_by(message_id)
    return {} if held.is_spent else held.parts


def _held_by(message_id: int) -> _Held:
    parts: dict[int, int] = {}
    is_spent = False
    for entry in db.session.execute(_OF_MESSAGE, {"message_id": message_id}):
        parts[entry.credit_id] = parts.get(entry.credit_id, 0) - entry.parts
        is_spent = is_spent or entry.kind == EntryKind.SPENT
    return _Held({credit_id: held for credit_id, held in parts.items() if held}, is_spent)


def _has_bought() -> bool:
    return db.session.scalars(_ANY_PURCHASE).first() is not None


def _require(parts: int, left: int) -> None:
    if parts > left:
        raise Refused("sms_balance_empty", left=left)


def _sum(credits: list[SmsCredit]) -> int:
    return sum(credit.remaining for credit in credits)


def _put_in(credit: SmsCredit, kind: EntryKind, parts: int, now: datetime) -> SmsCredit:
    credit.remaining = 0
    db.session.add(credit)
    db.session.flush()
    _move(credit, kind, parts, now)
    return credit


def _move(credit: SmsCredit, kind: EntryKind, parts: int, now: datetime, message_id: int | None = None) -> None:
    """Change what a credit holds, and say so in the ledger: nothing else does either."""
    credit.remaining += parts
    _write(credit.community_id, credit.id, kind, parts, now, message_id)


def _write(
    community_id: int, credit_id: int, kind: EntryKind, parts: int, now: datetime, message_id: int | None
) -> None:
    db.session.add(
        SmsEntry(community_id=community_id, credit_id=credit_id, kind=kind, parts=parts, message_id=message_id, at=now)
    )
