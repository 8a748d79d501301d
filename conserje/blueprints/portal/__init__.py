"""The residents' own portal."""

from flask import Blueprint

portal = Blueprint("portal", __name__)

from conserje.blueprints.portal import (  # noqa: E402 - register routes
    entry,  # noqa: F401
    household,  # noqa: F401
    own_data,  # noqa: F401
    visits,  # noqa: F401
)
