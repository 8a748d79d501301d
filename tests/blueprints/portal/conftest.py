from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select

from conserje import clock, tenancy, tokens
from conserje.communities.models import Resident, Unit
from conserje.database import begin_writing, db
from conserje.portal import links
from conserje.portal.models import PortalLink
from tests.builders import Cast, make_resident
from tests.page import Visitor

MAIL, PEDROS = "ana@correo.example", "pedro@correo.example"
ANAS = "+56987654321"


@dataclass
class Portal:
    """Aromos' 101, where Ana is the principal and Pedro may not approve; and browsers that enter."""

    app: Flask
    cast: Cast
    ana: int
    pedro: int

    def path_for(self, contact: str) -> str:
        """What stands in the message of somebody who just asked for a link, behind the host."""
        with self.app.app_context():
            begin_writing()
            links.send(contact, address="127.0.0.1", now=clock.now())
            db.session.commit()
            seed = db.session.scalars(select(PortalLink.seed).order_by(PortalLink.id.desc())).first()
            assert seed is not None, "no link was sent"
            return f"/residentes/entrar/{tokens.derive(seed)}"

    def entered(self, contact: str = MAIL) -> Visitor:
        """A browser that is inside, on the first page."""
        browser = Visitor(self.app).get(self.path_for(contact))
        browser.submit("form", "Entrar")
        assert browser.status == 303, browser.text()
        return browser.follow()

    def change(self, resident_id: int, **values: object) -> None:
        with self.app.app_context(), tenancy.acting_for(self.cast.aromos):
            resident = db.session.get_one(Resident, resident_id)
            for name, value in values.items():
                setattr(resident, name, value)
            db.session.flush()
            db.session.commit()


@pytest.fixture
def portal(app: Flask, cast: Cast) -> Portal:
    with app.app_context(), tenancy.acting_for(cast.aromos):
        unit = db.session.get_one(Unit, cast.units["aromos"])
        ana = db.session.scalars(select(Resident).where(Resident.unit_id == unit.id)).one()
        ana.email = MAIL
        pedro = make_resident(unit, "Pedro", "Rojas", ("+56922223333",), email=PEDROS, contact_order=1)
        db.session.flush()
        ids = ana.id, pedro.id
        db.session.commit()
    return Portal(app, cast, *ids)
