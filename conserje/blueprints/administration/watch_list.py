"""[Lista de vigilancia]: whom no unit of the community lets in without an administrator."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conserje import clock
from conserje.access_lists import watch_list as rules
from conserje.access_lists.models import WatchEntry
from conserje.access_lists.watch_list import Order, WatchRow
from conserje.blueprints import labels, lists, places
from conserje.blueprints.access import current_access, requires
from conserje.blueprints.administration import administration
from conserje.blueprints.administration.watch_form import WatchForm
from conserje.blueprints.fields import PostForm
from conserje.blueprints.submission import once
from conserje.communities.models import Community
from conserje.errors import Refused
from conserje.idempotency import AlreadySubmitted
from conserje.identity import documents
from conserje.permissions import Permission


@administration.get("/vigilancia")
@requires(Permission.SEE_ACCESS_LISTS)
def watch_list() -> ResponseReturnValue:
    """The community's list, what is to be reviewed first at its top."""
    typed, order, after = lists.searched(), lists.sorted_by(Order), places.read_id(request.args.get("desde", ""))
    community, now, here = current_access().community, clock.now(), lists.address(typed, order)
    page = rules.listed(community, typed, order, after=after, now=now)
    return render_template(
        "administration/watch_list.html",
        typed=typed,
        order=order,
        orders=Order,
        page=page,
        due=rules.due(community, now=now),
        export_url=url_for("administration.export_watch_list", **here),
        **lists.ways_on("administration.watch_list", here, after=after, following=page.next),
    )


@administration.get("/vigilancia.xlsx")
@requires(Permission.MANAGE_ACCESS_LISTS)
def export_watch_list() -> Response:
    found = rules.everybody(current_access().community, lists.searched(), lists.sorted_by(Order), now=clock.now())
    headings = [
        _("Nombre"), _("Tipo de documento"), _("Documento"), _("Motivo"), _("Revisar el"), _("Agregado"),
        _("Agregado por"),
    ]  # fmt: skip
    return lists.workbook("vigilancia", _("Lista de vigilancia"), headings, map(_in_file, found), "watch_list.exported")


@administration.get("/vigilancia/nueva")
@requires(Permission.MANAGE_ACCESS_LISTS)
def new_watch() -> ResponseReturnValue:
    return _form_shown(WatchForm(current_access().community))


@administration.post("/vigilancia/nueva")
@requires(Permission.MANAGE_ACCESS_LISTS)
def add_watch() -> ResponseReturnValue:
    access, now = current_access(), clock.now()
    form = WatchForm(access.community)
    if not form.validate():
        return _form_shown(form, status=422)
    said = form.watch()
    try:
        entry = once(
            form.key.data,
            lambda: rules.add(access.community, said, by=access.actor, now=now),
            form.said(),
            kind=WatchEntry,
        )
    except AlreadySubmitted:
        form.renew_key()
        return _form_shown(form, status=409, saved_before=True)
    except Refused as refusal:
        form.refuse(refusal)
        return _form_shown(form, status=422)
    return _back(_("%(name)s quedó en la lista de vigilancia.") % {"name": entry.full_name})


@administration.get("/vigilancia/<int:watch_id>")
@requires(Permission.MANAGE_ACCESS_LISTS)
def edit_watch(watch_id: int) -> ResponseReturnValue:
    entry, form = _watch_or_404(watch_id), WatchForm(current_access().community)
    form.show(entry)
    return _form_shown(form, entry)


@administration.post("/vigilancia/<int:watch_id>")
@requires(Permission.MANAGE_ACCESS_LISTS)
def change_watch(watch_id: int) -> ResponseReturnValue:
    entry, access, now = _watch_or_404(watch_id), current_access(), clock.now()
    form = WatchForm(access.community)
    if not form.validate():
        return _form_shown(form, entry, 422)
    said, seen = form.watch(), form.seen.data or ""
    try:
        once(
            form.key.data,
            lambda: rules.change(access.community, entry, said, seen=seen, by=access.actor, now=now),
            form.said(),
            kind=WatchEntry,
        )
    except AlreadySubmitted:
        form.refuse(Refused("watch_changed"))
        return _form_shown(form, entry, 409)
    except Refused as refusal:
        form.refuse(refusal)
        return _form_shown(form, entry, 422)
    return _back(_("Los cambios quedaron guardados."))


@administration.get("/vigilancia/<int:watch_id>/eliminar")
@requires(Permission.MANAGE_ACCESS_LISTS)
def ask_before_deleting_watch(watch_id: int) -> ResponseReturnValue:
    entry = _watch_or_404(watch_id)
    return render_template("administration/watch_deletion.html", entry=entry, form=PostForm())


@administration.post("/vigilancia/<int:watch_id>/eliminar")
@requires(Permission.MANAGE_ACCESS_LISTS)
def delete_watch(watch_id: int) -> ResponseReturnValue:
    """Posted again, it finds nothing to delete and is answered with what came of it."""
    form, access, now = PostForm(), current_access(), clock.now()

    def act() -> Community:
        rules.remove(_watch_or_404(watch_id), by=access.actor, now=now)
        return access.community

    once(form.key.data, act, kind=Community)
    return _back(_("Ya no está en la lista de vigilancia."))


def _in_file(row: WatchRow) -> list[object]:
    entry, document = row.entry, row.entry.document
    return [
        entry.full_name, labels.document_type(document.type) if document else "",
        documents.display(document) if document else "", entry.reason, entry.review_on, entry.added_at,
        row.added_by,
    ]  # fmt: skip


def _watch_or_404(watch_id: int) -> WatchEntry:
    entry = rules.find(watch_id)
    if entry is None:
        abort(404)
    return entry


def _back(notice: str) -> ResponseReturnValue:
    flash(notice)
    return redirect(url_for("administration.watch_list"), 303)


def _form_shown(
    form: WatchForm, entry: WatchEntry | None = None, status: int = 200, *, saved_before: bool = False
) -> ResponseReturnValue:
    body = render_template(
        "administration/watch_form.html",
        form=form,
        entry=entry,
        saved_before=saved_before,
        longest=rules.LONGEST_UNTIL_REVIEW,
    )
    return body, status
