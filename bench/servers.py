"""Web servers compared by their absolute times: gunicorn's worker classes and granian, over the same application."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from bench import floor
from bench.client import HTMX, Client
from bench.load import Speed, measure
from bench.report import Figure, megabytes
from bench.seed import Scene
from bench.server import GUNICORN, HOST, WORKERS, running
from bench.speed import FLOOR_APP, Effort, median_time

GEVENT = "gevent==26.9.0"
# A gate that sends a photograph now and then; and more at once than two workers of eight threads have threads.
SLOW_UPLOADS = (4, 20)
GATES, PATIENCE = 8, 3
BYTES_PER_SECOND = 50_000 // 8


@dataclass(frozen=True)
class Candidate:
    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict, compare=False)


def candidates(packages: Path, *, with_gevent: bool) -> list[Candidate]:
    """Two workers each. gevent is no requirement of the project: it is fetched into `packages` when asked for."""
    gunicorn = (*GUNICORN, FLOOR_APP)
    granian = (
        "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", "{port}", "--workers", str(WORKERS),
        "--blocking-threads", "8", "--no-ws", "--http", "1", "--factory", "bench.floor:create_app",
    )  # fmt: skip
    found = [
        Candidate("gunicorn gthread, 8 threads", gunicorn, {"WEB_THREADS": "8"}),
        Candidate("gunicorn gthread, 4 threads", gunicorn, {"WEB_THREADS": "4"}),
        Candidate("gunicorn sync", gunicorn, {"WEB_WORKER_CLASS": "sync"}),
    ]
    if find_spec("granian"):
        found.append(Candidate("granian, 8 threads", granian))
    if with_gevent:
        subprocess.run(
            [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(packages), GEVENT], check=True
        )
        found.append(
            Candidate("gunicorn gevent", gunicorn, {"WEB_WORKER_CLASS": "gevent", "PYTHONPATH": str(packages)})
        )
    return found


def compare(scene: Scene, packages: Path, effort: Effort, *, with_gevent: bool) -> Iterator[Figure]:
    """The unit fragment and the floor with one and sixteen clients; the fragment beside slow uploads; memory.

    One start of each after the other, and again: what else the machine does changes in the meantime.
    """
    found = candidates(packages, with_gevent=with_gevent)
    seen = {candidate: _Seen() for candidate in found}
    for _ in range(effort.starts):
        for candidate in found:
            with running(scene, command=candidate.command, environment=candidate.environment) as server:
                _measure_one(Client(server).sign_in(), scene, effort, seen[candidate])
    for candidate in found:
        yield from seen[candidate].figures(f"servers, {candidate.name}", effort)


@dataclass
class _Seen:
    speeds: dict[str, list[Speed]] = field(default_factory=dict)
    answered: dict[int, list[int]] = field(default_factory=dict)
    resident: list[float] = field(default_factory=list)

    def figures(self, part: str, effort: Effort) -> Iterator[Figure]:
        yield from (median_time(part, what, speeds) for what, speeds in self.speeds.items())
        for uploads, counts in self.answered.items():
            what = f"gates answered within {PATIENCE} s beside {uploads} uploads at 50 kbit/s"
            note = ", ".join(map(str, counts)) + " in the starts"
            yield Figure(part, what, median(counts), f"of {GATES}", note=note)
        yield Figure(part, "worker", median(self.resident), "MB", note="RSS")


def _measure_one(client: Client, scene: Scene, effort: Effort, seen: _Seen) -> None:
    unit = f"/porteria/unidades/{scene.unit.id}"
    for path in (unit, floor.PATH):
        measure(client, path, 16, 1.5)
    for _ in range(effort.rounds):
        for what, path, clients in (
            ("unit fragment, 1 client", unit, 1),
            ("unit fragment, 16 clients", unit, 16),
            ("floor, 1 client", floor.PATH, 1),
            ("floor, 16 clients", floor.PATH, 16),
        ):
            seen.speeds.setdefault(what, []).append(measure(client, path, clients, effort.seconds))
    seen.resident.append(max(megabytes(worker.resident) for worker in client.server.memory()))
    for uploads in SLOW_UPLOADS:
        with _slow_uploads(client, scene, uploads):
            seen.answered.setdefault(uploads, []).append(_gates_answered(client, unit))


def _gates_answered(client: Client, path: str) -> int:
    """How many of several gates, each on a connection of its own, get the fragment while they are patient."""

    def is_answered(_: int) -> bool:
        try:
            return client.again(PATIENCE).get(path, HTMX).status == 200
        except TimeoutError:
            return False

    with ThreadPoolExecutor(GATES) as gates:
        return sum(gates.map(is_answered, range(GATES)))


@contextmanager
def _slow_uploads(client: Client, scene: Scene, uploads: int) -> Iterator[None]:
    """Photographs that trickle in while something else is measured; they are never finished."""
    head = (
        f"POST /porteria/unidades/{scene.unit.id}/visitantes HTTP/1.1\r\nHost: {HOST}:{client.server.port}\r\n"
        f"Cookie: {client.cookie_header()}\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        "Content-Length: 4000000\r\n\r\n"
        '--b\r\nContent-Disposition: form-data; name="photo"; filename="foto.jpg"\r\n\r\n'
    ).encode()
    over = threading.Event()
    sockets = [socket.create_connection((HOST, client.server.port)) for _ in range(uploads)]

    def trickle() -> None:
        while not over.wait(0.1):
            for each in sockets:
                each.sendall(b"x" * (BYTES_PER_SECOND // 10))

    for each in sockets:
        each.sendall(head)
    sender = threading.Thread(target=trickle)
    sender.start()
    try:
        yield
    finally:
        over.set()
        sender.join()
        for each in sockets:
            each.close()
