from __future__ import annotations

from flask import current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from conserje import clock
from conserje.accounts import second_factor, temporary_passwords
from conserje.accounts import sign_in as rules
from conserje.blueprints.access import (
    before_second_factor,
    begin_session,
    client_address,
    current_access,
    forget_session,
    held_session,
    limiter,
    public,
    requires,
    safe_next,
)
from conserje.blueprints.accounts import accounts
from conserje.blueprints.accounts.forms import SignInForm
from conserje.blueprints.accounts.second_step import lead_to_second_step
from conserje.config import is_demo
from conserje.database import begin_writing
from conserje.errors import Refused
from conserje.permissions import Permission

ATTEMPTS_BY_ADDRESS = "30 per minute"


@accounts.get("/")
@public
def start() -> ResponseReturnValue:
    return redirect(url_for("gate.home"), 303)


@accounts.get("/ingresar")
@public
def sign_in() -> ResponseReturnValue:
    return render_template("accounts/sign_in.html", form=SignInForm(), next=safe_next(request.args.get("next")))


@accounts.post("/ingresar")
@public
@limiter.limit(ATTEMPTS_BY_ADDRESS)
def sign_in_with_password() -> ResponseReturnValue:
    form = SignInForm()
    target = safe_next(request.form.get("next"))
    if not form.validate():
        return render_template("accounts/sign_in.html", form=form, next=target), 422
    address, now, held = client_address(), clock.now(), held_session()
    try:
        account = rules.check_credentials(
            form.email.data, form.password.data, address=address, now=now, admits_examples=is_demo(current_app)
        )
    except Refused as refusal:
        form.refuse(refusal)
        return render_template("accounts/sign_in.html", form=form, next=target), 422
    token = temporary_passwords.token_of(account)
    if token is not None:
        return redirect(url_for("accounts.temporary_password", token=token), 303)
    if second_factor.is_on(account):
        return lead_to_second_step(account, target, now)
    begin_writing()
    begin_session(rules.open_session(account, address=address, now=now, instead_of=held))
    return redirect(target, 303)


@accounts.post("/salir")
@requires(Permission.OWN_SESSION)
@before_second_factor
def sign_out() -> ResponseReturnValue:
    access = current_access()
    begin_writing()
    rules.close_session(access.web_session, by=access.actor, now=clock.now())
    forget_session()
    response = make_response(redirect(url_for("accounts.sign_in"), 303))
    # Photographs that the browser kept go with the session.
    response.headers["Clear-Site-Data"] = '"cache"'
    return response
