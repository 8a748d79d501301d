"""[Usuarios]: the administration's staff accounts (K115 to K121, K130 to K142)."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conserje import clock
from conserje.accounts import directory, temporary_passwords, upkeep
from conserje.accounts.directory import Order
from conserje.accounts.models import Account
from conserje.blueprints import labels, lists, places
from conserje.blueprints.access import current_access, requires
from conserje.blueprints.administration import administration
from conserje.blueprints.administration.staff_forms import StaffForm
from conserje.blueprints.fields import PostForm
from conserje.blueprints.submission import once
from conserje.communities.models import Community
from conserje.errors import Refused
from conserje.permissions import Permission


@administration.get("/usuarios")
@requires(Permission.SEE_STAFF)
def staff() -> ResponseReturnValue:
    community, typed, order = _community_asked_for(), lists.searched(), lists.sorted_by(Order)
    community_id, after = community.id if community else None, places.read_id(request.args.get("desde", ""))
    page = directory.listed(current_access().account, order, typed=typed, community_id=community_id, after=after)
    here = lists.address(typed, order, comunidad=community_id)
    return render_template(
        "administration/staff.html",
        typed=typed,
        community=community,
        order=order,
        orders=Order,
        page=page,
        export_url=url_for("administration.export_staff", **here),
        **lists.ways_on("administration.staff", here, after=after, following=page.next),
    )


@administration.get("/usuarios.xlsx")
@requires(Permission.MANAGE_STAFF)
def export_staff() -> Response:
    access, community = current_access(), _community_asked_for()
    found = directory.everybody(
        access.account,
        lists.sorted_by(Order),
        typed=lists.searched(),
        community_id=community.id if community else None,
    )
    headings = [
        _("Nombre de usuario"),
        _("Correo electrónico"),
        _("Perfil"),
        _("Último acceso"),
        _("Verificación en dos pasos"),
    ]
    rows = (
        [
            row.full_name,
            row.email,
            labels.profile(row.profile),
            row.last_access_at,
            _("Sí") if row.has_second_factor else _("No"),
        ]
        for row in found
    )
    return lists.workbook("usuarios", _("Usuarios"), headings, rows, "staff.exported")


@administration.get("/usuarios/nuevo")
@requires(Permission.MANAGE_STAFF)
def new_account() -> ResponseReturnValue:
    return _form_shown(_form())


@administration.post("/usuarios/nuevo")
@requires(Permission.MANAGE_STAFF)
def create_account() -> ResponseReturnValue:
    form, by = _form(), current_access().actor
    if not form.validate():
        return _form_shown(form, status=422)
    said, issued, now = form.particulars(), temporary_passwords.prepare(), clock.now()
    try:
        account = once(form.key.data, lambda: upkeep.create(said, issued, by=by, now=now), form.said(), kind=Account)
    except Refused as refusal:
        form.refuse(refusal)
        return _form_shown(form, status=422)
    return _done(_("La cuenta de %(name)s quedó creada. %(sent)s"), account, sent=_sent(account))


@administration.get("/usuarios/<int:account_id>/editar")
@requires(Permission.MANAGE_STAFF)
def edit_account(account_id: int) -> ResponseReturnValue:
    account = _account_or_404(account_id)
    _require_present(account)
    form = _form()
    form.show(account)
    return _form_shown(form, account)


@administration.post("/usuarios/<int:account_id>/editar")
@requires(Permission.MANAGE_STAFF)
def change_account(account_id: int) -> ResponseReturnValue:
    account = _account_or_404(account_id)
    form, by, seen, now = _form(), current_access().actor, request.form.get("seen", ""), clock.now()
    if not form.validate():
        return _form_shown(form, account, status=422)
    said = form.particulars()
    # What was mailed to the old address serves nobody there.
    unread = account.temporary_until is not None and account.email != said.email
    issued = temporary_passwords.prepare() if unread else None
    try:
        changed = once(
            form.key.data,
            lambda: upkeep.change(account, said, issued, seen=seen, by=by, now=now),
            form.said(),
            kind=Account,
        )
    except Refused as refusal:
        form.refuse(refusal)
        return _form_shown(form, account, status=422)
    return _done(
        _("Los datos de %(name)s quedaron guardados. %(sent)s"), changed, sent=_sent(changed) if unread else ""
    )


@administration.get("/usuarios/<int:account_id>/clave")
@requires(Permission.MANAGE_STAFF)
def ask_before_new_password(account_id: int) -> ResponseReturnValue:
    return _asked("administration/staff_password.html", _account_or_404(account_id))


@administration.post("/usuarios/<int:account_id>/clave")
@requires(Permission.MANAGE_STAFF)
def send_temporary_password(account_id: int) -> ResponseReturnValue:
    account, form, by, now = _account_or_404(account_id), PostForm(), current_access().actor, clock.now()
    issued = temporary_passwords.prepare()
    done = once(
        form.key.data,
        lambda: upkeep.send_temporary_password(account, issued, by=by, now=now),
        kind=Account,
    )
    return _done(_("La contraseña de %(name)s cambió. %(sent)s"), done, sent=_sent(done))


@administration.get("/usuarios/<int:account_id>/verificacion")
@requires(Permission.MANAGE_STAFF)
def ask_before_switching_off_second_factor(account_id: int) -> ResponseReturnValue:
    return _asked("administration/staff_second_factor.html", _account_or_404(account_id))


@administration.post("/usuarios/<int:account_id>/verificacion")
@requires(Permission.MANAGE_STAFF)
def switch_off_second_factor(account_id: int) -> ResponseReturnValue:
    account, form, by, now = _account_or_404(account_id), PostForm(), current_access().actor, clock.now()
    done = once(form.key.data, lambda: upkeep.switch_off_second_factor(account, by=by, now=now), kind=Account)
    return _done(_("La verificación en dos pasos de %(name)s quedó desactivada. Le avisamos por correo."), done)


@administration.get("/usuarios/<int:account_id>/eliminar")
@requires(Permission.MANAGE_STAFF)
def ask_before_deleting_account(account_id: int) -> ResponseReturnValue:
    """The confirmation of K142."""
    return _asked("administration/staff_deletion.html", _account_or_404(account_id))


@administration.post("/usuarios/<int:account_id>/eliminar")
@requires(Permission.MANAGE_STAFF)
def delete_account(account_id: int) -> ResponseReturnValue:
    account, form, by, now = _account_or_404(account_id), PostForm(), current_access().actor, clock.now()
    done = once(form.key.data, lambda: upkeep.deactivate(account, by=by, now=now), kind=Account)
    return _done(_("La cuenta de %(name)s quedó eliminada."), done)


def _community_asked_for() -> Community | None:
    chosen = request.args.get("comunidad", "")
    community = next((each for each in current_access().communities if str(each.id) == chosen), None)
    if chosen and community is None:
        abort(404)  # foreign or unknown: they must look the same
    return community


def _form() -> StaffForm:
    access = current_access()
    return StaffForm(access.account, access.communities)


def _form_shown(form: StaffForm, account: Account | None = None, status: int = 200) -> ResponseReturnValue:
    is_own = account is not None and account.id == current_access().account.id
    return render_template("administration/staff_form.html", form=form, account=account, is_own=is_own), status


def _asked(template: str, account: Account) -> ResponseReturnValue:
    _require_present(account)
    if account.id == current_access().account.id:
        raise Refused("own_account")
    return render_template(template, form=PostForm(), account=account)


def _require_present(account: Account) -> None:
    if not account.is_active:
        raise Refused("account_gone")


def _account_or_404(account_id: int) -> Account:
    viewer = current_access().account
    found = directory.find(account_id, viewer)
    if found is None:
        abort(404)
    if not directory.manages(viewer, found):
        abort(403)
    return found


def _sent(account: Account) -> str:
    return _("Le enviamos a %(email)s su usuario y una contraseña temporal.", email=account.email)


def _done(said: str, account: Account, **facts: str) -> ResponseReturnValue:
    flash((said % {"name": account.short_name, **facts}).strip())
    return redirect(url_for("administration.staff"), 303)
