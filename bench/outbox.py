"""The outbox: messages a second against a carrier that answers in 50 ms, and how long a visitor's message waits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from statistics import median, quantiles
from typing import Any

from flask import Flask
from sqlalchemy import func, insert, select

from bench.client import Client
from bench.report import Figure
from bench.seed import Scene, application
from bench.server import HOST, ROOT, running
from conserje.communities.models import Community, Unit
from conserje.database import begin_writing, db
from conserje.identity.countries import Country
from conserje.messages.models import Channel, Fate, Message, Purpose
from conserje.messages.persistence import POLICIES
from conserje.sms_wallet import catalogue, purchases
from conserje.tenancy import acting_for

MESSAGES = 1_500
QUEUED_AHEAD = 5_000
TAPS = 40
# How long a tap waits for the one before: idle is when nothing is on its way.
BETWEEN_TAPS = 0.3
# Visitors' numbers, none of them twice.
_numbers = count(5_000_000)
LONGEST_IDLE, LONGEST_BEHIND = 2, 5
# A range of Chilean mobiles.
FIRST_PHONE = 56_950_000_000


@dataclass
class Carrier:
    """The stand-in: its address, and what it has been asked."""

    url: str
    _process: subprocess.Popen[str]

    def ask(self, what: str) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{what}\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


@contextmanager
def carrying() -> Iterator[Carrier]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.carrier"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    try:
        yield Carrier(f"http://{HOST}:{int(process.stdout.readline())}", process)
    finally:
        process.kill()
        process.wait()


@contextmanager
def working(scene: Scene, carrier: Carrier, workers: int) -> Iterator[None]:
    """While so many `flask worker` run, each a process of its own."""
    environment = {
        **os.environ,
        "CONSERJE_MODE": "demo",
        "SECRET_KEY": "bench-" * 8,
        "DATABASE_URL": scene.database_url,
        "PHOTO_FOLDER": str(scene.photo_folder),
        "SMS_CARRIER": "sns",
        "EMAIL_CARRIER": "ses",
        "MAIL_FROM": "avisos@bench.example",
        "AWS_ENDPOINT_URL": carrier.url,
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_EC2_METADATA_DISABLED": "true",
        "LOG_LEVEL": "WARNING",
    }
    with ExitStack() as stack:
        for _ in range(workers):
            process = subprocess.Popen(
                [sys.executable, "-m", "flask", "--app", "app", "worker"], cwd=ROOT, env=environment
            )
            stack.callback(process.wait)
            stack.callback(process.terminate)
        yield


def measure(scene: Scene, database: str, workers: int, goal: float) -> Iterator[Figure]:
    part = f"outbox, {database}"
    app = application(scene)
    with carrying() as carrier:
        yield _throughput(part, app, scene, carrier, workers, goal)
        with running(scene) as server, working(scene, carrier, 1):
            client = Client(server).sign_in()
            _stock_up(app)
            yield _tap_to_carrier(part, app, scene, client, carrier, "idle", LONGEST_IDLE)
            _owe(app, QUEUED_AHEAD, Purpose.LOW_BALANCE)
            what = f"behind {QUEUED_AHEAD:,} of others"
            yield _tap_to_carrier(part, app, scene, client, carrier, what, LONGEST_BEHIND)


def _throughput(part: str, app: Flask, scene: Scene, carrier: Carrier, workers: int, goal: float) -> Figure:
    """From the moment at which the workers are at work: they take a while to start, and then go on for weeks."""
    before = carrier.ask("count")
    with working(scene, carrier, workers):
        _owe(app, workers, Purpose.APPROVAL)
        _wait(lambda: carrier.ask("count") >= before + workers)
        begun, sent = time.monotonic(), carrier.ask("count")
        _owe(app, MESSAGES, Purpose.APPROVAL)
        owed = time.monotonic()
        _wait(lambda: _left(app) == 0)
        took = time.monotonic() - begun
    assert carrier.ask("count") == sent + MESSAGES, "every message once"
    note = f"{MESSAGES:,} messages in {took:.1f} s, settled; {owed - begun:.1f} s of it to write them"
    many = f"{workers} workers" if workers > 1 else "1 worker"
    return Figure(part, f"messages a second, {many}", MESSAGES / took, "per s", goal, at_least=True, note=note)


def _tap_to_carrier(
    part: str, app: Flask, scene: Scene, client: Client, carrier: Carrier, what: str, goal: float
) -> Figure:
    """From the press of [Guardar] until the carrier is asked, for visitors to units of their own numbers."""
    tapped = {}
    for number in range(TAPS):
        unit, phone = scene.units[number % len(scene.units)], f"+{FIRST_PHONE + next(_numbers)}"
        _give_number(app, unit.id, phone)
        tapped[phone] = time.time()
        fields = {"document_type": "passport", "document_number": f"P{phone[4:]}", "full_name": "Rosa", "kind": "visit"}
        client.act(f"/porteria/unidades/{unit.id}/visitantes", fields)
        time.sleep(BETWEEN_TAPS)
    _wait(lambda: tapped.keys() <= {phone for phone, _ in carrier.ask("times")})
    came = dict(carrier.ask("times"))
    waits = sorted(came[phone] - at for phone, at in tapped.items())
    note = f"p50 {median(waits):.2f} s, longest {waits[-1]:.2f} s of {TAPS}; {_left(app):,} still queued"
    return Figure(part, f"tap to carrier p95, {what}", quantiles(waits, n=20)[-1], "s", goal, note=note)


def _owe(app: Flask, number: int, purpose: Purpose) -> None:
    """Messages due now, past the acts: approval requests by SMS, or bulk e-mail; none costs a community anything."""
    now = datetime.now(UTC)
    by_sms = purpose is Purpose.APPROVAL
    common = {
        "channel": Channel.SMS if by_sms else Channel.EMAIL,
        "purpose": purpose,
        "facts": {"community": "Edificio Los Aromos", "visitor": "Camila", "unit": "Torre A · 101", "balance": "30"},
        "link_seed": "visit:bench" if by_sms else None,
        "urgency": POLICIES[purpose].urgency,
        "parts": 0,
        "fate": Fate.QUEUED,
        "attempts": 0,
        "may_have_gone": False,
        "created_at": now,
        "due_at": now,
        "worthless_at": now + timedelta(hours=1),
        "carrier": "",
        "carrier_id": "",
        "problem": "",
    }
    to = [f"+{FIRST_PHONE + n}" if by_sms else f"vecino{n}@correo.example" for n in range(number)]
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(insert(Message.__table__), [common | {"recipient": each} for each in to])


def _left(app: Flask) -> int:
    with app.app_context():
        left = select(func.count()).where(Message.fate.in_((Fate.QUEUED, Fate.SENDING)))
        return db.session.scalar(left) or 0


def _stock_up(app: Flask) -> None:
    """The community has SMS enough for what is to be measured, and may send them today."""
    with app.app_context():
        begin_writing()
        with acting_for(1):
            community = db.session.get_one(Community, 1)
            community.sms_per_day = 5000
            bundle = catalogue.put_on_sale(Country.CL, "Bolsa de la medición", 5000, 0)
            purchases.enter(community, bundle, 1, datetime.now(UTC))
        db.session.commit()


def _give_number(app: Flask, unit_id: int, phone: str) -> None:
    with app.app_context(), db.engine.begin() as connection:
        unit = Unit.__table__
        connection.execute(unit.update().where(unit.c.id == unit_id).values(notice_phone=phone))


def _wait(until: Any, longest: float = 300) -> None:
    end = time.monotonic() + longest
    while not until():
        if time.monotonic() > end:
            raise RuntimeError("the outbox was not emptied")
        time.sleep(0.02)
