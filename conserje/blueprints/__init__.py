"""HTTP in, HTML out, grouped by audience."""

from __future__ import annotations

from flask import Flask

from conserje.blueprints import access, errors, headers, health, htmx, limits, rendering
from conserje.blueprints.accounts import accounts
from conserje.blueprints.gate import gate


def register_blueprints(app: Flask) -> None:
    limits.init_limits(app)
    htmx.init_htmx(app)
    rendering.init_rendering(app)
    access.init_access(app)
    errors.init_errors(app)
    headers.init_headers(app)
    health.init_health(app)
    app.register_blueprint(accounts)
    app.register_blueprint(gate)
