"""The steps that every import takes, whatever is imported: upload, progress, apply, discard."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from flask import Response, current_app, flash, make_response, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conserje import clock
from conserje.blueprints.access import current_access
from conserje.blueprints.administration.import_forms import DraftForm, ImportFileForm
from conserje.blueprints.htmx import VARY, tagged, wants_fragment
from conserje.blueprints.submission import once
from conserje.blueprints.wording import sentence
from conserje.communities.models import Community, ImportDraft
from conserje.errors import Refused
from conserje.importing import drafts
from conserje.importing.drafts import Subject
from conserje.jobs import Job, JobState
from conserje.photos.storage import PhotoStore


@dataclass(frozen=True)
class Place:
    """Where an import has its pages: what they are called, under which address, and where they lead back to.

    `person` heads the column of those whom the lists name; `may`: whether whoever looks may import.
    """

    title: str
    person: str
    here: str
    back: str
    back_label: str
    may: bool

    @property
    def progress(self) -> str:
        return f"{self.here}/avance"

    @property
    def apply(self) -> str:
        return f"{self.here}/aplicar"

    @property
    def discard(self) -> str:
        return f"{self.here}/descartar"


def order_reading(form: ImportFileForm, of: Subject) -> None:
    """Keep the file that was uploaded, and have it read."""
    access = current_access()
    store: PhotoStore = current_app.extensions["photos"]
    kept_as = f"imports/{access.community.id}/{secrets.token_hex(16)}"
    store.save(kept_as, form.body)
    try:
        job = once(
            form.key.data,
            lambda: drafts.order_file(access.community, kept_as, form.name, of=of, by=access.actor, now=clock.now()),
            form.said(),
            kind=Job,
        )
    except BaseException:
        store.delete(kept_as)
        raise
    if job.arguments["file"] != kept_as:
        # Posted twice: the first one's file is being read.
        store.delete(kept_as)


def progress(of: Subject, target: str) -> ResponseReturnValue:
    """How far the work is, asked for again and again; once it is over, the way to the page that shows what came."""
    job = drafts.latest(current_access().community, of=of)
    if job is not None and not job.is_over and wants_fragment():
        return tagged("administration/_import_progress.html", job=job, subject=of)
    if not wants_fragment():
        return redirect(target, 303)
    response = make_response("", 200)
    response.headers["HX-Redirect"] = target
    response.vary.update(VARY)
    return response


def order_applying(form: DraftForm, of: Subject) -> ImportDraft | None:
    """Have the draft that was shown applied; gives it back where its errors are still to be answered for."""
    access = current_access()
    try:
        once(
            form.key.data,
            lambda: drafts.order_applying(
                access.community,
                form.draft.data or "",
                leaves_out=form.leaves_out.data,
                of=of,
                by=access.actor,
                now=clock.now(),
            ),
            form.said(),
            kind=Job,
        )
    except Refused as refusal:
        draft = drafts.current(clock.now(), of=of)
        if refusal.code != "import_has_errors" or draft is None:
            raise
        form.refuse(refusal)
        form.renew_key()
        return draft
    return None


def discard(form: DraftForm, of: Subject) -> None:
    """Throw the draft that was shown away."""
    access = current_access()
    once(
        form.key.data,
        lambda: drafts.discard(access.community, form.draft.data or "", of=of, now=clock.now()),
        form.said(),
        kind=Community,
    )
    flash(_("La importación se descartó. No se guardó nada de ella."))


def page_asked() -> int:
    """Which page of a list of the preview the address asks for."""
    asked = request.args.get("pagina", "1")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1


def unknown_columns(job: Job | None, of: Subject) -> list[str]:
    """Columns of the file that was just read that are not used."""
    return job.result.get("unknown", []) if job is not None and job.kind == of.read else []


def applied(job: Job | None, of: Subject) -> dict[str, int] | None:
    """What the last import came to, where it was applied."""
    return job.result if job is not None and job.kind == of.apply and job.state == JobState.DONE else None


def trouble(job: Job | None) -> str:
    """Why the last import did not come to its end."""
    if job is None or job.state != JobState.FAILED:
        return ""
    return sentence(Refused(job.problem, **job.result))


def download(body: bytes, name: str, kind: str) -> Response:
    response = Response(body, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
