"""[Carta de bienvenida]: the letters of 1,000 units, made by a `flask worker`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from bench.report import Figure, megabytes
from bench.seed import Scene, application
from bench.work import peak, timed, working
from conserje import clock
from conserje.audit.journal import Actor
from conserje.communities.models import Community
from conserje.database import begin_writing, db
from conserje.jobs import Job
from conserje.letters import ordering, recipients
from conserje.letters.ordering import Form
from conserje.tenancy import acting_for
from tests.builders import make_resident, make_unit

UNITS, FEW = 1_000, 100
# Seconds, and how much more memory ten times as many letters may take.
LONGEST, MOST_GROWTH = 60, 1.3
BY = Actor(1, 1)


def measure(scene: Scene, database: str) -> Iterator[Figure]:
    part, app = f"letters, {database}", application(scene)
    with app.app_context(), acting_for(1):
        begin_writing()
        for place in range(UNITS):
            unit = make_unit(f"C{place:04}", "Torre de cartas")
            make_resident(unit, f"Nombre{place}", "Apellido Segundo", email=f"carta{place}@correo.example")
        db.session.commit()
    peaks = {}
    for form in Form:
        with working(scene) as worker:
            timed(app, partial(_order_paper, form, FEW))
            few = peak(worker)
            seconds = timed(app, partial(_order_paper, form, UNITS))
            peaks[form] = few, peak(worker)
        yield Figure(part, f"{UNITS:,} letters as {form}", seconds, "s", LONGEST)
    for form, (few, many) in peaks.items():
        note = f"{megabytes(many):.0f} MB"
        what = f"{form}: worker at its peak, {UNITS:,} letters to {FEW}"
        yield Figure(part, what, many / few, "x", MOST_GROWTH, note=note)
    with working(scene):
        seconds = timed(app, lambda community: ordering.order_mail(community, _units(UNITS), by=BY, now=clock.now()))
    yield Figure(part, f"{UNITS:,} letters put in the outbox", seconds, "s", LONGEST)


def _order_paper(form: Form, units: int, community: Community) -> Job:
    return ordering.order_paper(community, _units(units), form, by=BY, now=clock.now())


def _units(most: int) -> list[int]:
    return list(recipients.listed("torre de cartas"))[:most]
