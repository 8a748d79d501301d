"""Two people at the same visit, two gates with the same visitor, one form posted twice: at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask, g
from sqlalchemy import select

from conserje import tenancy
from conserje.access_lists.matching import Listing
from conserje.blueprints import submission
from conserje.communities.models import Unit
from conserje.database import begin_writing, db
from conserje.errors import Refused
from conserje.idempotency import AlreadySubmitted, SubmissionKey
from conserje.visits import approval, presence, registration
from conserje.visits.models import Method, State, Visit, Visitor
from tests.at_once import Act, all_at_once, held_up
from tests.builders import NOON, OTHER_RUN, RUN, announcement
from tests.visits.scene import HOUR, Gate, how_many, journal

Step = Callable[[Visit], Visit]


def changing(gate: Gate, visit: Visit, step: Step) -> Act:
    """Somebody's request: the visit is read, then the writing begins, then the step is taken."""
    community_id, visit_id = gate.community.id, visit.id

    def request() -> State:
        tenancy.bind(community_id)
        found = db.session.get_one(Visit, visit_id)
        begin_writing()
        return State(step(found).state)

    return request


def announcing(gate: Gate, *said: object) -> Act:
    community_id, unit_id = gate.community.id, gate.unit.id

    def request() -> int:
        tenancy.bind(community_id)
        unit = db.session.get_one(Unit, unit_id)
        begin_writing()
        return registration.announce(unit, announcement(*said), by=gate.conserje, now=NOON).id

    return request


def posting(app: Flask, gate: Gate, *said: object) -> Act:
    """The form of a new visitor, posted with one and the same key, through what every form goes through."""
    community_id, unit_id, account_id = gate.community.id, gate.unit.id, gate.conserje.account_id

    def request() -> int:
        tenancy.bind(community_id)
        unit = db.session.get_one(Unit, unit_id)
        g.access = SimpleNamespace(account=SimpleNamespace(id=account_id))
        form = announcement(*said)
        with app.test_request_context("/visitantes", method="POST"):
            return submission.once(
                "one-and-the-same-key",
                lambda: registration.announce(unit, form, by=gate.conserje, now=NOON),
                vars(form),
                kind=Visit,
            ).id

    return request


def accepting(gate: Gate) -> Step:
    return lambda visit: approval.accept(visit, Method.CALL, "Sí.", by=gate.conserje, now=NOON)


def rejecting(gate: Gate) -> Step:
    return lambda visit: approval.reject(visit, "No.", by=gate.admin, now=NOON)


def codes(outcomes: object) -> list[str]:
    return [outcome.code for outcome in outcomes if isinstance(outcome, Refused)]  # type: ignore[attr-defined]


def committed(gate: Gate) -> Gate:
    db.session.commit()
    db.session.expire_all()
    return gate


# Two people decide the same visit


@pytest.mark.parametrize("first_accepts", [True, False], ids=["accept first", "reject first"])
def test_of_two_decisions_at_once_the_first_stands_and_the_second_is_told(
    ctx: Flask, gate: Gate, first_accepts: bool
) -> None:
    visit = gate.announce()
    committed(gate)
    steps = [accepting(gate), rejecting(gate)] if first_accepts else [rejecting(gate), accepting(gate)]
    first, second = held_up(ctx, *(changing(gate, visit, step) for step in steps))
    assert first is (State.ACCEPTED if first_accepts else State.REJECTED)
    assert codes([second]) == ["visit_already_decided"]
    committed(gate)
    assert (visit.state, visit.decision_note) == (first, "Sí." if first_accepts else "No.")
    assert visit.decided_by == (gate.conserje if first_accepts else gate.admin).account_id
    assert [line.action for line in journal()] == ["visit.announced", f"visit.{first}"]


def test_when_the_first_decision_comes_to_nothing_the_second_stands(ctx: Flask, gate: Gate) -> None:
    visit = gate.announce()
    committed(gate)
    first, second = (changing(gate, visit, step) for step in (accepting(gate), rejecting(gate)))
    held_up(ctx, first, second, first_commits=False)
    committed(gate)
    assert (visit.state, visit.entered_at) == (State.REJECTED, None)


def test_of_four_decisions_let_go_together_one_stands(ctx: Flask, gate: Gate) -> None:
    visit = gate.announce()
    committed(gate)
    steps = [accepting(gate), rejecting(gate)] * 2
    outcomes = all_at_once(ctx, [changing(gate, visit, step) for step in steps])
    assert codes(outcomes) == ["visit_already_decided"] * 3
    committed(gate)
    assert [outcome for outcome in outcomes if isinstance(outcome, State)] == [visit.state]


# Two people mark the same entry or exit


def test_of_two_entries_at_once_one_is_recorded(ctx: Flask, gate: Gate) -> None:
    visit = gate.announce(valid_from=NOON + HOUR, valid_until=NOON + 2 * HOUR)
    accepting(gate)(visit)
    committed(gate)
    enter = changing(gate, visit, lambda found: presence.mark_entry(found, by=gate.conserje, now=NOON + HOUR))
    _, second = held_up(ctx, enter, enter)
    assert codes([second]) == ["already_inside"]
    committed(gate)
    assert [line.action for line in journal()].count("visit.entered") == 1


def test_of_two_exits_at_once_one_is_recorded(ctx: Flask, gate: Gate) -> None:
    visit = accepting(gate)(gate.announce())
    committed(gate)
    leave = changing(gate, visit, lambda found: presence.mark_exit(found, by=gate.conserje, now=NOON + HOUR))
    _, second = held_up(ctx, leave, leave)
    assert codes([second]) == ["not_inside"]
    committed(gate)
    assert [line.action for line in journal()].count("visit.left") == 1


