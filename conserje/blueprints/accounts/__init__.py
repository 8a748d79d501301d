"""Signing in and out, one's own password, and the community that one works in."""

from flask import Blueprint

accounts = Blueprint("accounts", __name__)

from conserje.blueprints.accounts import community, forgotten, password, sign_in  # noqa: E402, F401 - register routes
