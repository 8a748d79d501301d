"""The gatehouse's screens."""

from flask import Blueprint

gate = Blueprint("gate", __name__, url_prefix="/porteria")

from conserje.blueprints.gate import decisions, entries, live, photos, units, visitors  # noqa: E402, F401 - register routes