# Two gates announce the same person


@pytest.mark.parametrize("known", [False, True], ids=["new", "known"])
def test_two_gates_announcing_one_person_make_one_visitor_and_one_visit(ctx: Flask, gate: Gate, known: bool) -> None:
    if known:
        gate.announce("Camila Soto", RUN, now=NOON - HOUR)
    committed(gate)
    before = how_many(Visit)
    first, second = held_up(ctx, announcing(gate, "Camila Soto", RUN), announcing(gate, "Camila Soto Díaz", RUN))
    assert first == second
    committed(gate)
    assert how_many(Visit) == before + 1
    assert [visitor.full_name for visitor in db.session.scalars(select(Visitor))] == ["Camila Soto Díaz"]


def test_two_gates_with_nothing_new_to_say_of_somebody_known_make_one_visit(ctx: Flask, gate: Gate) -> None:
    """Neither writes the visitor's row, so nothing but its lock makes the second wait."""
    earlier = gate.announce("Camila Soto", RUN, now=NOON - HOUR)
    db.session.get_one(Visitor, earlier.visitor_id).last_visit_at = NOON
    committed(gate)
    announce = announcing(gate, "Camila Soto", RUN)
    first, second = held_up(ctx, announce, announce)
    assert first == second != earlier.id
    committed(gate)
    assert how_many(Visit) == 2


def test_four_gates_announcing_one_person_without_a_document_make_one_visitor_and_one_visit(
    ctx: Flask, gate: Gate
) -> None:
    gate.community.document_required = False
    committed(gate)
    names = ("Camila Soto Díaz", "camila soto diaz", "CAMILA SOTO DÍAZ", "Camila  Soto Diaz")
    outcomes = all_at_once(ctx, [announcing(gate, name, None) for name in names])
    committed(gate)
    assert (how_many(Visitor), how_many(Visit)) == (1, 1)
    assert set(outcomes) == set(db.session.scalars(select(Visit.id)))


def test_when_the_first_announcement_comes_to_nothing_the_second_stands(ctx: Flask, gate: Gate) -> None:
    committed(gate)
    announce = announcing(gate, "Camila Soto", RUN)
    _, second = held_up(ctx, announce, announce, first_commits=False)
    committed(gate)
    assert list(db.session.scalars(select(Visit.id))) == [second]
    assert how_many(Visitor) == 1


def test_two_gates_announcing_two_people_make_two_visits(ctx: Flask, gate: Gate) -> None:
    committed(gate)
    outcomes = all_at_once(ctx, [announcing(gate, "Camila Soto", RUN), announcing(gate, "Elena Paz", OTHER_RUN)])
    committed(gate)
    assert sorted(outcomes) == sorted(db.session.scalars(select(Visit.id)))  # type: ignore[type-var]
    assert (how_many(Visitor), how_many(Visit)) == (2, 2)


def test_two_gates_activating_one_visitor_open_one_visit(ctx: Flask, gate: Gate) -> None:
    visitor_id = gate.announce(now=NOON - HOUR).visitor_id
    committed(gate)
    community_id = gate.community.id

    def activate() -> int:
        tenancy.bind(community_id)
        visitor = db.session.get_one(Visitor, visitor_id)
        begin_writing()
        return registration.reactivate(visitor, by=gate.conserje, now=NOON).id

    first, second = held_up(ctx, activate, activate)
    assert first == second
    committed(gate)
    assert how_many(Visit) == 2


# One form posted twice


@pytest.fixture
def everybody_is_authorised(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each announcement is accepted at once, so nothing but the form's key keeps a second visit away."""
    monkeypatch.setattr(registration, "matching", lambda unit, document, now: Listing.AUTHORISED)


@pytest.mark.usefixtures("everybody_is_authorised")
def test_a_form_posted_twice_at_once_makes_one_visit_and_both_get_it(ctx: Flask, gate: Gate) -> None:
    committed(gate)
    post = posting(ctx, gate, "Camila Soto", RUN)
    first, second = held_up(ctx, post, post)
    assert first == second
    committed(gate)
    assert how_many(Visit) == 1
    assert [key.result_id for key in db.session.scalars(select(SubmissionKey))] == [first]


@pytest.mark.usefixtures("everybody_is_authorised")
def test_four_posts_of_one_form_make_one_visit_and_all_get_it(ctx: Flask, gate: Gate) -> None:
    committed(gate)
    outcomes = all_at_once(ctx, [posting(ctx, gate, "Camila Soto", RUN)] * 4)
    committed(gate)
    assert outcomes == list(db.session.scalars(select(Visit.id))) * 4


def test_when_the_first_post_comes_to_nothing_the_second_is_carried_out(ctx: Flask, gate: Gate) -> None:
    committed(gate)
    post = posting(ctx, gate, "Camila Soto", RUN)
    _, second = held_up(ctx, post, post, first_commits=False)
    committed(gate)
    assert list(db.session.scalars(select(Visit.id))) == [second]


def test_one_key_with_two_forms_at_once_carries_out_the_first(ctx: Flask, gate: Gate) -> None:
    committed(gate)
    first, second = held_up(ctx, posting(ctx, gate, "Camila Soto", RUN), posting(ctx, gate, "Elena Paz", OTHER_RUN))
    assert isinstance(second, AlreadySubmitted)
    assert (second.same, second.result_id) == (False, first)
    committed(gate)
    assert how_many(Visit) == 1
