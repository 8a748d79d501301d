"""[Datos personales]: how long they are kept, what was purged, and the notice for the gate."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conserje import clock
from conserje.blueprints.access import current_access, requires
from conserje.blueprints.administration import administration
from conserje.blueprints.administration.privacy_forms import ERASED, RetentionForm
from conserje.blueprints.submission import once
from conserje.communities.models import Administration, Community
from conserje.database import db
from conserje.errors import Refused
from conserje.localisation import gettext
from conserje.permissions import Permission
from conserje.privacy import data_requests, purge, retention, schedule
from conserje.privacy.overdue import Overdue, overdue


@administration.get("/privacidad")
@requires(Permission.SEE_PRIVACY)
def privacy() -> ResponseReturnValue:
    form = RetentionForm()
    form.show(current_access().community)
    return _shown(form)


@administration.post("/privacidad")
@requires(Permission.MANAGE_PRIVACY)
def change_retention() -> ResponseReturnValue:
    form, access = RetentionForm(), current_access()
    if not form.validate():
        return _shown(form, 422)
    said = form.days()
    try:
        once(
            form.key.data,
            lambda: retention.settle(access.community, said, by=access.actor, now=clock.now()),
            form.said(),
            kind=Community,
        )
    except Refused as refusal:
        form.refuse(refusal)
        return _shown(form, 422)
    flash(_("Los plazos quedaron guardados. Valen desde el próximo borrado."))
    return redirect(url_for("administration.privacy"), 303)


@administration.get("/privacidad/borrado")
@requires(Permission.SEE_PRIVACY)
def purge_preview() -> ResponseReturnValue:
    """[Ver qué se borraría]: counts only, and nothing is erased."""
    counts = purge.due_counts(purge.terms(current_access().community, clock.now()))
    return render_template("administration/privacy_preview.html", counts=counts)


@administration.get("/privacidad/aviso")
@requires(Permission.SEE_PRIVACY)
def privacy_notice() -> ResponseReturnValue:
    """The notice that hangs at the gate, to be printed."""
    community = current_access().community
    return render_template(
        "administration/privacy_notice.html",
        community=community,
        administration=db.session.get_one(Administration, community.administration_id),
        days=retention.told_days(community),
    )


@administration.app_template_global("overdue_privacy")
def overdue_privacy() -> Overdue:
    """What to warn of whoever looks after personal data; nothing for anybody else."""
    access = current_access()
    if not access.may(Permission.SEE_PRIVACY):
        return Overdue(purge=False, requests=0)
    return overdue(access.community, clock.now())


@administration.app_template_filter("erased_label")
def erased_label(kind: str) -> str:
    """What a purge's count is of."""
    return gettext(ERASED[kind])


def _shown(form: RetentionForm, status: int = 200) -> ResponseReturnValue:
    run = schedule.last_run(current_access().community)
    waiting = data_requests.waiting()
    return render_template("administration/privacy.html", form=form, run=run, waiting=waiting), status
