"""Units by hand: added, edited, and deleted as long as nobody has used them."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conserje import clock
from conserje.blueprints.access import current_access, requires
from conserje.blueprints.administration import administration
from conserje.blueprints.administration.unit_forms import UnitForm
from conserje.blueprints.fields import PostForm
from conserje.blueprints.gate.loading import unit_or_404
from conserje.blueprints.submission import once
from conserje.communities import unit_upkeep
from conserje.communities.models import Community, Unit
from conserje.errors import Refused
from conserje.permissions import Permission
from conserje.visits.unit_deletion import delete_unit as delete


@administration.get("/inmuebles/nuevo")
@requires(Permission.MANAGE_UNITS)
def new_unit() -> ResponseReturnValue:
    return _form_shown(UnitForm())


@administration.post("/inmuebles/nuevo")
@requires(Permission.MANAGE_UNITS)
def create_unit() -> ResponseReturnValue:
    form, access = UnitForm(), current_access()
    if not form.validate():
        return _form_shown(form, status=422)
    said, now = form.particulars(), clock.now()
    try:
        unit = once(
            form.key.data,
            lambda: unit_upkeep.add(access.community, said, by=access.actor, now=now),
            form.said(),
            kind=Unit,
        )
    except Refused as refusal:
        form.refuse(refusal)
        return _form_shown(form, status=422)
    flash(_("%(unit)s quedó agregado.") % {"unit": unit.label})
    return redirect(url_for("administration.unit", unit_id=unit.id), 303)


@administration.get("/inmuebles/<int:unit_id>/editar")
@requires(Permission.MANAGE_UNITS)
def edit_unit(unit_id: int) -> ResponseReturnValue:
    unit = _by_hand(unit_id)
    form = UnitForm()
    form.show(unit)
    return _form_shown(form, unit)


@administration.post("/inmuebles/<int:unit_id>/editar")
@requires(Permission.MANAGE_UNITS)
def change_unit(unit_id: int) -> ResponseReturnValue:
    unit, form, by, now = _by_hand(unit_id), UnitForm(), current_access().actor, clock.now()
    if not form.validate():
        return _form_shown(form, unit, 422)
    said, seen = form.particulars(), form.seen.data or ""
    try:
        once(
            form.key.data,
            lambda: unit_upkeep.change(unit, said, seen=seen, by=by, now=now),
            form.said(),
            kind=Unit,
        )
    except Refused as refusal:
        form.refuse(refusal)
        return _form_shown(form, unit, 422)
    flash(_("Los cambios quedaron guardados."))
    return redirect(url_for("administration.unit", unit_id=unit.id), 303)


@administration.get("/inmuebles/<int:unit_id>/eliminar")
@requires(Permission.MANAGE_UNITS)
def ask_before_deleting_unit(unit_id: int) -> ResponseReturnValue:
    unit = unit_or_404(unit_id)
    unit_upkeep.require_deletable(unit)
    return render_template("administration/unit_deletion.html", unit=unit, form=PostForm())


@administration.post("/inmuebles/<int:unit_id>/eliminar")
@requires(Permission.MANAGE_UNITS)
def delete_unit(unit_id: int) -> ResponseReturnValue:
    """Posted again, it finds nothing to delete and is answered with what came of it."""
    form, access, now = PostForm(), current_access(), clock.now()

    def act() -> Community:
        delete(unit_or_404(unit_id), by=access.actor, now=now)
        return access.community

    once(form.key.data, act, kind=Community)
    flash(_("El inmueble quedó eliminado."))
    return redirect(url_for("administration.units"), 303)


def _by_hand(unit_id: int) -> Unit:
    unit = unit_or_404(unit_id)
    unit_upkeep.require_by_hand(unit)
    return unit


def _form_shown(form: UnitForm, unit: Unit | None = None, status: int = 200) -> ResponseReturnValue:
    return render_template("administration/unit_form.html", form=form, unit=unit), status
