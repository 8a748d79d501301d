"""The demonstration's carrier keeps what it is given."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from conserje import clock, database
from conserje.database import db
from conserje.messages.carriers import Accepted, Delayed, Letter
from conserje.messages.carriers.console import ConsoleCarrier
from conserje.messages.carriers.errors import Problem
from conserje.messages.models import Channel, ConsoleMessage
from tests.at_once import all_at_once
from tests.builders import Cast
from tests.messages.carriers.conftest import MAILBOX, PHONE


def kept() -> list[ConsoleMessage]:
    db.session.rollback()
    return list(db.session.scalars(select(ConsoleMessage).order_by(ConsoleMessage.id)))


def test_an_sms_is_kept_with_its_community_and_its_link(ctx: Flask, cast: Cast, sms: Letter) -> None:
    community = cast.aromos
    outcome = ConsoleCarrier(Channel.SMS).send(replace(sms, link="http://localhost/a/x", community_id=community))
    (one,) = kept()
    assert outcome == Accepted(str(one.id))
    assert (one.community_id, one.channel, one.recipient) == (community, "sms", PHONE)
    assert (one.text, one.link, one.title) == (sms.text, "http://localhost/a/x", "")
    assert abs(clock.now() - one.at) < timedelta(minutes=1)


def test_an_e_mail_is_kept_with_its_title(ctx: Flask, email: Letter) -> None:
    outcome = ConsoleCarrier(Channel.EMAIL).send(email)
    (one,) = kept()
    assert outcome == Accepted(str(one.id))
    assert (one.community_id, one.channel, one.recipient) == (None, "email", MAILBOX)
    assert (one.title, one.text) == (email.title, email.text)


def test_a_title_longer_than_its_column_is_cut(ctx: Flask, email: Letter) -> None:
    assert isinstance(ConsoleCarrier(Channel.EMAIL).send(replace(email, title="t" * 300)), Accepted)
    assert kept()[0].title == "t" * 200


def test_what_is_kept_stays_though_the_caller_fails(ctx: Flask, sms: Letter) -> None:
    ConsoleCarrier(Channel.SMS).send(sms)
    database.abandon_writing()
    assert len(kept()) == 1


def test_several_threads_keep_at_once(ctx: Flask, sms: Letter) -> None:
    carrier = ConsoleCarrier(Channel.SMS)

    outcomes: list[Any] = all_at_once(ctx, [lambda: carrier.send(sms)] * 4)
    assert {outcome.carrier_id for outcome in outcomes} == {str(one.id) for one in kept()}
    assert len(kept()) == 4


def test_a_database_that_cannot_be_written_now_delays(
    ctx: Flask, sms: Letter, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def locked(*_: object) -> None:
        raise OperationalError("INSERT", {"recipient": PHONE}, Exception("database is locked"))

    monkeypatch.setattr(database, "in_own_transaction", locked)
    assert ConsoleCarrier(Channel.SMS).send(sms) == Delayed(Problem.CARRIER_TROUBLE)
    assert caplog.records
    assert PHONE not in caplog.text


def test_a_community_that_is_gone_delays(ctx: Flask, sms: Letter) -> None:
    assert ConsoleCarrier(Channel.SMS).send(replace(sms, community_id=4711)) == Delayed(Problem.CARRIER_TROUBLE)
    assert kept() == []
