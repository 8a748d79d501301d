"""Deciding a visit: its states, their moves, and who may decide."""

from __future__ import annotations

from datetime import datetime

import pytest

from conserje.access_lists.matching import Listing
from conserje.database import db
from conserje.errors import Refused
from conserje.visits.approval import accept, reject, state_of
from conserje.visits.models import MANUAL_METHODS, Method, State, Visit
from tests.builders import NOON
from tests.visits.scene import HOUR, MINUTE, MOMENT, WINDOW, Gate, journal, make_visit, make_visitor


def accepted(gate: Gate, visit: Visit, now: datetime = NOON + MINUTE) -> Visit:
    return accept(visit, Method.CALL, "", by=gate.conserje, now=now)


def rejected(gate: Gate, visit: Visit, now: datetime = NOON + MINUTE) -> Visit:
    return reject(visit, "No lo esperan.", by=gate.conserje, now=now)


def as_stored(visit: Visit) -> dict[str, object]:
    db.session.expire(visit)
    return {column.key: getattr(visit, column.key) for column in Visit.__mapper__.column_attrs}


# The state at a moment


def test_a_visit_is_pending_until_its_deadline(gate: Gate) -> None:
    assert state_of(gate.announce(), NOON + WINDOW - MOMENT) is State.PENDING


def test_a_visit_that_nobody_answered_is_expired_from_its_deadline_on(gate: Gate) -> None:
    visit = gate.announce()
    assert state_of(visit, NOON + WINDOW) is State.EXPIRED
    assert as_stored(visit)["state"] == State.PENDING, "computed, not stored"


@pytest.mark.parametrize("state", [State.ACCEPTED, State.REJECTED])
def test_a_decided_visit_does_not_expire(gate: Gate, state: State) -> None:
    assert state_of(make_visit(make_visitor(gate.unit), state=state), NOON + WINDOW) is state


# Accepting


@pytest.mark.parametrize("method", MANUAL_METHODS)
def test_accepting_keeps_the_means_and_who_recorded_it(gate: Gate, method: Method) -> None:
    visit = accept(gate.announce(), method, "Contestó Ana.", by=gate.conserje, now=NOON + MINUTE)
    stored = as_stored(visit)
    assert (stored["state"], stored["method"], stored["decision_note"]) == (State.ACCEPTED, method, "Contestó Ana.")
    assert (stored["decided_at"], stored["decided_by"]) == (NOON + MINUTE, gate.conserje.account_id)


def test_a_person_picks_the_means_that_the_document_names() -> None:
    assert set(MANUAL_METHODS) == {Method.CALL, Method.INTERCOM, Method.IN_PERSON, Method.ADMINISTRATION}


@pytest.mark.parametrize("method", sorted(set(Method) - set(MANUAL_METHODS)))
def test_a_means_that_the_system_sets_is_refused(gate: Gate, method: Method) -> None:
    visit = gate.announce()
    with pytest.raises(Refused) as refused:
        accept(visit, method, "", by=gate.conserje, now=NOON)
    assert (refused.value.code, refused.value.field) == ("method_not_manual", "method")
    assert as_stored(visit)["state"] == State.PENDING


def test_accepting_somebody_at_the_window_records_the_entry(gate: Gate) -> None:
    assert as_stored(accepted(gate, gate.announce()))["entered_at"] == NOON + MINUTE


def test_accepting_at_the_moment_the_vigencia_begins_records_the_entry(gate: Gate) -> None:
    visit = gate.announce(valid_from=NOON + MINUTE, valid_until=NOON + HOUR)
    assert accepted(gate, visit).entered_at == NOON + MINUTE


def test_accepting_before_the_vigencia_begins_records_no_entry(gate: Gate) -> None:
    visit = gate.announce(valid_from=NOON + MINUTE + MOMENT, valid_until=NOON + HOUR)
    assert as_stored(accepted(gate, visit))["entered_at"] is None


def test_an_expired_visit_may_still_be_accepted(gate: Gate) -> None:
    assert state_of(accepted(gate, gate.announce(), NOON + HOUR), NOON + HOUR) is State.ACCEPTED


def test_accepting_when_the_vigencia_is_over_is_refused(gate: Gate) -> None:
    visit = gate.announce(valid_until=NOON + HOUR)
    with pytest.raises(Refused) as refused:
        accepted(gate, visit, NOON + HOUR)
    assert refused.value.code == "visit_no_longer_valid"
    assert as_stored(visit)["state"] == State.PENDING
    assert accepted(gate, visit, NOON + HOUR - MOMENT).state == State.ACCEPTED


