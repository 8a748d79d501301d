"""Links that open the portal: who gets one, how often, and for how long it is worth something."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from conserje import tenancy
from conserje.communities.models import Community
from conserje.database import begin_writing, db
from conserje.errors import Refused
from conserje.messages.models import Channel, Purpose
from conserje.portal import links, sessions
from conserje.portal.links import MOST_A_DAY, MOST_AN_HOUR, VALID_FOR
from conserje.sms_wallet import ledger
from tests.builders import NOON
from tests.portal.scene import MAIL, PHONE, THERE, House, access, ask, build_house, journal, latest_token, messages

MOMENT = timedelta(microseconds=1)


def balance(community_id: int) -> int:
    with tenancy.acting_for(community_id):
        return ledger.balance(db.session.get_one(Community, community_id), NOON)


def spend_all(community_id: int) -> None:
    begin_writing()
    with tenancy.acting_for(community_id):
        community = db.session.get_one(Community, community_id)
        ledger.reserve(community, 10_000 + community_id, ledger.balance(community, NOON), now=NOON)
    db.session.commit()


def enter(token: str, *, now: datetime = NOON) -> str:
    link, _ = links.find(token, now=now)
    begin_writing()
    opened = links.use(link, address=THERE, now=now)
    db.session.commit()
    return opened


def test_a_known_email_is_mailed_a_link(house: House) -> None:
    ask()
    (message,) = messages()
    assert (message.purpose, message.channel, message.recipient) == (Purpose.PORTAL_LINK, Channel.EMAIL, MAIL)
    assert (message.community_id, message.worthless_at, message.parts) == (house.community, NOON + VALID_FOR, 0)


def test_a_known_mobile_gets_an_sms_that_its_community_pays(house: House) -> None:
    before = balance(house.community)
    ask(PHONE)
    (message,) = messages()
    assert (message.channel, message.recipient, message.parts) == (Channel.SMS, PHONE, 1)
    assert balance(house.community) == before - 1


def test_the_first_community_that_has_an_sms_left_pays(house: House) -> None:
    other = build_house("Edificio Los Boldos")
    spend_all(house.community)
    ask(PHONE)
    (message,) = messages()
    assert message.community_id == other.community


def test_where_nobody_can_pay_nothing_is_sent_and_no_link_is_made(house: House) -> None:
    spend_all(house.community)
    ask(PHONE)
    assert messages() == []
    with pytest.raises(AssertionError):
        latest_token()


def test_an_unknown_contact_gets_nothing_and_leaves_the_same_line(house: House) -> None:
    ask("nadie@correo.example")
    ask()
    assert len(messages()) == 1
    lines = journal("portal.link_asked")
    assert [(line.subject_id, line.account_id, line.address, line.facts) for line in lines] == [
        (None, None, THERE, {})
    ] * 2


def test_a_contact_gets_so_many_links_an_hour_and_a_day(house: House) -> None:
    for _ in range(MOST_AN_HOUR + 1):
        ask()
    assert len(messages()) == MOST_AN_HOUR
    for hour in range(1, 9):
        for _ in range(MOST_AN_HOUR):
            ask(now=NOON + timedelta(hours=hour))
    assert len(messages()) == MOST_A_DAY
    ask(now=NOON + timedelta(days=2))
    assert len(messages()) == MOST_A_DAY + 1


def test_looking_at_a_link_uses_nothing_up_and_using_it_does(house: House) -> None:
    ask()
    token = latest_token()
    for _ in range(3):
        links.find(token, now=NOON)
    found = sessions.resume(enter(token), NOON)
    assert found is not None
    assert found[1].contact == MAIL
    with pytest.raises(Refused, match="portal_link_over"):
        links.find(token, now=NOON)
    assert [line.subject_id for line in journal("portal.entered")] == [access().id]


def test_of_two_who_use_a_link_at_once_one_enters(house: House) -> None:
    ask()
    link, _ = links.find(latest_token(), now=NOON)
    enter(latest_token())
    with pytest.raises(Refused, match="portal_link_over"):
        links.use(link, address=THERE, now=NOON)


def test_a_link_ends_after_a_quarter_of_an_hour(house: House) -> None:
    ask()
    links.find(latest_token(), now=NOON + VALID_FOR - MOMENT)
    with pytest.raises(Refused, match="portal_link_over"):
        links.find(latest_token(), now=NOON + VALID_FOR)


def test_a_token_that_never_was_opens_nothing(house: House) -> None:
    with pytest.raises(Refused, match="portal_link_over"):
        links.find("x" * 22, now=NOON)


# Sessions


def test_a_session_lasts_thirty_days_and_two_weeks_without_being_used(house: House) -> None:
    ask()
    opened = enter(latest_token())
    assert sessions.resume(opened, NOON + sessions.IDLE - MOMENT) is not None
    assert sessions.resume(opened, NOON + sessions.IDLE) is None
    found = sessions.resume(opened, NOON)
    assert found is not None
    found[0].seen_at = NOON + timedelta(days=29)
    db.session.commit()
    assert sessions.resume(opened, NOON + sessions.LONGEST - MOMENT) is not None
    assert sessions.resume(opened, NOON + sessions.LONGEST) is None


def test_a_new_session_takes_the_place_of_the_browsers_old_one(house: House) -> None:
    ask()
    first = enter(latest_token())
    ask()
    held = sessions.resume(first, NOON)
    assert held is not None
    link, _ = links.find(latest_token(), now=NOON)
    begin_writing()
    second = links.use(link, address=THERE, now=NOON, instead_of=held[0])
    db.session.commit()
    assert (sessions.resume(first, NOON), sessions.resume(second, NOON) is not None) == (None, True)
