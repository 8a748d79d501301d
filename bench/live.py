"""A thousand open gates on one server: memory, bytes while nothing happens, and how soon a decision is seen."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from random import Random
from statistics import median
from typing import Any

from bench.client import HTMX, Client
from bench.listener import Order
from bench.report import Figure, kilobytes, megabytes
from bench.seed import Scene
from bench.server import HOST, WORKERS, Server, running

GATES = 1_000
IDLE_SECONDS = 60
MOST_IDLE, LONGEST_UNTIL_SEEN = 100, 2
DECISIONS = 60

Ask = Callable[[object], Any]


def measure(scene: Scene, database: str) -> Iterator[Figure]:
    """All gates are of one community, so each change goes to every one of them; one of them fetches the row."""
    part = f"live, {database}"
    with running(scene) as server:
        client = Client(server).sign_in()
        before = max(megabytes(worker.resident) for worker in server.memory())
        begun = time.monotonic()
        with _listening(server, client) as ask:
            took = time.monotonic() - begun
            yield Figure(part, f"{GATES:,} streams opened", took, "s", note=f"{WORKERS} workers, one after the other")
            yield from _idle(part, server, ask)
            yield from _decisions(part, scene, client, ask)
            after = max(megabytes(worker.resident) for worker in server.memory())
            each = kilobytes((after - before) * 1_000_000 / (GATES / WORKERS))
            note = f"RSS; {before:.0f} MB before, {each:.0f} KB for each stream, requests included"
            yield Figure(part, f"worker with {GATES // WORKERS} streams", after, "MB", note=note)
        begun = time.monotonic()
    yield Figure(part, "server ended after SIGTERM", time.monotonic() - begun, "s")


def _idle(part: str, server: Server, ask: Ask) -> Iterator[Figure]:
    ask("count")
    computed, begun = server.processor_seconds(), time.monotonic()
    time.sleep(IDLE_SECONDS)
    received, took = ask("count"), time.monotonic() - begun
    an_hour = kilobytes(received / GATES * 3600 / took)
    note = f"bodies; as many packets as pings add {kilobytes(3600 / 20 * 2 * 52):.0f} KB of TCP/IP"
    yield Figure(part, "idle, each gate and hour", an_hour, "KB", MOST_IDLE, note=note)
    yield Figure(part, "idle, processor", (server.processor_seconds() - computed) / took * 100, "% of a core")


def _decisions(part: str, scene: Scene, client: Client, ask: Ask) -> Iterator[Figure]:
    """From the press of a button at another gate, its own answer included."""
    told, told_all, seen = [], [], []
    chance = Random(1)
    for path, visit, fields in _acts(scene):
        time.sleep(chance.uniform(0.1, 1.1))
        pressed = time.monotonic()
        client.act(path, fields)
        arrivals = ask(visit)
        begun = time.monotonic()
        client.get(f"/porteria/visitas/{visit}/actual", HTMX)
        fetched = time.monotonic() - begun
        told.append(median(arrivals) - pressed)
        told_all.append(max(arrivals) - pressed)
        seen.append(max(arrivals) - pressed + fetched)
    yield Figure(part, "decision to the event, p50", median(told), "s", note="at the gate in the middle")
    yield Figure(part, "decision to the event, p95", _p95(told_all), "s", note="at the last of all gates")
    yield Figure(
        part, "decision to the row, p95", _p95(seen), "s", LONGEST_UNTIL_SEEN,
        note=f"at the last of all gates; {len(seen)} decisions",
    )  # fmt: skip


def _acts(scene: Scene) -> Iterator[tuple[str, int, dict[str, str]]]:
    visits = [visit for unit in scene.units for visit in unit.pending_visit_ids][: DECISIONS // 2]
    for visit in visits:
        yield f"/porteria/visitas/{visit}/aceptar", visit, {"method": "call", "note": ""}
        yield f"/porteria/visitas/{visit}/salida", visit, {}


def _p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


@contextmanager
def _listening(server: Server, client: Client) -> Iterator[Ask]:
    """The open gates; what is asked of them is answered in JSON."""
    request = (
        f"GET /porteria/cambios?desde=0 HTTP/1.1\r\nHost: {HOST}:{server.port}\r\n"
        f"Accept: text/event-stream\r\nCookie: {client.cookie_header()}\r\n\r\n"
    )
    order = Order(HOST, server.port, request, GATES)
    with subprocess.Popen(
        [sys.executable, "-m", "bench.listener"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        questions, answers = process.stdin, process.stdout

        def ask(question: object) -> Any:
            questions.write(f"{question}\n")
            questions.flush()
            return json.loads(answers.readline())

        try:
            if ask(json.dumps(asdict(order))) != "open":
                raise RuntimeError("the streams did not open")
            yield ask
        finally:
            process.kill()
