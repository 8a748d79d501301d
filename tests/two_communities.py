"""Two communities of one administration with a unit each, whose numbers mark whose they are."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from conserje.communities.models import Unit
from conserje.database import db
from conserje.tenancy import acting_for
from tests.builders import make_account, make_administration, make_community, make_unit

OWN, FOREIGN = "own", "foreign"


@dataclass
class Two:
    own: int
    foreign: int
    own_unit: int
    foreign_unit: int


def make_two() -> Two:
    """The two, committed, and the session bound to neither."""
    administration = make_administration()
    own, foreign = make_community(administration, OWN), make_community(administration, FOREIGN)
    make_account(administration, communities=(own, foreign))
    with acting_for(own.id):
        own_unit = make_unit(OWN, "").id
    with acting_for(foreign.id):
        foreign_unit = make_unit(FOREIGN, "").id
    db.session.commit()
    return Two(own.id, foreign.id, own_unit, foreign_unit)


def numbers(two: Two) -> tuple[list[str], list[str]]:
    """The numbers of the units of one and of the other, as they lie in the database."""
    found = []
    for community_id in (two.own, two.foreign):
        with acting_for(community_id):
            found.append(list(db.session.scalars(select(Unit.number).order_by(Unit.id))))
    return found[0], found[1]
