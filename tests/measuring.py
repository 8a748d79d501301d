"""What coverage measures: the rules and the plumbing, by their own tests on SQLite.

Screens are held by other means: every route stands in the matrix, in the walks and in a story. Measuring them and the
second database would double the time of the whole run.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.databases import runs_on_postgresql

SCREENS = tuple(Path(__file__).parent / folder for folder in ("blueprints", "journeys"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if runs_on_postgresql(item) or any(folder in item.path.parents for folder in SCREENS):
            item.add_marker(pytest.mark.no_cover)
