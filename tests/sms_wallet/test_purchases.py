"""Buying bundles: what is refused, what is written, the history, the summary, and who is told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from conserje import paging, tenancy
from conserje.audit.journal import Actor
from conserje.audit.models import AuditLine
from conserje.communities.models import Administration
from conserje.database import db
from conserje.errors import Refused
from conserje.identity.countries import Country
from conserje.permissions import Profile
from conserje.sms_wallet import purchases
from conserje.sms_wallet.models import CreditKind, EntryKind, SmsBundle, SmsPurchase
from conserje.sms_wallet.purchases import NextExpiry, PurchaseRow
from tests.builders import NOON, make_account, make_administration, make_bundle, make_community
from tests.sms_wallet.scene import HOUR, MOMENT, Purse, credits, entries

SANTIAGO, BOGOTA = "America/Santiago", "America/Bogota"
DAY = timedelta(days=1)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc]


def buy(purse: Purse, bundle: SmsBundle, *, accepts_conditions: bool = True, by: Actor | None = None) -> SmsPurchase:
    return purchases.buy(purse.community, bundle, accepts_conditions=accepts_conditions, by=by or purse.admin, now=NOON)


def refused(purse: Purse, bundle: SmsBundle, **values: bool) -> Refused:
    with pytest.raises(Refused) as refusal:
        buy(purse, bundle, **values)
    assert (credits(), entries(), purse.balance()) == ([], [], 30)
    return refusal.value


# What is on sale


def test_a_community_sees_the_bundles_of_its_country_the_cheapest_first(purse: Purse) -> None:
    for parts, price in ((300, 15_990), (100, 5_990), (500, 24_990)):
        make_bundle(f"{parts} SMS", parts, price)
    make_bundle("100 SMS", 100, 1_990_000, Country.CO)
    make_bundle("200 SMS", 200, 9_990, is_on_sale=False)
    assert [bundle.parts for bundle in purchases.bundles_on_sale(purse.community)] == [100, 300, 500]


def test_a_bundle_is_found_where_the_community_can_buy_it(purse: Purse) -> None:
    mine, foreign = make_bundle(), make_bundle(country=Country.CO)
    retired = make_bundle("200 SMS", is_on_sale=False)
    assert purchases.bundle(purse.community, mine.id) is mine
    assert [purchases.bundle(purse.community, each) for each in (foreign.id, retired.id, 999)] == [None] * 3


# Buying


def test_a_purchase_keeps_what_was_bought_as_it_was(purse: Purse) -> None:
    bundle = make_bundle("300 SMS", 300, 15_990)
    bought = buy(purse, bundle)
    bundle.name, bundle.price, bundle.parts = "Otra", 1, 1
    assert (bought.bundle_name, bought.parts, bought.price, bought.currency) == ("300 SMS", 300, 15_990, "CLP")
    assert (bought.bought_at, bought.bought_by, bought.billing_period) == (NOON, purse.admin.account_id, "2026-12")


def test_a_purchase_is_added_to_what_there_is(purse: Purse) -> None:
    bought = buy(purse, make_bundle())
    assert purse.balance() == 130
    credit = next(credit for credit in credits() if credit.kind == CreditKind.PURCHASE)
    assert (credit.purchase_id, credit.remaining, credit.month) == (bought.id, 100, None)
    assert (credit.granted_at, credit.expires_at) == (NOON, utc(2027, 5, 20, 16))
    assert entries() == [(EntryKind.GRANTED, 30), (EntryKind.BOUGHT, 100)]


def test_a_purchase_stands_in_the_journal(purse: Purse) -> None:
    bundle = make_bundle()
    bought = buy(purse, bundle)
    line = db.session.scalars(select(AuditLine)).one()
    assert (line.action, line.subject, line.subject_id) == ("sms.bought", "sms_purchase", bought.id)
    assert (line.account_id, line.community_id) == (purse.admin.account_id, purse.community.id)
    assert line.facts == {"bundle": bundle.id, "parts": 100, "price": 5990, "currency": "CLP"}


def test_without_the_conditions_nothing_is_bought(purse: Purse) -> None:
    refusal = refused(purse, make_bundle(), accepts_conditions=False)
    assert (refusal.code, refusal.field) == ("conditions_not_accepted", "accept")


def test_a_bundle_of_another_country_is_not_bought(purse: Purse) -> None:
    assert refused(purse, make_bundle(country=Country.CO)).code == "bundle_not_on_sale"


def test_a_bundle_off_sale_is_not_bought(purse: Purse) -> None:
    assert refused(purse, make_bundle(is_on_sale=False)).code == "bundle_not_on_sale"


def test_a_bundle_taken_off_sale_since_it_was_shown_is_not_bought(purse: Purse) -> None:
    shown = make_bundle()
    db.session.commit()
    with db.session.session_factory() as elsewhere:
        elsewhere.get_one(SmsBundle, shown.id).is_on_sale = False
        elsewhere.commit()
    assert shown.is_on_sale
    assert refused(purse, shown).code == "bundle_not_on_sale"


def test_the_system_buys_nothing(purse: Purse) -> None:
    with pytest.raises(ValueError, match="somebody buys"):
        buy(purse, make_bundle(), by=Actor(None, purse.community.id))
    assert credits() == []


@pytest.mark.parametrize(
    ("now", "zone", "period"),
    [
        (NOON, SANTIAGO, "2026-12"),
        (utc(2026, 12, 1, 3) - MOMENT, SANTIAGO, "2026-12"),
        (utc(2026, 12, 1, 3), SANTIAGO, "2027-01"),
        (utc(2026, 12, 1, 3), BOGOTA, "2026-12"),
        (utc(2026, 12, 1, 5), BOGOTA, "2027-01"),
        (utc(2027, 1, 1, 4), BOGOTA, "2027-01"),
    ],
)
def test_a_purchase_is_charged_with_the_next_month_of_the_communitys_calendar(
    now: datetime, zone: str, period: str
) -> None:
    assert purchases.billing_period(now, zone) == period


# The history


def test_a_row_of_the_history_says_what_when_how_much_and_who(purse: Purse) -> None:
    bought = buy(purse, make_bundle("300 SMS", 300, 15_990))
    page = purchases.history(purse.community)
    assert page.next is None
    assert page.rows == [PurchaseRow(bought.id, NOON, "300 SMS", 300, 15_990, "CLP", "2026-12", "Paula Pino")]


def test_the_history_is_the_latest_first_and_the_communitys_own(purse: Purse) -> None:
    first, second = purse.buy(now=NOON), purse.buy(now=NOON + HOUR)
    other = make_community(make_administration("Gestión Andina"), "Torres del Parque")
    db.session.commit()
    with tenancy.acting_for(other.id):
        purchases.enter(other, make_bundle("ajena"), purse.admin.account_id or 0, NOON)
        assert [row.bundle_name for row in purchases.history(other).rows] == ["ajena"]
        assert purchases.summary(other, NOON).bundles_bought == 1
    assert [row.id for row in purchases.history(purse.community).rows] == [second.id, first.id]


@pytest.mark.parametrize(
    ("since", "until", "shown"),
    [
        (None, None, [3, 2, 1]),
        (date(2026, 11, 30), None, [3, 2]),
        (None, date(2026, 11, 30), [2, 1]),
        (date(2026, 11, 30), date(2026, 11, 30), [2]),
        (date(2026, 12, 1), date(2026, 12, 31), [3]),
        (date(2027, 1, 1), None, []),
    ],
)
def test_the_history_of_a_period_counts_both_of_its_days_on_the_communitys_calendar(
    purse: Purse, since: date | None, until: date | None, shown: list[int]
) -> None:
    midnight = utc(2026, 12, 1, 3)
    for parts, now in enumerate((NOON, midnight - MOMENT, midnight), start=1):
        purse.buy(parts, now)
    rows = purchases.history(purse.community, since=since, until=until).rows
    assert [row.parts for row in rows] == shown


def test_a_period_that_ends_before_it_begins_is_refused(purse: Purse) -> None:
    with pytest.raises(Refused) as refusal:
        purchases.history(purse.community, since=date(2026, 12, 1), until=date(2026, 11, 30))
    assert (refusal.value.code, refusal.value.field) == ("range_reversed", "until")


def test_a_long_history_comes_page_by_page_without_gap_or_repetition(
    purse: Purse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "ROWS_SHOWN", 2)
    # Three of the same moment: the page ends among them.
    for number, hours in enumerate((0, 1, 1, 1, 2)):
        purse.buy(number + 1, NOON + hours * HOUR, name=f"Bolsa {number}")
    pages = [purchases.history(purse.community)]
    while (after := pages[-1].next) is not None:
        pages.append(purchases.history(purse.community, after=after))
    assert [[row.parts for row in page.rows] for page in pages] == [[5, 4], [3, 2], [1]]


# The summary


def test_a_new_community_has_its_month_and_has_bought_nothing(purse: Purse) -> None:
    summary = purchases.summary(purse.community, NOON)
    assert (summary.available, summary.bundles_bought, summary.low) == (30, 0, True)
    assert summary.next_expiry == NextExpiry(date(2027, 5, 20), 30)


def test_the_summary_counts_what_was_bought(purse: Purse) -> None:
    purse.buy(100)
    purse.buy(300, NOON + DAY)
    summary = purchases.summary(purse.community, NOON + DAY)
    assert (summary.available, summary.bundles_bought, summary.low) == (430, 2, False)


def test_what_is_lost_on_the_same_day_is_told_together(purse: Purse) -> None:
    purse.buy(100, NOON + HOUR)
    purse.buy(300, NOON + DAY)
    assert purchases.summary(purse.community, NOON + DAY).next_expiry == NextExpiry(date(2027, 5, 20), 130)


def test_what_is_used_up_is_not_told_as_expiring(purse: Purse) -> None:
    purse.reserve(1, 30)
    december = utc(2026, 12, 5)
    assert purchases.summary(purse.community, december).next_expiry == NextExpiry(date(2027, 6, 1), 30)


def test_an_empty_wallet_loses_nothing(purse: Purse) -> None:
    purse.reserve(1, 30)
    summary = purchases.summary(purse.community, NOON)
    assert (summary.available, summary.next_expiry, summary.low) == (0, None, True)


@pytest.mark.parametrize(("taken", "low"), [(9, False), (10, True)], ids=["31 left", "30 left"])
def test_thirty_left_is_little(purse: Purse, taken: int, low: bool) -> None:
    purse.buy(10)
    purse.reserve(1, taken)
    assert purchases.summary(purse.community, NOON).low is low


# Who is told


def test_superadmins_of_the_administration_and_administrators_of_the_community_are_told(purse: Purse) -> None:
    own = db.session.get_one(Administration, purse.community.administration_id)
    sister = make_community(own, "Parque")
    foreign = make_administration("Gestión Andina")
    here, there = (purse.community,), (sister,)
    make_account(own, "super@demo.example", Profile.SUPERADMIN)
    make_account(own, "Ana@demo.example", Profile.ADMIN, (purse.community, sister))
    for email, administration, profile, communities, values in (
        ("conserje@demo.example", own, Profile.CONSERJE, here, {}),
        ("hermana@demo.example", own, Profile.ADMIN, there, {}),
        ("sin@demo.example", own, Profile.ADMIN, (), {}),
        ("prueba@demo.example", own, Profile.ADMIN, here, {"is_test": True}),
        ("fue@demo.example", own, Profile.ADMIN, here, {"is_active": False}),
        ("superfue@demo.example", own, Profile.SUPERADMIN, (), {"is_active": False}),
        ("super@andina.example", foreign, Profile.SUPERADMIN, (), {}),
    ):
        make_account(administration, email, profile, communities, **values)
    told = [account.email for account in purchases.admins_of(purse.community)]
    assert told == ["admin@demo.example", "Ana@demo.example", "super@demo.example"]
