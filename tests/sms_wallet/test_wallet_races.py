"""Many at one wallet at the same moment: nothing is sent that was not there, nothing is lost, nothing warned twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from conserje import tenancy
from conserje.communities.models import Community
from conserje.database import begin_writing, db
from conserje.errors import Refused
from conserje.sms_wallet import ledger, purchases
from conserje.sms_wallet.ledger import Reserved
from conserje.sms_wallet.models import EntryKind, SmsBundle
from tests.at_once import Act, all_at_once, held_up
from tests.builders import NOON, make_bundle
from tests.sms_wallet.scene import Purse, credits, entries, holdings, wallets


def acting(purse: Purse, act: Callable[[Community], object]) -> Act:
    """A request of somebody else: it reads the wallet, then the writing begins, then it acts."""
    community_id = purse.community.id

    def request() -> object:
        tenancy.bind(community_id)
        community = db.session.get_one(Community, community_id)
        kept = credits(), wallets()  # what a screen read before; held so that the session does not forget it
        begin_writing()
        outcome = act(community)
        del kept
        return outcome

    return request


def reserving(purse: Purse, message_id: int, parts: int = 1) -> Act:
    return acting(purse, lambda community: ledger.reserve(community, message_id, parts, now=NOON))


def spending(purse: Purse, message_id: int) -> Act:
    return acting(purse, lambda community: ledger.spend(community, message_id, NOON))


def releasing(purse: Purse, message_id: int) -> Act:
    return acting(purse, lambda community: ledger.release(community, message_id, NOON))


def buying(purse: Purse, parts: int) -> Act:
    bundle_id = make_bundle(f"Bolsa de {parts}", parts).id
    db.session.commit()

    def buy(community: Community) -> object:
        bundle = db.session.get_one(SmsBundle, bundle_id)
        return purchases.buy(community, bundle, accepts_conditions=True, by=purse.admin, now=NOON).parts

    return acting(purse, buy)


def committed(purse: Purse) -> Purse:
    db.session.commit()
    db.session.expire_all()
    return purse


def left(outcomes: object) -> list[int]:
    return sorted(each.left for each in outcomes if isinstance(each, Reserved))  # type: ignore[attr-defined]


def codes(outcomes: object) -> list[str]:
    return [each.code for each in outcomes if isinstance(each, Refused)]  # type: ignore[attr-defined]


def test_fifty_at_a_balance_of_ten_reserve_exactly_ten(ctx: Flask, purse: Purse) -> None:
    purse.reserve(1, 20)
    committed(purse)
    outcomes = all_at_once(ctx, [reserving(purse, 100 + number) for number in range(50)])
    assert left(outcomes) == list(range(10))
    assert codes(outcomes) == ["sms_balance_empty"] * 40
    committed(purse)
    assert (holdings(), purse.balance()) == ([0], 0)
    assert entries().count((EntryKind.RESERVED, -1)) == 10


def test_ten_at_the_threshold_warn_once(ctx: Flask, purse: Purse) -> None:
    purse.buy(5)
    committed(purse)
    outcomes = all_at_once(ctx, [reserving(purse, number) for number in range(1, 11)])
    assert left(outcomes) == list(range(25, 35))
    assert [each.left for each in outcomes if isinstance(each, Reserved) and each.crossed_low] == [30]
    committed(purse)
    assert [wallet.is_warned for wallet in wallets()] == [True]


@pytest.mark.parametrize("first_commits", [True, False], ids=["first stands", "first comes to nothing"])
def test_two_first_reservations_open_one_wallet_and_grant_once(ctx: Flask, purse: Purse, first_commits: bool) -> None:
    _, second = held_up(ctx, reserving(purse, 1), reserving(purse, 2), first_commits=first_commits)
    assert second == Reserved(28 if first_commits else 29, crossed_low=False)
    committed(purse)
    assert len(wallets()) == 1
    assert holdings() == [second.left]


def test_two_first_purchases_at_once_both_count(ctx: Flask, purse: Purse) -> None:
    assert held_up(ctx, buying(purse, 100), buying(purse, 300)) == (100, 300)
    committed(purse)
    assert len(wallets()) == 1
    assert sorted(holdings()) == [30, 100, 300]


def test_a_purchase_while_the_last_part_is_reserved_is_there_for_the_next(ctx: Flask, purse: Purse) -> None:
    purse.reserve(1, 30)
    committed(purse)
    _, second = held_up(ctx, buying(purse, 50), reserving(purse, 2, 50))
    assert second == Reserved(0, crossed_low=True)


def test_two_purchases_and_reservations_around_the_threshold_add_up(ctx: Flask, purse: Purse) -> None:
    purse.buy(5)
    purse.reserve(1, 5)
    committed(purse)
    acts = [buying(purse, 2), buying(purse, 3), *(reserving(purse, number) for number in range(2, 12))]
    outcomes = all_at_once(ctx, acts)
    committed(purse)
    assert codes(outcomes) == []
    assert purse.balance() == 35 - 5 + 5 - 10
    # Crossed when it was reached, and again only where a purchase had lifted the balance above thirty.
    assert sum(each.crossed_low for each in outcomes if isinstance(each, Reserved)) <= 2
    assert [wallet.is_warned for wallet in wallets()] == [True]


def test_what_is_released_is_there_for_whoever_waits(ctx: Flask, purse: Purse) -> None:
    purse.reserve(1, 30)
    committed(purse)
    _, second = held_up(ctx, releasing(purse, 1), reserving(purse, 2, 30))
    assert second == Reserved(0, crossed_low=False)
    committed(purse)
    assert holdings() == [0]


def test_a_reservation_before_the_release_is_refused_and_the_release_stands(ctx: Flask, purse: Purse) -> None:
    purse.reserve(1, 30)
    committed(purse)
    first, _ = held_up(ctx, reserving(purse, 2), releasing(purse, 1), first_commits=False)
    assert codes([first]) == ["sms_balance_empty"]
    committed(purse)
    assert holdings() == [30]


def test_ten_told_that_one_message_failed_release_it_once(ctx: Flask, purse: Purse) -> None:
    purse.reserve(1, 3)
    committed(purse)
    all_at_once(ctx, [releasing(purse, 1)] * 10)
    committed(purse)
    assert (holdings(), entries(1).count((EntryKind.RELEASED, 3))) == ([30], 1)


@pytest.mark.parametrize("sent_first", [True, False], ids=["sent first", "failed first"])
def test_of_sent_and_failed_at_once_the_first_word_stands(ctx: Flask, purse: Purse, sent_first: bool) -> None:
    purse.reserve(1, 3)
    committed(purse)
    words = [spending(purse, 1), releasing(purse, 1)]
    held_up(ctx, *(words if sent_first else reversed(words)))
    committed(purse)
    assert entries(1)[1:] == [(EntryKind.SPENT, 0) if sent_first else (EntryKind.RELEASED, 3)]
    assert holdings() == [27 if sent_first else 30]


def test_one_message_reserved_twice_at_once_holds_its_parts_once(ctx: Flask, purse: Purse) -> None:
    committed(purse)
    first, second = held_up(ctx, reserving(purse, 1, 2), reserving(purse, 1, 2))
    assert first == second == Reserved(28, crossed_low=False)
