"""The community's arrivals, with their filters (O03 to O12), and the finder of units (O14)."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from conserje import clock
from conserje.blueprints import lists, places
from conserje.blueprints.access import not_activity, requires
from conserje.blueprints.gate import gate
from conserje.blueprints.gate.forms import FilterForm
from conserje.blueprints.gate.loading import unit_or_404
from conserje.blueprints.gate.units import unit_screen
from conserje.blueprints.htmx import page_or_fragment, tagged, wants_fragment
from conserje.communities import units
from conserje.permissions import Permission
from conserje.visits import board


@gate.get("/")
@requires(Permission.SEE_GATE)
def home() -> Response:
    filters = FilterForm(formdata=request.args)
    status = 200 if filters.validate() else 422
    return page_or_fragment("gate/home.html", "gate/_community.html", status, **_listed(filters))


@gate.get("/ingresos")
@requires(Permission.SEE_GATE)
@not_activity
def entries_now() -> Response:
    """The list as it stands, asked for again and again by the screen that shows it."""
    filters = FilterForm(formdata=request.args)
    filters.validate()
    return tagged("gate/_entries.html", **_listed(filters))


@gate.get("/unidades")
@requires(Permission.SEE_GATE)
def find_unit() -> ResponseReturnValue:
    """The unit that answers to what was typed, or the choice among several."""
    typed = lists.searched()
    found = units.find(typed)
    if len(found) != 1:
        return page_or_fragment(
            "gate/found_units.html", "gate/_found_units.html", typed=typed, found=found, most_found=units.MOST_FOUND
        )
    address = url_for("gate.unit", unit_id=found[0].id)
    if not wants_fragment():
        return redirect(address, 303)
    response = page_or_fragment("gate/unit.html", "gate/_unit.html", **unit_screen(unit_or_404(found[0].id)))
    response.headers["HX-Push-Url"] = address
    return response


@gate.get("/unidades/opciones")
@requires(Permission.SEE_GATE)
def unit_options() -> Response:
    """What the finder offers while one types."""
    typed = lists.searched()
    return page_or_fragment(
        "gate/found_units.html",
        "gate/_unit_options.html",
        typed=typed,
        found=units.find(typed) if typed else [],
        most_found=units.MOST_FOUND,
    )


def _listed(filters: FilterForm) -> dict[str, object]:
    after = places.read(request.args.get("desde", ""))
    valid = not filters.errors
    page = board.entries(filters.filters(), now=clock.now(), after=after) if valid else board.Page([], None)
    here: dict[str, Any] = {name: value for name, value in request.args.items() if name in filters and value}
    return {
        "filters": filters,
        "page": page,
        "focus_id": 0,
        "poll_url": url_for("gate.entries_now", **here) if after is None and valid else None,
        "first_url": url_for("gate.home", **here) if after is not None else None,
        "next_url": url_for("gate.home", **here, desde=places.write(page.next)) if page.next else None,
    }
