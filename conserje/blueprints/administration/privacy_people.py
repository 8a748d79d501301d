"""[Datos personales]: answering whoever asks what is held of him, and wants it corrected or erased."""

from __future__ import annotations

import json

from flask import Response, abort, after_this_request, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conserje import clock
from conserje.blueprints.access import current_access, requires
from conserje.blueprints.administration import administration
from conserje.blueprints.administration.privacy_export import as_json
from conserje.blueprints.administration.privacy_forms import CorrectionForm, PersonSearchForm
from conserje.blueprints.fields import PostForm
from conserje.blueprints.submission import once
from conserje.blueprints.wording import sentence
from conserje.communities.models import Community
from conserje.errors import Refused
from conserje.idempotency import AlreadySubmitted
from conserje.permissions import Permission
from conserje.photos.storage import StorageUnavailable
from conserje.privacy import dossier, files, holds, people, requests
from conserje.privacy.dossier import Dossier
from conserje.privacy.people import PEOPLE_SHOWN, Source


@administration.get("/privacidad/personas")
@requires(Permission.MANAGE_PRIVACY)
def find_person() -> ResponseReturnValue:
    return render_template("administration/privacy_people.html", form=PersonSearchForm(), found=None, more=False)


@administration.post("/privacidad/personas")
@requires(Permission.MANAGE_PRIVACY)
def found_people() -> ResponseReturnValue:
    """Who may be meant. Searching is noted in the journal; what was typed is not."""
    form, access = PersonSearchForm(), current_access()
    try:
        found = people.find(access.community, form.text.data or "", by=access.actor, now=clock.now())
    except Refused as refusal:
        form.text.errors = [sentence(refusal)]
        return render_template("administration/privacy_people.html", form=form, found=None, more=False), 422
    return render_template(
        "administration/privacy_people.html", form=form, found=found[:PEOPLE_SHOWN], more=len(found) > PEOPLE_SHOWN
    )


@administration.get("/privacidad/personas/<source>/<int:row_id>")
@requires(Permission.MANAGE_PRIVACY)
def person(source: str, row_id: int) -> ResponseReturnValue:
    """Everything that is held of the person; prints as the answer to a request."""
    found, access = person_or_404(source, row_id), current_access()
    dossier.note("privacy.viewed", found, by=access.actor, now=clock.now())
    held = holds.lasting(found, clock.now())
    return render_template("administration/privacy_person.html", person=found, community=access.community, held=held)


@administration.get("/privacidad/personas/<source>/<int:row_id>.json")
@requires(Permission.MANAGE_PRIVACY)
def export_person(source: str, row_id: int) -> Response:
    """[Exportar]: the same as a file that other programs read (portability)."""
    found, access, now = person_or_404(source, row_id), current_access(), clock.now()
    dossier.note("privacy.exported", found, by=access.actor, now=now)
    body = json.dumps(as_json(found, holds.lasting(found, now), access.community, now), ensure_ascii=False, indent=2)
    response = Response(body, mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="datos-personales-{row_id}.json"'
    return response


@administration.get("/privacidad/personas/<source>/<int:row_id>/corregir")
@requires(Permission.MANAGE_PRIVACY)
def edit_person(source: str, row_id: int) -> ResponseReturnValue:
    found = person_or_404(source, row_id)
    form = CorrectionForm(current_access().community)
    form.show(found)
    return _correction_shown(form, found)


@administration.post("/privacidad/personas/<source>/<int:row_id>/corregir")
@requires(Permission.MANAGE_PRIVACY)
def correct_person(source: str, row_id: int) -> ResponseReturnValue:
    found, access = person_or_404(source, row_id), current_access()
    form = CorrectionForm(access.community)
    if not form.validate():
        return _correction_shown(form, found, 422)
    full_name, document = form.full_name.data or "", form.document

    def act() -> Community:
        requests.correct(person_or_404(source, row_id), full_name, document, by=access.actor, now=clock.now())
        return access.community

    try:
        once(form.key.data, act, form.said(), kind=Community)
    except (Refused, AlreadySubmitted) as problem:
        form.refuse(problem if isinstance(problem, Refused) else Refused("form_stale"))
        return _correction_shown(form, found, 409)
    flash(_("Los datos quedaron corregidos."))
    return redirect(url_for("administration.person", source=source, row_id=row_id), 303)


@administration.get("/privacidad/personas/<source>/<int:row_id>/borrar")
@requires(Permission.MANAGE_PRIVACY)
def ask_before_erasing_person(source: str, row_id: int) -> ResponseReturnValue:
    return _erasure_shown(person_or_404(source, row_id), PostForm())


@administration.post("/privacidad/personas/<source>/<int:row_id>/borrar")
@requires(Permission.MANAGE_PRIVACY)
def erase_person(source: str, row_id: int) -> ResponseReturnValue:
    """[Borrar]; a second post finds that it was done, and is told so."""
    form, access = PostForm(), current_access()
    photos: set[str] = set()

    def act() -> Community:
        found = person_or_404(source, row_id)
        photos.update(requests.erase(found, by=access.actor, now=clock.now()))
        return access.community

    try:
        once(form.key.data, act, kind=Community)
    except Refused as refusal:
        form.refuse(refusal)
        form.renew_key()
        return _erasure_shown(person_or_404(source, row_id), form, 409)
    _delete_once_committed(photos)
    flash(_("Los datos quedaron borrados."))
    return redirect(url_for("administration.find_person"), 303)


def _delete_once_committed(photos: set[str]) -> None:
    community_id, store = current_access().community.id, current_app.extensions["photos"]

    @after_this_request
    def delete(response: Response) -> Response:
        if response.status_code < 400:
            try:
                files.delete_photos(store, community_id, photos)
            except StorageUnavailable as problem:
                # No row names them any more: the next purge deletes them.
                current_app.logger.error("photographs of an erased person are not deleted yet: %s", problem)
        return response


def person_or_404(source: str, row_id: int) -> Dossier:
    """The person that an address names, as the community holds him."""
    found = dossier.gather(Source(source), row_id) if source in set(Source) else None
    if found is None:
        abort(404)
    return found


def _correction_shown(form: CorrectionForm, found: Dossier, status: int = 200) -> ResponseReturnValue:
    return render_template("administration/privacy_correction.html", form=form, person=found), status


def _erasure_shown(found: Dossier, form: PostForm, status: int = 200) -> ResponseReturnValue:
    held = holds.lasting(found, clock.now())
    return render_template("administration/privacy_erasure.html", form=form, person=found, held=held), status
