"""The load itself: raw sockets, kept open, one request at a time on each, in a process that does nothing else.

`python -m bench.hammer` reads an order from standard input and writes every latency to standard output. It costs the
machine little beside the server: it looks for the end of each answer and reads no more into it. Standard library
only, so that it starts at once.
"""

from __future__ import annotations

import json
import re
import selectors
import socket
import sys
import time
from dataclasses import dataclass

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_CLOSES = re.compile(rb"\r\nconnection: *close\r\n", re.IGNORECASE)
_HEAD_ENDS = b"\r\n\r\n"


@dataclass(frozen=True)
class Order:
    """What to ask: one request, again and again, by `clients` at once for `seconds`."""

    host: str
    port: int
    request: str
    clients: int
    seconds: float


class _Connection:
    def __init__(self, order: Order) -> None:
        self._order = order
        self._request = order.request.encode()
        self.socket = self._opened()

    def _opened(self) -> socket.socket:
        opened = socket.create_connection((self._order.host, self._order.port), timeout=30)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened

    def ask(self) -> None:
        self.received = b""
        self.missing = -1
        self.asked_at = time.perf_counter()
        self.socket.sendall(self._request)

    def hear(self) -> bool:
        """Take what has arrived; whether the answer is whole."""
        part = self.socket.recv(262_144)
        if not part:
            raise RuntimeError("the server hung up")
        if self.missing >= 0:
            self.missing -= len(part)
            return self.missing <= 0
        self.received += part
        end = self.received.find(_HEAD_ENDS)
        if end < 0:
            return False
        head = self.received[: end + 2]
        length = _LENGTH.search(head)
        if not head.startswith(b"HTTP/1.1 200 ") or length is None:
            raise RuntimeError(f"not an answer to measure: {head[:300]!r}")
        self.closes = _CLOSES.search(head) is not None
        self.missing = int(length[1]) - (len(self.received) - end - len(_HEAD_ENDS))
        return self.missing <= 0

    def renew(self) -> None:
        """A server that keeps no connection open makes its clients pay for new ones."""
        self.socket.close()
        self.socket = self._opened()


def run(order: Order) -> tuple[list[float], float]:
    """Carry out the order: the latencies in milliseconds, and the seconds that it took."""
    latencies: list[float] = []
    with selectors.DefaultSelector() as selector:
        for _ in range(order.clients):
            connection = _Connection(order)
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.ask()
        begun = time.perf_counter()
        until = begun + order.seconds
        while (now := time.perf_counter()) < until:
            for key, _ in selector.select(timeout=until - now):
                connection = key.data
                if not connection.hear():
                    continue
                latencies.append((time.perf_counter() - connection.asked_at) * 1000)
                if connection.closes:
                    selector.unregister(connection.socket)
                    connection.asked_at = time.perf_counter()
                    connection.renew()
                    selector.register(connection.socket, selectors.EVENT_READ, connection)
                connection.ask()
        took = time.perf_counter() - begun
    return latencies, took


if __name__ == "__main__":
    print(json.dumps(run(Order(**json.load(sys.stdin)))))
