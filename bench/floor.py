"""The floor that the server's figures are compared with: the same application, and one page that does hardly anything.

`gunicorn bench.floor:create_app()` serves Conserje with one more route: signed in like every other, it reads 25 visits
with one Core query and draws them as a plain table. What remains above it is what the gate's own screens cost.
"""

from __future__ import annotations

from flask import Blueprint, Flask, render_template
from sqlalchemy import select

from bench.seed import table_of
from conserje import create_app as create_conserje
from conserje.blueprints.access import current_access, requires
from conserje.database import db
from conserje.permissions import Permission
from conserje.visits.models import Visit

PATH = "/bench/floor"
ROWS = 25

floor = Blueprint("bench", __name__, template_folder="templates")


@floor.get(PATH)
@requires(Permission.SEE_GATE)
def rows() -> str:
    visit = table_of(Visit).c
    newest = (
        select(visit.id, visit.full_name, visit.document_number, visit.kind, visit.state, visit.announced_at)
        .where(visit.community_id == current_access().community.id)
        .order_by(visit.announced_at.desc(), visit.id.desc())
        .limit(ROWS)
    )
    # The connection of the request's session: the guard of tenancy admits no Core statement through the session itself.
    return render_template("bench/floor.html", rows=db.session.connection().execute(newest).all())


def create_app() -> Flask:
    """Conserje and the floor, in one server."""
    app = create_conserje()
    app.register_blueprint(floor)
    return app
