"""[Solicitudes]: what people asked about their data, and by when each of them must be answered."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conserje import clock
from conserje.blueprints import lists, places
from conserje.blueprints.access import current_access, requires
from conserje.blueprints.administration import administration
from conserje.blueprints.administration.privacy_request_forms import (
    ClosingForm,
    RequestForm,
    kind_label,
    outcome_label,
)
from conserje.blueprints.submission import once
from conserje.errors import Refused
from conserje.idempotency import AlreadySubmitted
from conserje.localisation import day
from conserje.permissions import Permission
from conserje.privacy import data_requests as rules
from conserje.privacy.data_requests import Order, RequestRow
from conserje.privacy.models import DataRequest, Outcome

administration.add_app_template_filter(kind_label, "request_kind_label")
administration.add_app_template_filter(outcome_label)


@administration.get("/privacidad/solicitudes")
@requires(Permission.SEE_PRIVACY)
def data_requests() -> ResponseReturnValue:
    """The open ones first, by their day. No search: a name would stand in the address."""
    order, after = lists.sorted_by(Order), places.read_id(request.args.get("desde", ""))
    here = lists.address(order=order)
    page = rules.listed(current_access().community, order, after=after, now=clock.now())
    return render_template(
        "administration/privacy_requests.html",
        order=order,
        orders=Order,
        page=page,
        waiting=rules.waiting(),
        export_url=url_for("administration.export_data_requests", **here),
        **lists.ways_on("administration.data_requests", here, after=after, following=page.next),
    )


@administration.get("/privacidad/solicitudes.xlsx")
@requires(Permission.MANAGE_PRIVACY)
def export_data_requests() -> Response:
    found = rules.every(current_access().community, lists.sorted_by(Order), now=clock.now())
    headings = [
        _("Qué pide"), _("Quién pide"), _("Llegó el"), _("Responder hasta"), _("Vencida"), _("Cerrada"),
        _("Resultado"), _("Nota"), _("Registrada por"),
    ]  # fmt: skip
    return lists.workbook("solicitudes", _("Solicitudes"), headings, map(_in_file, found), "privacy.requests_exported")


@administration.get("/privacidad/solicitudes/nueva")
@requires(Permission.MANAGE_PRIVACY)
def new_data_request() -> ResponseReturnValue:
    form, access = RequestForm(), current_access()
    form.received_on.data = clock.local(clock.now(), access.time_zone).date()
    return _form_shown(form)


@administration.post("/privacidad/solicitudes/nueva")
@requires(Permission.MANAGE_PRIVACY)
def open_data_request() -> ResponseReturnValue:
    form, access, now = RequestForm(), current_access(), clock.now()
    if not form.validate():
        return _form_shown(form, 422)
    said = form.asked()
    try:
        opened = once(
            form.key.data,
            lambda: rules.open_request(access.community, said, by=access.actor, now=now),
            form.said(),
            kind=DataRequest,
        )
    except AlreadySubmitted:
        form.renew_key()
        return _form_shown(form, 409, saved_before=True)
    except Refused as refusal:
        form.refuse(refusal)
        return _form_shown(form, 422)
    return _back(_("La solicitud quedó registrada. Respóndala hasta el %(day)s.") % {"day": day(opened.due_on)})


@administration.get("/privacidad/solicitudes/<int:request_id>/cerrar")
@requires(Permission.MANAGE_PRIVACY)
def closing_data_request(request_id: int) -> ResponseReturnValue:
    return _closing_shown(ClosingForm(), _request_or_404(request_id))


@administration.post("/privacidad/solicitudes/<int:request_id>/cerrar")
@requires(Permission.MANAGE_PRIVACY)
def close_data_request(request_id: int) -> ResponseReturnValue:
    found, access, form = _request_or_404(request_id), current_access(), ClosingForm()
    if not form.validate():
        return _closing_shown(form, found, 422)
    outcome, note = Outcome(form.outcome.data), form.note.data or ""
    try:
        once(
            form.key.data,
            lambda: rules.close(found, outcome, note, by=access.actor, now=clock.now()),
            form.said(),
            kind=DataRequest,
        )
    except (Refused, AlreadySubmitted) as problem:
        refusal = problem if isinstance(problem, Refused) else Refused("request_closed")
        form.refuse(refusal)
        return _closing_shown(form, _request_or_404(request_id), 422 if refusal.field else 409)
    return _back(_("La solicitud quedó cerrada."))


def _in_file(row: RequestRow) -> list[object]:
    asked = row.request
    return [
        kind_label(asked.kind), asked.asker, asked.received_on, asked.due_on, _("Sí") if row.is_overdue else "",
        asked.closed_at, outcome_label(asked.outcome) if asked.outcome else "", asked.note, row.opened_by,
    ]  # fmt: skip


def _request_or_404(request_id: int) -> DataRequest:
    found = rules.find(request_id)
    if found is None:
        abort(404)
    return found


def _back(notice: str) -> ResponseReturnValue:
    flash(notice)
    return redirect(url_for("administration.data_requests"), 303)


def _form_shown(form: RequestForm, status: int = 200, *, saved_before: bool = False) -> ResponseReturnValue:
    community = current_access().community
    body = render_template(
        "administration/privacy_request_form.html", form=form, community=community, saved_before=saved_before
    )
    return body, status


def _closing_shown(form: ClosingForm, found: DataRequest, status: int = 200) -> ResponseReturnValue:
    return render_template("administration/privacy_request_closing.html", form=form, asked=found), status
