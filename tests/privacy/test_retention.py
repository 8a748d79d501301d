"""For how many days a community keeps what."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from conserje.audit.models import AuditLine
from conserje.database import db
from conserje.errors import Refused
from conserje.privacy.retention import TERMS, Kind, all_days, days, settle, told_days
from tests.builders import NOON
from tests.visits.scene import Gate


def lines() -> list[AuditLine]:
    return list(db.session.scalars(select(AuditLine)))


def test_a_community_that_says_nothing_keeps_the_default(gate: Gate) -> None:
    assert all_days(gate.community) == {
        Kind.VISITS: 90,
        Kind.DOCUMENTS: 90,
        Kind.PHOTOS: 30,
        Kind.PLATES: 90,
        Kind.MESSAGES: 90,
        Kind.JOURNAL: 730,
    }


def test_what_it_says_holds_and_the_journal_names_which_changed(gate: Gate) -> None:
    settle(gate.community, {Kind.PHOTOS: 0, Kind.VISITS: 90}, by=gate.admin, now=NOON)
    assert (days(gate.community, Kind.PHOTOS), days(gate.community, Kind.VISITS)) == (0, 90)
    db.session.refresh(gate.community)
    assert gate.community.retention == {"photos": 0}
    (line,) = lines()
    assert (line.action, line.facts) == ("settings.changed", {"settings": ["retention.photos"]})


def test_what_stays_as_it_is_is_no_act(gate: Gate) -> None:
    settle(gate.community, {Kind.VISITS: 90}, by=gate.admin, now=NOON)
    assert lines() == []


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("end", ["least", "most"])
def test_outside_its_range_it_is_refused(gate: Gate, kind: Kind, end: str) -> None:
    limit = getattr(TERMS[kind], end)
    beyond = limit - 1 if end == "least" else limit + 1
    with pytest.raises(Refused, match="setting_out_of_range") as refusal:
        settle(gate.community, {kind: beyond}, by=gate.admin, now=NOON)
    assert refusal.value.field == kind
    settle(gate.community, {kind: limit}, by=gate.admin, now=NOON)
    assert days(gate.community, kind) == limit


def test_what_is_part_of_a_visit_is_told_to_go_with_it(gate: Gate) -> None:
    gate.community.retention = {"visits": 60}
    told = told_days(gate.community)
    assert (told[Kind.VISITS], told[Kind.DOCUMENTS], told[Kind.PHOTOS], told[Kind.MESSAGES]) == (60, 60, 30, 90)
