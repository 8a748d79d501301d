"""[Importar lista]: who may and who may not enter which units, from an Excel or CSV file."""

from __future__ import annotations

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conserje import clock
from conserje.access_lists.importing import LISTS, MOST_ENTRIES
from conserje.blueprints.access import current_access, not_activity, requires
from conserje.blueprints.administration import administration, import_steps
from conserje.blueprints.administration.import_forms import DraftForm, ImportFileForm
from conserje.blueprints.administration.import_steps import Place
from conserje.blueprints.administration.list_import_preview import preview
from conserje.blueprints.limits import takes_file
from conserje.communities.models import ImportDraft
from conserje.database import end_reading
from conserje.importing import drafts
from conserje.importing.files import MOST_BYTES
from conserje.jobs import Job
from conserje.permissions import Permission

_MEGABYTES = MOST_BYTES // (1024 * 1024)


@administration.get("/listas-de-acceso/importar")
@requires(Permission.SEE_ACCESS_LISTS)
def list_imports() -> ResponseReturnValue:
    """Wherever the import stands: the work under way, the draft that waits, or the form that begins one."""
    job = drafts.latest(current_access().community, of=LISTS)
    if job is not None and not job.is_over:
        return render_template("administration/import_running.html", job=job, subject=LISTS, place=_place())
    draft = drafts.current(clock.now(), of=LISTS)
    if draft is not None:
        return _previewed(draft, DraftForm(), job)
    return _shown(ImportFileForm(), job=job)


@administration.get("/listas-de-acceso/importar/avance")
@requires(Permission.SEE_ACCESS_LISTS)
@not_activity
def list_import_progress() -> ResponseReturnValue:
    return import_steps.progress(LISTS, _place().here)


@administration.post("/listas-de-acceso/importar/archivo")
@requires(Permission.MANAGE_ACCESS_LISTS)
@takes_file(megabytes=_MEGABYTES)
def import_list() -> ResponseReturnValue:
    form = ImportFileForm()
    end_reading()  # a large file takes a while to look into
    if not form.validate():
        return _shown(form, status=422)
    import_steps.order_reading(form, LISTS)
    return redirect(_place().here, 303)


@administration.post("/listas-de-acceso/importar/aplicar")
@requires(Permission.MANAGE_ACCESS_LISTS)
def apply_list() -> ResponseReturnValue:
    form = DraftForm()
    in_error = import_steps.order_applying(form, LISTS)
    if in_error is not None:
        return _previewed(in_error, form, None), 422
    return redirect(_place().here, 303)


@administration.post("/listas-de-acceso/importar/descartar")
@requires(Permission.MANAGE_ACCESS_LISTS)
def discard_list() -> ResponseReturnValue:
    import_steps.discard(DraftForm(), LISTS)
    return redirect(_place().here, 303)


@administration.get("/listas-de-acceso/importar/plantilla.xlsx")
@requires(Permission.SEE_ACCESS_LISTS)
def list_template() -> Response:
    # Imported here: only a server that makes an Excel file pays for the memory of what makes it.
    from conserje import spreadsheets
    from conserje.access_lists import list_samples
    from conserje.importing import samples

    body = samples.workbook(list_samples.sample(current_access().community.of_country))
    return import_steps.download(body, "plantilla-listas-de-acceso.xlsx", spreadsheets.MIMETYPE)


@administration.get("/listas-de-acceso/importar/plantilla.csv")
@requires(Permission.SEE_ACCESS_LISTS)
def list_template_csv() -> Response:
    from conserje.access_lists import list_samples
    from conserje.importing import samples

    body = samples.comma_separated(list_samples.sample(current_access().community.of_country))
    return import_steps.download(body, "plantilla-listas-de-acceso.csv", "text/csv; charset=utf-8")


def _place() -> Place:
    return Place(
        title=_("Importar lista"),
        person=_("Persona"),
        here=url_for("administration.list_imports"),
        back=url_for("administration.listed_people"),
        back_label=_("Volver a Listas de acceso"),
        may=current_access().may(Permission.MANAGE_ACCESS_LISTS),
    )


def _previewed(draft: ImportDraft, form: DraftForm, job: Job | None) -> str:
    form.draft.data = drafts.mark(draft)
    return render_template(
        "administration/import_preview.html",
        draft=draft,
        preview=preview(draft, request.args.get("ver", ""), import_steps.page_asked()),
        place=_place(),
        form=form,
        unknown=import_steps.unknown_columns(job, LISTS),
        trouble=import_steps.trouble(job),
    )


def _shown(form: ImportFileForm, *, job: Job | None = None, status: int = 200) -> ResponseReturnValue:
    return render_template(
        "administration/list_import.html",
        form=form,
        place=_place(),
        megabytes=_MEGABYTES,
        most=MOST_ENTRIES,
        applied=import_steps.applied(job, LISTS),
        trouble=import_steps.trouble(job),
    ), status
