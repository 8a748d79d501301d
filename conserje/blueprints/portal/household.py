"""Who of the unit may approve visits, and who is asked first."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conserje import clock
from conserje.blueprints.access import for_residents
from conserje.blueprints.portal import portal
from conserje.blueprints.resident_access import current_resident
from conserje.blueprints.wording import sentence
from conserje.communities import resident_upkeep, residents
from conserje.communities.resident_upkeep import CONTACT_ORDER
from conserje.database import abandon_writing, begin_writing
from conserje.errors import Refused
from conserje.portal import household as rules
from conserje.portal.household import Wish


@portal.get("/residentes/mi-unidad")
@for_residents
def household() -> ResponseReturnValue:
    return _shown()


@portal.post("/residentes/mi-unidad")
@for_residents
def settle_household() -> ResponseReturnValue:
    me = current_resident()
    if not rules.settles(me.resident, me.unit):
        abort(403)
    try:
        wishes = _wishes()
    except Refused as refusal:
        return _shown(422, problem=sentence(refusal))
    seen = {resident_id: request.form.get(f"seen-{resident_id}", "-") for resident_id in wishes}
    try:
        begin_writing()
        rules.settle(me.resident, me.unit, wishes, seen, by=me.actor, now=clock.now())
    except Refused as refusal:
        abandon_writing()
        return _shown(409, problem=sentence(refusal))
    flash(_("Quedó guardado quiénes autorizan y en qué orden se les pregunta."))
    return redirect(url_for("portal.household"), 303)


def _wishes() -> dict[int, Wish]:
    """What the form says of each member that it shows. Refuses: `setting_out_of_range` for an order that is none."""
    least, most = CONTACT_ORDER
    wishes = {}
    for name in request.form:
        kind, _dash, text = name.partition("-")
        if kind != "order" or not (text.isascii() and text.isdigit() and len(text) < 10):
            continue
        order = request.form[name].strip()
        if not (order.isascii() and order.isdigit() and len(order) < 4 and least <= int(order) <= most):
            raise Refused("setting_out_of_range", least=least, most=most)
        wishes[int(text)] = Wish(request.form.get(f"approves-{text}") == "y", int(order))
    return wishes


def _shown(status: int = 200, *, problem: str = "") -> ResponseReturnValue:
    me = current_resident()
    body = render_template(
        "portal/household.html",
        me=me,
        members=rules.members(me.unit),
        settles=rules.settles(me.resident, me.unit),
        versions={each.id: resident_upkeep.version(each) for each in residents.of_unit(me.unit)},
        problem=problem,
    )
    return body, status
