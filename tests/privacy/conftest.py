from __future__ import annotations

import pytest
from flask import Flask

from tests.visits.scene import Gate, open_gate


@pytest.fixture
def gate(ctx: Flask) -> Gate:
    """One gate; the session is bound to its community."""
    return open_gate()
