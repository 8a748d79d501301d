"""The unit-chosen fragment beside the floor, in the same server and run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

from bench import floor
from bench.client import Client
from bench.load import Speed, measure
from bench.report import Figure
from bench.seed import Scene
from bench.server import GUNICORN, running

FLOOR_APP = "bench.floor:create_app()"
CLIENTS = (1, 16)
SLOWEST_TIMES_FLOOR = 4
LEAST_SHARE_OF_FLOOR = 0.25


@dataclass(frozen=True)
class Effort:
    """How long it is measured: servers started, rounds in each, seconds for each number of clients."""

    starts: int
    rounds: int
    seconds: float


@dataclass
class _Pair:
    """The two in turns, so that whatever else the machine does meets both."""

    unit: list[Speed] = field(default_factory=list)
    floor: list[Speed] = field(default_factory=list)

    def of_floor(self, value: Callable[[Speed], float]) -> float:
        return median(value(mine) / value(base) for mine, base in zip(self.unit, self.floor, strict=True))


def measure_beside_floor(scene: Scene, database: str, effort: Effort) -> list[Figure]:
    """Medians of the rounds' ratios; gunicorn's threads do not spread alike in every start, so it is started anew."""
    pairs = {clients: _Pair() for clients in CLIENTS}
    unit_path = f"/porteria/unidades/{scene.unit.id}"
    for _ in range(effort.starts):
        with running(scene, command=(*GUNICORN, FLOOR_APP)) as server:
            client = Client(server).sign_in()
            for path in (unit_path, floor.PATH):
                measure(client, path, max(CLIENTS), 1.5)
            for _ in range(effort.rounds):
                for clients, pair in pairs.items():
                    pair.floor.append(measure(client, floor.PATH, clients, effort.seconds))
                    pair.unit.append(measure(client, unit_path, clients, effort.seconds))
    return list(_figures(f"server, {database}", pairs))


def _figures(part: str, pairs: dict[int, _Pair]) -> Iterable[Figure]:
    for clients, pair in pairs.items():
        who = f"{clients} client{'s' if clients > 1 else ''}"
        goal = SLOWEST_TIMES_FLOOR if clients == 1 else None
        yield Figure(part, f"unit fragment p50, {who}", pair.of_floor(lambda speed: speed.p50), "× floor", goal)
        yield Figure(part, f"unit fragment p95, {who}", pair.of_floor(lambda speed: speed.p95), "× floor")
        share = pair.of_floor(lambda speed: speed.per_second)
        least = LEAST_SHARE_OF_FLOOR if clients > 1 else None
        yield Figure(part, f"unit fragment per second, {who}", share, "× floor", least, at_least=True)
        work = pair.of_floor(lambda speed: speed.processor)
        yield Figure(part, f"unit fragment processor time, {who}", work, "× floor")
        yield median_time(part, f"unit fragment, {who}", pair.unit)
        yield median_time(part, f"floor, {who}", pair.floor)


def median_time(part: str, what: str, speeds: Sequence[Speed]) -> Figure:
    """p50 in milliseconds; the rest in the note."""
    p95, each_second = median(speed.p95 for speed in speeds), median(speed.per_second for speed in speeds)
    work = median(speed.processor for speed in speeds)
    note = f"p95 {p95:.1f} ms; {each_second:.0f} per s; {work:.1f} ms of processor each"
    return Figure(part, what, median(speed.p50 for speed in speeds), "ms", note=note)
