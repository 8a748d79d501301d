"""[Verificación en dos pasos]: one's own second factor, set up, with its recovery codes, and switched off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from conserje import clock
from conserje.accounts import authenticator
from conserje.accounts import second_factor as rules
from conserje.accounts.models import Account
from conserje.accounts.sign_in import require_password
from conserje.blueprints.access import before_second_factor, current_access, requires
from conserje.blueprints.accounts import accounts
from conserje.blueprints.accounts.forms import CodeForm, OwnPasswordForm
from conserje.blueprints.submission import once
from conserje.blueprints.wording import sentence
from conserje.errors import Refused
from conserje.permissions import Permission


@accounts.get("/mi-verificacion")
@requires(Permission.OWN_SECOND_FACTOR)
@before_second_factor
def second_factor() -> ResponseReturnValue:
    return _state_shown(OwnPasswordForm())


@accounts.post("/mi-verificacion/configurar")
@requires(Permission.OWN_SECOND_FACTOR)
@before_second_factor
def begin_second_factor() -> ResponseReturnValue:
    account, by, now = current_access().account, current_access().actor, clock.now()
    refused = _with_password(lambda: rules.begin(account, by=by, now=now))
    return refused or redirect(url_for("accounts.set_up_second_factor"), 303)


@accounts.get("/mi-verificacion/configurar")
@requires(Permission.OWN_SECOND_FACTOR)
@before_second_factor
def set_up_second_factor() -> ResponseReturnValue:
    return _set_up_shown(CodeForm())


@accounts.post("/mi-verificacion/confirmar")
@requires(Permission.OWN_SECOND_FACTOR)
@before_second_factor
def confirm_second_factor() -> ResponseReturnValue:
    form, access, now = CodeForm(), current_access(), clock.now()
    if not form.validate():
        return _set_up_shown(form, 422)
    codes: list[str] = []

    def act() -> Account:
        codes.extend(rules.confirm(access.account, form.code.data, keep=access.web_session, by=access.actor, now=now))
        return access.account

    try:
        once(form.key.data, act, form.said(), kind=Account)
    except Refused as refusal:
        if refusal.field is None:
            return _back(refusal)
        form.refuse(refusal)
        return _set_up_shown(form, 422)
    return _codes_shown(codes)


@accounts.post("/mi-verificacion/codigos")
@requires(Permission.OWN_SECOND_FACTOR)
@before_second_factor
def renew_recovery_codes() -> ResponseReturnValue:
    account, by, now = current_access().account, current_access().actor, clock.now()
    codes: list[str] = []

    def act() -> Account:
        codes.extend(rules.renew_recovery_codes(account, by=by, now=now))
        return account

    return _with_password(act) or _codes_shown(codes)


@accounts.post("/mi-verificacion/desactivar")
@requires(Permission.OWN_SECOND_FACTOR)
@before_second_factor
def switch_off_second_factor() -> ResponseReturnValue:
    account, by, now = current_access().account, current_access().actor, clock.now()
    refused = _with_password(lambda: rules.switch_off(account, by=by, now=now))
    if refused is not None:
        return refused
    flash(_("La verificación en dos pasos quedó desactivada."))
    return redirect(url_for("accounts.second_factor"), 303)


def _with_password(act: Callable[[], Account]) -> ResponseReturnValue | None:
    """Carry the act out, once, where the password that came with it is right; else what is answered."""
    form = OwnPasswordForm()
    if not form.validate():
        return _state_shown(form, 422)
    try:
        require_password(current_access().account, form.current_password.data)
        # Without what was typed: a fingerprint of a password has no business in a table.
        once(form.key.data, act, kind=Account)
    except Refused as refusal:
        form.refuse(refusal)
        return _state_shown(form, 422)
    return None


def _state_shown(form: OwnPasswordForm, status: int = 200) -> ResponseReturnValue:
    account = current_access().account
    body = render_template(
        "accounts/second_factor.html",
        form=form,
        is_on=rules.is_on(account),
        is_required=rules.is_required(account),
        codes_left=rules.recovery_codes_left(account),
    )
    return body, status


def _set_up_shown(form: CodeForm, status: int = 200) -> ResponseReturnValue:
    account = current_access().account
    try:
        secret = rules.secret_to_confirm(account, now=clock.now())
    except Refused as refusal:
        return _back(refusal)
    body = render_template(
        "accounts/second_factor_set_up.html",
        form=form,
        picture=Markup(authenticator.picture(secret, account.email)),  # noqa: S704 - drawn here, out of nothing typed
        secret=authenticator.legible(secret),
        minutes=rules.SET_UP_WITHIN // timedelta(minutes=1),
    )
    return body, status


def _codes_shown(codes: Sequence[str]) -> ResponseReturnValue:
    """The recovery codes, this once. Whoever posted twice is told to make others."""
    if codes:
        return render_template("accounts/recovery_codes.html", codes=codes)
    flash(_("Los códigos de respaldo ya se mostraron. Si no los guardó, cree códigos nuevos."))
    return redirect(url_for("accounts.second_factor"), 303)


def _back(refusal: Refused) -> ResponseReturnValue:
    flash(sentence(refusal))
    return redirect(url_for("accounts.second_factor"), 303)
