from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conserje import clock
from conserje.accounts import sign_in as rules
from conserje.blueprints.access import current_access, requires
from conserje.blueprints.accounts import accounts
from conserje.blueprints.accounts.forms import PasswordForm
from conserje.database import begin_writing
from conserje.errors import Refused
from conserje.permissions import Permission


@accounts.get("/mi-clave")
@requires(Permission.CHANGE_OWN_PASSWORD)
def password() -> ResponseReturnValue:
    return render_template("accounts/password.html", form=PasswordForm())


@accounts.post("/mi-clave")
@requires(Permission.CHANGE_OWN_PASSWORD)
def change_password() -> ResponseReturnValue:
    access = current_access()
    form = PasswordForm()
    if not form.validate():
        return render_template("accounts/password.html", form=form), 422
    try:
        hashed = rules.hash_of_new_password(access.account, form.current_password.data, form.new_password.data)
    except Refused as refusal:
        form.refuse(refusal)
        return render_template("accounts/password.html", form=form), 422
    begin_writing()
    rules.change_password(access.account, hashed, keep=access.web_session, by=access.actor, now=clock.now())
    flash(_("Su contraseña cambió. Las demás sesiones abiertas con su cuenta se cerraron."))
    return redirect(url_for("gate.home"), 303)
