"""The page on which a temporary password is replaced by one's own (K137, K138)."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conserje import clock
from conserje.accounts import password_reset, temporary_passwords
from conserje.blueprints.access import client_address, limiter, public
from conserje.blueprints.accounts import accounts
from conserje.blueprints.accounts.forgotten import REQUESTS_BY_ADDRESS
from conserje.blueprints.accounts.forms import TemporaryPasswordForm
from conserje.blueprints.wording import sentence
from conserje.database import begin_writing
from conserje.errors import Refused


@accounts.get("/clave/temporal/<token>")
@public
@limiter.limit(REQUESTS_BY_ADDRESS)
def temporary_password(token: str) -> ResponseReturnValue:
    """The link of the e-mail, and where signing in with a temporary password leads. Opening it uses nothing up."""
    try:
        temporary_passwords.find(token, now=clock.now())
    except Refused as refusal:
        return _over(refusal)
    return render_template("accounts/temporary.html", form=TemporaryPasswordForm(), token=token)


@accounts.post("/clave/temporal/<token>")
@public
@limiter.limit(REQUESTS_BY_ADDRESS)
def replace_temporary_password(token: str) -> ResponseReturnValue:
    form = TemporaryPasswordForm()
    try:
        found, account = temporary_passwords.find(token, now=clock.now())
    except Refused as refusal:
        return _over(refusal)
    if not form.validate():
        return render_template("accounts/temporary.html", form=form, token=token), 422
    try:
        hashed = temporary_passwords.hash_of_password(account, form.temporary_password.data, form.new_password.data)
    except Refused as refusal:
        form.refuse(refusal)
        return render_template("accounts/temporary.html", form=form, token=token), 422
    begin_writing()
    try:
        password_reset.set_password(found, account, hashed, address=client_address(), now=clock.now())
    except Refused:
        return _over(Refused("temporary_over"))
    flash(_("Su contraseña quedó guardada. Ingrese con ella."))
    return redirect(url_for("accounts.sign_in"), 303)


def _over(refusal: Refused) -> ResponseReturnValue:
    return render_template("accounts/reset_over.html", message=sentence(refusal)), 404
