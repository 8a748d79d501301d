"""A worker's threads, several workers side by side, answers that come late, a database that fails, and the end."""

from __future__ import annotations

from datetime import datetime

import pytest

from conserje import tenancy
from conserje.communities.models import Community
from conserje.database import begin_writing, db
from conserje.messages import outbox
from conserje.messages.carriers import Accepted, Delayed, Outcome, Undeliverable
from conserje.messages.models import Channel, Fate, Message
from conserje.messages.outbox import LEASE
from conserje.sms_wallet import ledger
from conserje.visits.models import Visit
from conserje.worker import AT_ONCE, AT_ONCE_BULK, Worker
from tests.at_once import all_at_once, held_up
from tests.builders import NOON, make_administration, make_community, make_resident, make_unit
from tests.messages.scene import (
    MINUTE,
    FakeCarrier,
    Post,
    Watch,
    owe_news,
    owe_sms,
    wait_until,
)
from tests.visits.scene import make_visit, make_visitor
from tests.worker.conftest import Hire


def asked(carrier: FakeCarrier, how_many: int) -> None:
    wait_until(lambda: len(carrier.letters) == how_many, f"{how_many} letters are with the carrier")


# --- threads


def test_eight_are_under_way_at_once_and_no_more_is_claimed(post: Post, hire: Hire) -> None:
    sms = FakeCarrier()
    worker = hire(sms)
    sms.hold()
    post.owe_unpaid(owe_sms, 10)
    worker.turn()
    asked(sms, AT_ONCE)
    assert not worker.turn()
    assert post.fates() == [Fate.SENDING] * AT_ONCE + [Fate.QUEUED] * 2
    sms.let_go()
    post.work(worker)
    assert (post.fates(), len(sms.letters)) == ([Fate.SENT] * 10, 10)


def test_what_may_wait_leaves_two_threads_for_what_is_urgent(post: Post, hire: Hire) -> None:
    sms, email = FakeCarrier(), FakeCarrier(Channel.EMAIL)
    worker = hire(sms, email)
    email.hold()
    post.owe_unpaid(owe_news, 20)
    worker.turn()
    asked(email, AT_ONCE_BULK)
    for _ in range(3):
        assert not worker.turn()
    post.owe_unpaid(owe_sms, 2)
    assert worker.turn()
    asked(sms, 2)
    assert len(email.letters) == AT_ONCE_BULK
    email.let_go()
    post.work(worker)
    assert (post.fates(), len(email.letters)) == ([Fate.SENT] * 22, 20)


# --- several workers


def test_what_one_worker_has_no_other_sends(post: Post, hire: Hire) -> None:
    slow, quick = FakeCarrier(), FakeCarrier()
    one, two = hire(slow), hire(quick)
    slow.hold()
    post.owe_unpaid(owe_sms, 3)
    one.turn()
    assert not two.turn()
    slow.let_go()
    post.work(one)
    assert (post.fates(), len(slow.letters), quick.letters) == ([Fate.SENT] * 3, 3, [])


def test_four_workers_at_once_send_everything_once(post: Post, hire: Hire) -> None:
    carriers = [FakeCarrier() for _ in range(4)]
    workers = [hire(carrier) for carrier in carriers]
    for number in range(30):
        post.owe(recipient=f"+569612345{number:02}")
    all_at_once(post.app, [lambda worker=worker: post.work(worker) for worker in workers])
    assert post.fates() == [Fate.SENT] * 30
    assert sorted(number for carrier in carriers for number in carrier.recipients) == [
        f"+569612345{n:02}" for n in range(30)
    ]


def taken_over(post: Post, hire: Hire, watch: Watch, late: Outcome) -> tuple[int, Worker, Worker, FakeCarrier]:
    """A paid message whose first worker never heard from its carrier, and which a second one has taken over by now."""
    slow, held = FakeCarrier(outcomes=[late]), FakeCarrier()
    one, two = hire(slow), hire(held)
    slow.hold()
    held.hold()
    message_id = post.owe(visit_id=7)
    one.turn()
    asked(slow, 1)
    watch.time = NOON + LEASE
    two.turn()
    asked(held, 1)
    slow.let_go()
    assert {letter.link for letter in slow.letters} == {letter.link for letter in held.letters}
    return message_id, one, two, held


@pytest.mark.parametrize("late", [Accepted("late"), Delayed("throttled"), Undeliverable("opted_out")], ids=type)
def test_an_answer_after_the_lease_was_taken_over_changes_nothing(
    post: Post, hire: Hire, watch: Watch, late: Outcome, caplog: pytest.LogCaptureFixture
) -> None:
    message_id, one, two, held = taken_over(post, hire, watch, late)
    wait_until(one.turn, "the late answer is heard")
    assert "was settled by another worker" in caplog.text
    assert (post.message(message_id).fate, post.message(message_id).attempts) == (Fate.SENDING, 2)
    held.let_go()
    post.work(two)
    message = post.message(message_id)
    assert (message.fate, message.carrier_id, post.balance()) == (Fate.SENT, "fake-sms-1", 29)


