"""Buying bundles of SMS, and what the community bought."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, exists, func, or_, select

from conserje import clock, paging
from conserje.accounts.models import Account, Membership
from conserje.audit.journal import Actor, record
from conserje.communities.models import Community
from conserje.database import db
from conserje.errors import Refused
from conserje.paging import Page, Sorting
from conserje.permissions import Profile
from conserje.sms_wallet import ledger, months
from conserje.sms_wallet.ledger import LOW_BALANCE, Lot
from conserje.sms_wallet.models import SmsBundle, SmsPurchase

_ON_SALE = (
    select(SmsBundle)
    .where(SmsBundle.country == bindparam("country"), SmsBundle.is_on_sale)
    .order_by(SmsBundle.price, SmsBundle.id)
    # The catalogue may have changed since this session read it.
    .execution_options(populate_existing=True)
)
_ONE_ON_SALE = _ON_SALE.where(SmsBundle.id == bindparam("id"))
_HISTORY = select(
    SmsPurchase.id,
    SmsPurchase.bought_at,
    SmsPurchase.bundle_name,
    SmsPurchase.parts,
    SmsPurchase.price,
    SmsPurchase.currency,
    SmsPurchase.billing_period,
    Account.given_name,
    Account.paternal_surname,
).join(Account, Account.id == SmsPurchase.bought_by)
_LATEST_FIRST = Sorting((SmsPurchase.bought_at, SmsPurchase.id), downwards=True)
_HOW_MANY = select(func.count(SmsPurchase.id))
_ASSIGNED = exists().where(Membership.account_id == Account.id, Membership.community_id == bindparam("community_id"))
_ADMINS = (
    select(Account)
    .where(
        Account.administration_id == bindparam("administration_id"),
        Account.is_active,
        ~Account.is_test,
        or_(Account.profile == Profile.SUPERADMIN, and_(Account.profile == Profile.ADMIN, _ASSIGNED)),
    )
    .order_by(Account.email_key)
)


@dataclass(frozen=True)
class PurchaseRow:
    """A purchase as a row of the history (K022). `price` in minor units of its currency; see `money`."""

    id: int
    bought_at: datetime
    bundle_name: str
    parts: int
    price: int
    currency: str
    billing_period: str
    bought_by: str


@dataclass(frozen=True)
class NextExpiry:
    """What is lost first unless it is used: the parts, and the community's day on which they are no longer there."""

    day: date
    parts: int


@dataclass(frozen=True)
class WalletSummary:
    """What the module shows at its head (K010, K019). `low`: no more is left than the warning of K036 speaks of."""

    available: int
    bundles_bought: int
    next_expiry: NextExpiry | None
    low: bool


def bundles_on_sale(community: Community) -> list[SmsBundle]:
    """What a community of this country can buy, the cheapest first (K011)."""
    return list(db.session.scalars(_ON_SALE, {"country": community.country}))


def bundle(community: Community, bundle_id: int) -> SmsBundle | None:
    """The bundle of that id, where this community can buy it."""
    return db.session.scalars(_ONE_ON_SALE, {"country": community.country, "id": bundle_id}).one_or_none()


def billing_period(now: datetime, time_zone: str) -> str:
    """The month in whose charge a purchase of this moment appears: the community's next one (K033), as 2026-12."""
    return months.label(months.later(months.month_of(now, time_zone), 1))


def buy(community: Community, bundle: SmsBundle, *, accepts_conditions: bool, by: Actor, now: datetime) -> SmsPurchase:
    """Buy a bundle for the community (K012 to K019). Needs `begin_writing()`.

    Refuses: `conditions_not_accepted` (field accept); `bundle_not_on_sale` for one that was taken off sale meanwhile or
    belongs to another country.
    """
    if not accepts_conditions:
        raise Refused("conditions_not_accepted", field="accept")
    on_sale = db.session.scalars(_ONE_ON_SALE, {"country": community.country, "id": bundle.id}).one_or_none()
    if on_sale is None:
        raise Refused("bundle_not_on_sale")
    if by.account_id is None:
        raise ValueError("somebody buys, not the system")
    purchase = enter(community, on_sale, by.account_id, now)
    facts = {"bundle": on_sale.id, "parts": purchase.parts, "price": purchase.price, "currency": purchase.currency}
    record("sms.bought", "sms_purchase", purchase.id, by=by, at=now, facts=facts)
    return purchase


