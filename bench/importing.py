"""[Importar datos]: a workbook of 5,000 units and 12,000 residents, read and applied by a `flask worker`."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO

from flask import Flask
from openpyxl import Workbook
from sqlalchemy.exc import OperationalError

from bench.report import Figure, megabytes
from bench.seed import Scene, application
from bench.work import peak, processor_seconds, timed, working
from conserje import clock
from conserje.audit.journal import Actor
from conserje.communities.models import Community
from conserje.database import abandon_writing, begin_writing
from conserje.importing import drafts
from conserje.importing.layout import TITLES
from conserje.jobs import Job

UNITS, RESIDENTS = 5_000, 12_000
LONGEST, MOST_MEMORY = 20, 300
# SQLite has one writer: a gate that waits longer than its patience (5 s) is turned away.
LONGEST_WAIT = 5
BY = Actor(1, 1)
_FIRST_PHONE = 951_000_000


def measure(scene: Scene, database: str) -> Iterator[Figure]:
    """Read and apply to a community that has none of them, then the same file once more."""
    part = f"import, {database}"
    app, body = application(scene), workbook()
    with working(scene) as worker:
        before = processor_seconds(worker)
        reading = timed(app, lambda community: _order_reading(app, community, body))
        with _waiting(app) as waits:
            applying = timed(app, _order_applying)
        busy = processor_seconds(worker) - before
        again = timed(app, lambda community: _order_reading(app, community, body)) + timed(app, _order_applying)
        most = peak(worker)
    what = f"{UNITS:,} units and {RESIDENTS:,} residents"
    note = f"read {reading:.1f} s, applied {applying:.1f} s; of the processor {busy:.1f} s"
    yield Figure(part, f"{what}: read and applied", reading + applying, "s", LONGEST, note=note)
    yield Figure(part, "the same once more, nothing changed", again, "s", LONGEST)
    yield Figure(part, "longest that another writer waited while it was applied", max(waits), "s", LONGEST_WAIT)
    yield Figure(
        part, "worker at its peak", megabytes(most), "MB", MOST_MEMORY, note="RSS, the most that the kernel saw"
    )


def workbook() -> bytes:
    """Two residents in most units, three in every fifth couple, as an administrator's workbook has them."""
    book = Workbook()
    sheet = book.active
    sheet.append(list(TITLES.values()))
    for place in range(RESIDENTS):
        unit = place % UNITS
        who = place // UNITS
        sheet.append([
            f"Torre {unit // 250 + 1}", f"T{unit:04}", unit % 250 // 10 + 1, "departamento", _FIRST_PHONE + unit,
            f"Nombre{place}", f"Apellido{unit} Segundo", "propietario" if not who else "ocupante",
            "no" if who else "sí", "sí", who + 1, f"persona{place}@correo.example", _FIRST_PHONE + 10_000 + place,
            None, "no", "no",
        ])  # fmt: skip
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _order_reading(app: Flask, community: Community, body: bytes) -> Job:
    key = f"imports/{community.id}/bench"
    app.extensions["photos"].save(key, body)
    return drafts.order_file(community, key, "inmuebles.xlsx", by=BY, now=clock.now())


def _order_applying(community: Community) -> Job:
    draft = drafts.current(clock.now())
    assert draft is not None
    return drafts.order_applying(community, drafts.mark(draft), leaves_out=False, by=BY, now=clock.now())


@contextmanager
def _waiting(app: Flask) -> Iterator[list[float]]:
    """Meanwhile somebody else wants to write, again and again: how long each time took to get the turn."""
    waits: list[float] = []
    over = threading.Event()

    def ask() -> None:
        with app.app_context():
            while not over.wait(0.02):
                begun = time.monotonic()
                # Turned away after SQLite's patience: that is how long the wait was.
                with suppress(OperationalError):
                    begin_writing()
                abandon_writing()
                waits.append(time.monotonic() - begun)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield waits
    finally:
        over.set()
        thread.join()
