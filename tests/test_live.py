"""The live screens' feed: every change told once and in time, nobody waited for, nothing held of the database."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, update

from conserje import change_feed, clock, live, tenancy
from conserje.accounts import open_sessions, sign_in
from conserje.accounts.models import Account, WebSession
from conserje.change_feed import Change, News, Reader
from conserje.communities.models import Unit
from conserje.database import begin_writing, db, end_request
from conserje.live import Broadcaster, Stream
from conserje.permissions import Profile
from conserje.visits import lapses, registration
from conserje.visits.models import State, Visit
from tests.builders import NOON, Cast, actor, announcement

PATIENCE = 10
SECOND = timedelta(seconds=1)


def changed(community_id: int, visit_id: int, at: datetime = NOON, *, is_answer: bool = False) -> int:
    """A change, committed; its id."""
    begin_writing()
    change_feed.note(community_id, visit_id, at=at, is_answer=is_answer)
    end_request(keep=True)
    return change_feed.latest_id()


def news_of(reader: Reader, tick: float = 0.0, now: datetime = NOON) -> list[int]:
    """The visits that the reader gives now."""
    with tenancy.everywhere() as session:
        return [each.visit_id for each in reader.news(session, now, tick)]


def begun(now: datetime = NOON) -> Reader:
    reader = Reader()
    with tenancy.everywhere() as session:
        reader.begin(session, now)
    return reader


def missed(community_id: int, since: int, now: datetime = NOON + timedelta(minutes=5)) -> list[News] | None:
    with tenancy.everywhere() as session:
        found = change_feed.missed(session, community_id, since, now)
        return None if found is None else list(found)


# --- The reader ----------------------------------------------------------------------------------------------------


def test_every_change_is_given_once_in_its_order(ctx: Flask, cast: Cast) -> None:
    changed(cast.aromos, 1)
    reader = begun()
    changed(cast.aromos, 2)
    changed(cast.parque, 3)
    assert news_of(reader) == [2, 3]
    assert news_of(reader) == []
    changed(cast.aromos, 2)
    assert news_of(reader) == [2]


def test_what_is_not_committed_is_not_given(ctx: Flask, cast: Cast) -> None:
    reader = begun()
    begin_writing()
    change_feed.note(cast.aromos, 1, at=NOON)
    end_request(keep=False)
    assert news_of(reader) == []


def test_a_lower_id_that_is_committed_after_a_higher_one_is_given_too(ctx: Flask, cast: Cast) -> None:
    """PostgreSQL hands out ids before the commit. SQLite has one writer: there it cannot happen."""
    if db.engine.dialect.name == "sqlite":
        pytest.skip("one writer: ids appear in their order")
    reader = begun()
    with db.session.session_factory() as early, db.session.session_factory() as late:
        for session, visit_id in ((early, 1), (late, 2)):
            session.add(Change(community_id=cast.aromos, visit_id=visit_id, at=NOON))
            session.flush()
        late.commit()
        assert news_of(reader, 0) == [2]
        assert news_of(reader, 30) == []
        early.commit()
    assert news_of(reader, 31) == [1]
    assert news_of(reader, 32) == []


def test_one_that_was_on_its_way_when_the_reader_began_is_given(ctx: Flask, cast: Cast) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("one writer: ids appear in their order")
    changed(cast.aromos, 9, NOON - timedelta(hours=1))
    with db.session.session_factory() as early:
        early.add(Change(community_id=cast.aromos, visit_id=1, at=NOON))
        early.flush()
        changed(cast.aromos, 2)
        reader = begun()
        early.commit()
    assert news_of(reader) == [1]


def test_what_was_given_is_forgotten_once_no_lower_id_can_come(ctx: Flask, cast: Cast) -> None:
    reader = begun()
    for visit_id in range(1, 4):
        changed(cast.aromos, visit_id)
    lag = change_feed.LATEST_ARRIVAL.total_seconds()
    assert news_of(reader, 0) == [1, 2, 3]
    assert news_of(reader, lag - 1) == []
    assert len(reader._given) == 3
    assert news_of(reader, lag) == []
    assert len(reader._given) == 0
    changed(cast.aromos, 4)
    assert news_of(reader, lag + 1) == [4]


def test_a_database_that_was_put_back_is_followed_again(ctx: Flask, cast: Cast) -> None:
    changed(cast.aromos, 1)
    changed(cast.aromos, 2)
    reader = begun(NOON + timedelta(hours=2))
    begin_writing()
    db.session.execute(delete(Change).where(Change.visit_id == 2))
    end_request(keep=True)
    assert news_of(reader) == []
    changed(cast.aromos, 3)
    assert news_of(reader) == [3]


def test_what_no_screen_asks_for_any_more_is_deleted(ctx: Flask, cast: Cast) -> None:
    changed(cast.aromos, 1, NOON - change_feed.KEPT_FOR - SECOND)
    last = changed(cast.aromos, 2, NOON - change_feed.KEPT_FOR + SECOND)
    begin_writing()
    change_feed.forget_old(NOON)
    end_request(keep=True)
    assert missed(cast.aromos, last - 1) == [News(last, cast.aromos, 2, False)]
    reader = begun()
    changed(cast.aromos, 3)
    assert news_of(reader) == [3]


# --- What a screen missed ------------------------------------------------------------------------------------------


def test_a_screen_is_told_what_changed_since_the_last_change_that_it_knows(ctx: Flask, cast: Cast) -> None:
    known = changed(cast.aromos, 1)
    changed(cast.parque, 2)
    answered = changed(cast.aromos, 3, is_answer=True)
    assert missed(cast.aromos, known) == [News(answered, cast.aromos, 3, True)]
    assert missed(cast.aromos, answered) == []


def test_a_visit_that_changed_often_is_told_once_and_an_answer_among_it_is_not_lost(ctx: Flask, cast: Cast) -> None:
    known = changed(cast.aromos, 1)
    changed(cast.aromos, 3, is_answer=True)
    changed(cast.aromos, 4)
    last = changed(cast.aromos, 3)
    assert missed(cast.aromos, known) == [
        News(last - 1, cast.aromos, 4, False),
        News(last, cast.aromos, 3, True),
    ]


def test_what_changed_just_before_is_told_again_without_sounding(ctx: Flask, cast: Cast) -> None:
    known = changed(cast.aromos, 1, NOON, is_answer=True)
    assert missed(cast.aromos, known, NOON + 9 * SECOND) == [News(known, cast.aromos, 1, False)]
    assert missed(cast.aromos, known, NOON + 10 * SECOND) == []


def test_who_knows_something_older_than_the_feed_or_nonsense_draws_anew(ctx: Flask, cast: Cast) -> None:
    first = changed(cast.aromos, 1)
    changed(cast.aromos, 2)
    begin_writing()
    db.session.execute(delete(Change).where(Change.id == first))
    end_request(keep=True)
    assert missed(cast.aromos, first) is not None
    assert missed(cast.aromos, first - 1) is None
    assert missed(cast.aromos, -1) is None
    assert missed(cast.aromos, 10**18) is None


def test_who_missed_very_much_draws_anew(ctx: Flask, cast: Cast) -> None:
    known = changed(cast.aromos, 1)
    begin_writing()
    for visit_id in range(change_feed.MOST_MISSED + 1):
        change_feed.note(cast.aromos, visit_id, at=NOON)
    end_request(keep=True)
    assert missed(cast.aromos, known) is None
    assert len(missed(cast.aromos, known + 1) or ()) == change_feed.MOST_MISSED


def test_a_feed_with_nothing_in_it_has_nothing_to_tell(ctx: Flask, cast: Cast) -> None:
    assert change_feed.latest_id() == 0
    assert missed(cast.aromos, 0) == missed(cast.aromos, 77) == []


# --- What lapses, and which sessions are open ----------------------------------------------------------------------


def waiting(cast: Cast, community: str = "aromos") -> Visit:
    """Somebody who waits for an answer since NOON."""
    begin_writing()
    with tenancy.acting_for(getattr(cast, community)):
        unit = db.session.get_one(Unit, cast.units[community])
        visit = registration.announce(unit, announcement(), by=actor(), now=NOON)
        db.session.flush()
    end_request(keep=True)
    return visit


def test_a_visit_lapses_at_its_deadline_and_only_while_it_is_pending(ctx: Flask, cast: Cast) -> None:
    visit = waiting(cast)
    deadline = visit.answer_by

    def found(after: datetime, until: datetime) -> list[tuple[int, ...]]:
        with tenancy.everywhere() as session:
            return [tuple(each) for each in lapses.lapsed(session, after, until)]

    assert found(deadline - SECOND, deadline) == [(cast.aromos, visit.id)]
    assert found(deadline - 2 * SECOND, deadline - SECOND) == []
    assert found(deadline, deadline + SECOND) == []
    with tenancy.acting_for(cast.aromos):
        begin_writing()
        db.session.get_one(Visit, visit.id).state = State.REJECTED
        db.session.flush()
        end_request(keep=True)
    assert found(deadline - SECOND, deadline) == []


def opened(cast: Cast, name: str, now: datetime = NOON) -> WebSession:
    """A session of this member of the cast."""
    begin_writing()
    account = db.session.get_one(Account, cast.accounts[name])
    token = sign_in.open_session(account, address="", now=now)
    end_request(keep=True)
    found = sign_in.resume(token, now)
    assert found is not None
    return found[0]


def still_open(ids: list[int], now: datetime) -> dict[int, int | None]:
    with tenancy.everywhere() as session:
        return open_sessions.still_open(session, ids, now)


def test_open_sessions_are_told_with_the_community_chosen_in_them(ctx: Flask, cast: Cast) -> None:
    one, two = opened(cast, "conserje"), opened(cast, "admin")
    begin_writing()
    db.session.execute(update(WebSession).where(WebSession.id == two.id).values(community_id=cast.parque))
    end_request(keep=True)
    assert still_open([one.id, two.id, 999], NOON) == {one.id: None, two.id: cast.parque}


@pytest.mark.parametrize(("who", "lasts"), [("conserje", timedelta(hours=12)), ("admin", timedelta(minutes=30))])
def test_a_session_counts_as_open_as_long_as_the_limits_say(ctx: Flask, cast: Cast, who: str, lasts: timedelta) -> None:
    session = opened(cast, who)
    limits = sign_in.LIMITS[Profile.CONSERJE if who == "conserje" else Profile.ADMIN]
    assert lasts == (limits.idle or limits.absolute)
    assert session.id in still_open([session.id], NOON + lasts - SECOND)
    assert still_open([session.id], NOON + lasts) == {}


def test_a_deactivated_account_has_no_open_session(ctx: Flask, cast: Cast) -> None:
    session = opened(cast, "conserje")
    begin_writing()
    db.session.execute(update(Account).where(Account.id == session.account_id).values(is_active=False))
    end_request(keep=True)
    assert still_open([session.id], NOON) == {}


# --- Streams -------------------------------------------------------------------------------------------------------


class Screen:
    """The other end of a stream: what it was told."""

    def __init__(self, connection: socket.socket) -> None:
        connection.settimeout(PATIENCE)
        self.connection = connection
        self.heard = b""

    def hears(self, words: bytes) -> bytes:
        """Wait until these words have come; everything so far."""
        while words not in self.heard:
            part = self.connection.recv(4096)
            assert part, f"the stream ended after {self.heard!r}"
            self.heard += part
        return self.heard

    def is_hung_up_on(self) -> bool:
        """Wait for the end."""
        while part := self.connection.recv(4096):
            self.heard += part
        return True


Listens = Callable[..., Screen]


@pytest.fixture
def broadcaster(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Broadcaster]:
    monkeypatch.setattr(live, "LOOK_EVERY", 0.05)
    monkeypatch.setattr(live, "SESSIONS_EVERY", 0.1)
    broadcaster = Broadcaster(app)
    yield broadcaster
    broadcaster.close()


@pytest.fixture
def listens(ctx: Flask, cast: Cast, broadcaster: Broadcaster) -> Iterator[Listens]:
    """`listens("aromos")`: a screen of that community, which is served already."""
    screens = []

    def listen(community: str = "aromos", since: int | None = None, **more: Any) -> Screen:
        session = more.pop("session", None) or opened(cast, "conserje", clock.now())
        ours, theirs = socket.socketpair()
        screen = Screen(ours)
        screens.append(screen)
        known = change_feed.latest_id() if since is None else since
        broadcaster.join(Stream(theirs, getattr(cast, community), session.id, session.community_id, known, **more))
        screen.hears(b"retry: ")
        return screen

    yield listen
    for screen in screens:
        screen.connection.close()


def test_a_change_is_told_to_every_screen_of_its_community_and_to_no_other(cast: Cast, listens: Listens) -> None:
    one, two, other = listens(), listens(), listens("parque")
    first = changed(cast.aromos, 71, clock.now())
    second = changed(cast.parque, 72, clock.now(), is_answer=True)
    for screen in (one, two):
        screen.hears(b"id: %d\ndata: 71\n\n" % first)
        assert b"data: 72" not in screen.heard
    other.hears(b"id: %d\ndata: 72 r\n\n" % second)
    assert b"data: 71" not in other.heard


def test_a_screen_that_comes_back_is_told_what_it_missed(cast: Cast, listens: Listens) -> None:
    known = changed(cast.aromos, 70)
    last = changed(cast.aromos, 71, is_answer=True)
    assert b"data: 70" not in listens(since=known).hears(b"id: %d\ndata: 71 r\n\n" % last)


def test_a_screen_that_knows_nothing_sensible_draws_anew(cast: Cast, listens: Listens) -> None:
    changed(cast.aromos, 70)
    listens(since=-1).hears(b"event: nuevo\ndata:\n\n")


def test_a_visit_that_becomes_vencido_is_told_without_an_id(cast: Cast, listens: Listens) -> None:
    visit = waiting(cast)
    screen = listens()
    with tenancy.acting_for(cast.aromos):
        begin_writing()
        db.session.get_one(Visit, visit.id).answer_by = clock.now() + timedelta(seconds=0.3)
        db.session.flush()
        end_request(keep=True)
    assert b"id:" not in screen.hears(b"data: %d\n\n" % visit.id)


def test_a_screen_hears_that_its_line_is_alive(listens: Listens, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "PING_EVERY", 0.1)
    listens().hears(b"event: p\ndata:\n\n")


@pytest.mark.parametrize("how", ["signed out", "switched"])
def test_a_stream_ends_with_its_session_and_the_others_go_on(cast: Cast, listens: Listens, how: str) -> None:
    session = opened(cast, "admin", clock.now())
    ends, stays = listens(session=session), listens()
    this = WebSession.id == session.id
    begin_writing()
    if how == "signed out":
        db.session.execute(delete(WebSession).where(this))
    else:
        db.session.execute(update(WebSession).where(this).values(community_id=cast.parque))
    end_request(keep=True)
    assert ends.is_hung_up_on()
    changed(cast.aromos, 71, clock.now())
    stays.hears(b"data: 71\n\n")


def test_a_stream_ends_after_its_time(listens: Listens) -> None:
    assert listens(ends_at=time.monotonic() + 0.2).is_hung_up_on()


def test_a_screen_that_does_not_read_is_dropped_and_holds_nobody_up(
    cast: Cast, listens: Listens, broadcaster: Broadcaster
) -> None:
    reads, sleeps = listens(), listens()
    (stream,) = [each for each in broadcaster._streams if each.line.fileno() != -1 and _faces(each, sleeps)]
    # The kernel makes room for a while.
    refused = 0
    while refused < 50:
        refused = 0 if stream.send(b"x" * 65536) else refused + 1
    changed(cast.aromos, 71, clock.now())
    reads.hears(b"data: 71\n\n")
    # Before the sleeper is read, which would make room again.
    assert _comes_true(lambda: broadcaster.listeners == 1)
    assert sleeps.is_hung_up_on()


def _faces(stream: Stream, screen: Screen) -> bool:
    """Whether the stream's other end is this screen's."""
    stream.line.send(b": you\n\n")
    screen.connection.setblocking(False)
    try:
        return b": you" in screen.connection.recv(4096)
    except BlockingIOError:
        return False
    finally:
        screen.connection.settimeout(PATIENCE)


def test_a_screen_that_hangs_up_is_forgotten(cast: Cast, listens: Listens, broadcaster: Broadcaster) -> None:
    stays, goes = listens(), listens()
    assert broadcaster.listeners == 2
    goes.connection.close()
    assert _comes_true(lambda: broadcaster.listeners == 1)
    changed(cast.aromos, 71, clock.now())
    stays.hears(b"data: 71\n\n")


def test_open_streams_hold_no_connection_of_the_database(listens: Listens) -> None:
    """Between two looks; during one, a single connection serves them all."""
    for _ in range(5):
        listens()
    db.session.remove()
    assert _comes_true(lambda: db.engine.pool.checkedout() == 0)  # type: ignore[attr-defined]


@pytest.mark.parametrize("what", ["change_feed.Reader.news", "live.lapsed", "live.still_open"])
def test_a_database_that_is_away_ends_no_stream_and_nothing_is_lost(
    cast: Cast, listens: Listens, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, what: str
) -> None:
    screen = listens()
    with monkeypatch.context() as broken:
        broken.setattr(f"conserje.{what}", lambda *_: 1 / 0)
        changed(cast.aromos, 70, clock.now())
        assert _comes_true(lambda: "the live screens cannot be told what changed" in caplog.text)
    changed(cast.aromos, 71, clock.now())
    assert b"data: 70\n\n" in screen.hears(b"data: 71\n\n")


def test_closing_hangs_up_on_everybody_and_takes_nobody_any_more(
    cast: Cast, listens: Listens, broadcaster: Broadcaster
) -> None:
    screens = [listens(), listens()]
    broadcaster.close()
    assert all(screen.is_hung_up_on() for screen in screens)
    ours, theirs = socket.socketpair()
    broadcaster.join(Stream(theirs, cast.aromos, 1, None, 0))
    assert Screen(ours).is_hung_up_on()
    ours.close()


def _comes_true(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
