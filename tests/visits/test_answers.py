"""A resident answers by the link that was sent to him."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from conserje import tokens
from conserje.approval_links import links
from conserje.approval_links.models import ApprovalLink
from conserje.audit.journal import Actor
from conserje.change_feed import Change
from conserje.database import db
from conserje.errors import Refused
from conserje.messages.models import Channel, Fate, Message
from conserje.visits import answers, approval
from conserje.visits.answers import Answer
from conserje.visits.models import Method, State, Visit
from tests.builders import NOON, make_resident
from tests.visits.scene import MINUTE, MOMENT, WINDOW, Gate, journal

ANAS, PEDROS = "+56987654321", "+56922223333"
THERE = "203.0.113.7"


@pytest.fixture
def visit(gate: Gate) -> Visit:
    """Ana and Pedro were asked about somebody at the window."""
    make_resident(gate.unit, "Ana", "Rojas", (ANAS,), may_approve=True, contact_order=1)
    make_resident(gate.unit, "Pedro", "Rojas", (PEDROS,), may_approve=True, contact_order=2)
    return gate.announce()


def link_of(visit: Visit, recipient: str = ANAS) -> ApprovalLink:
    return db.session.scalars(
        select(ApprovalLink).where(ApprovalLink.visit_id == visit.id, ApprovalLink.recipient == recipient)
    ).one()


def say(
    visit: Visit,
    said: Answer = Answer.AUTHORISE,
    reason: str = "",
    *,
    recipient: str = ANAS,
    now: datetime = NOON + MINUTE,
) -> Visit:
    asked = answers.question(link_of(visit, recipient), now=now)
    by = Actor(None, visit.community_id, THERE)
    return answers.answer(asked, said, reason, by=by, agent="Telefono/1.0", now=now)


# The link


def test_each_recipient_has_a_link_of_their_own(visit: Visit) -> None:
    assert link_of(visit, ANAS).token_digest != link_of(visit, PEDROS).token_digest


def test_the_token_is_found_and_lies_nowhere(visit: Visit) -> None:
    db.session.commit()
    link = link_of(visit)
    token = tokens.derive(link.seed)
    assert len(token) == 22
    assert token.isalnum()
    assert links.find(token) == (visit.community_id, link.id)
    stored = [str(value) for row in (link, *db.session.scalars(select(Message))) for value in vars(row).values()]
    assert not [value for value in stored if token in value]


@pytest.mark.parametrize(
    "bad", ["", "corto", "x" * 22, "x" * 23, "ñ" * 22, "a/b" + "x" * 19, "'; DROP TABLE--xxxxxxxx"]
)
def test_a_token_that_never_was_finds_nothing(visit: Visit, bad: str) -> None:
    db.session.commit()
    assert links.find(bad) is None


def test_a_token_cut_short_or_changed_by_one_letter_finds_nothing(visit: Visit) -> None:
    db.session.commit()
    token = tokens.derive(link_of(visit).seed)
    assert links.find(token[:-1]) is None
    assert links.find(("A" if token[0] != "A" else "B") + token[1:]) is None


# The answer


def test_a_yes_accepts_by_sms_and_names_who_said_it(visit: Visit) -> None:
    say(visit)
    assert (visit.state, visit.method, visit.answered_by) == (State.ACCEPTED, Method.SMS, "Ana Rojas")
    assert (visit.decided_at, visit.decided_by, visit.entered_at) == (NOON + MINUTE, None, NOON + MINUTE)


def test_a_no_rejects_with_its_reason(visit: Visit) -> None:
    say(visit, Answer.REJECT, "Hoy no")
    assert (visit.state, visit.decision_note, visit.is_stranger) == (State.REJECTED, "Hoy no", False)
    assert visit.entered_at is None


def test_a_stranger_is_rejected_and_told_apart(visit: Visit) -> None:
    say(visit, Answer.STRANGER)
    assert (visit.state, visit.is_stranger) == (State.REJECTED, True)


def test_the_notice_number_is_nobody_in_particular(gate: Gate) -> None:
    gate.unit.notice_phone = ANAS
    visit = gate.announce()
    say(visit)
    assert (visit.method, visit.answered_by) == (Method.SMS, "")


def test_an_answer_by_mail_says_so(gate: Gate) -> None:
    make_resident(gate.unit, "Ana", "Rojas", (), may_approve=True, email="ana@correo.example")
    visit = gate.announce()
    say(visit, recipient="ana@correo.example")
    assert visit.method == Method.EMAIL


def test_of_two_answers_the_first_wins(visit: Visit) -> None:
    say(visit, Answer.REJECT, recipient=PEDROS)
    with pytest.raises(Refused, match="visit_already_decided"):
        say(visit, recipient=ANAS, now=NOON + 2 * MINUTE)
    assert visit.state == State.REJECTED


def test_what_the_conserje_decided_stands(gate: Gate, visit: Visit) -> None:
    approval.accept(visit, Method.CALL, "", by=gate.conserje, now=NOON + MOMENT)
    with pytest.raises(Refused, match="visit_already_decided"):
        say(visit, Answer.REJECT)


def test_after_the_window_an_answer_comes_too_late(visit: Visit) -> None:
    with pytest.raises(Refused, match="answer_too_late"):
        say(visit, now=NOON + WINDOW)
    assert visit.state == State.PENDING


def test_an_answer_after_the_vigencia_is_refused(gate: Gate) -> None:
    make_resident(gate.unit, "Ana", "Rojas", (ANAS,), may_approve=True)
    visit = gate.announce(valid_until=NOON + MINUTE)
    with pytest.raises(Refused, match="visit_no_longer_valid"):
        say(visit, now=NOON + MINUTE)


def test_an_answer_takes_back_what_is_still_queued_for_the_others(visit: Visit) -> None:
    say(visit)
    assert {message.fate for message in db.session.scalars(select(Message))} == {Fate.WITHDRAWN}


def test_the_gate_hears_that_it_was_an_answer(visit: Visit) -> None:
    say(visit)
    latest = db.session.scalars(select(Change).order_by(Change.id.desc())).first()
    assert latest is not None
    assert (latest.visit_id, latest.is_answer) == (visit.id, True)


def test_the_journal_keeps_channel_time_address_and_browser(visit: Visit) -> None:
    say(visit)
    line = next(line for line in journal() if line.action == "link.answered")
    assert (line.subject_id, line.address, line.at) == (link_of(visit).id, THERE, NOON + MINUTE)
    assert line.facts == {"visit": visit.id, "answer": "authorise", "channel": Channel.SMS, "agent": "Telefono/1.0"}


# What the page may show


def test_looking_changes_nothing(visit: Visit) -> None:
    db.session.commit()
    asked = answers.question(link_of(visit), now=NOON + MINUTE)
    assert asked.is_open
    assert not db.session.dirty
    assert visit.state == State.PENDING


@pytest.mark.parametrize("decided", [True, False])
def test_a_day_after_the_end_the_link_is_over(visit: Visit, decided: bool) -> None:
    end = NOON + WINDOW
    if decided:
        say(visit)
        end = NOON + MINUTE
    last = end + answers.STATUS_SHOWN_FOR
    assert not answers.question(link_of(visit), now=last - MOMENT).is_open
    with pytest.raises(Refused, match="link_over"):
        answers.question(link_of(visit), now=last)


def test_a_clock_set_back_an_hour_leaves_the_question_open(visit: Visit) -> None:
    say(visit, now=NOON - timedelta(minutes=50))
    assert visit.state == State.ACCEPTED
