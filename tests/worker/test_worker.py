"""The worker, turn by turn: with carriers that do as they are told and a clock that stands still."""

from __future__ import annotations

import pytest

from conserje import tokens
from conserje.database import db
from conserje.messages import outbox
from conserje.messages.carriers import Delayed, Suspended, Undeliverable
from conserje.messages.models import Channel, Fate, Message, Purpose
from conserje.messages.persistence import PAUSE
from tests.builders import NOON
from tests.messages.scene import MINUTE, SECOND, FakeCarrier, Post, Watch, owe_news, owe_sms, wait_until
from tests.worker.conftest import Hire

UNHEARD = Delayed("no_answer", may_have_gone=True)
# --- sending


def test_a_message_is_sent_paid_and_shown(post: Post, hire: Hire) -> None:
    sms = FakeCarrier()
    message_id = post.owe(visit_id=7, seed="visit:mine")
    post.work(hire(sms))
    message = post.message(message_id)
    assert (message.fate, message.carrier, message.carrier_id) == (Fate.SENT, "fake-sms", "fake-sms-1")
    assert (message.settled_at, message.attempts) == (NOON, 1)
    assert (post.balance(), post.changes(7)) == (29, 1)
    with post.app.app_context():
        link = f"{post.app.config['LINK_BASE_URL']}/a/{tokens.derive('visit:mine')}"
    (letter,) = sms.letters
    assert letter.recipient == "+56961234567"
    assert letter.text == f"Edificio Los Aromos: Camila pregunta por Torre B 1204. Responda: {link}"
    assert (letter.link, letter.community_id) == (link, post.community_id)


def test_a_letter_says_how_long_it_is_worth_delivering(post: Post, hire: Hire, watch: Watch) -> None:
    sms = FakeCarrier()
    post.owe(worthless_at=NOON + 10 * MINUTE)
    watch.time = NOON + 30 * SECOND
    post.work(hire(sms))
    assert [letter.worth for letter in sms.letters] == [9 * MINUTE + 30 * SECOND]


def test_an_e_mail_goes_through_its_own_carrier_with_a_title_and_both_forms(post: Post, hire: Hire) -> None:
    sms, email = FakeCarrier(), FakeCarrier(Channel.EMAIL)
    facts = {"name": "Gustavo", "minutes": "30"}
    with post.app.app_context():
        outbox.put(Purpose.PASSWORD_RESET, Channel.EMAIL, "a@demo.example", facts, now=NOON, link_seed="password:x")
        db.session.commit()
        link = f"{post.app.config['PUBLIC_BASE_URL']}/clave/{tokens.derive('password:x')}"
    post.work(hire(sms, email))
    (letter,) = email.letters
    assert (letter.title, letter.recipient, letter.link) == (
        "Cambie su contraseña de Conserje", "a@demo.example", link,
    )  # fmt: skip
    assert link in letter.text
    assert link in letter.html
    assert sms.letters == []
    assert post.fates() == [Fate.SENT]


def test_a_new_account_is_mailed_its_user_name_its_temporary_password_and_the_link(post: Post, hire: Hire) -> None:
    """K136, K137. The password follows from the seed when the mail is written: the message does not hold it."""
    email = FakeCarrier(Channel.EMAIL)
    facts = {"name": "Gustavo", "user": "a@demo.example", "hours": "72"}
    with post.app.app_context():
        outbox.put(Purpose.WELCOME, Channel.EMAIL, "a@demo.example", facts, now=NOON, link_seed="temporary:x")
        db.session.commit()
        link = f"{post.app.config['PUBLIC_BASE_URL']}/clave/temporal/{tokens.derive('temporary:x')}"
        password = tokens.legible("temporary:x")
    post.work(hire(FakeCarrier(), email))
    (letter,) = email.letters
    assert letter.link == link
    for said in ("Usuario: a@demo.example", f"Contraseña temporal: {password}"):
        assert said in letter.text
        assert said in letter.html
    assert f"Haz clic aquí: {link}" in letter.text
    assert f'<a href="{link}">Haz clic aquí</a>' in letter.html


def test_links_to_the_portal_are_short_where_they_were_asked_for(post: Post, hire: Hire) -> None:
    """T10. An SMS has no room for the portal's own address; an invitation names it."""
    sms, email = FakeCarrier(), FakeCarrier(Channel.EMAIL)
    facts = {"name": "Ana", "community": "Los Aromos", "minutes": "15", "hours": "72", "inviter": "Paula", "unit": "1"}
    with post.app.app_context():
        outbox.put(Purpose.PORTAL_LINK, Channel.SMS, "+56961234567", facts, now=NOON, link_seed="portal:x")
        outbox.put(Purpose.PORTAL_WELCOME, Channel.EMAIL, "ana@correo.example", facts, now=NOON, link_seed="portal:y")
        db.session.commit()
        base, short = post.app.config["PUBLIC_BASE_URL"], post.app.config["LINK_BASE_URL"]
        links = [f"{short}/r/{tokens.derive('portal:x')}", f"{base}/residentes/entrar/{tokens.derive('portal:y')}"]
    post.work(hire(sms, email))
    assert [letter.link for letter in (*sms.letters, *email.letters)] == links
    assert sms.letters[0].text.endswith(links[0])
    assert "Paula, de la administración de Los Aromos, le invita" in email.letters[0].text


def test_with_nothing_to_do_a_turn_does_nothing(post: Post, hire: Hire) -> None:
    assert not hire().turn()


