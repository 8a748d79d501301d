"""What a community settles for its gate."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from conserje.audit.models import AuditLine
from conserje.communities.models import Community
from conserje.communities.settings import GateSettings, settle
from conserje.database import db
from conserje.errors import Refused
from conserje.identity.countries import Country
from tests.builders import NOON, actor, make_administration, make_community

SAID = GateSettings(
    approval_minutes=15,
    escalation_seconds=120,
    sms_per_day=50,
    asks_residents=False,
    document_required=False,
    gate_phone="2 2123 4567",
)


@pytest.fixture
def community(ctx: Flask) -> Community:
    return make_community(make_administration())


def say(community: Community, said: GateSettings = SAID) -> Community:
    return settle(community, said, by=actor(None, community), now=NOON)


def lines() -> list[AuditLine]:
    return list(db.session.scalars(select(AuditLine)))


def test_every_setting_is_kept(community: Community) -> None:
    say(community)
    db.session.refresh(community)
    assert (community.approval_minutes, community.escalation_seconds, community.sms_per_day) == (15, 120, 50)
    assert (community.asks_residents, community.document_required) == (False, False)
    assert community.gate_phone == "+56221234567"


def test_the_journal_names_what_changed_and_not_the_number(community: Community) -> None:
    say(community)
    (line,) = lines()
    assert line.facts == {
        "settings": [
            "approval_minutes",
            "asks_residents",
            "document_required",
            "escalation_seconds",
            "gate_phone",
            "sms_per_day",
        ]
    }


def test_what_stays_as_it_is_is_no_act(community: Community) -> None:
    say(community)
    say(community)
    assert len(lines()) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("approval_minutes", 1),
        ("approval_minutes", 31),
        ("escalation_seconds", 29),
        ("escalation_seconds", 601),
        ("sms_per_day", 0),
        ("sms_per_day", 5001),
        ("sms_per_day", -1),
    ],
)
def test_a_number_that_makes_no_sense_is_refused(community: Community, name: str, value: int) -> None:
    with pytest.raises(Refused, match="setting_out_of_range") as refusal:
        say(community, replace(SAID, **{name: value}))
    assert refusal.value.field == name
    assert not lines()


def test_the_others_cannot_be_asked_after_the_window(community: Community) -> None:
    with pytest.raises(Refused, match="escalation_after_window"):
        say(community, replace(SAID, approval_minutes=2, escalation_seconds=120))
    assert say(community, replace(SAID, approval_minutes=2, escalation_seconds=119)).escalation_seconds == 119


def test_a_telephone_of_another_country_is_refused(community: Community) -> None:
    with pytest.raises(Refused, match="phone_foreign") as refusal:
        say(community, replace(SAID, gate_phone="+57 300 123 4567"))
    assert refusal.value.field == "gate_phone"


def test_in_colombia_it_is_a_colombian_one(ctx: Flask) -> None:
    community = make_community(make_administration(), country=Country.CO)
    assert say(community, replace(SAID, gate_phone="300 123 4567")).gate_phone == "+573001234567"


def test_no_telephone_is_none(community: Community) -> None:
    say(community)
    assert say(community, replace(SAID, gate_phone="  ")).gate_phone is None
