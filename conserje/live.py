"""The live gate's streams: one thread per process tells every open screen of its community what changed.

Knows sockets and no HTTP: a stream arrives with its head sent. Between two looks at the database nothing is held of it.
"""

from __future__ import annotations

import logging
import os
import random
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from flask import Flask
from sqlalchemy.orm import Session

from conserje import change_feed, clock, tenancy
from conserje.accounts.open_sessions import still_open
from conserje.change_feed import TOLD_AGAIN, News
from conserje.visits.lapses import lapsed

log = logging.getLogger("conserje")

# In seconds. One look a second leaves the rest of two to the row itself.
LOOK_EVERY = 1.0
# So that a screen knows that the line is alive, and a proxy does not take it for dead.
PING_EVERY = 20.0
SESSIONS_EVERY = 5.0
# A stream ends by itself now and then: its screen comes again, past everything that is asked of a request.
LONGEST_STREAM = 3600.0
# Screens that lost their server together do not come back together.
RETRY_AFTER = (1.5, 3.5)
# A peer that has not acknowledged anything for so long is gone (milliseconds).
_SILENCE_OF_PEER = 60_000

PING = b"event: p\ndata:\n\n"
DRAW_ANEW = b"event: nuevo\ndata:\n\n"


@dataclass(eq=False)
class Stream:
    """A screen that listens. `chosen_id`: the community chosen in its web session, `community_id` the one it shows.

    `since`: the last change that it knows of; negative where it said nothing sensible.
    """

    line: socket.socket
    community_id: int
    web_session_id: int
    chosen_id: int | None
    since: int
    heard_at: float = field(default_factory=time.monotonic)
    ends_at: float = field(default_factory=lambda: time.monotonic() + LONGEST_STREAM * random.uniform(0.75, 1))  # noqa: S311
    told: frozenset[int] = frozenset()

    def send(self, message: bytes) -> bool:
        """Whether all of it went out; a peer that does not read is not waited for."""
        try:
            whole = self.line.send(message) == len(message)
        except OSError:
            return False
        self.heard_at = time.monotonic()
        return whole


