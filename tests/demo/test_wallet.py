"""The demo's bundles of SMS."""

from __future__ import annotations

from flask import Flask

from conserje import clock
from conserje.sms_wallet import catalogue, purchases
from tests.demo.conftest import FILLED_AT
from tests.demo.people import AROMOS, EVERYWHERE, inside
from tests.sms_wallet.scene import assert_books_balance


def test_the_demo_sells_the_default_catalogue(demo: Flask) -> None:
    assert len(catalogue.catalogue()) == 8
    for name in EVERYWHERE:
        with inside(name) as community:
            assert len(purchases.bundles_on_sale(community)) == 4


def test_the_main_community_has_a_history_of_purchases(demo: Flask) -> None:
    with inside(AROMOS) as community:
        rows = purchases.history(community).rows
        assert [(row.parts, row.bought_by) for row in rows] == [(300, "Paula Arriagada"), (100, "Paula Arriagada")]
        assert all(community.created_at < row.bought_at < FILLED_AT for row in rows)
        hours = [clock.local(row.bought_at, community.time_zone).hour for row in rows]
        assert hours == [16, 11]
        assert purchases.summary(community, FILLED_AT).available > 400
        assert_books_balance()


def test_the_other_communities_have_bought_nothing(demo: Flask) -> None:
    for name in EVERYWHERE:
        with inside(name) as community:
            assert (purchases.summary(community, FILLED_AT).bundles_bought > 0) == (name == AROMOS)
