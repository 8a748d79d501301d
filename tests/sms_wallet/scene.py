"""One community with its wallet, its administrator who buys, and the ledger's books to look into."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from conserje import tenancy
from conserje.audit.journal import Actor
from conserje.communities.models import Community
from conserje.database import db
from conserje.identity.countries import Country
from conserje.permissions import Profile
from conserje.sms_wallet import ledger, purchases
from conserje.sms_wallet.ledger import Reserved
from conserje.sms_wallet.models import EntryKind, SmsCredit, SmsEntry, SmsPurchase, SmsWallet
from tests.builders import NOON, actor, make_account, make_administration, make_bundle, make_community

MOMENT = timedelta(microseconds=1)
HOUR = timedelta(hours=1)


@dataclass
class Purse:
    """A community founded at NOON, on 20 November at midday, and so with its first 30 SMS."""

    community: Community
    admin: Actor

    def reserve(self, message_id: int, parts: int = 1, now: datetime = NOON) -> Reserved:
        return ledger.reserve(self.community, message_id, parts, now=now)

    def spend(self, message_id: int, now: datetime = NOON) -> None:
        ledger.spend(self.community, message_id, now)

    def release(self, message_id: int, now: datetime = NOON) -> None:
        ledger.release(self.community, message_id, now)

    def buy(self, parts: int = 100, now: datetime = NOON, name: str = "") -> SmsPurchase:
        """Buy a bundle of so many SMS, put on sale for the occasion."""
        bundle = make_bundle(name or f"{parts} SMS {now.isoformat()}", parts)
        return purchases.buy(self.community, bundle, accepts_conditions=True, by=self.admin, now=now)

    def balance(self, now: datetime = NOON) -> int:
        return ledger.balance(self.community, now)


def open_purse(country: Country = Country.CL) -> Purse:
    """The purse, committed, with the session bound to its community; nothing of the wallet is written yet."""
    administration = make_administration()
    community = make_community(administration, country=country)
    admin = make_account(administration, "admin@demo.example", Profile.ADMIN, (community,), given_name="Paula")
    tenancy.bind(community.id)
    db.session.commit()
    return Purse(community, actor(admin, community))


def credits() -> list[SmsCredit]:
    """The credits, the first to expire first."""
    return list(db.session.scalars(select(SmsCredit).order_by(SmsCredit.expires_at, SmsCredit.id)))


def holdings() -> list[int]:
    return [credit.remaining for credit in credits()]


def entries(message_id: int | None = None) -> list[tuple[str, int]]:
    """Kind and parts of the ledger's lines, the oldest first: all of them, or a message's."""
    wanted = select(SmsEntry.kind, SmsEntry.parts).order_by(SmsEntry.id)
    if message_id is not None:
        wanted = wanted.where(SmsEntry.message_id == message_id)
    return [(EntryKind(kind), parts) for kind, parts in db.session.execute(wanted)]


def wallets() -> list[SmsWallet]:
    return list(db.session.scalars(select(SmsWallet)))


def assert_books_balance() -> None:
    """The lines of each credit add up to what it holds."""
    sums = db.session.execute(select(SmsEntry.credit_id, func.sum(SmsEntry.parts)).group_by(SmsEntry.credit_id))
    held = db.session.execute(select(SmsCredit.id, SmsCredit.remaining))
    assert dict(sums.all()) == dict(held.all())
