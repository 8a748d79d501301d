"""The lists tool of a unit (K072): who may enter without being asked about, and who may not (K070 to K088)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conserje import clock
from conserje.access_lists import upkeep
from conserje.access_lists.matching import LISTS, Listing
from conserje.access_lists.models import AccessListEntry
from conserje.blueprints import labels, lists, places
from conserje.blueprints.access import current_access, requires
from conserje.blueprints.administration import administration
from conserje.blueprints.administration.access_form import AccessForm
from conserje.blueprints.fields import PostForm
from conserje.blueprints.gate.loading import unit_or_404
from conserje.blueprints.submission import Numbered, once
from conserje.blueprints.wording import sentence
from conserje.communities.models import Unit
from conserje.errors import Refused
from conserje.idempotency import AlreadySubmitted
from conserje.permissions import Permission

Row = TypeVar("Row", bound=Numbered)

# What the address says for those whose last day has passed.
OVER = "vencidos"


@administration.get("/inmuebles/<int:unit_id>/accesos")
@requires(Permission.SEE_ACCESS_LISTS)
def access_lists(unit_id: int) -> ResponseReturnValue:
    """The unit's two lists, or one of them (K073 to K079), or those on either whose last day has passed."""
    unit = unit_or_404(unit_id)
    chosen = next((each for each in LISTS if each == request.args.get("lista")), None)
    after = places.read_id(request.args.get("desde", ""))
    only_over = request.args.get("lista") == OVER
    page = upkeep.listed(unit, listing=chosen, only_over=only_over, after=after, now=clock.now())
    narrowed_to = OVER if only_over else chosen
    here: dict[str, Any] = {"unit_id": unit.id} | ({"lista": narrowed_to} if narrowed_to else {})
    return render_template(
        "administration/access_lists.html",
        unit=unit,
        page=page,
        lists=LISTS,
        chosen=narrowed_to,
        over=OVER,
        **lists.ways_on("administration.access_lists", here, after=after, following=page.next),
    )


@administration.get("/inmuebles/<int:unit_id>/accesos/nuevo")
@requires(Permission.MANAGE_ACCESS_LISTS)
def new_access(unit_id: int) -> ResponseReturnValue:
    return _form_shown(unit_or_404(unit_id), AccessForm(current_access().community))


@administration.post("/inmuebles/<int:unit_id>/accesos/nuevo")
@requires(Permission.MANAGE_ACCESS_LISTS)
def correct_access(unit_id: int) -> ResponseReturnValue:
    """From the review back to the form, with everything that was typed."""
    return _form_shown(unit_or_404(unit_id), AccessForm(current_access().community))


@administration.post("/inmuebles/<int:unit_id>/accesos/revisar")
@requires(Permission.MANAGE_ACCESS_LISTS)
def review_access(unit_id: int) -> ResponseReturnValue:
    """[Continuar] (K084): what is about to be saved, to be checked (K085). Stores nothing."""
    unit, form = unit_or_404(unit_id), AccessForm(current_access().community)
    if not form.validate():
        return _form_shown(unit, form, 422)
    return render_template("administration/access_review.html", unit=unit, form=form)


@administration.post("/inmuebles/<int:unit_id>/accesos")
@requires(Permission.MANAGE_ACCESS_LISTS)
def add_access(unit_id: int) -> ResponseReturnValue:
    """[Ingresar] (K085 to K087); where the document is on a list already, the question whether to move it (K088)."""
    unit, form, by = unit_or_404(unit_id), AccessForm(current_access().community), current_access().actor
    if not form.validate() or form.document is None:
        return _form_shown(unit, form, 422)
    document, full_name, listing = form.document, form.full_name.data or "", Listing(form.listing.data)
    try:
        entry = once(
            form.key.data,
            lambda: upkeep.add(unit, document, full_name, listing, validity=form.validity(), by=by, now=clock.now()),
            form.said(),
            kind=AccessListEntry,
        )
    except AlreadySubmitted:
        form.renew_key()
        return _form_shown(unit, form, 409, saved_before=True)
    except Refused as refusal:
        held = upkeep.with_document(unit, document) if refusal.code == "already_listed" else None
        if held is None:
            form.refuse(refusal)
            return _form_shown(unit, form, 409)
        return _asks_whether_to_move(unit, held, sentence(refusal))
    return back_to_lists(unit, _placed(entry))


