"""[Administración]: the logos of the community and of its administration."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conserje import clock
from conserje.accounts import second_factor
from conserje.accounts.settings_history import last_change_of_administration
from conserje.blueprints.access import current_access, not_activity, requires
from conserje.blueprints.administration import administration
from conserje.blueprints.administration.logo_forms import AdministrationLogoForm, CommunityLogoForm, SecondFactorForm
from conserje.blueprints.fields import PostForm
from conserje.blueprints.submission import once
from conserje.communities import branding as rules
from conserje.communities.models import Administration, Community, LogoChoice
from conserje.database import end_reading
from conserje.errors import Refused
from conserje.permissions import Permission
from conserje.photos import logos
from conserje.photos.logos import PreparedLogo
from conserje.photos.storage import is_digest

# The address is made of the content's digest: what it names never changes.
_KEPT = "private, max-age=31536000, immutable"


@administration.get("/logos")
@requires(Permission.MANAGE_BRANDING)
def branding() -> ResponseReturnValue:
    form = CommunityLogoForm()
    form.choice.data = current_access().community.logo_choice
    return _shown(form, AdministrationLogoForm())


@administration.post("/logos/comunidad")
@requires(Permission.MANAGE_BRANDING)
def choose_logo() -> ResponseReturnValue:
    form, access = CommunityLogoForm(), current_access()
    end_reading()  # a picture takes a while to shrink
    if not form.validate():
        return _shown(form, AdministrationLogoForm(), 422)
    uploaded = _kept(form.logo.prepared)
    choice = LogoChoice(form.choice.data)
    try:
        once(
            form.key.data,
            lambda: rules.choose_logo(access.community, choice, uploaded, by=access.actor, now=clock.now()),
            form.said(),
            kind=Community,
        )
    except Refused as refusal:
        form.refuse(refusal)
        return _shown(form, AdministrationLogoForm(), 422)
    flash(_("El logo quedó guardado."))
    if uploaded and choice is not LogoChoice.COMMUNITY:
        flash(_("Para que se muestre en esta comunidad, elija «Comunidad»."))
    return redirect(url_for("administration.branding"), 303)


@administration.post("/logos/administracion")
@requires(Permission.MANAGE_BRANDING)
def set_administration_logo() -> ResponseReturnValue:
    form, access = AdministrationLogoForm(), current_access()
    end_reading()
    if not form.validate():
        return _shown(_as_it_is(), form, 422)
    uploaded = _kept(form.logo.prepared)
    try:
        once(
            form.key.data,
            lambda: rules.set_administration_logo(access.community, uploaded, by=access.actor, now=clock.now()),
            form.said(),
            kind=Administration,
        )
    except Refused as refusal:
        form.refuse(refusal)
        return _shown(_as_it_is(), form, 422)
    flash(_("El logo de la administración quedó guardado."))
    return redirect(url_for("administration.branding"), 303)


@administration.post("/administradores/verificacion")
@requires(Permission.REQUIRE_SECOND_FACTOR)
def require_second_factor() -> ResponseReturnValue:
    form, access = SecondFactorForm(), current_access()
    administration_id, required = access.community.administration_id, bool(form.requires_totp.data)
    once(
        form.key.data,
        lambda: second_factor.require_of_all(administration_id, required, by=access.actor, now=clock.now()),
        form.said(),
        kind=Administration,
    )
    flash(_("Los cambios quedaron guardados."))
    return redirect(url_for("administration.branding"), 303)


@administration.get("/logos/<digest>.jpg")
@requires(Permission.SEE_GATE)
@not_activity
def logo(digest: str) -> Response:
    return _jpeg(digest, logos.logo_key)


@administration.get("/logos/<digest>-barra.jpg")
@requires(Permission.SEE_GATE)
@not_activity
def bar_logo(digest: str) -> Response:
    return _jpeg(digest, logos.bar_key)


def _jpeg(digest: str, key: Callable[[int, str], str]) -> Response:
    """A logo of the administration that one works for, and of no other."""
    if not is_digest(digest):
        abort(404)
    body = current_app.extensions["photos"].load(key(current_access().community.administration_id, digest))
    if body is None:
        abort(404)
    response = Response(body, mimetype="image/jpeg")
    response.headers["Cache-Control"] = _KEPT
    return response


def _kept(prepared: PreparedLogo | None) -> str | None:
    if prepared is None:
        return None
    return logos.keep_logo(current_app.extensions["photos"], current_access().community.administration_id, prepared)


def _as_it_is() -> CommunityLogoForm:
    form = CommunityLogoForm(formdata=None)
    form.choice.data = current_access().community.logo_choice
    return form


def _shown(form: CommunityLogoForm, of_administration: PostForm, status: int = 200) -> ResponseReturnValue:
    community = current_access().community
    body = render_template(
        "administration/branding.html",
        form=form,
        of_administration=of_administration,
        community=community,
        logo_of_all=rules.administration_logo(community),
        administration=rules.administration_of(community),
        last_change=last_change_of_administration(community),
    )
    return body, status
