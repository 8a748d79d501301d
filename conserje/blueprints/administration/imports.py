"""[Importar datos]: units and residents from a file or from the accounting product (T05, T06, K106)."""

from __future__ import annotations

import secrets

from flask import Response, current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conserje import clock, config
from conserje.blueprints.access import current_access, not_activity, requires
from conserje.blueprints.administration import administration
from conserje.blueprints.administration.import_forms import DraftForm, ImportFileForm, address_form
from conserje.blueprints.administration.import_preview import preview
from conserje.blueprints.htmx import VARY, tagged, wants_fragment
from conserje.blueprints.limits import takes_file
from conserje.blueprints.submission import once
from conserje.blueprints.wording import sentence
from conserje.communities.models import Community, ImportDraft
from conserje.database import end_reading
from conserje.errors import Refused
from conserje.identity.countries import Country
from conserje.importing import drafts
from conserje.importing.files import MOST_BYTES
from conserje.jobs import Job, JobState
from conserje.permissions import Permission
from conserje.photos.storage import PhotoStore

_MEGABYTES = MOST_BYTES // (1024 * 1024)


@administration.get("/inmuebles/importar")
@requires(Permission.SEE_UNITS)
def imports() -> ResponseReturnValue:
    """Wherever the import stands: the work under way, the draft that waits, or the forms that begin one."""
    job = drafts.latest(current_access().community)
    if job is not None and not job.is_over:
        return render_template("administration/import_running.html", job=job, job_kinds=drafts)
    draft = drafts.current(clock.now())
    if draft is not None:
        return _previewed(draft, DraftForm(), job)
    return _shown(ImportFileForm(), job=job)


@administration.get("/inmuebles/importar/avance")
@requires(Permission.SEE_UNITS)
@not_activity
def import_progress() -> ResponseReturnValue:
    """How far the work is, asked for again and again; once it is over, the way to the page that shows what came."""
    job = drafts.latest(current_access().community)
    if job is not None and not job.is_over and wants_fragment():
        return tagged("administration/_import_progress.html", job=job, job_kinds=drafts)
    target = url_for("administration.imports")
    if not wants_fragment():
        return redirect(target, 303)
    response = make_response("", 200)
    response.headers["HX-Redirect"] = target
    response.vary.update(VARY)
    return response


@administration.post("/inmuebles/importar/archivo")
@requires(Permission.MANAGE_UNITS)
@takes_file(megabytes=_MEGABYTES)
def import_file() -> ResponseReturnValue:
    form, access = ImportFileForm(), current_access()
    end_reading()  # a large file takes a while to look into
    if not form.validate():
        return _shown(form, status=422)
    store: PhotoStore = current_app.extensions["photos"]
    kept_as = f"imports/{access.community.id}/{secrets.token_hex(16)}"
    store.save(kept_as, form.body)
    try:
        job = once(
            form.key.data,
            lambda: drafts.order_file(access.community, kept_as, form.name, by=access.actor, now=clock.now()),
            form.said(),
            kind=Job,
        )
    except BaseException:
        store.delete(kept_as)
        raise
    if job.arguments["file"] != kept_as:
        # Posted twice: the first one's file is being read.
        store.delete(kept_as)
    return redirect(url_for("administration.imports"), 303)


@administration.post("/inmuebles/importar/direccion")
@requires(Permission.MANAGE_UNITS)
def import_address() -> ResponseReturnValue:
    access, form = current_access(), address_form(config.is_demo(current_app))
    if not form.validate():
        return _shown(ImportFileForm(formdata=None), address=form, status=422)
    once(
        form.key.data,
        lambda: drafts.order_address(access.community, form.address.data, by=access.actor, now=clock.now()),
        form.said(),
        kind=Job,
    )
    return redirect(url_for("administration.imports"), 303)


@administration.post("/inmuebles/importar/aplicar")
@requires(Permission.MANAGE_UNITS)
def apply_import() -> ResponseReturnValue:
    form, access = DraftForm(), current_access()
    try:
        once(
            form.key.data,
            lambda: drafts.order_applying(
                access.community,
                form.draft.data or "",
                leaves_out=form.leaves_out.data,
                by=access.actor,
                now=clock.now(),
            ),
            form.said(),
            kind=Job,
        )
    except Refused as refusal:
        draft = drafts.current(clock.now())
        if refusal.code != "import_has_errors" or draft is None:
            raise
        form.refuse(refusal)
        form.renew_key()
        return _previewed(draft, form, None), 422
    return redirect(url_for("administration.imports"), 303)


@administration.post("/inmuebles/importar/descartar")
@requires(Permission.MANAGE_UNITS)
def discard_import() -> ResponseReturnValue:
    form, access = DraftForm(), current_access()
    once(
        form.key.data,
        lambda: drafts.discard(access.community, form.draft.data or "", now=clock.now()),
        form.said(),
        kind=Community,
    )
    flash(_("La importación se descartó. No se guardó nada de ella."))
    return redirect(url_for("administration.imports"), 303)


@administration.get("/inmuebles/importar/plantilla.xlsx")
@requires(Permission.SEE_UNITS)
def import_template() -> Response:
    # Imported here: only a server that makes an Excel file pays for the memory of what makes it.
    from conserje import spreadsheets
    from conserje.importing import samples

    return _download(samples.workbook(_country()), "plantilla-inmuebles.xlsx", spreadsheets.MIMETYPE)


@administration.get("/inmuebles/importar/plantilla.csv")
@requires(Permission.SEE_UNITS)
def import_template_csv() -> Response:
    from conserje.importing import samples

    return _download(samples.comma_separated(_country()), "plantilla-inmuebles.csv", "text/csv; charset=utf-8")


def _country() -> Country:
    return current_access().community.of_country


def _download(body: bytes, name: str, kind: str) -> Response:
    response = Response(body, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _previewed(draft: ImportDraft, form: DraftForm, job: Job | None) -> str:
    form.draft.data = drafts.mark(draft)
    asked = request.args.get("pagina", "1")
    page = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    of_reading = job is not None and job.kind == drafts.READ
    return render_template(
        "administration/import_preview.html",
        draft=draft,
        preview=preview(draft, request.args.get("ver", ""), page),
        form=form,
        unknown=job.result.get("unknown", ()) if job is not None and of_reading else (),
        trouble=_trouble(job),
    )


def _shown(
    form: ImportFileForm, *, address: object = None, job: Job | None = None, status: int = 200
) -> ResponseReturnValue:
    if address is None:
        of_address = address_form(config.is_demo(current_app))
        of_address.address.data = current_access().community.import_url
        address = of_address
    applied = job is not None and job.kind == drafts.APPLY and job.state == JobState.DONE
    return render_template(
        "administration/import.html",
        form=form,
        address=address,
        megabytes=_MEGABYTES,
        applied=job.result if job is not None and applied else None,
        trouble=_trouble(job),
    ), status


def _trouble(job: Job | None) -> str:
    """Why the last import did not come to its end."""
    if job is None or job.state != JobState.FAILED:
        return ""
    return sentence(Refused(job.problem, **job.result))