def test_an_acceptance_is_written_in_the_journal(gate: Gate) -> None:
    visit = accepted(gate, gate.announce())
    line = journal()[-1]
    assert (line.action, line.subject, line.subject_id) == ("visit.accepted", "visit", visit.id)
    assert (line.account_id, line.community_id, line.at) == (
        gate.conserje.account_id,
        gate.community.id,
        NOON + MINUTE,
    )
    assert line.facts == {"method": "call"}


# Rejecting


def test_rejecting_keeps_the_reason_and_who_recorded_it(gate: Gate) -> None:
    stored = as_stored(reject(gate.announce(), "Nadie lo espera.", by=gate.conserje, now=NOON + MINUTE))
    assert (stored["state"], stored["method"], stored["decision_note"]) == (State.REJECTED, None, "Nadie lo espera.")
    assert (stored["decided_at"], stored["decided_by"]) == (NOON + MINUTE, gate.conserje.account_id)
    assert stored["entered_at"] is None


def test_rejecting_without_a_reason_is_refused(gate: Gate) -> None:
    visit = gate.announce()
    with pytest.raises(Refused) as refused:
        reject(visit, "", by=gate.conserje, now=NOON)
    assert (refused.value.code, refused.value.field) == ("reason_required", "note")
    assert as_stored(visit)["state"] == State.PENDING


def test_an_expired_visit_may_still_be_rejected(gate: Gate) -> None:
    assert state_of(rejected(gate, gate.announce(), NOON + HOUR), NOON + HOUR) is State.REJECTED


def test_a_visit_whose_vigencia_is_over_may_be_rejected(gate: Gate) -> None:
    assert rejected(gate, gate.announce(valid_until=NOON + HOUR), NOON + 2 * HOUR).state == State.REJECTED


def test_a_rejection_is_written_in_the_journal_without_its_reason(gate: Gate) -> None:
    visit = rejected(gate, gate.announce())
    line = journal()[-1]
    assert (line.action, line.subject_id, line.facts) == ("visit.rejected", visit.id, {})


# The first decision wins


@pytest.mark.parametrize("first", [accepted, rejected])
@pytest.mark.parametrize("second", [accepted, rejected])
def test_a_decision_is_final(gate: Gate, first: object, second: object) -> None:
    visit = first(gate, gate.announce())  # type: ignore[operator]
    before = as_stored(visit)
    with pytest.raises(Refused) as refused:
        second(gate, visit, NOON + 2 * MINUTE)  # type: ignore[operator]
    assert refused.value.code == "visit_already_decided"
    assert as_stored(visit) == before
    assert len(journal()) == 2, "announced and decided once"


def test_a_decision_touches_no_other_visit(gate: Gate) -> None:
    other = make_visit(make_visitor(gate.unit, "Otra Persona"))
    accepted(gate, gate.announce())
    assert as_stored(other)["state"] == State.PENDING


# Somebody on the unit's unauthorised list


def unauthorised(gate: Gate) -> Visit:
    return make_visit(make_visitor(gate.unit), listing=Listing.UNAUTHORISED)


def test_a_conserje_does_not_accept_somebody_on_the_unauthorised_list(gate: Gate) -> None:
    visit = unauthorised(gate)
    with pytest.raises(Refused) as refused:
        accept(visit, Method.CALL, "Insiste.", by=gate.conserje, now=NOON)
    assert refused.value.code == "unauthorised_needs_admin"
    assert as_stored(visit)["state"] == State.PENDING


def test_an_administrator_accepts_somebody_on_the_unauthorised_list_with_a_reason(gate: Gate) -> None:
    visit = accept(unauthorised(gate), Method.ADMINISTRATION, "Viene la policía.", by=gate.admin, now=NOON)
    assert (visit.state, visit.decision_note) == (State.ACCEPTED, "Viene la policía.")


def test_an_administrator_gives_a_reason_for_somebody_on_the_unauthorised_list(gate: Gate) -> None:
    visit = unauthorised(gate)
    with pytest.raises(Refused) as refused:
        accept(visit, Method.ADMINISTRATION, "", by=gate.admin, now=NOON)
    assert (refused.value.code, refused.value.field) == ("reason_required", "note")
    assert as_stored(visit)["state"] == State.PENDING


def test_a_conserje_rejects_somebody_on_the_unauthorised_list(gate: Gate) -> None:
    assert rejected(gate, unauthorised(gate)).state == State.REJECTED
