"""HTTP in, HTML out, grouped by audience."""

from __future__ import annotations

from flask import Flask

from conserje.blueprints import access, errors, headers, health, htmx, limits, rendering
from conserje.blueprints.accounts import accounts
from conserje.blueprints.administration import administration
from conserje.blueprints.gate import gate
from conserje.blueprints.links import links
from conserje.blueprints.portal import portal
from conserje.blueprints.tray import tray
from conserje.config import is_demo


def register_blueprints(app: Flask) -> None:
    limits.init_limits(app)
    htmx.init_htmx(app)
    # Before the check against forged forms, which reads the body: who may not post at all is not waited for.
    access.init_access(app)
    rendering.init_rendering(app)
    app.before_request(access.refuse_form_left_behind)
    errors.init_errors(app)
    headers.init_headers(app)
    health.init_health(app)
    app.register_blueprint(accounts)
    app.register_blueprint(gate)
    app.register_blueprint(administration)
    app.register_blueprint(links)
    app.register_blueprint(portal)
    if is_demo(app):
        app.register_blueprint(tray)
