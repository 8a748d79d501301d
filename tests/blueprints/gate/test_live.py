"""The stream's address and the row's: who may listen, what of another community is heard, and how many at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from conserje import change_feed, clock, live
from conserje.accounts.models import WebSession
from conserje.blueprints.gate.live import MOST_HELD_BY_THREADS
from conserje.database import db
from conserje.visits.models import State
from tests.blueprints.scene import arrival, changed
from tests.builders import Cast
from tests.page import Visitor

STREAM = {"Accept": "text/event-stream"}
VisitAs = Callable[[str], Visitor]


@pytest.fixture(autouse=True)
def _quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LOOK_EVERY", 0.05)


@pytest.fixture
def listen() -> Iterator[Callable[..., TestResponse]]:
    """Opens a stream; at the end all are closed."""
    opened: list[TestResponse] = []

    def open_one(browser: Visitor, path: str = "/porteria/cambios?desde=0", **headers: str) -> TestResponse:
        opened.append(browser.client.get(path, headers=STREAM | headers))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


def hears(answer: TestResponse, words: bytes) -> bytes:
    """Wait until these words have come over the stream; everything so far."""
    heard = b""
    parts = iter(answer.response)
    while words not in heard:
        part = next(parts)
        heard += part.encode() if isinstance(part, str) else part
    return heard


def note(app: Flask, community_id: int, visit_id: int, *, is_answer: bool = False) -> int:
    with app.app_context():
        change_feed.note(community_id, visit_id, at=clock.now(), is_answer=is_answer)
        db.session.commit()
        return change_feed.latest_id()


def test_a_stream_tells_of_ones_own_community_and_of_no_other(
    app: Flask, cast: Cast, visit_as: VisitAs, listen: Callable[..., TestResponse]
) -> None:
    answer = listen(visit_as("conserje"))
    assert answer.status_code == 200
    foreign = [note(app, cast.parque, 801), note(app, cast.torres, 802)]
    own = note(app, cast.aromos, 803, is_answer=True)
    heard = hears(answer, b"id: %d\ndata: 803 r\n\n" % own)
    assert not [each for each in foreign if b"id: %d\n" % each in heard]


def test_a_stream_is_not_kept_not_compressed_and_not_held_back_by_a_proxy(
    app: Flask, cast: Cast, visit_as: VisitAs, listen: Callable[..., TestResponse]
) -> None:
    headers = listen(visit_as("conserje"), **{"Accept-Encoding": "gzip, br"}).headers
    assert headers["Content-Type"].startswith("text/event-stream")
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Accel-Buffering"] == "no"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Encoding" not in headers
    assert "Content-Length" not in headers


def test_the_last_event_that_the_browser_names_counts_more_than_the_address(
    app: Flask, cast: Cast, visit_as: VisitAs, listen: Callable[..., TestResponse]
) -> None:
    browser = visit_as("conserje")
    with app.app_context():
        change_feed.note(cast.aromos, 801, at=clock.now() - timedelta(minutes=1))
        change_feed.note(cast.aromos, 802, at=clock.now() - timedelta(minutes=1))
        db.session.commit()
        first = change_feed.latest_id() - 1
    answer = listen(browser, f"/porteria/cambios?desde={first - 1}", **{"Last-Event-ID": str(first)})
    assert b"data: 801" not in hears(answer, b"data: 802\n\n")


@pytest.mark.parametrize("since", ["", "abc", "-5", "9" * 30, "²"])
def test_who_says_nothing_sensible_is_told_to_draw_anew(
    app: Flask, cast: Cast, visit_as: VisitAs, listen: Callable[..., TestResponse], since: str
) -> None:
    note(app, cast.aromos, 801)
    hears(listen(visit_as("conserje"), f"/porteria/cambios?desde={since}"), b"event: nuevo\ndata:\n\n")


def test_nobody_who_is_not_signed_in_listens(cast: Cast, visit_as: VisitAs) -> None:
    answer = visit_as("").client.get("/porteria/cambios?desde=0", headers=STREAM)
    assert answer.status_code == 401
    assert answer.get_data() == b""


def test_an_address_opened_by_hand_does_not_load_for_ever(cast: Cast, visit_as: VisitAs) -> None:
    assert visit_as("conserje").get("/porteria/cambios").status == 406


def test_only_a_few_streams_are_served_by_threads(
    cast: Cast, visit_as: VisitAs, listen: Callable[..., TestResponse]
) -> None:
    browser = visit_as("conserje")
    held = [listen(browser) for _ in range(MOST_HELD_BY_THREADS)]
    assert [each.status_code for each in held] == [200] * MOST_HELD_BY_THREADS
    refused = listen(browser)
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "5"
    held[0].close()
    assert listen(browser).status_code == 200


def test_asking_for_the_head_alone_takes_no_stream(cast: Cast, visit_as: VisitAs) -> None:
    browser = visit_as("conserje")
    for _ in range(MOST_HELD_BY_THREADS + 1):
        assert browser.client.head("/porteria/cambios?desde=0", headers=STREAM).status_code == 200


def test_listening_and_fetching_a_row_are_no_activity(
    app: Flask, cast: Cast, visit_as: VisitAs, listen: Callable[..., TestResponse]
) -> None:
    browser = visit_as("conserje")
    visit = arrival(app, cast.aromos, cast.units["aromos"])
    long_ago = clock.now() - timedelta(minutes=20)
    with app.app_context():
        session = db.session.scalars(select(WebSession)).one()
        session.seen_at = long_ago
        db.session.commit()
    listen(browser)
    browser.get(f"/porteria/visitas/{visit.id}/actual", htmx=True)
    with app.app_context():
        assert db.session.scalars(select(WebSession.seen_at)).one() == long_ago
    browser.get("/porteria/")
    with app.app_context():
        assert db.session.scalars(select(WebSession.seen_at)).one() > long_ago


def test_a_row_comes_as_it_is_now_and_takes_no_focus(app: Flask, cast: Cast, visit_as: VisitAs) -> None:
    browser = visit_as("conserje")
    visit = arrival(app, cast.aromos, cast.units["aromos"])
    path = f"/porteria/visitas/{visit.id}/actual"
    assert "Pendiente" in browser.get(path, htmx=True).text(f"#visit-{visit.id} .state")
    changed(app, visit, state=State.REJECTED, decided_at=clock.now())
    assert "Rechazado" in browser.get(path, htmx=True).text(f"#visit-{visit.id} .state")
    assert "data-focus" not in browser.answer.text
    assert "<html" not in browser.answer.text


def test_the_row_of_another_community_is_not_found(app: Flask, cast: Cast, visit_as: VisitAs) -> None:
    visit = arrival(app, cast.parque, cast.units["parque"])
    assert visit_as("conserje").get(f"/porteria/visitas/{visit.id}/actual", htmx=True).status == 404


def test_a_page_listens_from_what_had_changed_before_it_was_drawn(app: Flask, cast: Cast, visit_as: VisitAs) -> None:
    last = note(app, cast.aromos, 801)
    browser = visit_as("conserje")
    for path in ("/porteria/", f"/porteria/unidades/{cast.units['aromos']}"):
        (place,) = browser.get(path).page.select("[data-stream]")
        assert place["data-stream"] == f"/porteria/cambios?desde={last}"
    assert not browser.get("/porteria/", htmx=True).page.select("[data-stream]")
