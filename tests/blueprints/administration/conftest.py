from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from conserje.database import begin_writing, db
from conserje.identity.countries import Country
from conserje.sms_wallet import catalogue
from tests.blueprints.scene import work_in
from tests.builders import Cast
from tests.page import Visitor


@pytest.fixture
def admin(cast: Cast, visit_as: Callable[[str], Visitor]) -> Visitor:
    """Paula, who administers Aromos and Parque and works in Aromos at the moment."""
    return work_in(visit_as("admin"), cast.aromos)


@pytest.fixture
def bundles(app: Flask) -> dict[str, int]:
    """The ids of the bundles on sale, in Chile by their names and in Colombia with the country before."""
    with app.app_context():
        begin_writing()
        catalogue.install_default()
        db.session.commit()
        return {
            each.name if each.country == Country.CL else f"{each.country} {each.name}": each.id
            for each in catalogue.catalogue()
        }
