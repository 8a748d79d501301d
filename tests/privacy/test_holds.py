"""Visits that are kept because of an incident."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from conserje import tenancy
from conserje.access_lists.matching import Listing
from conserje.access_lists.upkeep import add
from conserje.audit.journal import Actor
from conserje.communities.models import Administration
from conserje.database import begin_writing, db
from conserje.errors import Refused
from conserje.privacy import dossier, holds
from conserje.privacy.data_requests import Asked, close, open_request
from conserje.privacy.dossier import Dossier
from conserje.privacy.models import DataRequest, LegalHold, Outcome, RequestKind
from conserje.privacy.people import Source
from conserje.privacy.requests import correct, erase
from conserje.visits.models import FORGOTTEN, Visit
from tests.at_once import Act, held_up
from tests.builders import NOON, OTHER_RUN, RUN, make_community, make_unit
from tests.privacy.test_purge import OVER, came, everything, purged
from tests.visits.scene import Gate, journal, make_visitor

DAY = timedelta(days=1)
LATER = NOON + 3 * DAY
LAST = OVER.date() + DAY


def of(visit: Visit) -> Dossier:
    found = dossier.gather(Source.REGISTER, visit.visitor_id)
    assert found is not None
    return found


def hold(gate: Gate, visit: Visit, last_day: date = LAST, reason: str = "Robo del 20") -> LegalHold:
    return holds.place(of(visit), reason, last_day, by=gate.admin, now=LATER)


def test_of_whoever_is_held_nothing_is_purged_and_of_others_it_is(gate: Gate) -> None:
    kept, elsewhere = came(gate), came(gate, unit=make_unit("1305"))
    gone = came(gate, full_name="Bruno Vera", document=OTHER_RUN)
    hold(gate, kept)
    before = [row for row in everything() if row[0] == "Camila Soto Díaz"]
    assert purged(gate, OVER) == {"photos": 2, "plates": 2, "documents": 2, "visits": 1, "register": 1}
    assert (kept.document_number, elsewhere.document_number, gone.full_name) == (RUN.number, RUN.number, FORGOTTEN)
    assert [row for row in everything() if row[0] == "Camila Soto Díaz"] == before
    assert purged(gate, OVER) == {}


def test_after_the_last_day_of_the_communitys_calendar_it_ends(gate: Gate) -> None:
    kept = came(gate)
    hold(gate, kept, OVER.date())
    # Midnight in Santiago is three o'clock in UTC.
    assert purged(gate, OVER + timedelta(hours=11)) == {}
    assert purged(gate, OVER + timedelta(hours=12)) == {
        "photos": 2, "plates": 2, "documents": 2, "visits": 1, "register": 1, "holds": 1,
    }  # fmt: skip
    assert db.session.scalar(select(func.count(LegalHold.id))) == 0


def test_a_hold_is_of_one_community(gate: Gate) -> None:
    kept = came(gate)
    other = make_community(db.session.scalars(select(Administration)).one(), "Otra")
    with tenancy.acting_for(other.id):
        visitor = make_visitor(make_unit(), identity_key=f"run:{RUN.number}")
        db.session.flush()
        found = dossier.gather(Source.REGISTER, visitor.id)
        assert found is not None
        holds.place(found, "Robo", LAST, by=gate.admin, now=LATER)
    assert holds.lasting(of(kept), LATER) is None
    assert purged(gate, OVER)["visits"] == 1


def test_whoever_is_held_is_not_erased_wherever_he_was_found(gate: Gate) -> None:
    visit = came(gate)
    entry = add(gate.unit, RUN, "Camila Soto", Listing.AUTHORISED, by=gate.admin, now=NOON)
    hold(gate, visit)
    listed = dossier.gather(Source.LISTED, entry.id)
    assert listed is not None
    for found in (of(visit), listed):
        with pytest.raises(Refused, match="held") as refusal:
            erase(found, by=gate.admin, now=OVER)
        assert refusal.value.facts == {"until": LAST}
    holds.release(of(visit), by=gate.admin, now=OVER)
    erase(of(visit), by=gate.admin, now=OVER)
    assert visit.full_name == FORGOTTEN


def test_a_hold_says_who_and_why_and_the_journal_nothing_of_it(gate: Gate) -> None:
    visit = came(gate)
    hold(gate, visit)
    held = holds.lasting(of(visit), LATER)
    assert held is not None
    assert (held.hold.reason, held.hold.last_day, held.author) == ("Robo del 20", LAST, "Paula Pino")
    holds.release(of(visit), by=gate.admin, now=LATER)
    placed, released = journal()[-2:]
    assert (placed.action, released.action) == ("privacy.held", "privacy.released")
    assert (placed.subject, placed.subject_id, placed.facts["until"]) == (
        "visitor", visit.visitor_id, LAST.isoformat(),
    )  # fmt: skip
    assert not any(word in str([placed.facts, released.facts]) for word in ("Robo", "Camila", RUN.number))


@pytest.mark.parametrize(
    ("reason", "days", "code"),
    [
        ("", 1, "reason_required"),
        ("x" * 141, 1, "note_too_long"),
        ("Robo", -1, "hold_out_of_range"),
        ("Robo", 181, "hold_out_of_range"),
    ],
)
def test_what_makes_no_sense_is_refused(gate: Gate, reason: str, days: int, code: str) -> None:
    with pytest.raises(Refused, match=code):
        hold(gate, came(gate), LATER.date() + days * DAY, reason)


def test_half_a_year_may_be_asked_for_and_no_second_hold_beside_it(gate: Gate) -> None:
    visit = came(gate)
    last_day = LATER.date() + 180 * DAY
    hold(gate, visit, last_day)
    with pytest.raises(Refused, match="already_held") as refusal:
        hold(gate, visit)
    assert refusal.value.facts == {"until": last_day}


def test_one_that_has_ended_makes_room_and_is_none_to_release(gate: Gate) -> None:
    visit = came(gate)
    hold(gate, visit, LATER.date())
    with pytest.raises(Refused, match="not_held"):
        holds.release(of(visit), by=gate.admin, now=LATER + DAY)
    holds.place(of(visit), "Otro robo", LAST, by=gate.admin, now=LATER + DAY)
    assert db.session.scalars(select(LegalHold.reason)).all() == ["Otro robo"]


def test_whom_the_register_does_not_know_is_not_held(gate: Gate) -> None:
    entry = add(gate.unit, RUN, "Camila Soto", Listing.AUTHORISED, by=gate.admin, now=NOON)
    found = dossier.gather(Source.LISTED, entry.id)
    assert found is not None
    with pytest.raises(Refused, match="not_in_register"):
        holds.place(found, "Robo", LAST, by=gate.admin, now=LATER)


def test_a_hold_follows_whoever_is_corrected(gate: Gate) -> None:
    visit = came(gate)
    hold(gate, visit)
    correct(of(visit), "Camila Paz", OTHER_RUN, by=gate.admin, now=LATER)
    assert holds.lasting(of(visit), LATER) is not None
    assert purged(gate, OVER) == {}


@pytest.mark.parametrize(("wrong", "right"), [(30, 60), (60, 30)])
def test_where_two_become_one_the_longer_hold_stays(gate: Gate, wrong: int, right: int) -> None:
    visit, known = came(gate), came(gate, full_name="Camila Paz", document=OTHER_RUN)
    hold(gate, visit, LATER.date() + wrong * DAY)
    hold(gate, known, LATER.date() + right * DAY)
    correct(of(visit), "Camila Paz", OTHER_RUN, by=gate.admin, now=LATER)
    db.session.expire_all()
    assert db.session.scalars(select(LegalHold.last_day)).all() == [LATER.date() + 60 * DAY]
    held = holds.lasting(of(known), LATER)
    assert held is not None


def test_a_request_that_was_closed_is_purged_after_as_long_as_visits_are_kept(gate: Gate) -> None:
    requests = [
        open_request(gate.community, Asked(RequestKind.ACCESS, "Ana", NOON.date()), by=gate.admin, now=NOON)
        for _ in range(2)
    ]
    close(requests[0], Outcome.ANSWERED, "", by=gate.admin, now=NOON)
    assert purged(gate, NOON + 90 * DAY) == {}
    assert purged(gate, NOON + 90 * DAY + timedelta(seconds=1)) == {"requests": 1}
    assert db.session.scalars(select(DataRequest.id)).all() == [requests[1].id]


def test_whoever_erases_at_the_same_moment_waits_and_is_refused(ctx: Flask, gate: Gate) -> None:
    visit = came(gate)
    visit.left_at = NOON
    db.session.commit()
    community_id, account_id, visitor_id = gate.community.id, gate.admin.account_id, visit.visitor_id
    by = Actor(account_id, community_id)

    def request(act: Callable[[Dossier], object]) -> Act:
        def asked() -> object:
            tenancy.bind(community_id)
            begin_writing()
            found = dossier.gather(Source.REGISTER, visitor_id)
            assert found is not None
            return act(found)

        return asked

    placing = request(lambda found: holds.place(found, "Robo", LAST, by=by, now=LATER))
    _, refusal = held_up(ctx, placing, request(lambda found: erase(found, by=by, now=LATER)))
    assert isinstance(refusal, Refused)
    assert refusal.code == "held"
