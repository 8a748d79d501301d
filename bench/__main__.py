"""`make bench`, or `python -m bench` with one of: all (the default), quick, servers, or the name of one part."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import (
    growth,
    importing,
    letters,
    links,
    lists,
    live,
    memory,
    outbox,
    report,
    resident,
    seed,
    servers,
    speed,
    wire,
)
from bench.browser import chromium
from bench.report import Figure
from bench.server import running

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
PARTS = ("bytes", "links", "server", "memory", "growth", "live", "outbox", "resident", "import", "letters", "lists")
# A word that Python keeps to itself.
_METHODS = {"import": "importing"}
EVERY_LINK = ((links.SECOND_GENERATION, links.ON_2G), (links.SLOW_THIRD_GENERATION, None))

NewDatabase = Callable[[], str]


def main() -> int:
    arguments = _arguments()
    on, neighbours = report.machine(), report.Neighbours()
    figures: list[Figure] = []
    with TemporaryDirectory(prefix="conserje-bench-") as name:
        folder = Path(name)
        os.chmod(folder, 0o755)
        run = _Run(folder, arguments)
        for part in arguments.parts:
            print(f"{part} ...", file=sys.stderr, flush=True)
            for figure in getattr(run, _METHODS.get(part, part))():
                figures.append(figure)
                print(f"  {figure.what}: {figure.measured} {figure.verdict}", file=sys.stderr, flush=True)
    on["other programs"] = neighbours.share()
    print(report.table(figures))
    print(report.summary(figures))
    print(report.write(arguments.what, figures, on))
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("what", nargs="?", default="all", choices=("all", "quick", "servers", *PARTS))
    parser.add_argument("--sqlite-only", action="store_true", help="leave PostgreSQL out")
    parser.add_argument("--gevent", action="store_true", help="servers: fetch gevent with pip and compare it too")
    arguments = parser.parse_args()
    groups: dict[str, Sequence[str]] = {"all": PARTS, "quick": ("quick",)}
    arguments.parts = groups.get(arguments.what, (arguments.what,))
    return arguments


class _Run:
    """The parts, each over a database of its own."""

    def __init__(self, folder: Path, arguments: argparse.Namespace) -> None:
        self._folder = folder
        self._arguments = arguments
        self._numbers = count(1)

    def bytes(self) -> Iterator[Figure]:
        scene = self._scene(self._sqlite())
        with running(scene) as server, chromium() as browser:
            yield from wire.measure(browser, server, scene)

    def links(self) -> Iterator[Figure]:
        scene = self._scene(self._sqlite())
        with running(scene) as server, chromium() as browser:
            yield from links.measure(browser, server, scene, EVERY_LINK, repetitions=5)

    def quick(self) -> Iterator[Figure]:
        scene = self._scene(self._sqlite())
        with running(scene) as server, chromium() as browser:
            yield from wire.measure(browser, server, scene)
            yield from links.measure(browser, server, scene, EVERY_LINK[:1], repetitions=1)

    def server(self) -> Iterator[Figure]:
        for database, new_database in self._databases():
            effort = speed.Effort(starts=3, rounds=4, seconds=1.5)
            yield from speed.measure_beside_floor(self._scene(new_database()), database, effort)

    def memory(self) -> Iterator[Figure]:
        for database, new_database in self._databases():
            yield from memory.measure(self._scene(new_database()), database)

    def growth(self) -> Iterator[Figure]:
        for database, new_database in self._databases():
            effort = growth.Effort(rounds=11, seconds=1)
            yield from growth.measure_growth(new_database(), new_database(), self._photos(), database, effort)

    def live(self) -> Iterator[Figure]:
        for database, new_database in self._databases():
            yield from live.measure(self._scene(new_database()), database)

    def outbox(self) -> Iterator[Figure]:
        for database, new_database in self._databases():
            workers, goal = (1, 60) if database == SQLITE else (4, 150)
            yield from outbox.measure(self._scene(new_database()), database, workers, goal)

    def resident(self) -> Iterator[Figure]:
        scene = self._scene(self._sqlite())
        with running(scene) as server, chromium() as browser:
            yield from resident.measure(browser, server, scene, links.SECOND_GENERATION)

    def importing(self) -> Iterator[Figure]:
        for database, new_database in self._databases():
            yield from importing.measure(self._scene(new_database()), database)

    def letters(self) -> Iterator[Figure]:
        for database, new_database in self._databases():
            yield from letters.measure(self._scene(new_database()), database)

    def lists(self) -> Iterator[Figure]:
        for database, new_database in self._databases():
            yield from lists.measure(self._scene(new_database()), database)

    def servers(self) -> Iterator[Figure]:
        effort = speed.Effort(starts=3, rounds=1, seconds=2)
        packages = self._folder / "packages"
        scene = self._scene(self._sqlite())
        yield from servers.compare(scene, packages, effort, with_gevent=self._arguments.gevent)

    def _databases(self) -> Iterator[tuple[str, NewDatabase]]:
        yield SQLITE, self._sqlite
        if not self._arguments.sqlite_only:
            with self._postgresql() as new_database:
                yield POSTGRESQL, new_database

    def _sqlite(self) -> str:
        return f"sqlite:///{self._folder / f'bench-{next(self._numbers)}.sqlite3'}"

    @contextmanager
    def _postgresql(self) -> Iterator[NewDatabase]:
        # Imported here: it needs the wheel of PostgreSQL, which measurements on SQLite do not.
        from tests.databases import running_postgresql

        with running_postgresql(durable=True) as postgresql:
            yield lambda: postgresql.create_database(f"bench_{next(self._numbers)}")

    def _photos(self) -> Path:
        return self._folder / f"photos-{next(self._numbers)}"

    def _scene(self, database_url: str) -> seed.Scene:
        return seed.fill(database_url, self._photos())


if __name__ == "__main__":
    sys.exit(main())
