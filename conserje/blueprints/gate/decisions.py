"""Deciding a visit (O25 to O29), and marking entries and exits: one row of a list changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from conserje import clock
from conserje.audit.journal import Actor
from conserje.blueprints.access import current_access, requires
from conserje.blueprints.gate import gate
from conserje.blueprints.gate.forms import AcceptForm
from conserje.blueprints.gate.loading import unit_or_404, visit_or_404
from conserje.blueprints.htmx import fragment_or_redirect, page_or_fragment
from conserje.blueprints.submission import once
from conserje.blueprints.wording import sentence
from conserje.errors import Refused
from conserje.idempotency import AlreadySubmitted
from conserje.permissions import Permission
from conserje.visits import approval, asking, board, presence
from conserje.visits.models import Method, State, Visit


@gate.get("/visitas/<int:visit_id>")
@requires(Permission.SEE_GATE)
def visit(visit_id: int) -> Response:
    """The row alone: what a form opened in it gives back when it is closed unsent."""
    found = visit_or_404(visit_id)
    return _row_shown(found)


@gate.get("/visitas/<int:visit_id>/decidir")
@requires(Permission.DECIDE_VISITS)
def decide(visit_id: int) -> Response:
    found = visit_or_404(visit_id)
    if not board.row(found, now=clock.now()).may_decide:
        return _row_shown(found)
    return _row_shown(found, form=AcceptForm(found.id))


@gate.post("/visitas/<int:visit_id>/aceptar")
@requires(Permission.DECIDE_VISITS)
def accept(visit_id: int) -> ResponseReturnValue:
    return _decided(
        visit_id,
        lambda visit, form, by, now: approval.accept(visit, Method(form.method.data), form.note.data, by=by, now=now),
    )


@gate.post("/visitas/<int:visit_id>/rechazar")
@requires(Permission.DECIDE_VISITS)
def reject(visit_id: int) -> ResponseReturnValue:
    return _decided(visit_id, lambda visit, form, by, now: approval.reject(visit, form.note.data, by=by, now=now))


@gate.post("/visitas/<int:visit_id>/ingreso")
@requires(Permission.REGISTER_VISITORS)
def mark_entry(visit_id: int) -> ResponseReturnValue:
    return _moved(visit_id, presence.mark_entry)


@gate.post("/visitas/<int:visit_id>/salida")
@requires(Permission.REGISTER_VISITORS)
def mark_exit(visit_id: int) -> ResponseReturnValue:
    return _moved(visit_id, presence.mark_exit)


@gate.post("/visitas/<int:visit_id>/reenviar")
@requires(Permission.REGISTER_VISITORS)
def ask_again(visit_id: int) -> ResponseReturnValue:
    """[Reenviar]: ask the resident once more."""
    return _moved(visit_id, asking.ask_again)


def _decided(visit_id: int, act: Callable[[Visit, AcceptForm, Actor, datetime], Visit]) -> ResponseReturnValue:
    found = visit_or_404(visit_id)
    form = AcceptForm(found.id)
    if not form.validate():
        return _row_shown(found, form=form, status=422)
    try:
        changed = once(
            form.key.data,
            lambda: act(found, form, current_access().actor, clock.now()),
            form.said(),
            kind=Visit,
        )
    except AlreadySubmitted:
        return _row_shown(found, notice=sentence(Refused("visit_already_decided")), status=409)
    except Refused as refusal:
        if refusal.field:
            form.refuse(refusal)
            return _row_shown(found, form=form, status=422)
        return _row_shown(found, notice=sentence(refusal), status=409)
    return _changed(changed)


def _moved(visit_id: int, act: Callable[..., Visit]) -> ResponseReturnValue:
    found = visit_or_404(visit_id)
    try:
        changed = once(
            request.form.get("key", ""), lambda: act(found, by=current_access().actor, now=clock.now()), kind=Visit
        )
    except Refused as refusal:
        return _row_shown(found, notice=sentence(refusal), status=409)
    return _changed(changed)


def _row_shown(found: Visit, *, form: AcceptForm | None = None, notice: str = "", status: int = 200) -> Response:
    """The visit's row, with the form of the decision open in it where one is given."""
    return page_or_fragment(
        "gate/visit.html",
        "gate/_visit_row.html",
        status,
        row=board.row(found, now=clock.now()),
        form=form,
        notice=notice,
        unit=unit_or_404(found.unit_id),
        draws_photo=True,
        focus_id=found.id if form is None else 0,
    )


def _changed(visit: Visit) -> ResponseReturnValue:
    """The row as it is now; a visitor who is turned away goes back to the register of the deactivated."""
    now = clock.now()
    turned_away = board.deactivated_now(visit.visitor_id, now=now) if visit.state == State.REJECTED else None
    return fragment_or_redirect(
        "gate/_visit_changed.html",
        url_for("gate.unit", unit_id=visit.unit_id),
        row=board.row(visit, now=now),
        focus_id=visit.id,
        deactivated=turned_away,
    )
