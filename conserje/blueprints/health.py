"""Is the process alive, and may it be given work? For load balancers; shows no data and no version."""

from __future__ import annotations

import logging

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from conserje.blueprints.access import public
from conserje.database import schema_is_current
from conserje.photos.storage import StorageUnavailable


def init_health(app: Flask) -> None:
    app.add_url_rule("/healthz", view_func=healthz)
    app.add_url_rule("/readyz", view_func=readyz)


@public
def healthz() -> tuple[str, int]:
    return "ok\n", 200


@public
def readyz() -> tuple[str, int]:
    """Ready: the database answers and its schema is this program's, and photos can be kept."""
    try:
        ready = schema_is_current() and current_app.extensions["photos"].ready()
    except (SQLAlchemyError, StorageUnavailable) as failure:
        logging.getLogger("conserje").warning("not ready: %s", type(failure).__name__)
        ready = False
    return ("ok\n", 200) if ready else ("no\n", 503)
