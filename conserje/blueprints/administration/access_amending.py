"""[Editar] of an access: until when it holds, on which days and at which hours."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conserje import clock
from conserje.access_lists import upkeep
from conserje.access_lists.models import AccessListEntry
from conserje.blueprints.access import current_access, requires
from conserje.blueprints.administration import administration
from conserje.blueprints.administration.access_form import AmendForm
from conserje.blueprints.administration.access_lists import back_to_lists, entry_of
from conserje.blueprints.gate.loading import unit_or_404
from conserje.blueprints.submission import once
from conserje.blueprints.wording import sentence
from conserje.communities.models import Unit
from conserje.errors import Refused
from conserje.idempotency import AlreadySubmitted
from conserje.permissions import Permission


@administration.get("/inmuebles/<int:unit_id>/accesos/<int:entry_id>/editar")
@requires(Permission.MANAGE_ACCESS_LISTS)
def edit_access(unit_id: int, entry_id: int) -> ResponseReturnValue:
    unit = unit_or_404(unit_id)
    entry = entry_of(unit, entry_id)
    if entry is None:
        return back_to_lists(unit, sentence(Refused("not_listed_any_more")))
    form = AmendForm(entry)
    form.show(entry)
    return _form_shown(unit, entry, form)


@administration.post("/inmuebles/<int:unit_id>/accesos/<int:entry_id>/editar")
@requires(Permission.MANAGE_ACCESS_LISTS)
def amend_access(unit_id: int, entry_id: int) -> ResponseReturnValue:
    unit, by, now = unit_or_404(unit_id), current_access().actor, clock.now()
    entry = entry_of(unit, entry_id)
    if entry is None:
        return back_to_lists(unit, sentence(Refused("not_listed_any_more")))
    form = AmendForm(entry)
    if not form.validate():
        return _form_shown(unit, entry, form, 422)
    validity, seen = form.validity(), form.seen.data or ""
    try:
        once(
            form.key.data,
            lambda: upkeep.amend(entry, validity, seen=seen, by=by, now=now),
            form.said(),
            kind=AccessListEntry,
        )
    except AlreadySubmitted:
        form.refuse(Refused("access_changed"))
        return _form_shown(unit, entry, form, 409)
    except Refused as refusal:
        form.refuse(refusal)
        return _form_shown(unit, entry, form, 409)
    return back_to_lists(unit, _("Los cambios quedaron guardados."))


def _form_shown(unit: Unit, entry: AccessListEntry, form: AmendForm, status: int = 200) -> ResponseReturnValue:
    return render_template("administration/access_amend.html", unit=unit, entry=entry, form=form), status