def test_what_never_goes_is_given_back_and_shown(post: Post, hire: Hire) -> None:
    message_id = post.owe(visit_id=7)
    post.work(hire(FakeCarrier(outcomes=[Undeliverable("opted_out")])))
    assert (post.message(message_id).fate, post.message(message_id).problem) == (Fate.FAILED, "opted_out")
    assert (post.balance(), post.changes(7)) == (30, 1)


def test_what_may_have_gone_when_nobody_is_helped_any_more_is_paid(post: Post, hire: Hire) -> None:
    message_id = post.owe(worthless_at=NOON + SECOND)
    post.work(hire(FakeCarrier(outcomes=[UNHEARD])))
    assert (post.message(message_id).fate, post.balance()) == (Fate.UNCERTAIN, 29)


def test_what_has_become_worthless_is_given_back_and_its_carrier_never_asked(
    post: Post, hire: Hire, watch: Watch
) -> None:
    sms = FakeCarrier()
    message_ids = [post.owe(visit_id=7, worthless_at=NOON + MINUTE) for _ in range(20)]
    watch.time = NOON + MINUTE
    post.work(hire(sms))
    assert [post.message(each).problem for each in message_ids] == ["too_late"] * 20
    assert (post.fates(), sms.letters, post.balance(), post.changes(7)) == ([Fate.FAILED] * 20, [], 30, 20)


def test_an_sms_for_which_nothing_was_set_aside_is_sent_all_the_same(post: Post, hire: Hire) -> None:
    post.owe_unpaid(owe_sms, community_id=post.community_id, parts=1)
    post.work(hire())
    assert (post.fates(), post.balance()) == ([Fate.SENT], 30)


# --- trying again


def test_a_delayed_message_is_sent_again_with_the_same_link_when_it_is_due(
    post: Post, hire: Hire, watch: Watch
) -> None:
    sms = FakeCarrier(outcomes=[UNHEARD, Delayed("throttled")])
    worker = hire(sms)
    message_id = post.owe(visit_id=7)
    post.work(worker)
    assert (post.message(message_id).due_at, post.message(message_id).problem) == (NOON + 2 * SECOND, "no_answer")
    watch.time = NOON + 2 * SECOND
    post.work(worker)
    # The second answer said that it did not go; the first one was never heard.
    assert (post.message(message_id).due_at, post.message(message_id).may_have_gone) == (NOON + 7 * SECOND, True)
    watch.time = NOON + 7 * SECOND
    post.work(worker)
    assert (post.fates(), post.balance(), post.changes(7)) == ([Fate.SENT], 29, 3)
    assert len(sms.letters) == 3
    assert len({letter.link for letter in sms.letters}) == 1


def test_a_clock_set_back_an_hour_does_not_hold_up_what_was_just_asked_for(
    post: Post, hire: Hire, watch: Watch
) -> None:
    post.owe()
    watch.time = NOON - 60 * MINUTE
    post.work(hire())
    assert post.fates() == [Fate.SENT]


def test_a_carrier_that_breaks_down_is_tried_again(
    post: Post, hire: Hire, watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    worker = hire(FakeCarrier(outcomes=[RuntimeError("+56961234567")]))
    message_id = post.owe()
    post.work(worker)
    message = post.message(message_id)
    assert (message.fate, message.problem, message.may_have_gone) == (Fate.QUEUED, "carrier_fault", True)
    assert "carrier fake-sms failed" in caplog.text
    watch.time = NOON + 2 * SECOND
    post.work(worker)
    assert (post.fates(), post.balance()) == ([Fate.SENT], 29)


def test_a_message_that_cannot_be_written_fails_and_holds_up_nobody(post: Post, hire: Hire) -> None:
    spoilt, good = post.owe(), post.owe()
    with post.app.app_context():
        db.session.get_one(Message, spoilt).facts = {"community": "Edificio Los Aromos"}
        db.session.commit()
    post.work(hire())
    assert (post.message(spoilt).fate, post.message(spoilt).problem) == (Fate.FAILED, "no_wording")
    assert (post.message(good).fate, post.balance()) == (Fate.SENT, 29)


# --- a carrier that refuses the account


def test_a_refused_account_pauses_the_carrier_for_every_worker_and_nothing_is_lost(
    post: Post, hire: Hire, watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    refusing, other, email = FakeCarrier(outcomes=[Suspended("spend_limit")]), FakeCarrier(), FakeCarrier(Channel.EMAIL)
    message_ids = [post.owe() for _ in range(3)]
    one, two = hire(refusing, at_once=1), hire(other, email)
    post.work(one)
    post.owe_unpaid(owe_news)
    post.work(two)
    assert (len(refusing.letters), other.letters, len(email.letters)) == (1, [], 1)
    assert [post.message(each).fate for each in message_ids] == [Fate.QUEUED] * 3
    assert "refuses the account: spend_limit" in caplog.text
    watch.time = NOON + PAUSE
    post.work(two)
    assert (post.fates(), post.balance()) == ([Fate.SENT] * 4, 27)


def test_a_paused_carrier_that_takes_a_message_still_under_way_is_paused_no_longer(post: Post, hire: Hire) -> None:
    slow, refusing = FakeCarrier(), FakeCarrier(outcomes=[Suspended("spend_limit")])
    one, two = hire(slow), hire(refusing)
    slow.hold()
    post.owe()
    one.turn()
    post.owe()
    two.turn()
    wait_until(lambda: not two.turn() and _paused(post), "the carrier is paused")
    slow.let_go()
    wait_until(lambda: one.turn() and not _paused(post), "the pause is over")


def _paused(post: Post) -> bool:
    with post.app.app_context():
        return Channel.SMS in outbox.paused_channels(NOON)
