"""The streams and the web server that they came in by: none counts among its connections, none keeps it from ending."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from conserje import change_feed, clock
from tests.browser import HOST
from tests.journeys.gatehouse import Gatehouse

pytestmark = pytest.mark.journey

STREAMS = 60


@pytest.fixture
def narrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gatehouse]:
    """A server of one process that bears fewer connections than there will be streams, and has fewer threads."""
    monkeypatch.setenv("WEB_WORKERS", "1")
    monkeypatch.setenv("WEB_THREADS", "2")
    monkeypatch.setenv("GUNICORN_CMD_ARGS", "--worker-connections 20")
    gatehouse = Gatehouse(tmp_path, f"sqlite:///{tmp_path / 'conserje.sqlite3'}")
    gatehouse.flask("db", "upgrade")
    gatehouse.fill()
    gatehouse.start()
    yield gatehouse
    gatehouse.close()


def opened(gatehouse: Gatehouse) -> socket.socket:
    """A stream, its head read."""
    connection = socket.create_connection((HOST, gatehouse.port), timeout=10)
    connection.sendall(
        f"GET /porteria/cambios?desde=0 HTTP/1.1\r\nHost: {HOST}:{gatehouse.port}\r\n"
        f"Accept: text/event-stream\r\nCookie: {gatehouse.cookie()}\r\n\r\n".encode()
    )
    head = heard(connection, b"\r\n\r\n").lower()
    assert head.startswith(b"http/1.1 200 ok\r\n")
    for line in (b"connection: close", b"content-type: text/event-stream", b"x-content-type-options: nosniff"):
        assert line in head
    assert b"content-length" not in head
    assert b"transfer-encoding" not in head
    return connection


def heard(connection: socket.socket, words: bytes) -> bytes:
    """Everything until these words have come."""
    found = b""
    while words not in found:
        part = connection.recv(4096)
        assert part, found
        found += part
    return found


def test_streams_hold_no_thread_and_no_connection_of_the_server_and_end_with_it(narrow: Gatehouse) -> None:
    streams = [opened(narrow) for _ in range(STREAMS)]
    for _ in range(3):
        connection = HTTPConnection(HOST, narrow.port, timeout=5)
        connection.request("GET", "/readyz")
        assert connection.getresponse().status == 200
        connection.close()
    with narrow.filling():
        change_feed.note(narrow.cast.aromos, 77, at=clock.now())
    for stream in streams:
        heard(stream, b"data: 77\n\n")

    begun = time.monotonic()
    narrow.stop()
    assert time.monotonic() - begun < 8
    for stream in streams:
        while stream.recv(4096):
            pass
        stream.close()
    assert "Traceback" not in narrow.log()
    assert "rror" not in narrow.log()
