"""One gate: a community with a unit, its conserje and its administrator, and whoever comes to the window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from conserje import tenancy
from conserje.access_lists.matching import Listing
from conserje.audit.journal import Actor
from conserje.audit.models import AuditLine
from conserje.communities.models import Community, Unit
from conserje.database import db
from conserje.permissions import Profile
from conserje.visits import registration
from conserje.visits.models import State, Visit, Visitor, VisitorKind
from tests.builders import NOON, actor, announcement, make_account, make_administration, make_community, make_unit

MOMENT = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(hours=24)
# The community's window for an answer, unless a test sets another.
WINDOW = timedelta(minutes=10)


@dataclass
class Gate:
    community: Community
    unit: Unit
    conserje: Actor
    admin: Actor

    def announce(self, *said: object, unit: Unit | None = None, now: datetime = NOON, **values: object) -> Visit:
        """Somebody arrives: `announce("Ana Pérez", None, now=NOON, note="…")`."""
        return registration.announce(
            unit or self.unit, announcement(*said, now=now, **values), by=self.conserje, now=now
        )


def open_gate() -> Gate:
    """The gate, committed, with the session bound to its community."""
    administration = make_administration()
    community = make_community(administration)
    conserje = make_account(administration, communities=(community,))
    admin = make_account(administration, "admin@demo.example", Profile.ADMIN, (community,), given_name="Paula")
    tenancy.bind(community.id)
    gate = Gate(community, make_unit(), actor(conserje, community), actor(admin, community))
    db.session.commit()
    return gate


def make_visitor(unit: Unit, name: str = "Camila Soto Díaz", **values: object) -> Visitor:
    visitor = Visitor(
        **{
            "unit_id": unit.id,
            "identity_key": registration.identity_key(None, name),
            "full_name": name,
            "kind": VisitorKind.VISIT,
            "last_visit_at": NOON,
            **values,
        }
    )
    db.session.add(visitor)
    db.session.flush()
    return visitor


def make_visit(
    visitor: Visitor, announced_at: datetime = NOON, state: State = State.PENDING, **values: object
) -> Visit:
    """A visit as it lies in the table, past the rules."""
    visit = Visit(
        **{
            "unit_id": visitor.unit_id,
            "visitor_id": visitor.id,
            "full_name": visitor.full_name,
            "document_type": visitor.document_type,
            "document_number": visitor.document_number,
            "kind": visitor.kind,
            "listing": Listing.NOT_LISTED,
            "announced_at": announced_at,
            "valid_from": announced_at,
            "valid_until": announced_at + DAY,
            "state": state,
            "answer_by": announced_at + WINDOW,
            **values,
        }
    )
    db.session.add(visit)
    db.session.flush()
    return visit


def ids(rows: Sequence[object]) -> list[int]:
    return [row.id for row in rows]  # type: ignore[attr-defined]


def how_many(model: type[Visit] | type[Visitor]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def journal() -> list[AuditLine]:
    """What the journal says, the oldest line first."""
    return list(db.session.scalars(select(AuditLine).order_by(AuditLine.id)))
