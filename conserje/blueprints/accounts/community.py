from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from conserje.accounts import staff
from conserje.blueprints.access import current_access, requires
from conserje.blueprints.accounts import accounts
from conserje.database import begin_writing
from conserje.errors import Refused
from conserje.permissions import Permission


@accounts.post("/comunidades")
@requires(Permission.OWN_SESSION)
def choose_community() -> ResponseReturnValue:
    """The selector of the top bar (K047): work in another community; a window that one closes announces it (K048)."""
    access = current_access()
    chosen_id = request.form.get("community", type=int) or 0
    begin_writing()
    try:
        chosen = staff.choose_community(access.web_session, chosen_id, access.communities)
    except Refused:
        abort(404)  # foreign or unknown: they must look the same
    flash(chosen.name, "community")
    return redirect(url_for("gate.home"), 303)
