"""The chosen unit: its visits, its residents, its register (O15 to O18), and its telephones (O30)."""

from __future__ import annotations

from flask import Response, request, url_for

from conserje import clock
from conserje.blueprints import places
from conserje.blueprints.access import current_access, not_activity, requires
from conserje.blueprints.gate import gate
from conserje.blueprints.gate.loading import unit_or_404
from conserje.blueprints.htmx import page_or_fragment, tagged
from conserje.communities import residents
from conserje.communities.models import Unit
from conserje.permissions import Permission
from conserje.visits import board
from conserje.visits.rows import DeactivatedRow


def unit_screen(unit: Unit) -> dict[str, object]:
    """Everything that the screen of a chosen unit shows."""
    now = clock.now()
    register = board.deactivated(unit, now=now)
    return {
        "unit": unit,
        "visits": board.of_unit(unit, now=now),
        "residents": residents.of_unit(unit),
        "register": register,
        "register_next": _next_of_register(unit, register),
    }


@gate.get("/unidades/<int:unit_id>")
@requires(Permission.SEE_GATE)
def unit(unit_id: int) -> Response:
    return page_or_fragment("gate/unit.html", "gate/_unit.html", **unit_screen(unit_or_404(unit_id)))


@gate.get("/unidades/<int:unit_id>/visitas/actual")
@requires(Permission.SEE_GATE)
@not_activity
def unit_visits_now(unit_id: int) -> Response:
    """The unit's visits as they stand, asked for again and again by the screen that shows them."""
    chosen = unit_or_404(unit_id)
    return tagged("gate/_visits.html", unit=chosen, visits=board.of_unit(chosen, now=clock.now()), focus_id=0)


@gate.get("/unidades/<int:unit_id>/registro")
@requires(Permission.SEE_GATE)
def register(unit_id: int) -> Response:
    """More of the unit's register: the next page of [Visitantes desactivados]."""
    chosen = unit_or_404(unit_id)
    page = board.deactivated(chosen, now=clock.now(), after=places.read(request.args.get("desde", "")))
    return page_or_fragment(
        "gate/register.html",
        "gate/_register_rows.html",
        unit=chosen,
        register=page,
        register_next=_next_of_register(chosen, page),
    )


@gate.post("/unidades/<int:unit_id>/telefonos")
@requires(Permission.SEE_PHONES)
def phones(unit_id: int) -> Response:
    """A POST although it changes nothing of the unit's: it shows personal data, and that is written down."""
    chosen = unit_or_404(unit_id)
    contacts = residents.open_phones(chosen, by=current_access().actor, now=clock.now())
    return page_or_fragment("gate/phones.html", "gate/_phones.html", unit=chosen, contacts=contacts)


def _next_of_register(unit: Unit, page: board.Page[DeactivatedRow]) -> str | None:
    return url_for("gate.register", unit_id=unit.id, desde=places.write(page.next)) if page.next else None
