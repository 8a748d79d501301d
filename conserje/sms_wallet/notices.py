"""What a community's administrators are told of its SMS, by e-mail."""

from __future__ import annotations

from datetime import datetime

from conserje.accounts.models import Account
from conserje.communities.models import Community
from conserje.database import db
from conserje.messages import outbox
from conserje.messages.models import Channel, Purpose
from conserje.sms_wallet import ledger
from conserje.sms_wallet.models import SmsPurchase
from conserje.sms_wallet.money import money
from conserje.sms_wallet.purchases import admins_of

_MONTHS = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
    *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
)


def announce_purchase(community: Community, purchase: SmsPurchase, *, vendor: str, now: datetime) -> None:
    """Tell every Súper Administrador and Administrador of the community, and the vendor, of a purchase (K018).

    `vendor` is the vendor's address, or nothing where none is set.
    """
    buyer = db.session.get_one(Account, purchase.bought_by)
    facts = {
        "community": community.name,
        "bundle": purchase.bundle_name,
        "parts": str(purchase.parts),
        "price": money(purchase.price, purchase.currency),
        "period": month_in_words(purchase.billing_period),
        "buyer": buyer.short_name,
        "balance": str(ledger.balance(community, now)),
    }
    addresses = [*(admin.email for admin in admins_of(community)), vendor]
    for address in dict.fromkeys(filter(None, addresses)):
        outbox.put(Purpose.PURCHASE, Channel.EMAIL, address, facts, now=now, community_id=community.id)


def warn_low_balance(community: Community, left: int, *, now: datetime) -> None:
    """Tell the administrators that few SMS are left (K036); the ledger says when, once for each crossing."""
    facts = {"community": community.name, "balance": str(left)}
    for admin in admins_of(community):
        outbox.put(Purpose.LOW_BALANCE, Channel.EMAIL, admin.email, facts, now=now, community_id=community.id)


def month_in_words(period: str) -> str:
    """2026-12 as diciembre de 2026."""
    year, month = period.split("-")
    return f"{_MONTHS[int(month) - 1]} de {year}"
