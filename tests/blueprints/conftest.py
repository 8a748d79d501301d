from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from conserje import create_app
from conserje.blueprints import access
from conserje.database import db
from tests.conftest import SETTINGS

MakeApp = Callable[..., Flask]


@pytest.fixture
def make_app(app: Flask, tmp_path: Path) -> Iterator[MakeApp]:
    """Another application over the same database, to which a test may add views or give other settings."""
    made: list[Flask] = []
    kept = {"DATABASE_URL": app.config["DATABASE_URL"], "PHOTO_FOLDER": app.config["PHOTO_FOLDER"]}

    def make(**settings: object) -> Flask:
        made.append(create_app({**SETTINGS, **kept, **settings}))
        return made[-1]

    yield make
    # The limiter is the package's own, so the settings of the last application made are everybody's.
    access.limiter.enabled = False
    for each in made:
        with each.app_context():
            db.engine.dispose()
