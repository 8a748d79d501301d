"""Photographs of visitors, only through here: the bound community's folder and no other."""

from __future__ import annotations

from flask import Response, abort, current_app

from conserje.blueprints.access import current_access, not_activity, requires
from conserje.blueprints.gate import gate
from conserje.permissions import Permission
from conserje.photos.storage import is_digest, photo_key, thumbnail_key

# The address is made of the content's digest: what it names never changes. Signing out clears the browser's copy.
_KEPT = "private, max-age=86400, immutable"


@gate.get("/fotos/<digest>.jpg")
@requires(Permission.SEE_GATE)
@not_activity
def photo(digest: str) -> Response:
    return _jpeg(photo_key(current_access().community.id, _checked(digest)))


@gate.get("/fotos/<digest>-96.jpg")
@requires(Permission.SEE_GATE)
@not_activity
def thumbnail(digest: str) -> Response:
    return _jpeg(thumbnail_key(current_access().community.id, _checked(digest)))


def _checked(digest: str) -> str:
    if not is_digest(digest):
        abort(404)
    return digest


def _jpeg(key: str) -> Response:
    body = current_app.extensions["photos"].load(key)
    if body is None:
        abort(404)
    response = Response(body, mimetype="image/jpeg")
    response.headers["Cache-Control"] = _KEPT
    response.headers["Content-Disposition"] = "inline"
    return response
