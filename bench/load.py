"""Load from a process of its own (hammer.py), and what it cost the server."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass

from bench.client import ENCODINGS, HTMX, Client
from bench.hammer import Order
from bench.server import HOST, ROOT


@dataclass(frozen=True)
class Speed:
    """Latencies and the workers' processor time for each answer in milliseconds; answers per second of all clients."""

    p50: float
    p95: float
    per_second: float
    processor: float


def measure(client: Client, path: str, clients: int, seconds: float) -> Speed:
    """How fast the server answers this path as htmx asks for it, to the session of `client`."""
    headers = {
        "Host": f"{HOST}:{client.server.port}",
        "Cookie": client.cookie_header(),
        "Accept-Encoding": ENCODINGS,
        "Connection": "keep-alive",
        **HTMX,
    }
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    order = Order(HOST, client.server.port, "\r\n".join(lines), clients, seconds)
    before = client.server.processor_seconds()
    done = subprocess.run(
        [sys.executable, "-m", "bench.hammer"],
        cwd=ROOT, input=json.dumps(asdict(order)), stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    spent = client.server.processor_seconds() - before
    latencies, took = json.loads(done.stdout)
    if not latencies:
        raise RuntimeError(f"{path} was not answered once in {seconds} s")
    latencies.sort()
    return Speed(
        p50=latencies[len(latencies) // 2],
        p95=latencies[int(len(latencies) * 0.95)],
        per_second=len(latencies) / took,
        processor=spent * 1000 / len(latencies),
    )
