"""[Importar datos]: units and residents from a file or from the accounting product (T05, T06, K106)."""

from __future__ import annotations

from flask import Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conserje import clock, config
from conserje.blueprints.access import current_access, not_activity, requires
from conserje.blueprints.administration import administration, import_steps
from conserje.blueprints.administration.import_forms import DraftForm, ImportFileForm, address_form
from conserje.blueprints.administration.import_preview import preview
from conserje.blueprints.administration.import_steps import Place
from conserje.blueprints.limits import takes_file
from conserje.blueprints.submission import once
from conserje.communities import branding
from conserje.communities.models import ImportDraft
from conserje.database import end_reading
from conserje.identity.countries import Country
from conserje.importing import drafts
from conserje.importing.drafts import UNITS
from conserje.importing.files import MOST_BYTES
from conserje.jobs import Job
from conserje.permissions import Permission

_MEGABYTES = MOST_BYTES // (1024 * 1024)


@administration.get("/inmuebles/importar")
@requires(Permission.SEE_UNITS)
def imports() -> ResponseReturnValue:
    """Wherever the import stands: the work under way, the draft that waits, or the forms that begin one."""
    job = drafts.latest(current_access().community)
    if job is not None and not job.is_over:
        return render_template("administration/import_running.html", job=job, subject=UNITS, place=_place())
    draft = drafts.current(clock.now())
    if draft is not None:
        return _previewed(draft, DraftForm(), job)
    return _shown(ImportFileForm(), job=job)


@administration.get("/inmuebles/importar/avance")
@requires(Permission.SEE_UNITS)
@not_activity
def import_progress() -> ResponseReturnValue:
    return import_steps.progress(UNITS, url_for("administration.imports"))


@administration.post("/inmuebles/importar/archivo")
@requires(Permission.MANAGE_UNITS)
@takes_file(megabytes=_MEGABYTES)
def import_file() -> ResponseReturnValue:
    form = ImportFileForm()
    end_reading()  # a large file takes a while to look into
    if not form.validate():
        return _shown(form, status=422)
    import_steps.order_reading(form, UNITS)
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
    form = DraftForm()
    in_error = import_steps.order_applying(form, UNITS)
    if in_error is not None:
        return _previewed(in_error, form, None), 422
    return redirect(url_for("administration.imports"), 303)


@administration.post("/inmuebles/importar/descartar")
@requires(Permission.MANAGE_UNITS)
def discard_import() -> ResponseReturnValue:
    import_steps.discard(DraftForm(), UNITS)
    return redirect(url_for("administration.imports"), 303)


@administration.get("/inmuebles/importar/plantilla.xlsx")
@requires(Permission.SEE_UNITS)
def import_template() -> Response:
    # Imported here: only a server that makes an Excel file pays for the memory of what makes it.
    from conserje import spreadsheets
    from conserje.importing import samples

    body = samples.workbook(samples.sample(_country()))
    return import_steps.download(body, "plantilla-inmuebles.xlsx", spreadsheets.MIMETYPE)


@administration.get("/inmuebles/importar/plantilla.csv")
@requires(Permission.SEE_UNITS)
def import_template_csv() -> Response:
    from conserje.importing import samples

    body = samples.comma_separated(samples.sample(_country()))
    return import_steps.download(body, "plantilla-inmuebles.csv", "text/csv; charset=utf-8")


def _place() -> Place:
    return Place(
        title=_("Importar datos"),
        person=_("Residente"),
        here=url_for("administration.imports"),
        back=url_for("administration.units"),
        back_label=_("Volver a Inmuebles"),
        may=current_access().may(Permission.MANAGE_UNITS),
    )


def _country() -> Country:
    return current_access().community.of_country


def _previewed(draft: ImportDraft, form: DraftForm, job: Job | None) -> str:
    form.draft.data = drafts.mark(draft)
    administration_held = branding.administration_of(current_access().community)
    return render_template(
        "administration/import_preview.html",
        draft=draft,
        preview=preview(draft, request.args.get("ver", ""), import_steps.page_asked(), administration_held),
        place=_place(),
        form=form,
        unknown=import_steps.unknown_columns(job, UNITS),
        trouble=import_steps.trouble(job),
    )


def _shown(
    form: ImportFileForm, *, address: object = None, job: Job | None = None, status: int = 200
) -> ResponseReturnValue:
    if address is None:
        of_address = address_form(config.is_demo(current_app))
        of_address.address.data = current_access().community.import_url
        address = of_address
    return render_template(
        "administration/import.html",
        form=form,
        address=address,
        megabytes=_MEGABYTES,
        applied=import_steps.applied(job, UNITS),
        trouble=import_steps.trouble(job),
    ), status
