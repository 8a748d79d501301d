from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from conserje import clock
from conserje.database import db
from conserje.messages.models import Channel
from conserje.worker import Worker
from tests.builders import make_administration, make_community
from tests.messages.scene import FakeCarrier, Post, Watch

Hire = Callable[..., Worker]


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    now = Watch()
    monkeypatch.setattr(clock, "now", now)
    return now


@pytest.fixture
def post(app: Flask) -> Post:
    with app.app_context():
        community = make_community(make_administration())
        db.session.commit()
        return Post(app, community.id)


@pytest.fixture
def hire(app: Flask, watch: Watch) -> Iterator[Hire]:
    """`hire(sms, email)`: a worker with these carriers, that goes home with the test."""
    hired: list[tuple[Worker, tuple[FakeCarrier, ...]]] = []

    def one(*carriers: FakeCarrier, **values: int) -> Worker:
        known = {Channel.SMS: FakeCarrier(), Channel.EMAIL: FakeCarrier(Channel.EMAIL)}
        worker = Worker(app, known | {each.channel: each for each in carriers}, **values)
        hired.append((worker, carriers))
        return worker

    yield one
    for worker, carriers in hired:
        for carrier in carriers:
            carrier.let_go()
        worker.finish()
