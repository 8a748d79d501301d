"""Asking the resident about a visit (O23): whom, by what, how often, and what is said where nobody can be asked."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from conserje.change_feed import Change
from conserje.communities.models import Unit
from conserje.database import db
from conserje.errors import Refused
from conserje.identity.countries import Country
from conserje.identity.documents import Document, DocumentType
from conserje.messages.models import Channel, Fate, Message
from conserje.sms_wallet import ledger
from conserje.visits import approval, asking
from conserje.visits.models import Method, State, Unasked, Visit
from tests.builders import NOON, OTHER_RUN, make_resident, run_number
from tests.visits.scene import MINUTE, MOMENT, WINDOW, Gate

NOTICE, ANAS, PEDROS = "+56961234567", "+56987654321", "+56922223333"
ESCALATION = timedelta(seconds=90)
THIRD_RUN = Document(DocumentType.RUN, run_number(9_000_000))


def messages() -> list[Message]:
    return list(db.session.scalars(select(Message).order_by(Message.id)))


def asked(*, but: int = 0) -> list[str]:
    """The addresses that were asked, but for so many at the beginning."""
    return [message.recipient for message in messages()][but:]


@pytest.fixture
def family(gate: Gate) -> Unit:
    """Ana and Pedro may approve, Ana first; Luis may not."""
    make_resident(gate.unit, "Luis", "Rojas", ("+56944445555",), contact_order=0)
    make_resident(gate.unit, "Pedro", "Rojas", (PEDROS,), may_approve=True, contact_order=2)
    make_resident(gate.unit, "Ana", "Rojas", (ANAS,), may_approve=True, contact_order=1)
    return gate.unit


@pytest.fixture
def with_number(family: Unit) -> Unit:
    family.notice_phone = NOTICE
    db.session.flush()
    return family


def again(visit: Visit, gate: Gate, now: datetime) -> Visit:
    return asking.ask_again(visit, by=gate.conserje, now=now)


# Whom


def test_the_units_notice_number_is_asked_first_and_alone(gate: Gate, with_number: Unit) -> None:
    visit = gate.announce()
    assert asked() == [NOTICE]
    assert visit.escalates_at == NOON + ESCALATION
    (message,) = messages()
    assert (message.channel, message.visit_id, message.worthless_at) == (Channel.SMS, visit.id, visit.answer_by)


def test_without_a_notice_number_everybody_who_may_approve_is_asked_at_once(gate: Gate, family: Unit) -> None:
    visit = gate.announce()
    assert asked() == [ANAS, PEDROS]
    assert visit.escalates_at is None


def test_somebody_without_a_phone_that_takes_sms_is_asked_by_email(gate: Gate) -> None:
    make_resident(gate.unit, "Ana", "Rojas", (), may_approve=True, email="ana@correo.example")
    gate.announce()
    (message,) = messages()
    assert (message.channel, message.recipient, message.parts) == (Channel.EMAIL, "ana@correo.example", 0)


def test_the_first_of_several_phones_that_takes_sms_is_used(gate: Gate) -> None:
    make_resident(gate.unit, "Ana", "Rojas", ("+56800123456", ANAS, PEDROS), may_approve=True)
    gate.announce()
    assert asked() == [ANAS]


def test_two_who_share_a_phone_are_asked_once(gate: Gate) -> None:
    make_resident(gate.unit, "Ana", "Rojas", (ANAS,), may_approve=True)
    make_resident(gate.unit, "Luz", "Rojas", (ANAS,), may_approve=True)
    gate.announce()
    assert asked() == [ANAS]


def test_whoever_was_waiting_already_is_not_asked_about_twice(gate: Gate, family: Unit) -> None:
    gate.announce()
    gate.announce(now=NOON + MINUTE)
    assert asked() == [ANAS, PEDROS]


# Where nobody can be asked


def test_a_unit_without_any_number_is_said_to_have_none(gate: Gate) -> None:
    visit = gate.announce()
    assert (visit.unasked, asked()) == (Unasked.NO_CONTACT, [])


def test_a_community_that_switched_messages_off_asks_nobody(gate: Gate, with_number: Unit) -> None:
    gate.community.asks_residents = False
    visit = gate.announce()
    assert (visit.unasked, visit.escalates_at, asked()) == (Unasked.SWITCHED_OFF, None, [])


def test_without_balance_nothing_is_queued_and_the_gate_is_told(gate: Gate, family: Unit) -> None:
    ledger.reserve(gate.community, 999, ledger.balance(gate.community, NOON), now=NOON)
    visit = gate.announce()
    assert (visit.unasked, asked()) == (Unasked.NO_BALANCE, [])


def test_with_balance_for_one_of_two_the_first_is_asked_and_nothing_is_amiss(gate: Gate, family: Unit) -> None:
    ledger.reserve(gate.community, 999, ledger.balance(gate.community, NOON) - 1, now=NOON)
    visit = gate.announce()
    assert (visit.unasked, asked()) == ("", [ANAS])
    assert ledger.balance(gate.community, NOON) == 0


def test_where_the_number_cannot_be_paid_those_with_email_are_asked_at_once(gate: Gate) -> None:
    gate.unit.notice_phone = NOTICE
    make_resident(gate.unit, "Ana", "Rojas", (), may_approve=True, email="ana@correo.example")
    ledger.reserve(gate.community, 999, ledger.balance(gate.community, NOON), now=NOON)
    visit = gate.announce()
    assert (visit.unasked, visit.escalates_at, asked()) == ("", None, ["ana@correo.example"])


def test_a_notice_number_that_takes_no_sms_is_passed_over(gate: Gate, family: Unit) -> None:
    family.notice_phone = "+56800123456"
    gate.announce()
    assert asked() == [ANAS, PEDROS]


def test_a_unit_gets_no_more_than_its_limit_in_a_day(gate: Gate, family: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "MOST_SMS_FOR_A_UNIT", 1)
    visit = gate.announce()
    assert (visit.unasked, asked()) == ("", [ANAS])
    other = gate.announce("Rosa Peña", OTHER_RUN, now=NOON + MINUTE)
    assert other.unasked == Unasked.LIMIT


def test_a_community_gets_no_more_than_its_limit_in_a_day_and_more_the_day_after(gate: Gate, family: Unit) -> None:
    gate.community.sms_per_day = 2
    gate.announce()
    assert gate.announce("Rosa Peña", OTHER_RUN, now=NOON + MINUTE).unasked == Unasked.LIMIT
    assert gate.announce("Luz Vera", THIRD_RUN, now=NOON + timedelta(hours=25)).unasked == ""


# What it costs


def test_each_sms_reserves_one_part_and_an_email_none(gate: Gate, family: Unit) -> None:
    before = ledger.balance(gate.community, NOON)
    gate.announce()
    assert ledger.balance(gate.community, NOON) == before - 2


def test_a_decision_takes_back_what_is_still_queued_and_its_price(gate: Gate, with_number: Unit) -> None:
    before = ledger.balance(gate.community, NOON)
    visit = gate.announce()
    approval.accept(visit, Method.CALL, "", by=gate.conserje, now=NOON + MOMENT)
    (message,) = messages()
    assert (message.fate, message.facts, message.link_seed) == (Fate.WITHDRAWN, {}, None)
    assert ledger.balance(gate.community, NOON) == before
    assert visit.escalates_at is None


def test_what_a_worker_holds_already_is_not_taken_back(gate: Gate, with_number: Unit) -> None:
    visit = gate.announce()
    (message,) = messages()
    message.fate = Fate.SENDING
    db.session.flush()
    approval.accept(visit, Method.CALL, "", by=gate.conserje, now=NOON + MOMENT)
    assert message.fate == Fate.SENDING
    assert message.worthless_at == NOON + MOMENT, "it goes, but is not tried again"


# Everybody else, when the number is silent


def test_after_the_wait_everybody_who_may_approve_is_asked(gate: Gate, with_number: Unit) -> None:
    visit = gate.announce()
    db.session.commit()
    assert asking.due_escalations(NOON + ESCALATION - MOMENT) == []
    assert asking.due_escalations(NOON + ESCALATION) == [(gate.community.id, visit.id)]
    assert asking.escalate(visit.id, now=NOON + ESCALATION)
    assert asked(but=1) == [ANAS, PEDROS]


def test_it_happens_once(gate: Gate, with_number: Unit) -> None:
    visit = gate.announce()
    assert asking.escalate(visit.id, now=NOON + ESCALATION)
    assert not asking.escalate(visit.id, now=NOON + ESCALATION)
    assert asked(but=1) == [ANAS, PEDROS]


def test_after_an_answer_nobody_else_is_asked(gate: Gate, with_number: Unit) -> None:
    visit = gate.announce()
    approval.accept(visit, Method.CALL, "", by=gate.conserje, now=NOON + MINUTE)
    assert not asking.escalate(visit.id, now=NOON + ESCALATION)


def test_an_hour_late_nobody_is_asked_about_somebody_long_gone(gate: Gate, with_number: Unit) -> None:
    visit = gate.announce()
    assert not asking.escalate(visit.id, now=NOON + timedelta(hours=1))
    assert asked() == [NOTICE]


def test_late_but_within_the_window_everybody_is_asked(gate: Gate, with_number: Unit) -> None:
    visit = gate.announce()
    assert asking.escalate(visit.id, now=NOON + WINDOW - MOMENT)


def test_where_only_the_number_may_be_asked_nothing_is_due(gate: Gate) -> None:
    gate.unit.notice_phone = NOTICE
    assert gate.announce().escalates_at is None


# Once more


def test_asking_again_opens_the_whole_window_and_sends_the_same_link(gate: Gate, with_number: Unit) -> None:
    visit = gate.announce()
    again(visit, gate, NOON + WINDOW)
    first, second = messages()
    assert first.link_seed == second.link_seed
    assert visit.answer_by == NOON + 2 * WINDOW
    assert approval.state_of(visit, NOON + WINDOW) is State.PENDING
    assert visit.escalates_at == NOON + WINDOW + ESCALATION


def test_asking_again_right_away_is_refused(gate: Gate, with_number: Unit) -> None:
    visit = gate.announce()
    with pytest.raises(Refused, match="asked_too_soon") as refusal:
        again(visit, gate, NOON + timedelta(seconds=20))
    assert refusal.value.facts == {"seconds": 11}


def test_a_shorter_window_settled_meanwhile_does_not_forbid_asking_again(gate: Gate, with_number: Unit) -> None:
    visit = gate.announce()
    gate.community.approval_minutes = 2
    again(visit, gate, NOON + MINUTE)
    assert visit.answer_by == NOON + 3 * MINUTE


def test_a_clock_set_back_does_not_forbid_asking_again(gate: Gate, with_number: Unit) -> None:
    visit = gate.announce()
    again(visit, gate, NOON - 60 * MINUTE)
    assert visit.times_asked == 2


def test_asking_has_a_limit(gate: Gate, with_number: Unit) -> None:
    visit = gate.announce()
    for time in range(1, asking.MOST_TIMES_ASKED):
        again(visit, gate, NOON + time * MINUTE)
    with pytest.raises(Refused, match="asked_too_often"):
        again(visit, gate, NOON + 10 * MINUTE)


def test_nobody_is_asked_again_about_a_decided_visit(gate: Gate, with_number: Unit) -> None:
    visit = gate.announce()
    approval.accept(visit, Method.CALL, "", by=gate.conserje, now=NOON + MINUTE)
    with pytest.raises(Refused, match="visit_already_decided"):
        again(visit, gate, NOON + 2 * MINUTE)


def test_nobody_is_asked_again_once_the_vigencia_is_over(gate: Gate, with_number: Unit) -> None:
    visit = gate.announce(valid_until=NOON + MINUTE)
    with pytest.raises(Refused, match="visit_no_longer_valid"):
        again(visit, gate, NOON + MINUTE)


# What screens are told


def test_every_act_on_a_visit_is_a_line_of_the_change_feed(gate: Gate, with_number: Unit) -> None:
    visit = gate.announce()
    again(visit, gate, NOON + MINUTE)
    approval.accept(visit, Method.CALL, "", by=gate.conserje, now=NOON + 2 * MINUTE)
    lines = db.session.scalars(select(Change).order_by(Change.id)).all()
    assert [(line.visit_id, line.is_answer) for line in lines] == [(visit.id, False)] * 3


def test_a_colombian_number_is_asked_in_colombia(gate: Gate) -> None:
    gate.community.country = Country.CO
    gate.unit.notice_phone = "+573001234567"
    gate.announce()
    assert asked() == ["+573001234567"]


def test_no_sms_goes_abroad(gate: Gate) -> None:
    make_resident(gate.unit, "Ana", "Rojas", ("+573001234567",), may_approve=True, email="ana@correo.example")
    gate.announce()
    assert asked() == ["ana@correo.example"]
