"""The residents of a unit: added by hand, edited and deleted (T05, T08, T09)."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conserje import clock
from conserje.blueprints.access import current_access, requires
from conserje.blueprints.administration import administration
from conserje.blueprints.administration.unit_forms import ResidentForm
from conserje.blueprints.fields import PostForm
from conserje.blueprints.gate.loading import resident_or_404, unit_or_404
from conserje.blueprints.submission import once
from conserje.communities import resident_upkeep
from conserje.communities.models import Resident, Unit
from conserje.errors import Refused
from conserje.permissions import Permission
from conserje.portal import invitations


@administration.get("/inmuebles/<int:unit_id>/residentes/nuevo")
@requires(Permission.MANAGE_UNITS)
def new_resident(unit_id: int) -> ResponseReturnValue:
    unit = unit_or_404(unit_id)
    form = ResidentForm(current_access().community)
    form.contact_order.data = resident_upkeep.next_in_order(unit)
    return _form_shown(form, unit)


@administration.post("/inmuebles/<int:unit_id>/residentes/nuevo")
@requires(Permission.MANAGE_UNITS)
def create_resident(unit_id: int) -> ResponseReturnValue:
    unit, access, now = unit_or_404(unit_id), current_access(), clock.now()
    form = ResidentForm(access.community)
    if not form.validate():
        return _form_shown(form, unit, status=422)
    person, contact = form.person(), form.contact()
    try:
        resident = once(
            form.key.data,
            lambda: invitations.add_user(unit, person, contact, by=access.actor, now=now),
            form.said(),
            kind=Resident,
        )
    except Refused as refusal:
        form.refuse(refusal)
        return _form_shown(form, unit, status=422)
    said = _("%(name)s quedó agregado a %(unit)s.") % {"name": resident.full_name, "unit": unit.label}
    if resident.email and access.may(Permission.INVITE_RESIDENTS):
        said += " " + _("Le enviamos a %(email)s su acceso al portal.") % {"email": resident.email}
    return _done(unit, said)


@administration.get("/residentes/<int:resident_id>/editar")
@requires(Permission.MANAGE_UNITS)
def edit_resident(resident_id: int) -> ResponseReturnValue:
    """The form shows telephones in full, which the journal notes."""
    resident, access = resident_or_404(resident_id), current_access()
    form = ResidentForm(access.community, resident.origin)
    form.show(resident)
    resident_upkeep.note_view(resident, by=access.actor, now=clock.now())
    return _form_shown(form, unit_or_404(resident.unit_id), resident)


@administration.post("/residentes/<int:resident_id>/editar")
@requires(Permission.MANAGE_UNITS)
def change_resident(resident_id: int) -> ResponseReturnValue:
    resident, access, now = resident_or_404(resident_id), current_access(), clock.now()
    unit = unit_or_404(resident.unit_id)
    form = ResidentForm(access.community, resident.origin)
    if not form.validate():
        return _form_shown(form, unit, resident, 422)
    person, contact = form.person() if form.is_by_hand else None, form.contact()
    seen = form.seen.data or ""
    try:
        changed = once(
            form.key.data,
            lambda: resident_upkeep.change(resident, person, contact, seen=seen, by=access.actor, now=now),
            form.said(),
            kind=Resident,
        )
    except Refused as refusal:
        form.refuse(refusal)
        return _form_shown(form, unit, resident, 422)
    return _done(unit, _("Los datos de %(name)s quedaron guardados.") % {"name": changed.full_name})


@administration.get("/residentes/<int:resident_id>/eliminar")
@requires(Permission.MANAGE_UNITS)
def ask_before_deleting_resident(resident_id: int) -> ResponseReturnValue:
    resident = resident_or_404(resident_id)
    resident_upkeep.require_deletable(resident)
    unit = unit_or_404(resident.unit_id)
    return render_template("administration/resident_deletion.html", resident=resident, unit=unit, form=PostForm())


@administration.post("/residentes/<int:resident_id>/eliminar")
@requires(Permission.MANAGE_UNITS)
def delete_resident(resident_id: int) -> ResponseReturnValue:
    """Posted again, it finds nobody to delete and is answered with what came of it."""
    form, by, now = PostForm(), current_access().actor, clock.now()

    def act() -> Unit:
        return resident_upkeep.delete(resident_or_404(resident_id), by=by, now=now)

    unit = once(form.key.data, act, kind=Unit)
    return _done(unit, _("El residente quedó eliminado de %(unit)s.") % {"unit": unit.label})


def _form_shown(
    form: ResidentForm, unit: Unit, resident: Resident | None = None, status: int = 200
) -> ResponseReturnValue:
    return render_template("administration/resident_form.html", form=form, unit=unit, resident=resident), status


def _done(unit: Unit, said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("administration.unit", unit_id=unit.id), 303)
