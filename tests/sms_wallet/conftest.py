from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.sms_wallet.scene import Purse, assert_books_balance, open_purse


@pytest.fixture
def purse(ctx: Flask) -> Iterator[Purse]:
    """A community with an untouched wallet; whatever the test does, the books balance at its end."""
    yield open_purse()
    assert_books_balance()
