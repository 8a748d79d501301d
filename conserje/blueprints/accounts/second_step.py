"""[Código de verificación]: between the right password and the session of an account with a second factor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from conserje import clock
from conserje.accounts import second_step as rules
from conserje.accounts import sign_in
from conserje.accounts.models import Account
from conserje.blueprints.access import begin_session, client_address, held_session, limiter, public, safe_next
from conserje.blueprints.accounts import accounts
from conserje.blueprints.accounts.forms import CodeForm, RecoveryCodeForm
from conserje.blueprints.fields import PostForm
from conserje.blueprints.wording import sentence
from conserje.database import begin_writing
from conserje.errors import Refused

CODES_BY_ADDRESS = "30 per minute"
# Where the browser's cookie keeps the proof of the password.
_PROOF = "second_step"

Taking = Callable[..., None]


def lead_to_second_step(account: Account, target: str, now: datetime) -> ResponseReturnValue:
    """After the right password: no session yet, but the page that asks for the code, and then `target`."""
    session[_PROOF] = rules.proof_of_password(account, now=now)
    return redirect(url_for("accounts.second_step", next=target), 303)


@accounts.get("/ingresar/codigo")
@public
def second_step() -> ResponseReturnValue:
    return _asked(CodeForm())


@accounts.post("/ingresar/codigo")
@public
@limiter.limit(CODES_BY_ADDRESS)
def take_code() -> ResponseReturnValue:
    return _taken(CodeForm(), rules.take_code)


@accounts.get("/ingresar/respaldo")
@public
def recovery() -> ResponseReturnValue:
    return _asked(RecoveryCodeForm())


@accounts.post("/ingresar/respaldo")
@public
@limiter.limit(CODES_BY_ADDRESS)
def take_recovery_code() -> ResponseReturnValue:
    return _taken(RecoveryCodeForm(), rules.take_recovery_code)


def _asked(form: PostForm) -> ResponseReturnValue:
    target = safe_next(request.args.get("next"))
    try:
        rules.holder_of(_proof(), now=clock.now())
    except Refused as refusal:
        return _over(refusal, target)
    return _shown(form, target)


def _taken(form: PostForm, take: Taking) -> ResponseReturnValue:
    target, address, now, held = safe_next(request.form.get("next")), client_address(), clock.now(), held_session()
    try:
        account = rules.holder_of(_proof(), now=now)
    except Refused as refusal:
        return _over(refusal, target)
    if not form.validate():
        return _shown(form, target, 422)
    begin_writing()
    try:
        take(account, form.code.data, address=address, now=now)
    except Refused as refusal:
        form.refuse(refusal)
        return _shown(form, target, 422)
    begin_session(sign_in.open_session(account, address=address, now=now, instead_of=held))
    return redirect(target, 303)


def _proof() -> str:
    return str(session.get(_PROOF, ""))


def _shown(form: PostForm, target: str, status: int = 200) -> ResponseReturnValue:
    is_recovery = isinstance(form, RecoveryCodeForm)
    return render_template("accounts/second_step.html", form=form, next=target, is_recovery=is_recovery), status


def _over(refusal: Refused, target: str) -> ResponseReturnValue:
    session.pop(_PROOF, None)
    flash(sentence(refusal))
    return redirect(url_for("accounts.sign_in", next=target), 303)
