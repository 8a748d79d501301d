from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from conserje import create_app
from conserje.blueprints import access
from conserje.database import db
from tests.conftest import SETTINGS
from tests.databases import runs_on_postgresql

MakeApp = Callable[..., Flask]
# Walks over what every answer has around its content, or a form before anybody reads it.
OF_ANSWERS = {"test_headers.py", "test_forgery.py"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of a screen's test with many cases one runs on PostgreSQL too: the cases differ in nothing that a database sees.

    The rules below run every case on both, and so do the walks over all routes that ask what is shown to whom.
    """
    screens = Path(__file__).parent
    once: set[str] = set()
    kept, left_out = [], []
    for item in items:
        test = item.nodeid.partition("[")[0]
        is_of_a_screen = screens in item.path.parents and (item.path.parent != screens or item.path.name in OF_ANSWERS)
        again = is_of_a_screen and runs_on_postgresql(item) and test in once
        (left_out if again else kept).append(item)
        if is_of_a_screen and runs_on_postgresql(item):
            once.add(test)
    config.hook.pytest_deselected(items=left_out)
    items[:] = kept


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
