"""The demo's rows, community by community, as its tests look at them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select

from conserje import tenancy
from conserje.communities.models import Community
from conserje.database import db
from conserje.visits.models import Visit

AROMOS, PARQUE, SABANA, TORRES = (
    "Edificio Los Aromos",
    "Condominio Parque Mirador",
    "Conjunto Altos de La Sabana",
    "Torres del Parque",
)
EVERYWHERE = (AROMOS, PARQUE, SABANA, TORRES)


@contextmanager
def inside(name: str) -> Iterator[Community]:
    """The community of this name, with the session bound to it."""
    community = db.session.scalars(select(Community).where(Community.name == name)).one()
    with tenancy.acting_for(community.id):
        yield community


def visits_of_bound_community() -> list[Visit]:
    return list(db.session.scalars(select(Visit).order_by(Visit.announced_at, Visit.id)))
