"""[Configuraciones]: how the community's gate asks its residents, and what is called how."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conserje import clock
from conserje.accounts.settings_history import last_change_of_modules, last_changes
from conserje.blueprints.access import current_access, requires
from conserje.blueprints.administration import administration
from conserje.blueprints.administration.forms import SettingsForm
from conserje.blueprints.submission import once
from conserje.communities import settings as rules
from conserje.communities.models import Community
from conserje.errors import Refused
from conserje.permissions import Module, Permission


@administration.get("/configuraciones")
@requires(Permission.MANAGE_SETTINGS)
def settings() -> ResponseReturnValue:
    form = SettingsForm()
    form.show(current_access().community)
    return _shown(form)


@administration.post("/configuraciones")
@requires(Permission.MANAGE_SETTINGS)
def change_settings() -> ResponseReturnValue:
    form, access = SettingsForm(), current_access()
    if not form.validate():
        return _shown(form, 422)
    said = form.settings()
    try:
        once(
            form.key.data,
            lambda: rules.settle(access.community, said, by=access.actor, now=clock.now()),
            form.said(),
            kind=Community,
        )
    except Refused as refusal:
        form.refuse(refusal)
        return _shown(form, 422)
    flash(_("Los cambios quedaron guardados."))
    return redirect(url_for("administration.settings"), 303)


def _shown(form: SettingsForm, status: int = 200) -> ResponseReturnValue:
    community = current_access().community
    changes = last_changes(community, rules.GROUPS)
    if (of_modules := last_change_of_modules(community)) is not None:
        changes["modules"] = of_modules
    return render_template("administration/settings.html", form=form, changes=changes, modules=Module), status
