"""`flask` commands."""

from __future__ import annotations

from flask import Flask


def init_commands(app: Flask) -> None:
    pass
