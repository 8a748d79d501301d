"""[Acceso de residentes]: who has entered the residents' portal, and sending access to the others (T10, T17)."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conserje import clock, jobs
from conserje.audit.journal import record
from conserje.blueprints import lists, places
from conserje.blueprints.access import current_access, not_activity, requires
from conserje.blueprints.administration import administration
from conserje.blueprints.fields import PostForm
from conserje.blueprints.gate.loading import resident_or_404
from conserje.blueprints.htmx import tagged
from conserje.blueprints.submission import once
from conserje.blueprints.wording import sentence
from conserje.communities.models import Resident
from conserje.errors import Refused
from conserje.jobs import Job
from conserje.permissions import Permission
from conserje.portal import invitations
from conserje.portal.invitations import Order


@administration.get("/accesos-de-residentes")
@requires(Permission.SEE_PORTAL_ACCESS)
def portal_invitations() -> ResponseReturnValue:
    return _shown()


@administration.post("/accesos-de-residentes/<int:resident_id>")
@requires(Permission.INVITE_RESIDENTS)
def invite_resident(resident_id: int) -> ResponseReturnValue:
    """[Enviar acceso]."""
    resident, form, by, now = resident_or_404(resident_id), PostForm(), current_access().actor, clock.now()
    try:
        done = once(form.key.data, lambda: invitations.send(resident, by=by, now=now), kind=Resident)
    except Refused as refusal:
        return _shown(409, problem=sentence(refusal))
    flash(_("Le enviamos a %(email)s un enlace para entrar. Vence en 72 horas.", email=done.email))
    return redirect(url_for("administration.portal_invitations"), 303)


@administration.post("/accesos-de-residentes/generar")
@requires(Permission.INVITE_RESIDENTS)
def invite_owners() -> ResponseReturnValue:
    """[Generar usuarios]; one such job at a time is enough for a community."""
    once(PostForm().key.data, _ordered, kind=Job)
    return redirect(url_for("administration.inviting_owners"), 303)


@administration.get("/accesos-de-residentes/generar")
@requires(Permission.SEE_PORTAL_ACCESS)
def inviting_owners() -> ResponseReturnValue:
    """How far the latest such job is, and what came of it."""
    return render_template("administration/inviting_owners.html", job=_latest())


@administration.get("/accesos-de-residentes/generar/actual")
@requires(Permission.SEE_PORTAL_ACCESS)
@not_activity
def inviting_owners_now() -> Response:
    return tagged("administration/_inviting_owners.html", job=_latest())


@administration.get("/accesos-de-residentes.xlsx")
@requires(Permission.INVITE_RESIDENTS)
def export_portal_invitations() -> Response:
    headings = [_("Residente"), _("Unidad"), _("Correo electrónico"), _("Último acceso"), _("Enlace vigente hasta")]
    rows = (
        [row.full_name, row.unit, row.email, row.last_access_at, row.invited_until]
        for row in invitations.everybody(lists.searched(), lists.sorted_by(Order), now=clock.now())
    )
    return lists.workbook("accesos-de-residentes", _("Acceso de residentes"), headings, rows, "portal.exported")


def _ordered() -> Job:
    latest, by, now = _latest(), current_access().actor, clock.now()
    if latest is not None and not latest.is_over:
        return latest
    community_id, account_id = current_access().community.id, current_access().account.id
    record("portal.invitations_ordered", "community", community_id, by=by, at=now)
    return jobs.order(invitations.JOB, {}, community_id=community_id, account_id=account_id, now=now)


def _latest() -> Job | None:
    return jobs.latest(invitations.JOB, current_access().community.id)


def _shown(status: int = 200, *, problem: str = "") -> ResponseReturnValue:
    typed, order, after = lists.searched(), lists.sorted_by(Order), places.read_id(request.args.get("desde", ""))
    page = invitations.listed(typed, order, now=clock.now(), after=after)
    here = lists.address(typed, order)
    body = render_template(
        "administration/portal_invitations.html",
        form=PostForm(formdata=None),
        typed=typed,
        order=order,
        orders=Order,
        page=page,
        export_url=url_for("administration.export_portal_invitations", **here),
        problem=problem,
        **lists.ways_on("administration.portal_invitations", here, after=after, following=page.next),
    )
    return body, status