@pytest.mark.parametrize("late", [Accepted("late"), Delayed("throttled"), Undeliverable("opted_out")], ids=type)
def test_an_answer_after_the_other_worker_has_settled_changes_nothing(
    post: Post, hire: Hire, watch: Watch, late: Outcome
) -> None:
    message_id, one, two, held = taken_over(post, hire, watch, late)
    held.let_go()
    post.work(two)
    wait_until(one.turn, "the late answer is heard")
    message = post.message(message_id)
    assert (message.fate, message.carrier_id, post.balance()) == (Fate.SENT, "fake-sms-1", 29)


def test_an_answer_at_the_very_moment_of_the_taking_over_changes_nothing(
    post: Post, hire: Hire, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = FakeCarrier(outcomes=[Undeliverable("opted_out")])
    one = hire(slow)
    slow.hold()
    message_id = post.owe()
    one.turn()
    asked(slow, 1)
    watch.time = NOON + LEASE
    monkeypatch.setattr(outbox, "claim", lambda *_, **__: [])

    def take_over() -> object:
        begin_writing()
        return [message.id for message in outbox.recover(now=watch.time)]

    def hear() -> object:
        slow.let_go()
        return wait_until(one.turn, "the late answer is heard")

    assert held_up(post.app, take_over, hear) == ([message_id], None)
    message = post.message(message_id)
    assert (message.fate, message.may_have_gone, message.problem) == (Fate.QUEUED, True, "worker_lost")
    assert post.balance() == 29


def test_a_message_whose_community_is_gone_by_now_holds_up_nobody(post: Post, hire: Hire) -> None:
    sms = FakeCarrier()
    worker = hire(sms)
    sms.hold()
    post.owe_unpaid(owe_sms)
    worker.turn()
    asked(sms, 1)
    with post.app.app_context():
        db.session.delete(db.session.get_one(Message, post.messages()[0].id))
        db.session.commit()
    post.owe_unpaid(owe_sms)
    sms.let_go()
    post.work(worker)
    assert post.fates() == [Fate.SENT]


def test_a_community_whose_wallet_is_in_trouble_holds_up_nobody_and_is_sent_nothing_twice(
    post: Post, hire: Hire, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with post.app.app_context():
        other = make_community(make_administration("Gestión Andina"), "Torres del Parque")
        db.session.commit()
    neighbour = Post(post.app, other.id)
    spend = ledger.spend

    def troubled(community: Community, message_id: int, *, now: datetime) -> None:
        spend(community, message_id, now=now)
        if community.id == post.community_id:
            raise ValueError("the books do not balance")

    monkeypatch.setattr(ledger, "spend", troubled)
    message_ids = [post.owe(visit_id=7), neighbour.owe(visit_id=8), post.owe(visit_id=9)]
    sms = FakeCarrier()
    post.work(hire(sms))
    assert (post.fates(), len(sms.letters)) == ([Fate.SENT] * 3, 3)
    assert (post.balance(), neighbour.balance()) == (28, 29)
    assert [post.changes(7), neighbour.changes(8), post.changes(9)] == [1, 1, 1]
    assert f"the SMS of message {message_ids[0]} could not be booked" in caplog.text


# --- escalation


def waiting_visit(post: Post, *, answer_by: datetime = NOON + 8 * MINUTE) -> int:
    """A visit whose other residents are to be asked at NOON."""
    with post.app.app_context(), tenancy.acting_for(post.community_id):
        unit = make_unit(notice_phone="+56961234567")
        make_resident(unit, phones=("+56987654321",), may_approve=True)
        visit = make_visit(make_visitor(unit), NOON - MINUTE, escalates_at=NOON, answer_by=answer_by, times_asked=1)
        db.session.commit()
        return visit.id


def test_an_escalation_that_is_due_is_done_once_by_two_workers(post: Post, hire: Hire) -> None:
    visit_id = waiting_visit(post)
    carriers = [FakeCarrier(), FakeCarrier()]
    workers = [hire(carrier) for carrier in carriers]
    all_at_once(post.app, [worker.turn for worker in workers])
    one, two = workers
    wait_until(lambda: not one.turn() and not two.turn() and Fate.SENDING not in post.fates(), "nothing is left to do")
    assert carriers[0].recipients + carriers[1].recipients == ["+56987654321"]
    assert [(message.visit_id, message.fate) for message in post.messages()] == [(visit_id, Fate.SENT)]
    assert (post.balance(), post.changes(visit_id)) == (29, 2)
    assert not any(worker.turn() for worker in workers)


def test_an_escalation_is_late_after_an_hour_without_a_worker_and_nobody_is_asked(
    post: Post, hire: Hire, watch: Watch
) -> None:
    visit_id = waiting_visit(post)
    watch.time = NOON + 60 * MINUTE
    post.work(hire())
    assert post.messages() == []
    with post.app.app_context(), tenancy.acting_for(post.community_id):
        assert db.session.get_one(Visit, visit_id).escalates_at is None


def test_an_escalation_that_breaks_down_holds_up_no_message(
    post: Post, hire: Hire, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    waiting_visit(post)
    with post.app.app_context():
        db.session.get_one(Community, post.community_id).time_zone = "America/Nowhere"
        db.session.commit()
    post.owe_unpaid(owe_sms)
    post.work(hire())
    assert post.fates() == [Fate.SENT]
    assert "could not be asked" in caplog.text
