"""The demo once in full, and a small one that is quick enough to be made again and again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask_migrate import upgrade

from conserje import create_app, database
from conserje.database import db
from conserje.demo import filling
from conserje.demo.filling import Filled
from tests.conftest import SETTINGS

# A Friday evening in Chile and in Colombia.
FILLED_AT = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def filled_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Filled]]:
    """An application over the whole demo on SQLite, as it was filled at FILLED_AT. Not to be written to."""
    folder = tmp_path_factory.mktemp("demo")
    app = create_app(
        {**SETTINGS, "DATABASE_URL": f"sqlite:///{folder / 'demo.sqlite3'}", "PHOTO_FOLDER": str(folder / "photos")}
    )
    with app.app_context():
        upgrade()
        materials = filling.prepare(filling.DEFAULT_SEED)
        database.begin_writing()
        filled = filling.fill(materials, app.extensions["photos"], seed=filling.DEFAULT_SEED, now=FILLED_AT)
        db.session.commit()
    yield app, filled
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def demo(filled_app: tuple[Flask, Filled]) -> Iterator[Flask]:
    """An application context over the whole demo."""
    app, _ = filled_app
    with app.app_context():
        yield app


@pytest.fixture
def filled(filled_app: tuple[Flask, Filled]) -> Filled:
    """What the filling says that it wrote."""
    return filled_app[1]
