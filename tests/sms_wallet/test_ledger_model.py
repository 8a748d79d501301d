"""The ledger beside a model so simple that it is right, over whatever may happen in whatever order."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from conserje import tenancy
from conserje.communities.models import Community
from conserje.database import begin_writing, db
from conserje.errors import Refused
from conserje.identity.countries import Country
from conserje.permissions import Profile
from conserje.sms_wallet import ledger, purchases
from conserje.sms_wallet.models import SmsBundle, SmsCredit
from tests.builders import actor, make_account, make_administration, make_bundle, make_community
from tests.sms_wallet.scene import assert_books_balance

# Colombia has no summer time, so the model does its own calendar.
BOGOTA = timezone(timedelta(hours=-5))


@dataclass
class Lot:
    expires: datetime
    left: int


@dataclass
class Message:
    """What it holds of each lot; `holds` until somebody says what became of it."""

    taken: list[tuple[Lot, int]]
    holds: bool = True


@dataclass
class Model:
    """Every grant is a lot from the moment it is due; whatever has expired is not looked at."""

    founded: datetime
    now: datetime
    lots: list[Lot] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    next_month: datetime = field(init=False)
    news: bool = True
    warned: bool = False
    bought: bool = False

    def __post_init__(self) -> None:
        self.next_month = first_of_next_month(self.founded)
        self.lots.append(Lot(six_months_after(self.founded), 30))

    @property
    def left(self) -> int:
        return sum(lot.left for lot in self.lots if lot.expires > self.now)

    def wait(self, time: timedelta) -> None:
        self.now += time
        while self.next_month <= self.now:
            self.lots.append(Lot(six_months_after(self.next_month), 30))
            self.next_month = first_of_next_month(self.next_month)
            self.news = True

    def look(self) -> None:
        """Whoever reserves or buys sees the grants that came since the last one did."""
        if self.news and self.left > 30:
            self.warned = False
        self.news = False

    def buy(self, parts: int) -> None:
        self.look()
        self.lots.append(Lot(six_months_after(self.now), parts))
        self.bought = True
        if self.left > 30:
            self.warned = False

    def reserve(self, parts: int) -> tuple[int, bool] | None:
        if parts > self.left:
            return None
        self.look()
        taken = []
        for lot in sorted(self.lots, key=lambda lot: lot.expires):
            some = min(parts, lot.left) if lot.expires > self.now else 0
            if some:
                lot.left -= some
                parts -= some
                taken.append((lot, some))
        self.messages.append(Message(taken))
        crossed = self.left <= 30 and self.bought and not self.warned
        self.warned = self.warned or crossed
        return self.left, crossed

    def settle(self, number: int, *, sent: bool) -> None:
        message = self.messages[number]
        if message.holds and not sent:
            for lot, parts in message.taken:
                lot.left += parts
        message.holds = False


def first_of_next_month(moment: datetime) -> datetime:
    wall = moment.astimezone(BOGOTA)
    days = monthrange(wall.year, wall.month)[1]
    return datetime(wall.year, wall.month, 1, tzinfo=BOGOTA) + timedelta(days=days)


def six_months_after(moment: datetime) -> datetime:
    wall = moment.astimezone(BOGOTA)
    year, month = (wall.year, wall.month + 6) if wall.month <= 6 else (wall.year + 1, wall.month - 6)
    return wall.replace(year=year, month=month, day=min(wall.day, monthrange(year, month)[1]))


# From an hour to two months; small balances, so that they run out.
WAITS = st.tuples(st.just("wait"), st.integers(1, 1500))
STEPS = st.lists(
    st.one_of(
        WAITS,
        st.tuples(st.just("buy"), st.integers(1, 60)),
        st.tuples(st.just("reserve"), st.integers(1, 45)),
        st.tuples(st.just("reserve"), st.integers(1, 3)),
        st.tuples(st.just("spend"), st.integers(0, 5)),
        st.tuples(st.just("release"), st.integers(0, 5)),
    ),
    min_size=5,
    max_size=25,
)
# Months of every length, and with it every clamping.
FOUNDED = st.integers(0, 24 * 133).map(lambda hours: datetime(2026, 8, 25, tzinfo=UTC) + timedelta(hours=hours))
UNHURRIED = settings(
    max_examples=100,
    deadline=None,
    # Each example makes its own community and undoes it: nothing of the fixture is shared between them.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class Play:
    """One example: the steps are done to the ledger and to the model, and both are compared after each."""

    def __init__(self, community: Community, buyer_id: int, bundle: SmsBundle) -> None:
        self.community = community
        self.buyer_id = buyer_id
        self.bundle = bundle
        self.model = Model(community.created_at, community.created_at)

    def step(self, what: str, number: int) -> None:
        model = self.model
        match what:
            case "wait":
                model.wait(timedelta(hours=number))
            case "buy":
                self.bundle.parts = number
                purchases.enter(self.community, self.bundle, self.buyer_id, model.now)
                model.buy(number)
                self.assert_all_is_written()
            case "reserve":
                message_id = len(model.messages) + 1
                expected = model.reserve(number)
                if expected is None:
                    self.assert_is_refused(message_id, number)
                else:
                    done = ledger.reserve(self.community, message_id, number, now=model.now)
                    assert (done.left, done.crossed_low) == expected
                    self.assert_all_is_written()
            case _ if model.messages:
                # Counted from the latest: the reservations just made are the likeliest to be heard of.
                message = max(len(model.messages) - number, 1)
                (ledger.spend if what == "spend" else ledger.release)(self.community, message, model.now)
                model.settle(message - 1, sent=what == "spend")
        assert ledger.balance(self.community, model.now) == model.left
        assert_books_balance()

    def assert_is_refused(self, message_id: int, parts: int) -> None:
        with pytest.raises(Refused) as refusal:
            ledger.reserve(self.community, message_id, parts, now=self.model.now)
        assert (refusal.value.code, refusal.value.facts) == ("sms_balance_empty", {"left": self.model.left})

    def assert_all_is_written(self) -> None:
        written = db.session.scalar(select(func.sum(SmsCredit.remaining)).where(SmsCredit.expires_at > self.model.now))
        assert (written or 0) == self.model.left


@UNHURRIED
@given(founded=FOUNDED, steps=STEPS)
def test_the_ledger_agrees_with_the_model(ctx: Flask, founded: datetime, steps: list[tuple[str, int]]) -> None:
    begin_writing()
    try:
        administration = make_administration()
        community = make_community(administration, country=Country.CO)
        community.created_at = founded
        buyer = make_account(administration, "admin@demo.example", Profile.ADMIN, (community,))
        bundle = make_bundle(country=Country.CO)
        buyer_id = actor(buyer).account_id or 0
        with tenancy.acting_for(community.id):
            play = Play(community, buyer_id, bundle)
            for what, number in steps:
                play.step(what, number)
    finally:
        db.session.rollback()


@pytest.mark.parametrize(
    ("moment", "months_end", "half_a_year"),
    [
        (datetime(2026, 8, 31, 12, tzinfo=UTC), (2026, 9, 1), (2027, 2, 28)),
        (datetime(2027, 1, 1, 2, tzinfo=UTC), (2027, 1, 1), (2027, 6, 30)),
    ],
)
def test_the_model_knows_the_calendar(
    moment: datetime, months_end: tuple[int, int, int], half_a_year: tuple[int, int, int]
) -> None:
    assert first_of_next_month(moment) == datetime(*months_end, tzinfo=BOGOTA)
    assert six_months_after(moment).timetuple()[:3] == half_a_year
