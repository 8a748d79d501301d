"""[Conservar por un incidente]: a person's visits survive the purge, until a day."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conserje import clock
from conserje.blueprints.access import current_access, requires
from conserje.blueprints.administration import administration
from conserje.blueprints.administration.privacy_people import person_or_404
from conserje.blueprints.administration.privacy_request_forms import HoldForm
from conserje.blueprints.fields import PostForm
from conserje.blueprints.submission import once
from conserje.communities.models import Community
from conserje.errors import Refused
from conserje.idempotency import AlreadySubmitted
from conserje.permissions import Permission
from conserje.privacy import holds as rules
from conserje.privacy.dossier import Dossier
from conserje.privacy.models import LegalHold


@administration.get("/privacidad/personas/<source>/<int:row_id>/conservar")
@requires(Permission.MANAGE_PRIVACY)
def new_hold(source: str, row_id: int) -> ResponseReturnValue:
    return _form_shown(HoldForm(), _visitor_or_404(source, row_id))


@administration.post("/privacidad/personas/<source>/<int:row_id>/conservar")
@requires(Permission.MANAGE_PRIVACY)
def place_hold(source: str, row_id: int) -> ResponseReturnValue:
    found, access, form = _visitor_or_404(source, row_id), current_access(), HoldForm()
    if not form.validate():
        return _form_shown(form, found, 422)
    reason, last_day = form.reason.data or "", form.day()

    def act() -> LegalHold:
        return rules.place(_visitor_or_404(source, row_id), reason, last_day, by=access.actor, now=clock.now())

    try:
        once(form.key.data, act, form.said(), kind=LegalHold)
    except AlreadySubmitted:
        form.refuse(Refused("form_stale"))
        return _form_shown(form, found, 409)
    except Refused as refusal:
        form.refuse(refusal)
        return _form_shown(form, found, 422 if refusal.field else 409)
    flash(_("Sus visitas se conservan por un incidente."))
    return _back(source, row_id)


@administration.get("/privacidad/personas/<source>/<int:row_id>/dejar-de-conservar")
@requires(Permission.MANAGE_PRIVACY)
def ask_before_releasing(source: str, row_id: int) -> ResponseReturnValue:
    return _release_shown(PostForm(), _visitor_or_404(source, row_id))


@administration.post("/privacidad/personas/<source>/<int:row_id>/dejar-de-conservar")
@requires(Permission.MANAGE_PRIVACY)
def release_hold(source: str, row_id: int) -> ResponseReturnValue:
    """Posted again, it is answered with what came of it."""
    found, access, form = _visitor_or_404(source, row_id), current_access(), PostForm()

    def act() -> Community:
        rules.release(_visitor_or_404(source, row_id), by=access.actor, now=clock.now())
        return access.community

    try:
        once(form.key.data, act, kind=Community)
    except Refused as refusal:
        form.refuse(refusal)
        return _release_shown(form, found, 409)
    flash(_("Sus visitas vuelven a borrarse cuando venza su plazo."))
    return _back(source, row_id)


def _visitor_or_404(source: str, row_id: int) -> Dossier:
    """Somebody in the register of visitors: of others there are no visits to keep."""
    found = person_or_404(source, row_id)
    if not found.register:
        abort(404)
    return found


def _back(source: str, row_id: int) -> ResponseReturnValue:
    return redirect(url_for("administration.person", source=source, row_id=row_id), 303)


def _form_shown(form: HoldForm, found: Dossier, status: int = 200) -> ResponseReturnValue:
    body = render_template("administration/privacy_hold.html", form=form, person=found, longest=rules.LONGEST_DAYS)
    return body, status


def _release_shown(form: PostForm, found: Dossier, status: int = 200) -> ResponseReturnValue:
    held = rules.lasting(found, clock.now())
    return render_template("administration/privacy_release.html", form=form, person=found, held=held), status