def bought_lately(community: Community, bundle: SmsBundle, now: datetime) -> datetime | None:
    """When the community bought this bundle within the last hour, if it did: whoever goes back is asked once more."""
    return db.session.scalar(
        select(func.max(SmsPurchase.bought_at)).where(
            SmsPurchase.bundle_name == bundle.name, SmsPurchase.bought_at > now - timedelta(hours=1)
        )
    )


def enter(community: Community, bundle: SmsBundle, account_id: int, now: datetime) -> SmsPurchase:
    """Write a purchase down as made at this moment, and put its parts into the wallet. Needs `begin_writing()`."""
    purchase = SmsPurchase(
        community_id=community.id,
        bundle_name=bundle.name,
        parts=bundle.parts,
        price=bundle.price,
        currency=bundle.currency,
        billing_period=billing_period(now, community.time_zone),
        bought_at=now,
        bought_by=account_id,
    )
    db.session.add(purchase)
    db.session.flush()
    ledger.add_purchase(community, purchase, now)
    return purchase


def history(
    community: Community,
    *,
    since: date | None = None,
    until: date | None = None,
    after: int | None = None,
) -> Page[PurchaseRow]:
    """The community's purchases, the latest first (K020 to K022), page by page.

    `since` and `until` are days of the community's calendar, both included (K021). Refuses: `range_reversed`.
    `after` is the id of the purchase that the page before ended with.
    """
    page = paging.turned(_wanted(community, since, until), _LATEST_FIRST, after=after)
    return page.showing([_row(each) for each in page.rows])


def every(community: Community, *, since: date | None = None, until: date | None = None) -> Iterator[PurchaseRow]:
    """The whole list of `history`, for an Excel file."""
    return map(_row, paging.whole(_wanted(community, since, until), _LATEST_FIRST))


def summary(community: Community, now: datetime) -> WalletSummary:
    """How much the community can send, how often it bought, and what expires first. Writes nothing."""
    lots = ledger.available(community, now)
    available = sum(lot.parts for lot in lots)
    return WalletSummary(
        available=available,
        bundles_bought=db.session.scalars(_HOW_MANY).one(),
        next_expiry=_next_expiry(lots, community.time_zone),
        low=available <= LOW_BALANCE,
    )


def admins_of(community: Community) -> list[Account]:
    """Who is told of purchases and of a low balance, by e-mail address (K018, K036): the active superadmins of the
    community's administration and its active administrators; no test users."""
    return list(
        db.session.scalars(_ADMINS, {"administration_id": community.administration_id, "community_id": community.id})
    )


def _next_expiry(lots: Sequence[Lot], time_zone: str) -> NextExpiry | None:
    """Lots that expire on one and the same day are lost together."""
    days = [clock.local(lot.expires_at, time_zone).date() for lot in lots]
    if not days:
        return None
    return NextExpiry(days[0], sum(lot.parts for lot, day in zip(lots, days, strict=True) if day == days[0]))


def _wanted(community: Community, since: date | None, until: date | None) -> paging.Listed:
    if since and until and until < since:
        raise Refused("range_reversed", field="until")
    wanted = _HISTORY.where(SmsPurchase.community_id == community.id)
    if since is not None:
        wanted = wanted.where(SmsPurchase.bought_at >= clock.day_bounds(since, community.time_zone)[0])
    if until is not None:
        wanted = wanted.where(SmsPurchase.bought_at < clock.day_bounds(until, community.time_zone)[1])
    return wanted


def _row(purchase: Any) -> PurchaseRow:
    return PurchaseRow(
        id=purchase.id,
        bought_at=purchase.bought_at,
        bundle_name=purchase.bundle_name,
        parts=purchase.parts,
        price=purchase.price,
        currency=purchase.currency,
        billing_period=purchase.billing_period,
        bought_by=f"{purchase.given_name} {purchase.paternal_surname}",
    )
