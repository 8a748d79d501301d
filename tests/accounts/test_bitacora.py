"""[Bitácora]: the audit journal of a community."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from conserje import paging
from conserje.accounts import bitacora
from conserje.accounts.bitacora import KINDS, Wanted, listed
from conserje.accounts.models import Account
from conserje.audit.journal import record
from conserje.communities.models import Administration, Community
from conserje.database import db
from tests.builders import NOON, actor, make_account, make_administration, make_community

HOUR = timedelta(hours=1)


@pytest.fixture
def community(ctx: Flask) -> Community:
    return make_community(make_administration())


@pytest.fixture
def gustavo(community: Community) -> Account:
    administration = db.session.get_one(Administration, community.administration_id)
    return make_account(administration, communities=(community,))


def act(community: Community, action: str, *, by: Account | None = None, ago: timedelta = timedelta(0)) -> None:
    record(action, "visit", 7, by=actor(by, community), at=NOON - ago)


def actions(community: Community, wanted: Wanted | None = None) -> list[str]:
    db.session.flush()
    return [line.action for line in listed(community, wanted or Wanted()).rows]


def test_the_newest_act_comes_first_with_its_author(community: Community, gustavo: Account) -> None:
    act(community, "visit.announced", by=gustavo, ago=HOUR)
    act(community, "visit.accepted", by=gustavo)
    assert actions(community) == ["visit.accepted", "visit.announced"]
    line = listed(community, Wanted()).rows[0]
    assert (line.who, line.subject, line.subject_id, line.address) == ("Gustavo Pino", "visit", 7, "127.0.0.1")


def test_an_act_without_an_account_names_nobody(community: Community) -> None:
    act(community, "link.answered")
    assert actions(community) == ["link.answered"]
    assert listed(community, Wanted()).rows[0].who == ""


def test_a_colleague_whom_it_concerned_is_named_and_nobody_of_another_community(
    community: Community, gustavo: Account
) -> None:
    administration = db.session.get_one(Administration, community.administration_id)
    elsewhere = make_account(administration, email="otro@example.com")
    for account in (gustavo, elsewhere):
        record("account.changed", "account", account.id, by=actor(gustavo, community), at=NOON)
    act(community, "visit.accepted", by=gustavo)
    db.session.flush()
    assert [line.about for line in listed(community, Wanted()).rows] == ["", "", "Gustavo Pino"]


def test_the_people_are_those_who_did_something_in_the_community(community: Community, gustavo: Account) -> None:
    other = make_community(make_administration("Gestión Andina"))
    administration = db.session.get_one(Administration, other.administration_id)
    stranger = make_account(administration, email="otro@example.com", communities=(other,))
    act(community, "visit.announced", by=gustavo)
    act(other, "visit.announced", by=stranger)
    db.session.flush()
    assert bitacora.people(community) == [gustavo]
    gustavo.is_active = False
    db.session.flush()
    assert bitacora.people(community) == [gustavo]


def test_another_communitys_acts_are_not_shown(community: Community) -> None:
    other = make_community(make_administration("Gestión Andina"))
    act(other, "visit.announced")
    assert actions(community) == []


def test_it_is_narrowed_to_a_person(community: Community, gustavo: Account) -> None:
    act(community, "visit.announced", by=gustavo)
    act(community, "link.answered")
    assert actions(community, Wanted(account_id=gustavo.id)) == ["visit.announced"]


@pytest.mark.parametrize(
    ("kind", "found"),
    [("visits", ["visit.announced"]), ("sms", ["sms.bought"]), ("views", ["phones.viewed"]), ("settings", [])],
)
def test_it_is_narrowed_to_a_kind(community: Community, kind: str, found: list[str]) -> None:
    for action in ("visit.announced", "sms.bought", "phones.viewed"):
        act(community, action)
    assert actions(community, Wanted(kind=kind)) == found


def test_it_is_narrowed_to_a_period_whose_end_is_not_part_of_it(community: Community) -> None:
    for hours in (3, 2, 1):
        act(community, f"visit.{hours}", ago=hours * HOUR)
    assert actions(community, Wanted(since=NOON - 2 * HOUR, until=NOON - HOUR)) == ["visit.2"]


def test_it_is_paged_without_losing_or_repeating_a_line(community: Community) -> None:
    for number in range(paging.ROWS_SHOWN + 3):
        act(community, f"visit.{number}")
    first = actions(community)
    page = listed(community, Wanted())
    assert page.next is not None
    rest = listed(community, Wanted(), after=page.next)
    assert len(first) == paging.ROWS_SHOWN
    assert [line.action for line in rest.rows] == ["visit.2", "visit.1", "visit.0"]
    assert rest.next is None


def test_every_kind_has_its_beginnings() -> None:
    assert all(KINDS.values())
