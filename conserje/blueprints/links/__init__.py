"""What somebody opens out of a message, without signing in."""

from flask import Blueprint

links = Blueprint("links", __name__)

from conserje.blueprints.links import approval  # noqa: E402, F401 - register routes
