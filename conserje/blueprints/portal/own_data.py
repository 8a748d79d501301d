"""One's own telephones, and a password to enter without waiting for a link."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conserje import clock
from conserje.blueprints.access import for_residents
from conserje.blueprints.portal import portal
from conserje.blueprints.portal.forms import OwnPasswordForm, PhonesForm
from conserje.blueprints.resident_access import current_resident
from conserje.communities import resident_upkeep
from conserje.database import abandon_writing, begin_writing
from conserje.errors import Refused
from conserje.identity import phones as numbers
from conserje.portal import contacts, password
from conserje.portal import household as rules


@portal.get("/residentes/mis-datos")
@for_residents
def own_data() -> ResponseReturnValue:
    return _shown(_phones_form(), _password_form())


@portal.post("/residentes/mis-datos/telefonos")
@for_residents
def change_phones() -> ResponseReturnValue:
    me, form = current_resident(), PhonesForm()
    try:
        begin_writing()
        rules.change_phones(
            me.resident, me.community, form.typed(), seen=form.seen.data or "", by=me.actor, now=clock.now()
        )
    except Refused as refusal:
        abandon_writing()
        form.refuse(refusal)
        return _shown(form, _password_form(), 422)
    flash(_("Sus teléfonos quedaron guardados."))
    return redirect(url_for("portal.own_data"), 303)


@portal.post("/residentes/mis-datos/clave")
@for_residents
def change_own_password() -> ResponseReturnValue:
    me, form, now = current_resident(), _password_form(), clock.now()
    if not form.validate():
        return _shown(_phones_form(), form, 422)
    current = form.current_password.data if form.current_password else ""
    names = (me.resident.given_names, me.resident.surnames)
    try:
        hashed = password.hash_of_new(me.access, me.session, current, form.new_password.data, names=names, now=now)
    except Refused as refusal:
        form.refuse(refusal)
        return _shown(_phones_form(), form, 422)
    begin_writing()
    password.change(me.access, hashed, keep=me.session, by=me.actor, now=now)
    flash(_("Su contraseña quedó guardada. Las demás sesiones abiertas se cerraron."))
    return redirect(url_for("portal.own_data"), 303)


def _phones_form() -> PhonesForm:
    form = PhonesForm(formdata=None)
    form.seen.data = resident_upkeep.version(current_resident().resident)
    for field, number in zip(form.fields(), resident_upkeep.numbers_of(current_resident().resident), strict=False):
        field.data = numbers.display(number)
    return form


def _password_form() -> OwnPasswordForm:
    me = current_resident()
    return OwnPasswordForm(asks_current=password.must_say_current(me.access, me.session, clock.now()))


def _shown(of_phones: PhonesForm, of_password: OwnPasswordForm, status: int = 200) -> ResponseReturnValue:
    me = current_resident()
    body = render_template(
        "portal/own_data.html",
        me=me,
        contact=contacts.shown(me.access.contact),
        phones_form=of_phones,
        password_form=of_password,
    )
    return body, status
