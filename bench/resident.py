"""The resident's page: its bytes and requests, and how long it takes on the thinnest link, with a photo and without."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import median

from playwright.sync_api import Browser
from sqlalchemy import select

from bench.browser import Link, gate
from bench.client import Client
from bench.report import Figure, kilobytes
from bench.seed import Scene, application
from bench.server import Server
from conserje import tokens
from conserje.approval_links import links
from conserje.database import db
from conserje.messages.models import Channel
from conserje.tenancy import acting_for
from conserje.visits.models import State, Visit

PART = "resident"
MOST_BYTES, MOST_PHOTO_BYTES = 6, 4
REPETITIONS = 5


def measure(browser: Browser, server: Server, scene: Scene, link: Link) -> Iterator[Figure]:
    paths = _open_questions(scene, REPETITIONS)
    client = Client(server)
    with gate(browser, client) as phone:
        phone.open(paths[0])
        exchanges = list(phone.traffic.take())
    pages = [each for each in exchanges if not each.path.endswith("/foto")]
    photos = [each for each in exchanges if each not in pages]
    note = f"headers {kilobytes(sum(each.head for each in pages)):.2f} KB"
    yield Figure(PART, "page", kilobytes(sum(each.body for each in pages)), "KB", MOST_BYTES, note=note)
    yield Figure(PART, "page, requests", len(pages), "requests", 1)
    yield Figure(PART, "its photograph", kilobytes(sum(each.body for each in photos)), "KB", MOST_PHOTO_BYTES)
    opened, answered = [], []
    for path in paths:
        with gate(browser, client) as phone:
            phone.emulate(link)
            begun = time.monotonic()
            phone.page.goto(server.url + path, wait_until="commit")
            phone.page.wait_for_selector("button.go")
            opened.append(time.monotonic() - begun)
            phone.settle()
            begun = time.monotonic()
            phone.page.click("button.go")
            phone.page.wait_for_selector("h1:has-text('Entrada autorizada')")
            answered.append(time.monotonic() - begun)
    yield Figure(PART, f"{link.name}, page with its buttons", median(opened), "s", note=f"of {len(opened)}")
    yield Figure(PART, f"{link.name}, Autorizar to the answer", median(answered), "s", note=f"of {len(answered)}")


def _open_questions(scene: Scene, number: int) -> list[str]:
    """Paths of links about visits that wait for an answer, with a photograph each."""
    app, now = application(scene), datetime.now(UTC)
    with app.app_context():
        with acting_for(1):
            waiting = db.session.scalars(
                select(Visit).where(Visit.state == State.PENDING).order_by(Visit.id).limit(number)
            ).all()
            paths = []
            for visit in waiting:
                visit.answer_by = now + timedelta(minutes=10)
                issued = links.issue(visit.id, Channel.SMS, "+56951234567", None, now=now)
                paths.append(f"/a/{tokens.derive(issued.seed)}")
        db.session.commit()
        db.engine.dispose()
    return paths
