"""What goes wrong, as a page or a fragment that says what to do next. No stack trace, no code, nothing in English."""

from __future__ import annotations

import logging
import time

from flask import Flask, Response, g, make_response, render_template, request
from flask_babel import gettext as _
from flask_limiter.errors import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import ObjectDeletedError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from conserje.blueprints.htmx import VARY, wants_fragment
from conserje.blueprints.limits import most_megabytes
from conserje.blueprints.wording import sentence
from conserje.errors import Refused
from conserje.idempotency import AlreadySubmitted
from conserje.photos.storage import StorageUnavailable

log = logging.getLogger("conserje")

# A refusal is a conflict with how things stand, but for these.
_STATUS_OF = {"module_off": 403}
# How much of an upload that is refused for its size is still read, so that the browser gets to read the refusal.
_DRAIN_BYTES = 512 * 1024 * 1024
_DRAIN_SECONDS = 20


def init_errors(app: Flask) -> None:
    app.register_error_handler(Refused, lambda said: _answer(_STATUS_OF.get(said.code, 409), sentence(said)))
    app.register_error_handler(AlreadySubmitted, lambda _e: _answer(409, _("Ya se guardó. Revise la lista.")))
    app.register_error_handler(
        CSRFError, lambda _e: _answer(400, _("La página venció. Recárguela y vuelva a intentarlo."))
    )
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(
        RateLimitExceeded, lambda _e: _answer(429, _("Demasiados intentos. Espere un minuto y pruebe otra vez."))
    )
    for unavailable in (OperationalError, InterfaceError, PoolTimeout, StorageUnavailable):
        app.register_error_handler(unavailable, _unavailable)
    app.register_error_handler(ObjectDeletedError, lambda _e: _answer(404, _not_found()))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _fault)


def _not_found() -> str:
    return _("No encontramos lo que busca. Puede que ya no exista o que sea de otra comunidad.")


def _http(error: HTTPException) -> Response:
    match error.code:
        case 403:
            return _answer(403, _("Su perfil no tiene permiso para esto."))
        case 404:
            return _answer(404, _not_found())
        case 405:
            return _answer(405, _("Esta dirección no se abre así. Vuelva al inicio."))
        case None:
            return make_response(error.get_response())
        case code if code < 400:
            return make_response(error.get_response())
        case code:
            return _answer(
                code, _("No se pudo entender lo que envió el navegador. Vuelva al inicio e inténtelo otra vez.")
            )


def _too_large(_error: RequestEntityTooLarge) -> Response:
    stream, until, read = request.environ["wsgi.input"], time.monotonic() + _DRAIN_SECONDS, 0
    while read < _DRAIN_BYTES and time.monotonic() < until:
        chunk = stream.read(64 * 1024)
        if not chunk:
            break
        read += len(chunk)
    if megabytes := most_megabytes():
        return _answer(413, sentence(Refused("import_too_heavy", megabytes=megabytes)))
    return _answer(413, _("El archivo es demasiado grande: admite hasta 12 MB. Elija una foto más liviana."))


def _unavailable(error: Exception) -> Response:
    log.error("request=%s unavailable: %s", g.get("request_id", "-"), type(error).__name__)
    response = _answer(
        503, _("El sistema está ocupado y no se guardó nada. Espere unos segundos y vuelva a intentarlo.")
    )
    response.headers["Retry-After"] = "5"
    return response


def _fault(error: Exception) -> Response:
    log.exception("request=%s fault", g.get("request_id", "-"), exc_info=error)
    return _answer(500, _("Algo falló de nuestro lado y no se guardó nada. Vuelva a intentarlo."))


def _answer(status: int, message: str) -> Response:
    """The sentence as a page; for htmx as a notice, put beside what is on the screen rather than over it."""
    if wants_fragment():
        response = make_response(render_template("errors/_notice.html", message=message), status)
        response.headers["HX-Retarget"] = "#notices"
        response.headers["HX-Reswap"] = "innerHTML"
    else:
        # The page must not need what may just have failed: no database, no session.
        response = make_response(
            render_template("errors/error.html", message=message, request_id=g.get("request_id", "")), status
        )
    response.vary.update(VARY)
    return response
