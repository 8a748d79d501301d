"""Registering a visitor (O20 to O24), [Activar] (O19), and the profile (O12)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Response, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conserje import clock
from conserje.access_lists.matching import Listing
from conserje.blueprints import places
from conserje.blueprints.access import current_access, requires
from conserje.blueprints.document_form import DocumentForm
from conserje.blueprints.gate import gate
from conserje.blueprints.gate.forms import VisitorForm
from conserje.blueprints.gate.loading import unit_or_404, visitor_or_404
from conserje.blueprints.htmx import fragment_or_redirect, page_or_fragment, wants_fragment
from conserje.blueprints.submission import once
from conserje.communities.models import Unit
from conserje.database import end_reading
from conserje.errors import Refused
from conserje.idempotency import AlreadySubmitted
from conserje.permissions import Permission
from conserje.photos import storage
from conserje.photos.images import PreparedPhoto
from conserje.visits import board, registration
from conserje.visits.models import Visit


@gate.get("/unidades/<int:unit_id>/visitantes/nuevo")
@requires(Permission.REGISTER_VISITORS)
def new_visitor(unit_id: int) -> Response:
    unit = unit_or_404(unit_id)
    return _form_shown(unit, VisitorForm(current_access().community, clock.now()))


@gate.post("/unidades/<int:unit_id>/visitantes/conocido")
@requires(Permission.REGISTER_VISITORS)
def known_visitor(unit_id: int) -> Response:
    """The form filled with the data of whoever came to this unit with the document typed. Stores nothing."""
    is_by_itself = wants_fragment() and request.form.get("by") != "search"
    return _looked_up(unit_or_404(unit_id), quiet=is_by_itself)


@gate.post("/unidades/<int:unit_id>/visitantes")
@requires(Permission.REGISTER_VISITORS)
def add_visitor(unit_id: int) -> ResponseReturnValue:
    unit = unit_or_404(unit_id)
    form = VisitorForm(current_access().community, clock.now())
    end_reading()  # a photograph takes a while to shrink
    if not form.validate():
        # A reader ends what it reads with Enter: with nothing but a document that is a question, not yet a visit.
        if form.asks_who_it_is():
            return _looked_up(unit)
        return _form_again(unit, form, 422)
    said = form.announcement()
    if form.photo.prepared:
        said = replace(said, photo=_kept(unit, form.photo.prepared))
    try:
        visit, was_waiting = _announced(unit, said, form)
    except Refused as refusal:
        form.refuse(refusal)
        return _form_again(unit, form, 422)
    except AlreadySubmitted:
        form.renew_key()
        return _form_again(unit, form, 409, saved_before=True)
    return _saved(unit, visit, was_waiting=was_waiting)


@gate.post("/visitantes/<int:visitor_id>/activar")
@requires(Permission.REGISTER_VISITORS)
def activate(visitor_id: int) -> ResponseReturnValue:
    visitor = visitor_or_404(visitor_id)
    unit = unit_or_404(visitor.unit_id)
    visit = once(
        request.form.get("key", ""),
        lambda: registration.reactivate(visitor, by=current_access().actor, now=clock.now()),
        kind=Visit,
    )
    return _saved(unit, visit)


@gate.get("/visitantes/<int:visitor_id>")
@requires(Permission.SEE_GATE)
def profile(visitor_id: int) -> Response:
    visitor = visitor_or_404(visitor_id)
    after = places.read(request.args.get("desde", ""))
    page = board.open_profile(visitor, by=current_access().actor, now=clock.now(), after=after)
    return page_or_fragment(
        "gate/profile.html",
        "gate/_profile.html",
        visitor=visitor,
        unit=unit_or_404(visitor.unit_id),
        page=page,
        next_url=url_for("gate.profile", visitor_id=visitor.id, desde=places.write(page.next)) if page.next else None,
    )


def _announced(unit: Unit, said: registration.Announcement, form: VisitorForm) -> tuple[Visit, bool]:
    """The visit, and whether its visitor was waiting already: then nothing new came of the form."""
    now, was_waiting = clock.now(), False

    def announce() -> Visit:
        nonlocal was_waiting
        visit = registration.announce(unit, said, by=current_access().actor, now=now)
        was_waiting = visit.announced_at < now
        return visit

    return once(form.key.data, announce, form.said(), kind=Visit), was_waiting


def _looked_up(unit: Unit, *, quiet: bool = False) -> Response:
    """The form with the register's data of the document typed; what was typed otherwise stays.

    It says whom the register does not know, and what to do about whom a list keeps out. `quiet`: it was asked for by
    itself while somebody types on, so the focus stays where it is.
    """
    form = VisitorForm(current_access().community, clock.now())
    community = current_access().community
    by_document = DocumentForm(community, is_required=community.document_required)
    visitor, listing = None, Listing.NOT_LISTED
    if not by_document.validate():
        form.document_number.errors = by_document.document_number.errors
    elif by_document.document is not None:
        form.document_type.data = by_document.document_type.data
        form.document_number.data = by_document.document_number.data
        visitor = registration.known(unit, by_document.document)
        if visitor is not None:
            form.fill_from(visitor)
        listing = registration.listing_of(unit, by_document.document, form.full_name.data or "", clock.now())
    # Whom a list keeps out is not saved with the next key pressed.
    is_ready = form.full_name.data and not listing.is_barred
    return _form_again(
        unit,
        form,
        focus="save" if is_ready else "full_name",
        quiet=quiet,
        listing=listing,
        is_unknown=by_document.document is not None and visitor is None,
    )


def _kept(unit: Unit, photo: PreparedPhoto) -> str:
    """Keep the photograph, before the writing begins: a store may take its time."""
    return storage.keep(current_app.extensions["photos"], unit.community_id, photo)


def _form_again(unit: Unit, form: VisitorForm, status: int = 200, **shown: Any) -> Response:
    """The form in place of itself: what was typed and the file that was chosen stay."""
    response = _form_shown(unit, form, status, **shown)
    response.headers["HX-Retarget"] = "#visitor-form"
    response.headers["HX-Reswap"] = "outerMorph"
    return response


def _form_shown(
    unit: Unit,
    form: VisitorForm,
    status: int = 200,
    *,
    focus: str = "document_number",
    quiet: bool = False,
    saved_before: bool = False,
    listing: Listing = Listing.NOT_LISTED,
    is_unknown: bool = False,
) -> Response:
    return page_or_fragment(
        "gate/new_visitor.html",
        "gate/_visitor_form.html",
        status,
        unit=unit,
        form=form,
        focus="" if quiet else focus,
        quiet=quiet,
        saved_before=saved_before,
        listing=listing,
        is_unknown=is_unknown,
    )


def _saved(unit: Unit, visit: Visit, *, was_waiting: bool = False) -> ResponseReturnValue:
    """What a new visit changes on the unit's screen: its visits, its register, and the form, which closes.

    Of whom a list keeps out the row itself says what to do: no notice that all went well, nor one that covers the row.
    """
    is_barred = Listing(visit.listing).is_barred
    said = (
        _("%(name)s ya esperaba respuesta: se muestra esa visita.")
        if was_waiting
        else _("%(name)s quedó en la lista de visitas.")
    )
    return fragment_or_redirect(
        "gate/_visit_added.html",
        url_for("gate.unit", unit_id=unit.id, _anchor=f"visit-{visit.id}" if is_barred else None),
        unit=unit,
        visits=board.of_unit(unit, now=clock.now()),
        visitor_id=visit.visitor_id,
        focus_id=visit.id,
        notice="" if is_barred else said % {"name": visit.full_name},
    )
