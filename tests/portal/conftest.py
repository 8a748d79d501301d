from __future__ import annotations

import pytest
from flask import Flask

from tests.portal.scene import House, build_house


@pytest.fixture
def house(ctx: Flask) -> House:
    return build_house()
