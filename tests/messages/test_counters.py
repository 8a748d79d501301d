"""How many messages a community sent: this month of its own calendar, and ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from conserje.communities.models import Community
from conserje.database import db
from conserje.identity.countries import Country
from conserje.messages import counters
from conserje.messages.counters import Sent
from conserje.messages.models import Channel, Fate, Message, Purpose
from tests.builders import NOON, make_administration, make_community


@pytest.fixture
def community(ctx: Flask) -> Community:
    return make_community(make_administration())


def message(
    community: Community | None,
    channel: Channel = Channel.SMS,
    fate: Fate = Fate.SENT,
    at: datetime = NOON,
    parts: int = 1,
) -> None:
    db.session.add(
        Message(
            community_id=community.id if community else None,
            channel=channel,
            purpose=Purpose.APPROVAL,
            recipient="+56961234567",
            urgency=0,
            parts=parts,
            fate=fate,
            created_at=at,
            due_at=at,
            worthless_at=at + timedelta(minutes=10),
        )
    )
    db.session.flush()


def test_a_community_that_sent_nothing_counts_none(community: Community) -> None:
    assert counters.sent(community, Channel.SMS) == 0
    assert counters.counted(community, Channel.EMAIL, now=NOON) == Sent(0, 0)


@pytest.mark.parametrize("fate", [fate for fate in Fate if fate is not Fate.SENT])
def test_what_was_not_surely_sent_does_not_count(community: Community, fate: Fate) -> None:
    message(community, fate=fate)
    assert counters.sent(community, Channel.SMS) == 0


def test_sms_and_e_mails_are_counted_apart(community: Community) -> None:
    message(community)
    message(community, Channel.EMAIL)
    message(community, Channel.EMAIL)
    assert counters.sent(community, Channel.SMS) == 1
    assert counters.sent(community, Channel.EMAIL) == 2


def test_a_message_counts_once_whatever_its_parts(community: Community) -> None:
    message(community, parts=3)
    assert counters.sent(community, Channel.SMS) == 1


def test_messages_of_another_community_and_of_none_do_not_count(community: Community) -> None:
    message(make_community(make_administration("Otra")))
    message(None)
    assert counters.sent(community, Channel.SMS) == 0


def test_since_a_moment_counts_from_that_moment_on(community: Community) -> None:
    for seconds in (-1, 0, 1):
        message(community, at=NOON + timedelta(seconds=seconds))
    assert counters.sent(community, Channel.SMS, NOON) == 2
    assert counters.sent(community, Channel.SMS) == 3


def test_the_month_begins_at_midnight_of_the_communitys_own_clock(ctx: Flask) -> None:
    """In November Chile is three hours behind UTC, and Colombia five."""
    administration = make_administration()
    chilean = make_community(administration)
    colombian = make_community(administration, "Torres de la Sabana", Country.CO)
    for community in (chilean, colombian):
        for hour in (2, 4, 5):
            message(community, at=datetime(2026, 11, 1, hour, tzinfo=UTC))
    assert counters.counted(chilean, Channel.SMS, now=NOON) == Sent(this_month=2, in_total=3)
    assert counters.counted(colombian, Channel.SMS, now=NOON) == Sent(this_month=1, in_total=3)
    # The evening before, in UTC already the first.
    eve = datetime(2026, 11, 1, 2, tzinfo=UTC)
    assert counters.counted(chilean, Channel.SMS, now=eve) == Sent(this_month=3, in_total=3)
