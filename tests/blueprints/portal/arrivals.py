"""Who came to the unit of the portal's tests."""

from __future__ import annotations

from datetime import timedelta

from conserje.visits.models import State, Visit
from tests.blueprints.portal.conftest import Portal
from tests.blueprints.scene import arrival, rows, somebody


def waiting(portal: Portal, **values: object) -> Visit:
    return arrival(portal.app, portal.cast.aromos, portal.cast.units["aromos"], document=somebody(1), **values)


def came(portal: Portal, number: int = 2, **values: object) -> Visit:
    return arrival(
        portal.app,
        portal.cast.aromos,
        portal.cast.units["aromos"],
        "Luis Paz",
        somebody(number),
        state=State.ACCEPTED,
        ago=timedelta(days=1),
        **values,
    )


def visit_of(portal: Portal, visit: Visit) -> Visit:
    return next(each for each in rows(portal.app, portal.cast.aromos, Visit) if each.id == visit.id)
