"""Reserving, spending and releasing: from which credits, how often, and what is left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from flask import Flask

from conserje import tenancy
from conserje.database import db
from conserje.errors import Refused
from conserje.identity.countries import Country
from conserje.sms_wallet import ledger
from conserje.sms_wallet.ledger import Lot, Reserved
from conserje.sms_wallet.models import EntryKind
from tests.builders import NOON, make_administration, make_community
from tests.sms_wallet.scene import HOUR, MOMENT, Purse, credits, entries, holdings, open_purse, wallets

DECEMBER = datetime(2026, 12, 1, 3, tzinfo=UTC)
FIRST_EXPIRES = datetime(2027, 5, 20, 16, tzinfo=UTC)


# The balance


def test_a_new_community_has_the_sms_of_its_first_month(purse: Purse) -> None:
    assert purse.balance() == 30


def test_asking_for_the_balance_writes_nothing(purse: Purse) -> None:
    ledger.available(purse.community, DECEMBER)
    assert purse.balance(DECEMBER) == 60
    assert (wallets(), credits(), entries()) == ([], [], [])


def test_sms_accumulate_from_month_to_month(purse: Purse) -> None:
    assert [purse.balance(DECEMBER - MOMENT), purse.balance(DECEMBER)] == [30, 60]
    assert purse.balance(datetime(2027, 5, 10, tzinfo=UTC)) == 7 * 30


def test_a_colombian_month_begins_at_colombian_midnight(ctx: Flask) -> None:
    purse = open_purse(Country.CO)
    midnight = datetime(2026, 12, 1, 5, tzinfo=UTC)
    assert [purse.balance(midnight - MOMENT), purse.balance(midnight)] == [30, 60]


@pytest.mark.parametrize("used", [False, True], ids=["never written", "written"])
def test_sms_expire_after_six_months(purse: Purse, used: bool) -> None:
    if used:
        purse.reserve(1, 10)
    left = 20 if used else 30
    assert purse.balance(FIRST_EXPIRES - MOMENT) - purse.balance(FIRST_EXPIRES) == left


def test_what_is_bought_expires_after_six_months_as_well(purse: Purse) -> None:
    bought_at = NOON + timedelta(days=1)
    purse.buy(100, bought_at)
    end = FIRST_EXPIRES + timedelta(days=1)
    assert purse.balance(end - MOMENT) - purse.balance(end) == 100


def test_what_can_be_used_is_told_by_expiry_written_down_or_not(purse: Purse) -> None:
    purse.buy(100, NOON + HOUR)
    assert ledger.available(purse.community, DECEMBER) == [
        Lot(FIRST_EXPIRES, 30),
        Lot(FIRST_EXPIRES + HOUR, 100),
        Lot(datetime(2027, 6, 1, 4, tzinfo=UTC), 30),
    ]


def test_another_communitys_wallet_is_another_one(purse: Purse) -> None:
    purse.reserve(1, 30)
    other = make_community(make_administration("Gestión Andina"), "Torres del Parque")
    db.session.commit()
    with tenancy.acting_for(other.id):
        assert ledger.reserve(other, 2, 1, now=NOON).left == 29


# Reserving


def test_the_first_reservation_writes_down_what_was_granted(purse: Purse) -> None:
    assert purse.reserve(1, 2, DECEMBER) == Reserved(left=58, crossed_low=False)
    assert [(credit.kind, credit.month) for credit in credits()] == [("monthly", "2026-11"), ("monthly", "2026-12")]
    assert entries() == [(EntryKind.GRANTED, 30), (EntryKind.GRANTED, 30), (EntryKind.RESERVED, -2)]
    assert [wallet.granted_until for wallet in wallets()] == ["2026-12"]
    assert purse.balance(DECEMBER) == 58


def test_the_next_reservation_grants_nothing_again(purse: Purse) -> None:
    purse.reserve(1)
    purse.reserve(2)
    assert holdings() == [28]


def test_the_oldest_expiry_is_spent_first(purse: Purse) -> None:
    purse.buy(100, NOON - HOUR)
    purse.reserve(1, 5, DECEMBER)
    assert holdings() == [95, 30, 30]


def test_a_reservation_may_take_from_several_credits(purse: Purse) -> None:
    purse.reserve(1, 25)
    assert purse.reserve(2, 40, datetime(2027, 1, 5, tzinfo=UTC)).left == 25
    assert holdings() == [0, 0, 25]
    assert entries(2) == [(EntryKind.RESERVED, -5), (EntryKind.RESERVED, -30), (EntryKind.RESERVED, -5)]


def test_the_last_part_can_be_reserved(purse: Purse) -> None:
    assert purse.reserve(1, 30).left == 0


@pytest.mark.parametrize("earlier", [0, 28], ids=["wallet never opened", "wallet in use"])
def test_more_than_is_left_is_refused_and_changes_nothing(purse: Purse, earlier: int) -> None:
    if earlier:
        purse.reserve(1, earlier)
    before = entries()
    left = 60 - earlier
    with pytest.raises(Refused) as refusal:
        purse.reserve(2, left + 1, DECEMBER)
    assert (refusal.value.code, refusal.value.facts) == ("sms_balance_empty", {"left": left})
    assert (list(db.session.new), list(db.session.dirty)) == ([], [])
    assert entries() == before
    assert [wallet.granted_until for wallet in wallets()] == (["2026-11"] if earlier else [])


def test_expired_parts_are_not_spent_but_written_off(purse: Purse) -> None:
    purse.reserve(1, 10)
    assert purse.reserve(2, 1, FIRST_EXPIRES).left == 6 * 30 - 1
    assert holdings()[:2] == [0, 29]
    assert (EntryKind.EXPIRED, -20) in entries()


def test_at_the_moment_of_expiry_the_parts_are_no_longer_there(purse: Purse) -> None:
    purse.reserve(1, 10)
    with pytest.raises(Refused) as refusal:
        purse.reserve(2, 6 * 30 + 1, FIRST_EXPIRES)
    assert refusal.value.facts == {"left": 6 * 30}
    assert purse.reserve(3, 6 * 30 + 20, FIRST_EXPIRES - MOMENT).left == 0


def test_months_that_were_lost_before_anybody_spent_are_not_written_down(purse: Purse) -> None:
    purse.reserve(1, 1, datetime(2028, 1, 15, tzinfo=UTC))
    months = [credit.month for credit in credits()]
    assert months == ["2027-08", "2027-09", "2027-10", "2027-11", "2027-12", "2028-01"]


def test_a_message_reserves_once(purse: Purse) -> None:
    purse.reserve(1, 2)
    assert purse.reserve(1, 2) == Reserved(left=28, crossed_low=False)
    purse.spend(1)
    assert purse.reserve(1, 2).left == 28
    assert entries(1) == [(EntryKind.RESERVED, -2), (EntryKind.SPENT, 0)]


def test_a_message_of_no_parts_is_an_error(purse: Purse) -> None:
    with pytest.raises(ValueError, match="at least one part"):
        purse.reserve(1, 0)


def test_a_clock_moved_back_an_hour_over_the_end_of_a_month_grants_once(purse: Purse) -> None:
    purse.reserve(1, 1, DECEMBER)
    assert purse.reserve(2, 1, DECEMBER - HOUR).left == 58
    assert purse.reserve(3, 1, DECEMBER + HOUR).left == 57
    assert [kind for kind, _ in entries()].count(EntryKind.GRANTED) == 2


def test_a_clock_moved_back_an_hour_does_not_revive_what_expired(purse: Purse) -> None:
    purse.reserve(1, 1)
    left = purse.reserve(2, 1, FIRST_EXPIRES).left
    assert purse.balance(FIRST_EXPIRES - HOUR) == left
    purse.release(1, FIRST_EXPIRES - HOUR)
    assert purse.balance(FIRST_EXPIRES - HOUR) == left + 1
    assert purse.reserve(3, 1, FIRST_EXPIRES).left == left - 1


# Spending and releasing


def test_what_was_sent_is_spent(purse: Purse) -> None:
    purse.reserve(1, 3)
    purse.spend(1)
    assert entries(1) == [(EntryKind.RESERVED, -3), (EntryKind.SPENT, 0)]
    assert purse.balance() == 27


def test_a_message_of_several_credits_is_spent_in_one_line(purse: Purse) -> None:
    purse.reserve(1, 45, DECEMBER)
    purse.spend(1, DECEMBER)
    assert [kind for kind, _ in entries(1)].count(EntryKind.SPENT) == 1


def test_what_was_surely_not_sent_returns_to_where_it_came_from(purse: Purse) -> None:
    purse.reserve(1, 25)
    purse.reserve(2, 10, DECEMBER)
    assert holdings() == [0, 25]
    purse.release(2, DECEMBER)
    assert holdings() == [5, 30]
    assert entries(2) == [
        (EntryKind.RESERVED, -5), (EntryKind.RESERVED, -5), (EntryKind.RELEASED, 5), (EntryKind.RELEASED, 5)
    ]  # fmt: skip


@pytest.mark.parametrize("told", list(product(("spend", "release"), repeat=3)), ids="-".join)
def test_the_first_word_on_a_message_counts_however_often_and_late_others_follow(
    purse: Purse, told: tuple[str, ...]
) -> None:
    purse.reserve(1, 3)
    for after, word in enumerate(told):
        getattr(purse, word)(1, NOON + after * HOUR)
    first = (EntryKind.SPENT, 0) if told[0] == "spend" else (EntryKind.RELEASED, 3)
    assert entries(1) == [(EntryKind.RESERVED, -3), first]
    assert purse.balance() == (27 if told[0] == "spend" else 30)


def test_a_released_message_may_reserve_anew_and_be_spent(purse: Purse) -> None:
    purse.reserve(1, 3)
    purse.release(1)
    assert purse.reserve(1, 2).left == 28
    purse.spend(1)
    purse.release(1)
    assert purse.balance() == 28


@pytest.mark.parametrize("word", ["spend", "release"])
@pytest.mark.parametrize("opened", [False, True])
def test_a_message_that_reserved_nothing_changes_nothing(purse: Purse, word: str, opened: bool) -> None:
    if opened:
        purse.reserve(1)
    before = entries()
    getattr(purse, word)(99)
    assert entries() == before
    assert len(wallets()) == opened


def test_parts_that_return_to_a_credit_expired_meanwhile_are_written_off(purse: Purse) -> None:
    purse.reserve(1, 45, DECEMBER)
    before = purse.balance(FIRST_EXPIRES)
    purse.release(1, FIRST_EXPIRES)
    assert purse.balance(FIRST_EXPIRES) == before + 15
    assert holdings() == [0, 30]
    assert entries()[-3:] == [(EntryKind.RELEASED, 30), (EntryKind.EXPIRED, -30), (EntryKind.RELEASED, 15)]


def test_parts_that_return_before_the_expiry_can_be_used_again(purse: Purse) -> None:
    purse.reserve(1, 30)
    purse.release(1, FIRST_EXPIRES - MOMENT)
    assert holdings() == [30]


# The warning


def test_a_community_that_never_bought_is_not_warned(purse: Purse) -> None:
    assert not purse.reserve(1, 30).crossed_low


def test_the_warning_comes_when_thirty_are_left_and_once(purse: Purse) -> None:
    purse.buy(10)
    assert purse.reserve(1, 9) == Reserved(31, crossed_low=False)
    assert purse.reserve(2, 1) == Reserved(30, crossed_low=True)
    assert purse.reserve(3, 1) == Reserved(29, crossed_low=False)


def test_a_crossing_that_jumps_over_thirty_warns(purse: Purse) -> None:
    purse.buy(10)
    assert purse.reserve(1, 35) == Reserved(5, crossed_low=True)


def test_a_refused_reservation_does_not_use_the_warning_up(purse: Purse) -> None:
    purse.buy(10)
    with pytest.raises(Refused):
        purse.reserve(1, 41)
    assert purse.reserve(2, 40).crossed_low


def test_a_purchase_that_lifts_the_balance_above_thirty_arms_the_warning_again(purse: Purse) -> None:
    purse.buy(10)
    purse.reserve(1, 10)
    purse.buy(1)
    assert purse.reserve(2, 1) == Reserved(30, crossed_low=True)


def test_a_purchase_that_leaves_the_balance_at_thirty_does_not(purse: Purse) -> None:
    purse.buy(10)
    purse.reserve(1, 11)
    purse.buy(1)
    assert purse.reserve(2, 1) == Reserved(29, crossed_low=False)


def test_the_first_purchase_while_few_are_left_makes_the_next_reservation_warn(purse: Purse) -> None:
    purse.reserve(1, 20)
    purse.buy(5)
    assert purse.reserve(2, 1) == Reserved(14, crossed_low=True)


def test_a_grant_that_lifts_the_balance_above_thirty_arms_the_warning_again(purse: Purse) -> None:
    purse.buy(10)
    purse.reserve(1, 39)
    assert purse.reserve(2, 1, DECEMBER) == Reserved(30, crossed_low=True)
    assert purse.reserve(3, 1, DECEMBER) == Reserved(29, crossed_low=False)


def test_a_grant_that_lifts_the_balance_to_thirty_does_not(purse: Purse) -> None:
    purse.buy(10)
    purse.reserve(1, 40)
    assert purse.reserve(2, 1, DECEMBER) == Reserved(29, crossed_low=False)


def test_a_release_does_not_arm_the_warning_again(purse: Purse) -> None:
    purse.buy(10)
    purse.reserve(1, 10)
    purse.release(1)
    assert purse.reserve(2, 10) == Reserved(30, crossed_low=False)
