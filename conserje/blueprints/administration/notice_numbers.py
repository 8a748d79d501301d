"""The SMS tool of a unit (K091): its number for notices is entered, changed or deleted (K092 to K099)."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conserje import clock
from conserje.blueprints.access import current_access, requires
from conserje.blueprints.administration import administration
from conserje.blueprints.administration.forms import NumberForm, SeenNumberForm
from conserje.blueprints.administration.units import row_shown
from conserje.blueprints.gate.loading import unit_or_404
from conserje.blueprints.htmx import fragment_or_redirect
from conserje.blueprints.submission import once
from conserje.blueprints.wording import sentence
from conserje.communities import directory, notice_numbers
from conserje.communities.models import Unit
from conserje.errors import Refused
from conserje.idempotency import AlreadySubmitted
from conserje.permissions import Permission


@administration.get("/inmuebles/<int:unit_id>/numero")
@requires(Permission.MANAGE_UNITS)
def number(unit_id: int) -> Response:
    found = unit_or_404(unit_id)
    return row_shown(found, form=_fresh(NumberForm(found.id), found))


@administration.post("/inmuebles/<int:unit_id>/numero")
@requires(Permission.MANAGE_UNITS)
def set_number(unit_id: int) -> ResponseReturnValue:
    found = unit_or_404(unit_id)
    form = NumberForm(found.id)
    typed, seen, by, now = form.phone.data or "", form.seen.data, current_access().actor, clock.now()
    try:
        changed = _done(form, lambda: notice_numbers.set_number(found, typed, seen=seen, by=by, now=now))
    except Refused as refusal:
        if refusal.field:
            form.refuse(refusal)
            return row_shown(found, form=form, status=422)
        return row_shown(found, form=_fresh(form, found), notice=sentence(refusal), status=409)
    row = directory.row(changed)
    return _changed(
        row, _("Los avisos de %(unit)s llegarán al %(number)s.") % {"unit": row.label, "number": row.notice_phone}
    )


@administration.get("/inmuebles/<int:unit_id>/numero/eliminar")
@requires(Permission.MANAGE_UNITS)
def ask_before_deleting(unit_id: int) -> Response:
    """The confirmation of K099; where there is no number, nothing is asked."""
    found = unit_or_404(unit_id)
    return row_shown(found, deletion=_fresh(SeenNumberForm(), found) if found.notice_phone else None)


@administration.post("/inmuebles/<int:unit_id>/numero/eliminar")
@requires(Permission.MANAGE_UNITS)
def delete_number(unit_id: int) -> ResponseReturnValue:
    found = unit_or_404(unit_id)
    form, by, now = SeenNumberForm(), current_access().actor, clock.now()
    try:
        changed = _done(form, lambda: notice_numbers.delete_number(found, seen=form.seen.data, by=by, now=now))
    except Refused as refusal:
        return row_shown(found, notice=sentence(refusal), status=409)
    row = directory.row(changed)
    return _changed(row, _("%(unit)s quedó sin número de avisos.") % {"unit": row.label})


def _done(form: SeenNumberForm, act: Callable[[], Unit]) -> Unit:
    """The unit after the act. A form that was used before and now says something else is about what changed since."""
    try:
        return once(form.key.data, act, form.said(), kind=Unit)
    except AlreadySubmitted:
        raise Refused("number_changed") from None


def _fresh(form: SeenNumberForm, found: Unit) -> SeenNumberForm:
    form.show(directory.row(found))
    return form


def _changed(row: directory.UnitRow, notice: str) -> ResponseReturnValue:
    return fragment_or_redirect(
        "administration/_unit_changed.html",
        url_for("administration.unit", unit_id=row.id),
        notice=notice,
        row=row,
        form=None,
        deletion=None,
        focus_id=row.id,
    )