@administration.post("/inmuebles/<int:unit_id>/accesos/<int:entry_id>/autorizar")
@requires(Permission.MANAGE_ACCESS_LISTS)
def authorise_access(unit_id: int, entry_id: int) -> ResponseReturnValue:
    """To the list of authorised access (K080, K088)."""
    return _moved(unit_id, entry_id, Listing.AUTHORISED)


@administration.post("/inmuebles/<int:unit_id>/accesos/<int:entry_id>/desautorizar")
@requires(Permission.MANAGE_ACCESS_LISTS)
def unauthorise_access(unit_id: int, entry_id: int) -> ResponseReturnValue:
    """To the list of those not authorised (K080, K088)."""
    return _moved(unit_id, entry_id, Listing.UNAUTHORISED)


@administration.get("/inmuebles/<int:unit_id>/accesos/<int:entry_id>/eliminar")
@requires(Permission.MANAGE_ACCESS_LISTS)
def ask_before_removing(unit_id: int, entry_id: int) -> ResponseReturnValue:
    """[Eliminar el acceso] asks first (K081)."""
    unit = unit_or_404(unit_id)
    entry = entry_of(unit, entry_id)
    if entry is None:
        return back_to_lists(unit, sentence(Refused("not_listed_any_more")))
    return render_template("administration/access_removal.html", unit=unit, entry=entry, form=PostForm())


@administration.post("/inmuebles/<int:unit_id>/accesos/<int:entry_id>/eliminar")
@requires(Permission.MANAGE_ACCESS_LISTS)
def remove_access(unit_id: int, entry_id: int) -> ResponseReturnValue:
    unit, form, by = unit_or_404(unit_id), PostForm(), current_access().actor

    def remove(entry: AccessListEntry) -> Unit:
        upkeep.remove(entry, by=by, now=clock.now())
        return unit

    return _changed(unit, entry_id, form.key.data, remove, Unit, lambda _unit: _("El acceso quedó eliminado."))


def _moved(unit_id: int, entry_id: int, to: Listing) -> ResponseReturnValue:
    unit, by = unit_or_404(unit_id), current_access().actor

    def move(entry: AccessListEntry) -> AccessListEntry:
        return upkeep.change_type(entry, to, by=by, now=clock.now())

    return _changed(unit, entry_id, request.form.get("key", ""), move, AccessListEntry, _placed)


def _changed(
    unit: Unit,
    entry_id: int,
    key: str,
    act: Callable[[AccessListEntry], Row],
    kind: type[Row],
    said: Callable[[Row], str],
) -> ResponseReturnValue:
    """The unit's lists after the act, with what came of it; also where somebody else removed the person meanwhile."""
    entry = entry_of(unit, entry_id)

    def still_there() -> Row:
        if entry is None:
            raise Refused("not_listed_any_more")
        return act(entry)

    try:
        return back_to_lists(unit, said(once(key, still_there, kind=kind)))
    except Refused as refusal:
        return back_to_lists(unit, sentence(refusal))


def entry_of(unit: Unit, entry_id: int) -> AccessListEntry | None:
    """The entry of that id on the unit's lists."""
    return upkeep.find(unit, entry_id)


def _placed(entry: AccessListEntry) -> str:
    facts = {"name": entry.full_name, "listing": labels.listing(entry.listing)}
    return _("%(name)s quedó en la lista «%(listing)s».") % facts


def back_to_lists(unit: Unit, notice: str) -> ResponseReturnValue:
    """To the unit's lists, with what came of the act."""
    flash(notice)
    return redirect(url_for("administration.access_lists", unit_id=unit.id), 303)


def _form_shown(unit: Unit, form: AccessForm, status: int = 200, *, saved_before: bool = False) -> ResponseReturnValue:
    body = render_template("administration/access_form.html", unit=unit, form=form, saved_before=saved_before)
    return body, status


def _asks_whether_to_move(unit: Unit, held: AccessListEntry, said: str) -> ResponseReturnValue:
    body = render_template(
        "administration/access_already_listed.html",
        unit=unit,
        entry=held,
        said=said,
        to=upkeep.other_than(held.listing),
    )
    return body, 409
