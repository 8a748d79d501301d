"""[Carta de bienvenida]: choosing units, making or sending their letters, and the community's own text (T12 to T16)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conserje import clock
from conserje.blueprints import lists, places
from conserje.blueprints.access import current_access, not_activity, requires
from conserje.blueprints.administration import administration
from conserje.blueprints.administration.letter_forms import LettersForm, LetterTextForm
from conserje.blueprints.gate.loading import job_or_404
from conserje.blueprints.htmx import tagged
from conserje.blueprints.submission import once
from conserje.communities import branding, directory
from conserje.communities.models import Community
from conserje.database import end_reading
from conserje.errors import Refused
from conserje.jobs import Job, JobState
from conserje.letters import ordering, recipients, wording
from conserje.letters.recipients import Recipient
from conserje.localisation import long_day
from conserje.permissions import Module, Permission
from conserje.photos.storage import PhotoStore


@administration.get("/cartas")
@requires(Permission.SEE_LETTERS)
def letters() -> ResponseReturnValue:
    return _shown(LettersForm(formdata=None))


@administration.post("/cartas")
@requires(Permission.MANAGE_LETTERS)
def order_letters() -> ResponseReturnValue:
    form, access, now = LettersForm(), current_access(), clock.now()
    if not form.validate():
        return _shown(form, 422)
    chosen = recipients.listed(form.q.data or "") if form.of_all else recipients.own(form.chosen())

    def ordered() -> Job:
        if form.by_mail:
            return ordering.order_mail(access.community, chosen, by=access.actor, now=now)
        return ordering.order_paper(access.community, chosen, form.paper, by=access.actor, now=now)

    try:
        once(form.key.data, ordered, form.said(), kind=Job)
    except Refused as refusal:
        form.refuse(refusal)
        return _shown(form, 422)
    return redirect(url_for("administration.letters_ordered"), 303)


@administration.get("/cartas/avance")
@requires(Permission.SEE_LETTERS)
def letters_ordered() -> ResponseReturnValue:
    """How far the latest order is, and what came of it."""
    return render_template("administration/letters_ordered.html", **_order())


@administration.get("/cartas/avance/actual")
@requires(Permission.SEE_LETTERS)
@not_activity
def letters_ordered_now() -> Response:
    return tagged("administration/_letters_ordered.html", **_order())


@administration.get("/cartas/<int:job_id>/archivo")
@requires(Permission.MANAGE_LETTERS)
def letters_file(job_id: int) -> Response:
    job = job_or_404(job_id, ordering.MAKE)
    if job.state != JobState.DONE:
        abort(404)
    key, name = job.result["file"], job.result["name"]
    end_reading()
    store: PhotoStore = current_app.extensions["photos"]
    body = store.load(key)
    if body is None:
        abort(404)
    kind = "application/pdf" if name.endswith(".pdf") else "application/zip"
    response = Response(body, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@administration.get("/cartas/texto")
@requires(Permission.MANAGE_LETTERS)
def letter_text() -> ResponseReturnValue:
    form = LetterTextForm()
    community = current_access().community
    form.text.data = wording.text_of(community.letter, has_portal=community.has(Module.PORTAL))
    return _text_shown(form)


@administration.post("/cartas/texto")
@requires(Permission.MANAGE_LETTERS)
def change_letter_text() -> ResponseReturnValue:
    form, access, now = LetterTextForm(), current_access(), clock.now()
    if not form.validate():
        return _text_shown(form, 422)
    if form.previews:
        return _text_shown(form, letter=_example(form.text.data or ""))
    if form.restores:
        form.text.data = wording.suggested(has_portal=access.community.has(Module.PORTAL))
    text = form.text.data or ""
    once(
        form.key.data,
        lambda: ordering.settle_text(access.community, text, by=access.actor, now=now),
        form.said(),
        kind=Community,
    )
    flash(_("La carta quedó guardada."))
    return redirect(url_for("administration.letter_text"), 303)


def _order() -> dict[str, Any]:
    job = ordering.latest(current_access().community)
    is_sent = job is not None and job.kind == ordering.SEND and job.state == JobState.DONE
    return {"job": job, "kinds": ordering, "unreached": ordering.unreached(job) if job is not None and is_sent else ()}


def _example(text: str) -> list[str]:
    """The letter of the first unit, or of one that might be."""
    access = current_access()
    to = recipients.first() or Recipient(0, "101", "", "")
    administration = branding.administration_of(access.community)
    link = f"{current_app.config['PUBLIC_BASE_URL']}{url_for('portal.home')}"
    day = long_day(clock.local(clock.now(), access.time_zone).date())
    facts = wording.Facts(to.name, to.unit, access.community.name, administration.name, link, day)
    return wording.paragraphs(wording.filled(text, facts))


def _text_shown(form: LetterTextForm, status: int = 200, *, letter: Sequence[str] = ()) -> ResponseReturnValue:
    body = render_template(
        "administration/letter_text.html",
        form=form,
        letter=letter,
        fields=wording.FIELDS,
        is_own=bool(current_access().community.letter),
    )
    return body, status


def _shown(form: LettersForm, status: int = 200) -> ResponseReturnValue:
    typed = lists.searched(form.q.data if form.is_submitted() else None)
    after = places.read_id(request.args.get("desde", ""))
    form.q.data = typed
    page = directory.listed(typed, after=after)
    body = render_template(
        "administration/letters.html",
        form=form,
        typed=typed,
        page=page,
        chosen=form.chosen(),
        job=ordering.latest(current_access().community),
        **lists.ways_on("administration.letters", lists.address(typed), after=after, following=page.next),
    )
    return body, status