class Broadcaster:
    """The process's streams, and the thread that serves them: started with the first one, so after the fork."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._arrivals: deque[Stream] = deque()
        self._streams: set[Stream] = set()
        self._is_closing = False
        self._is_blind = False
        self._reader = change_feed.Reader()
        self._looked_at: datetime | None = None
        self._sessions_at = 0.0

    def join(self, stream: Stream) -> None:
        """Take the stream, whose socket is the broadcaster's from here on."""
        stream.line.setblocking(False)
        if stream.line.family in (socket.AF_INET, socket.AF_INET6) and hasattr(socket, "TCP_USER_TIMEOUT"):
            stream.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _SILENCE_OF_PEER)
        with self._lock:
            if self._is_closing:
                stream.line.close()
                return
            self._arrivals.append(stream)
            if self._thread is None:
                self._selector = selectors.DefaultSelector()
                self._wake_end, self._woken_end = os.pipe()
                os.set_blocking(self._wake_end, False)
                os.set_blocking(self._woken_end, False)
                self._selector.register(self._wake_end, selectors.EVENT_READ)
                self._thread = threading.Thread(target=self._run, name="live", daemon=True)
                self._thread.start()
        self._wake()

    def close(self) -> None:
        """Hang up on everybody and end the thread: the worker goes. Returns within seconds."""
        with self._lock:
            self._is_closing = True
            thread = self._thread
        if thread is not None:
            self._wake()
            thread.join(timeout=3)

    @property
    def listeners(self) -> int:
        return len(self._streams)

    def _wake(self) -> None:
        with suppress(BlockingIOError):  # full: it will wake anyway
            os.write(self._woken_end, b"\0")

    def _run(self) -> None:
        next_look = time.monotonic()
        while not self._is_closing:
            patience = None
            if self._streams or self._arrivals:
                patience = max(0.0, next_look - time.monotonic())
            for key, _ in self._selector.select(patience):
                if key.data is None:
                    with suppress(BlockingIOError):
                        os.read(self._wake_end, 4096)
                else:
                    self._hear(key.data)
            if time.monotonic() >= next_look and (self._streams or self._arrivals):
                next_look = time.monotonic() + LOOK_EVERY
                self._try_to_look()
        for stream in (*self._streams, *self._arrivals):
            stream.line.close()

    def _try_to_look(self) -> None:
        """Where the database is away, the next look that succeeds finds everything; said once, not every second."""
        try:
            self._look()
            self._is_blind = False
        except Exception:
            if not self._is_blind:
                log.exception("the live screens cannot be told what changed")
            self._is_blind = True

    def _hear(self, stream: Stream) -> None:
        """Screens say nothing; what arrives is that one hung up."""
        try:
            is_there = bool(stream.line.recv(4096))
        except BlockingIOError:
            return
        except OSError:
            is_there = False
        if not is_there:
            self._drop(stream)

    def _drop(self, stream: Stream) -> None:
        if stream in self._streams:
            self._streams.discard(stream)
            self._selector.unregister(stream.line)
            stream.line.close()

    def _look(self) -> None:
        now, tick = clock.now(), time.monotonic()
        if not self._streams:
            self._looked_at = None
        arrivals = [self._arrivals.popleft() for _ in range(len(self._arrivals))]
        try:
            with self._app.app_context(), tenancy.everywhere() as session:
                self._tell_news(session, now, tick)
                ended = self._ended(session, now, tick)
                welcomes = _welcomes(session, arrivals, now)
        except BaseException:
            self._arrivals.extendleft(reversed(arrivals))
            raise
        for stream in ended:
            self._drop(stream)
        for stream, message in welcomes:
            self._streams.add(stream)
            self._selector.register(stream.line, selectors.EVENT_READ, stream)
            self._tell(stream, message)
        for stream in [each for each in self._streams if tick - each.heard_at >= PING_EVERY]:
            self._tell(stream, PING)

    def _tell_news(self, session: Session, now: datetime, tick: float) -> None:
        if self._looked_at is None:
            self._reader.begin(session, now)
            self._looked_at = now
            return
        lapses = lapsed(session, self._looked_at, now) if now > self._looked_at else []
        news = self._reader.news(session, now, tick)  # last: what it gives counts as told
        self._looked_at = now
        if not news and not lapses:
            return
        of_community: dict[int, list[Stream]] = {}
        for stream in self._streams:
            of_community.setdefault(stream.community_id, []).append(stream)
        for each in news:
            for stream in of_community.get(each.community_id, ()):
                if each.id not in stream.told:
                    self._tell(stream, told(each))
        for community_id, visit_id in lapses:
            for stream in of_community.get(community_id, ()):
                self._tell(stream, lapse_told(visit_id))

    def _tell(self, stream: Stream, message: bytes) -> None:
        if not stream.send(message):
            self._drop(stream)

    def _ended(self, session: Session, now: datetime, tick: float) -> list[Stream]:
        ended = [stream for stream in self._streams if stream.ends_at <= tick]
        if tick - self._sessions_at >= SESSIONS_EVERY and self._streams:
            self._sessions_at = tick
            chosen = still_open(session, {stream.web_session_id for stream in self._streams}, now)
            ended += [stream for stream in self._streams if chosen.get(stream.web_session_id, 0) != stream.chosen_id]
        return ended


def _welcomes(session: Session, arrivals: Iterable[Stream], now: datetime) -> list[tuple[Stream, bytes]]:
    """What each new stream is told first: when to come again, and what it missed."""
    found: list[tuple[Stream, bytes]] = []
    lately: list[tuple[int, int]] = []
    known: dict[tuple[int, int], list[News] | None] = {}
    for stream in arrivals:
        if not found:
            lately = [(each.community_id, each.id) for each in lapsed(session, now - TOLD_AGAIN, now)]
        asked = stream.community_id, stream.since
        if asked not in known:
            missed = change_feed.missed(session, *asked, now)
            known[asked] = None if missed is None else list(missed)
        parts = [b"retry: %d\n\n" % (1000 * random.uniform(*RETRY_AFTER))]  # noqa: S311
        news = known[asked]
        if news is None:
            parts.append(DRAW_ANEW)
        else:
            stream.told = frozenset(each.id for each in news)
            parts += [told(each) for each in news]
            parts += [lapse_told(visit_id) for community_id, visit_id in lately if community_id == stream.community_id]
        found.append((stream, b"".join(parts)))
    return found


def told(news: News) -> bytes:
    """A change as it goes over the line; `r` marks a resident's answer."""
    return b"id: %d\ndata: %d%s\n\n" % (news.id, news.visit_id, b" r" if news.is_answer else b"")


def lapse_told(visit_id: int) -> bytes:
    """That a visit is Vencido now. Without an id: it is no line of the feed."""
    return b"data: %d\n\n" % visit_id


def init_live(app: Flask) -> None:
    app.extensions["live"] = Broadcaster(app)


def broadcaster_of(app: Flask) -> Broadcaster:
    broadcaster: Broadcaster = app.extensions["live"]
    return broadcaster
