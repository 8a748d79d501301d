"""[Inmuebles]: the community's units, and how many messages went out (K105 to K108)."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from conserje import clock
from conserje.blueprints.access import current_access, requires
from conserje.blueprints.administration import administration
from conserje.blueprints.administration.forms import NumberForm, SeenNumberForm
from conserje.blueprints.gate.loading import unit_or_404
from conserje.blueprints.htmx import page_or_fragment
from conserje.communities import directory
from conserje.communities.models import Unit
from conserje.messages import counters
from conserje.messages.models import Channel
from conserje.permissions import Permission

LONGEST_SEARCH = 60


@administration.get("/inmuebles")
@requires(Permission.SEE_UNITS)
def units() -> ResponseReturnValue:
    typed = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    after = _id_in(request.args.get("desde", ""))
    page = directory.listed(typed, after=after)
    here: dict[str, Any] = {"q": typed} if typed else {}
    community, now = current_access().community, clock.now()
    return render_template(
        "administration/units.html",
        typed=typed,
        page=page,
        sms=counters.counted(community, Channel.SMS, now=now),
        emails=counters.counted(community, Channel.EMAIL, now=now),
        first_url=url_for("administration.units", **here) if after is not None else None,
        next_url=url_for("administration.units", **here, desde=page.next) if page.next else None,
    )


@administration.get("/inmuebles/<int:unit_id>")
@requires(Permission.SEE_UNITS)
def unit(unit_id: int) -> Response:
    """The row alone: what a form opened in it gives back when it is closed unsent."""
    return row_shown(unit_or_404(unit_id))


def row_shown(
    found: Unit,
    *,
    form: NumberForm | None = None,
    deletion: SeenNumberForm | None = None,
    notice: str = "",
    status: int = 200,
) -> Response:
    """The unit's row, with the form that is open in it; a page of its own where nothing runs scripts."""
    return page_or_fragment(
        "administration/unit.html",
        "administration/_unit_row.html",
        status,
        unit=found,
        row=directory.row(found),
        form=form,
        deletion=deletion,
        notice=notice,
        focus_id=0 if form or deletion else found.id,
    )


def _id_in(text: str) -> int | None:
    # Ids are 32-bit integers: PostgreSQL would refuse the comparison with a larger one.
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
