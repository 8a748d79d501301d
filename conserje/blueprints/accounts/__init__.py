"""Signing in and out, one's own password, and the community that one works in."""

from flask import Blueprint

accounts = Blueprint("accounts", __name__)

from conserje.blueprints.accounts import (  # noqa: E402 - register routes
    community,  # noqa: F401
    forgotten,  # noqa: F401
    password,  # noqa: F401
    second_factor,  # noqa: F401
    second_step,  # noqa: F401
    sign_in,  # noqa: F401
    temporary,  # noqa: F401
)
