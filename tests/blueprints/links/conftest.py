from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select

from conserje import tenancy, tokens
from conserje.approval_links.models import ApprovalLink
from conserje.communities.models import Unit
from conserje.database import db
from conserje.visits.models import Visit
from tests.blueprints.scene import arrival, only_visit
from tests.builders import Cast, make_resident
from tests.page import Visitor

ANAS, MAIL = "+56987654321", "luz@correo.example"


@dataclass
class Asked:
    """A visit to Aromos' 101 that two were asked about: Ana by SMS, Luz by mail."""

    app: Flask
    cast: Cast

    def path(self, recipient: str = ANAS) -> str:
        """What stands in that recipient's message, behind the host."""
        with self.app.app_context(), tenancy.acting_for(self.cast.aromos):
            link = db.session.scalars(select(ApprovalLink).where(ApprovalLink.recipient == recipient)).one()
            return f"/a/{tokens.derive(link.seed)}"

    def visit(self) -> Visit:
        return only_visit(self.app, self.cast)

    def change(self, **values: object) -> None:
        """Put the visit into a state that only time brings."""
        with self.app.app_context(), tenancy.acting_for(self.cast.aromos):
            visit = db.session.scalars(select(Visit)).one()
            for name, value in values.items():
                setattr(visit, name, value)
            db.session.flush()
            db.session.commit()


@pytest.fixture
def asked(app: Flask, cast: Cast) -> Asked:
    with app.app_context(), tenancy.acting_for(cast.aromos):
        unit = db.session.get_one(Unit, cast.units["aromos"])
        # Without a number of its own, everybody of the unit who may approve is asked at once: Ana is one already.
        unit.notice_phone = None
        make_resident(unit, "Luz", "Vera", (), may_approve=True, email=MAIL)
        db.session.commit()
    arrival(app, cast.aromos, cast.units["aromos"], photo=None)
    return Asked(app, cast)


@pytest.fixture
def phone(app: Flask) -> Visitor:
    """A resident's phone: no script, no cookies, nobody signed in."""
    return Visitor(app)
