"""[Comunidades]: the administration's communities, for its Súper Administradores (K047, K151, K153)."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conserje import clock
from conserje.accounts import community_directory
from conserje.accounts.community_directory import Order
from conserje.blueprints import labels, lists
from conserje.blueprints.access import current_access, requires
from conserje.blueprints.administration import administration
from conserje.blueprints.administration.community_forms import CommunityForm, NewCommunityForm
from conserje.blueprints.submission import once
from conserje.communities import founding
from conserje.communities.models import Community
from conserje.errors import Refused
from conserje.permissions import Module, Permission


@administration.get("/comunidades")
@requires(Permission.MANAGE_COMMUNITIES)
def communities() -> ResponseReturnValue:
    typed, order = lists.searched(), lists.sorted_by(Order)
    return render_template(
        "administration/communities.html",
        typed=typed,
        order=order,
        orders=Order,
        rows=community_directory.listed(current_access().account, typed, order),
        export_url=url_for("administration.export_communities", **lists.address(typed, order)),
    )


@administration.get("/comunidades.xlsx")
@requires(Permission.MANAGE_COMMUNITIES)
def export_communities() -> Response:
    headings = [_("Nombre"), _("País"), _("Dirección"), _("Inmuebles"), _("Conserjes")]
    found = community_directory.listed(current_access().account, lists.searched(), lists.sorted_by(Order))
    rows = (
        [row.community.name, labels.country(row.community.country), row.community.address, row.units, row.conserjes]
        for row in found
    )
    return lists.workbook("comunidades", _("Comunidades"), headings, rows, "communities.exported")


@administration.get("/comunidades/nueva")
@requires(Permission.MANAGE_COMMUNITIES)
def new_community() -> ResponseReturnValue:
    form = NewCommunityForm()
    form.document_required.data = True
    form.modules.data = [each.value for each in Module]
    return _form_shown(form)


@administration.post("/comunidades/nueva")
@requires(Permission.MANAGE_COMMUNITIES)
def create_community() -> ResponseReturnValue:
    form, access, now = NewCommunityForm(), current_access(), clock.now()
    if not form.validate():
        return _form_shown(form, status=422)
    said = form.particulars()
    try:
        made = once(
            form.key.data,
            lambda: founding.add(access.account.administration_id, said, by=access.actor, now=now),
            form.said(),
            kind=Community,
        )
    except Refused as refusal:
        form.refuse(refusal)
        return _form_shown(form, status=422)
    flash(_("%(name)s quedó creada. Elíjala arriba, en «Cambiar», para trabajar en ella.") % {"name": made.name})
    return redirect(url_for("administration.communities"), 303)


@administration.get("/comunidades/<int:community_id>/editar")
@requires(Permission.MANAGE_COMMUNITIES)
def edit_community(community_id: int) -> ResponseReturnValue:
    community = _community_or_404(community_id)
    form = CommunityForm()
    form.show(community)
    return _form_shown(form, community)


@administration.post("/comunidades/<int:community_id>/editar")
@requires(Permission.MANAGE_COMMUNITIES)
def change_community(community_id: int) -> ResponseReturnValue:
    community, form, by, now = _community_or_404(community_id), CommunityForm(), current_access().actor, clock.now()
    if not form.validate():
        return _form_shown(form, community, 422)
    name, address, seen = form.name.data, form.address.data, form.seen.data or ""
    modules = form.chosen_modules()
    try:
        once(
            form.key.data,
            lambda: founding.change(community, name, address, modules, seen=seen, by=by, now=now),
            form.said(),
            kind=Community,
        )
    except Refused as refusal:
        form.refuse(refusal)
        return _form_shown(form, community, 422)
    flash(_("Los cambios quedaron guardados."))
    return redirect(url_for("administration.communities"), 303)


def _community_or_404(community_id: int) -> Community:
    """One of one's own: whoever may do this enters all of the administration's."""
    found = next((each for each in current_access().communities if each.id == community_id), None)
    if found is None:
        abort(404)
    return found


def _form_shown(form: CommunityForm, community: Community | None = None, status: int = 200) -> ResponseReturnValue:
    return render_template("administration/community_form.html", form=form, community=community), status
