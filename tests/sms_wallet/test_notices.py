"""What administrators are told of their community's SMS."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from conserje import tenancy
from conserje.communities.models import Community, Unit
from conserje.database import db
from conserje.messages.models import Channel, Message, Purpose
from conserje.permissions import Profile
from conserje.sms_wallet import ledger, purchases
from conserje.sms_wallet.models import SmsBundle
from conserje.sms_wallet.notices import announce_purchase, month_in_words
from conserje.visits import registration
from tests.builders import (
    NOON,
    OTHER_RUN,
    actor,
    announcement,
    make_account,
    make_administration,
    make_bundle,
    make_community,
    make_unit,
)

VENDOR = "ventas@proveedor.example"


@pytest.fixture
def community(ctx: Flask) -> Community:
    """Aromos, with its superadmin, its administrator, a conserje, and an administrator of another community."""
    administration = make_administration()
    community = make_community(administration)
    elsewhere = make_community(administration, "Parque Mirador")
    make_account(administration, "super@demo.example", Profile.SUPERADMIN)
    make_account(administration, "admin@demo.example", Profile.ADMIN, (community,))
    make_account(administration, "conserje@demo.example", Profile.CONSERJE, (community,))
    make_account(administration, "otro@demo.example", Profile.ADMIN, (elsewhere,))
    tenancy.bind(community.id)
    return community


@pytest.fixture
def bundle(community: Community) -> SmsBundle:
    return make_bundle()


def mails(purpose: Purpose) -> list[Message]:
    return list(
        db.session.scalars(
            select(Message)
            .where(Message.purpose == purpose, Message.channel == Channel.EMAIL)
            .order_by(Message.recipient)
        )
    )


def buy(community: Community, bundle: SmsBundle) -> None:
    by = purchases.admins_of(community)[0]
    bought = purchases.buy(community, bundle, accepts_conditions=True, by=actor(by, community), now=NOON)
    announce_purchase(community, bought, vendor=VENDOR, now=NOON)


def test_a_purchase_is_told_to_everybody_named_and_nobody_else(community: Community, bundle: SmsBundle) -> None:
    buy(community, bundle)
    assert [mail.recipient for mail in mails(Purpose.PURCHASE)] == ["admin@demo.example", "super@demo.example", VENDOR]


def test_it_says_what_was_bought_for_how_much_and_what_there_is_now(community: Community, bundle: SmsBundle) -> None:
    buy(community, bundle)
    facts = mails(Purpose.PURCHASE)[0].facts
    assert facts["parts"] == str(bundle.parts)
    assert facts["balance"] == str(ledger.balance(community, NOON))
    assert facts["period"] == "diciembre de 2026"


def test_without_a_vendor_only_the_administrators_are_told(community: Community, bundle: SmsBundle) -> None:
    by = actor(purchases.admins_of(community)[0], community)
    bought = purchases.buy(community, bundle, accepts_conditions=True, by=by, now=NOON)
    announce_purchase(community, bought, vendor="", now=NOON)
    assert len(mails(Purpose.PURCHASE)) == 2


def arrive(community: Community, unit: Unit, document: object = None) -> None:
    said = announcement(**({"document": document} if document else {}))
    registration.announce(unit, said, by=actor(None, community), now=NOON)


def test_at_thirty_left_the_administrators_are_warned_once(community: Community, bundle: SmsBundle) -> None:
    buy(community, bundle)
    left = ledger.balance(community, NOON)
    ledger.reserve(community, 10_000, left - ledger.LOW_BALANCE - 1, now=NOON)
    unit = make_unit(notice_phone="+56961234567")
    arrive(community, unit)
    warned = mails(Purpose.LOW_BALANCE)
    assert [mail.recipient for mail in warned] == ["admin@demo.example", "super@demo.example"]
    assert warned[0].facts["balance"] == str(ledger.LOW_BALANCE)
    arrive(community, unit, OTHER_RUN)
    assert len(mails(Purpose.LOW_BALANCE)) == 2


def test_a_community_that_never_bought_is_not_warned(community: Community) -> None:
    arrive(community, make_unit(notice_phone="+56961234567"))
    assert not mails(Purpose.LOW_BALANCE)


@pytest.mark.parametrize(("period", "words"), [("2026-12", "diciembre de 2026"), ("2027-01", "enero de 2027")])
def test_a_period_is_said_in_words(period: str, words: str) -> None:
    assert month_in_words(period) == words
