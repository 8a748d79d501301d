"""The live gate: a stream of what changes, and the one row that a screen then asks for.

A stream holds no thread: its connection is taken out of gunicorn's hands and given to the process's broadcaster. Where
that cannot be done (another server, TLS in gunicorn itself, tests), a few streams are served by threads instead.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from flask import Response, abort, current_app, g, request

from conserje import change_feed, clock
from conserje.blueprints.access import asks_for_a_page, current_access, not_activity, requires
from conserje.blueprints.gate import gate
from conserje.blueprints.gate.loading import unit_or_404, visit_or_404
from conserje.blueprints.htmx import page_or_fragment
from conserje.live import Broadcaster, Stream, broadcaster_of
from conserje.permissions import Permission
from conserje.visits import board

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

EVENT_STREAM = "text/event-stream"
# Whoever gets none polls, and tries again.
MOST_HELD_BY_THREADS = 4
RETRY_AFTER_SECONDS = 5
_threads = threading.BoundedSemaphore(MOST_HELD_BY_THREADS)
_OF_A_BODY = frozenset({"content-length", "transfer-encoding", "connection"})


class HandedOver(Response):
    """An answer whose connection, once everybody has added headers, goes to the broadcaster."""

    broadcaster: Broadcaster
    listener: Listener

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        _, status, headers = self.get_wsgi_response(environ)
        connection = _taken_out(environ["gunicorn.socket"])
        lines = [f"{name}: {value}" for name, value in headers if name.lower() not in _OF_A_BODY]
        head = "\r\n".join((f"HTTP/1.1 {status}", *lines, "Connection: close", "", "")).encode("latin-1")
        stream = self.listener.on(connection)
        if stream.send(head):
            self.broadcaster.join(stream)
        else:
            connection.close()
        start_response(status, headers)  # what the server writes of it goes nowhere
        return []


class HeldByThread:
    """The same stream as the body of an ordinary answer: it keeps the thread that serves it."""

    def __init__(self, broadcaster: Broadcaster, listener: Listener) -> None:
        self._ours, theirs = socket.socketpair()
        broadcaster.join(listener.on(theirs))
        self._is_open = True

    def __iter__(self) -> Iterator[bytes]:
        while message := self._ours.recv(4096):
            yield message

    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            self._ours.close()
            _threads.release()


class Listener:
    """Who listens: the community that he works in, his web session, and the last change that his screen knows of."""

    def __init__(self, since: int) -> None:
        access = current_access()
        self._community_id = access.community.id
        self._web_session_id = access.web_session.id
        self._chosen_id = access.web_session.community_id
        self._since = since

    def on(self, connection: socket.socket) -> Stream:
        connection.setblocking(False)
        return Stream(connection, self._community_id, self._web_session_id, self._chosen_id, self._since)


@gate.before_request
def note_latest_change() -> None:
    """Before a page reads what it shows: what changes from here on, its stream will tell."""
    if asks_for_a_page():
        g.latest_change = change_feed.latest_id()


@gate.get("/cambios")
@requires(Permission.SEE_GATE)
@not_activity
def changes() -> Response:
    if EVENT_STREAM not in request.headers.get("Accept", ""):
        abort(406)  # somebody who opened the address by hand would wait for its end
    listener = Listener(_since())
    response = _handed_over(listener) if _can_be_taken_out() else _held_by_thread(listener)
    response.headers["X-Accel-Buffering"] = "no"
    return response


@gate.get("/visitas/<int:visit_id>/actual")
@requires(Permission.SEE_GATE)
@not_activity
def visit_now(visit_id: int) -> Response:
    """The row as it stands, for a screen that was told of a change. The screen keeps the photograph that it has."""
    found = visit_or_404(visit_id)
    return page_or_fragment(
        "gate/visit.html",
        "gate/_visit_row.html",
        row=board.row(found, now=clock.now()),
        form=None,
        notice="",
        unit=unit_or_404(found.unit_id),
        draws_photo=False,
        focus_id=0,
    )


def _since() -> int:
    """The last change that the screen knows of; -1 where what it says is no such thing."""
    said = request.headers.get("Last-Event-ID") or request.args.get("desde", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else -1


def _can_be_taken_out() -> bool:
    """Whether this connection is plain HTTP/1 on a socket of gunicorn's: no TLS around it, no other requests in it."""
    is_plain = type(request.environ.get("gunicorn.socket")) is socket.socket
    return is_plain and request.environ["SERVER_PROTOCOL"] in ("HTTP/1.0", "HTTP/1.1") and request.method == "GET"


def _handed_over(listener: Listener) -> Response:
    response = HandedOver(mimetype=EVENT_STREAM)
    response.broadcaster, response.listener = broadcaster_of(current_app), listener
    return response


def _held_by_thread(listener: Listener) -> Response:
    if request.method != "GET":
        return Response(mimetype=EVENT_STREAM)
    if not _threads.acquire(blocking=False):
        return Response(status=503, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
    body = HeldByThread(broadcaster_of(current_app), listener)
    return Response(body, mimetype=EVENT_STREAM)


def _taken_out(connection: socket.socket) -> socket.socket:
    """The connection as a socket of ours; under its old number lies a dead one, on which the server may do anything."""
    ours = connection.dup()
    dead, other = socket.socketpair()
    with dead, other:
        other.close()
        os.dup2(dead.fileno(), connection.fileno(), inheritable=False)
    return ours
