"""«Olvidé mi contraseña»: a link by e-mail, and the page it opens."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conserje import clock
from conserje.accounts import password_reset
from conserje.blueprints.access import client_address, limiter, public
from conserje.blueprints.accounts import accounts
from conserje.blueprints.accounts.forms import ForgottenForm, NewPasswordForm
from conserje.blueprints.wording import sentence
from conserje.config import is_demo
from conserje.database import begin_writing
from conserje.errors import Refused

REQUESTS_BY_ADDRESS = "10 per minute"


@accounts.get("/clave/olvidada")
@public
def forgotten() -> ResponseReturnValue:
    return render_template("accounts/forgotten.html", form=ForgottenForm(), sent=False)


@accounts.post("/clave/olvidada")
@public
@limiter.limit(REQUESTS_BY_ADDRESS)
def send_reset_link() -> ResponseReturnValue:
    """Says the same whether there is such an account or not."""
    form = ForgottenForm()
    if not form.validate():
        return render_template("accounts/forgotten.html", form=form, sent=False), 422
    begin_writing()
    password_reset.send_link(
        form.email.data, address=client_address(), now=clock.now(), admits_examples=is_demo(current_app)
    )
    return render_template("accounts/forgotten.html", form=form, sent=True)


@accounts.get("/clave/<token>")
@public
@limiter.limit(REQUESTS_BY_ADDRESS)
def reset(token: str) -> ResponseReturnValue:
    """The link of the e-mail. Opening it uses nothing up: mail is opened by scanners too."""
    try:
        password_reset.find(token, now=clock.now())
    except Refused as refusal:
        return _over(refusal)
    return render_template("accounts/reset.html", form=NewPasswordForm(), token=token)


@accounts.post("/clave/<token>")
@public
@limiter.limit(REQUESTS_BY_ADDRESS)
def reset_password(token: str) -> ResponseReturnValue:
    form = NewPasswordForm()
    try:
        found, account = password_reset.find(token, now=clock.now())
    except Refused as refusal:
        return _over(refusal)
    if not form.validate():
        return render_template("accounts/reset.html", form=form, token=token), 422
    try:
        hashed = password_reset.hash_of_password(account, form.new_password.data)
    except Refused as refusal:
        form.refuse(refusal)
        return render_template("accounts/reset.html", form=form, token=token), 422
    begin_writing()
    try:
        password_reset.set_password(found, account, hashed, address=client_address(), now=clock.now())
    except Refused as refusal:
        return _over(refusal)
    flash(_("Su contraseña cambió. Ingrese con la nueva."))
    return redirect(url_for("accounts.sign_in"), 303)


def _over(refusal: Refused) -> ResponseReturnValue:
    return render_template("accounts/reset_over.html", message=sentence(refusal)), 404
