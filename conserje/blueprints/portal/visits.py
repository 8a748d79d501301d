"""The unit's visits: those that wait for an answer first, then what came in the last 30 days."""

from __future__ import annotations

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conserje import clock
from conserje.blueprints import places
from conserje.blueprints.access import for_residents
from conserje.blueprints.fields import tidy_note
from conserje.blueprints.portal import portal
from conserje.blueprints.resident_access import current_resident
from conserje.blueprints.wording import sentence
from conserje.database import abandon_writing, begin_writing
from conserje.errors import Refused
from conserje.photos.logos import bar_key
from conserje.photos.storage import thumbnail_key
from conserje.portal import sessions, unit_visits
from conserje.visits.answers import Answer
from conserje.visits.models import State, Visit

_ANSWERS = (Answer.AUTHORISE, Answer.REJECT)


@portal.get("/residentes/")
@for_residents
def home() -> ResponseReturnValue:
    return _shown()


@portal.post("/residentes/unidad")
@for_residents
def choose_home() -> ResponseReturnValue:
    """Another of one's units, perhaps of another community."""
    wanted = request.form.get("home", "")
    me = current_resident()
    chosen = next((each for each in me.homes if str(each.resident_id) == wanted), None)
    if chosen is None:
        abort(404)  # unknown, somebody else's, or no longer one's own: they must look the same
    begin_writing()
    sessions.choose(me.session, chosen)
    return redirect(url_for("portal.home"), 303)


@portal.post("/residentes/visitas/<int:visit_id>/respuesta")
@for_residents
def answer(visit_id: int) -> ResponseReturnValue:
    visit, me = _visit_or_404(visit_id), current_resident()
    try:
        said = next(each for each in _ANSWERS if each == request.form.get("answer"))
        reason = tidy_note(request.form.get("reason", ""))
    except StopIteration:
        return _shown(422, problem=_("Elija una de las respuestas."))
    except Refused as refusal:
        return _shown(422, problem=sentence(refusal), typed={visit_id: request.form.get("reason", "")})
    reason = reason if said is Answer.REJECT else ""
    agent = request.headers.get("User-Agent", "")
    try:
        begin_writing()
        unit_visits.answer(visit, me.resident, said, reason, by=me.actor, agent=agent, now=clock.now())
    except Refused as refusal:
        abandon_writing()
        return _shown(403 if refusal.code == "may_not_approve" else 409, problem=sentence(refusal))
    flash(_("Entrada autorizada. La portería ya lo sabe.") if said is Answer.AUTHORISE else _("Visita rechazada."))
    return redirect(url_for("portal.home"), 303)


@portal.post("/residentes/visitas/<int:visit_id>/ajena")
@for_residents
def disown(visit_id: int) -> ResponseReturnValue:
    visit, me = _visit_or_404(visit_id), current_resident()
    try:
        begin_writing()
        unit_visits.disown(visit, me.resident, by=me.actor, now=clock.now())
    except Refused as refusal:
        abandon_writing()
        return _shown(409, problem=sentence(refusal))
    flash(_("La portería ya sabe que esa visita no era para ustedes."))
    return redirect(url_for("portal.home"), 303)


@portal.get("/residentes/visitas/<int:visit_id>/foto")
@for_residents
def photo(visit_id: int) -> Response:
    """The visitor's face, while the visit waits for an answer and no longer."""
    visit, now = _visit_or_404(visit_id), clock.now()
    waits = visit.state == State.PENDING and visit.answer_by > now
    digest = visit.photo if waits else None
    return _jpeg(thumbnail_key(visit.community_id, digest)) if digest else abort(404)


@portal.get("/residentes/logos/<digest>.jpg")
@for_residents
def logo(digest: str) -> Response:
    """The logo that the community shows, and no other."""
    me = current_resident()
    if digest != me.logo:
        abort(404)
    response = _jpeg(bar_key(me.community.administration_id, digest))
    # The address is made of the content's digest: what it names never changes.
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


def _jpeg(key: str) -> Response:
    body = current_app.extensions["photos"].load(key)
    if body is None:
        abort(404)
    return Response(body, mimetype="image/jpeg")


def _visit_or_404(visit_id: int) -> Visit:
    found = unit_visits.find(current_resident().resident, visit_id, now=clock.now())
    if found is None:
        abort(404)
    return found


def _shown(status: int = 200, *, problem: str = "", typed: dict[int, str] | None = None) -> ResponseReturnValue:
    me, now = current_resident(), clock.now()
    after = places.read(request.args.get("desde", ""))
    page = unit_visits.listed(me.resident, now=now, after=after)
    body = render_template(
        "portal/home.html",
        me=me,
        waiting=[] if after else unit_visits.waiting(me.resident, now=now),
        page=page,
        first_url=url_for("portal.home") if after else None,
        next_url=url_for("portal.home", desde=places.write(page.next)) if page.next else None,
        problem=problem,
        typed=typed or {},
    )
    return body, status
