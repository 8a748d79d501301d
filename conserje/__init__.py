"""Conserje: the gatehouse of a condominium."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, request
from flask.typing import ResponseReturnValue
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix

from conserje import cli, config, database, live, localisation, logs
from conserje.blueprints import register_blueprints
from conserje.photos.storage import store_from

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Conserje(Flask):
    """Flask with one commit per request, around the view: a commit that fails is handled like any other error."""

    def dispatch_request(self) -> ResponseReturnValue:
        answer = None
        try:
            answer = self.make_response(super().dispatch_request())
        finally:
            # Nothing may be kept of a request that only reads, was refused or failed.
            keep = answer is not None and request.method not in SAFE_METHODS and answer.status_code < 400
            database.end_request(keep=keep)
        return answer


def create_app(overrides: Mapping[str, object] | None = None) -> Flask:
    from conserje import assets  # here, so that `python -m conserje.assets` does not find it imported already

    app = Conserje(__name__, static_folder=None, instance_relative_config=True)
    config.load_settings(app, overrides)
    logs.init_logs(app)
    database.init_database(app)
    app.extensions["photos"] = store_from(app.config)
    localisation.init_localisation(app)
    live.init_live(app)
    register_blueprints(app)
    cli.init_commands(app)
    assets.init_assets(app)
    Compress(app)
    _trust_proxies(app)
    return app


def _trust_proxies(app: Flask) -> None:
    hops = int(app.config["PROXY_HOPS"])
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
