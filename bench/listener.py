"""Many open gates: raw sockets that listen to the server's streams, in a process that does nothing else.

`python -m bench.listener` reads an order from the first line of standard input, opens the streams and says so in a
line. Every further line is a question: `count` is answered with the bytes that came since the last one, a visit's id
with the moments (`time.monotonic`, the machine's) at which its change came, once it is on every stream. Standard
library only, so that it starts at once.
"""

from __future__ import annotations

import json
import os
import resource
import selectors
import socket
import sys
import time
from dataclasses import dataclass

_HEAD_ENDS = b"\r\n\r\n"
_ALL_MESSAGES_END = b"\n\n"


@dataclass(frozen=True)
class Order:
    host: str
    port: int
    request: str
    streams: int


class _Gate:
    def __init__(self, order: Order) -> None:
        self.socket = socket.create_connection((order.host, order.port), timeout=60)
        self.socket.sendall(order.request.encode())
        self.rest = b""
        self.is_open = False


class Listener:
    """The streams, and what has come over them."""

    def __init__(self, order: Order) -> None:
        self._selector = selectors.DefaultSelector()
        self._received = 0
        self._arrived: dict[str, list[float]] = {}
        self._streams = order.streams
        self._opened = 0
        for _ in range(order.streams):
            gate = _Gate(order)
            self._selector.register(gate.socket, selectors.EVENT_READ, gate)
        while self._opened < order.streams:
            self.hear(60)

    def hear(self, patience: float) -> bool:
        """Take what has come. Whether something is asked on standard input."""
        is_asked = False
        for key, _ in self._selector.select(patience):
            if key.data is None:
                is_asked = True
                continue
            gate: _Gate = key.data
            part = gate.socket.recv(65536)
            now = time.monotonic()
            if not part:
                raise RuntimeError(f"the server hung up on a stream after {gate.rest!r}")
            self._received += len(part)
            gate.rest += part
            if not gate.is_open:
                head, found, rest = gate.rest.partition(_HEAD_ENDS)
                if not found:
                    continue
                if not head.startswith(b"HTTP/1.1 200 ") or b"text/event-stream" not in head:
                    raise RuntimeError(f"no stream: {gate.rest[:300]!r}")
                gate.is_open, gate.rest = True, rest
                self._opened += 1
            messages, found, gate.rest = gate.rest.rpartition(_ALL_MESSAGES_END)
            for line in messages.decode().splitlines():
                if line.startswith("data: "):
                    self._arrived.setdefault(line.split()[1], []).append(now)
        return is_asked

    def count(self) -> int:
        received, self._received = self._received, 0
        return received

    def arrivals(self, visit: str) -> list[float]:
        """When the visit's change came over each stream, once it has come over all; it is then forgotten."""
        until = time.monotonic() + 30
        while len(self._arrived.get(visit, ())) < self._streams:
            if time.monotonic() > until:
                came = len(self._arrived.get(visit, ()))
                raise RuntimeError(f"the change of visit {visit} came over {came} of {self._streams} streams")
            self.hear(1)
        return self._arrived.pop(visit)

    def serve(self) -> None:
        """Answer what is asked until nobody asks any more."""
        self._selector.register(sys.stdin.fileno(), selectors.EVENT_READ)
        asked = b""
        while True:
            if not self.hear(60):
                continue
            part = os.read(sys.stdin.fileno(), 4096)
            if not part:
                return
            asked += part
            while b"\n" in asked:
                line, _, asked = asked.partition(b"\n")
                self._selector.unregister(sys.stdin.fileno())
                _say(self.count() if line == b"count" else self.arrivals(line.decode()))
                self._selector.register(sys.stdin.fileno(), selectors.EVENT_READ)


def _say(answer: object) -> None:
    print(json.dumps(answer), flush=True)


def main() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    order = b""
    while not order.endswith(b"\n"):
        order += os.read(sys.stdin.fileno(), 1)
    listener = Listener(Order(**json.loads(order)))
    _say("open")
    listener.serve()


if __name__ == "__main__":
    main()
