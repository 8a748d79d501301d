"""The resident's page: one question, answered by a button. Opening, previewing or scanning it changes nothing."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from flask import Response, abort, current_app, make_response, render_template, request
from flask_babel import gettext as _

from conserje import clock, tenancy
from conserje.approval_links import links as approval_links
from conserje.audit.journal import Actor
from conserje.blueprints.access import client_address, limiter, public
from conserje.blueprints.fields import tidy_note
from conserje.blueprints.links import links
from conserje.blueprints.rendering import csrf
from conserje.blueprints.wording import sentence
from conserje.communities import branding
from conserje.database import abandon_writing, begin_writing
from conserje.errors import Refused
from conserje.localisation import be_in
from conserje.messages.models import Channel
from conserje.photos.logos import bar_key
from conserje.photos.storage import is_digest, thumbnail_key
from conserje.visits import answers
from conserje.visits.answers import Answer, Question

# Tokens cannot be guessed; whoever tries is slowed down all the same.
MISSES_BY_ADDRESS = "20 per minute"
_MISSED = 404

# An in-app browser may have no cookies, so there is no session to forge. The token itself cannot be guessed, and the
# request's origin is checked.
csrf.exempt(links)


@links.get("/a/<token>")
@public
@limiter.limit(MISSES_BY_ADDRESS, deduct_when=lambda answer: answer.status_code == _MISSED)
def question(token: str) -> Response:
    return _shown(_asked(token))


@links.post("/a/<token>")
@public
@limiter.limit(MISSES_BY_ADDRESS, deduct_when=lambda answer: answer.status_code == _MISSED)
def answer(token: str) -> Response:
    asked = _asked(token)
    if _comes_from_elsewhere():
        return _shown(asked, 403, problem=_("Abra el enlace del mensaje y responda desde ahí."))
    try:
        said = Answer(request.form.get("answer", ""))
        reason = tidy_note(request.form.get("reason", ""))
    except ValueError:
        return _shown(asked, 422, problem=_("Elija una de las respuestas."))
    except Refused as refusal:
        return _shown(asked, 422, problem=sentence(refusal), typed=request.form.get("reason", ""))
    # Mail is opened by scanners that press buttons: there an answer counts once it is confirmed.
    if asked.is_open and asked.link.channel == Channel.EMAIL and request.form.get("confirm") != said:
        return _page("links/confirm.html", 200, asked=asked, said=said, reason=reason)
    by = Actor(None, asked.community.id, client_address())
    agent = request.headers.get("User-Agent", "")
    try:
        begin_writing()
        answers.answer(asked, said, reason if said is Answer.REJECT else "", by=by, agent=agent, now=clock.now())
    except Refused:
        abandon_writing()
        return _shown(_asked(token), 409)
    return _page("links/answered.html", 200, asked=answers.question(asked.link, now=clock.now()), thanks=True)


@links.get("/a/<token>/foto")
@public
@limiter.limit(MISSES_BY_ADDRESS, deduct_when=lambda answer: answer.status_code == _MISSED)
def photo(token: str) -> Response:
    """The visitor's face, while the question is open and no longer."""
    asked = _asked(token)
    digest = asked.visit.photo if asked.is_open else None
    body = current_app.extensions["photos"].load(thumbnail_key(asked.community.id, digest)) if digest else None
    if body is None:
        abort(404)
    return Response(body, mimetype="image/jpeg")


@links.get("/logos/<digest>.jpg")
@public
@limiter.limit(MISSES_BY_ADDRESS, deduct_when=lambda answer: answer.status_code == _MISSED)
def logo(digest: str) -> Response:
    """The small logo that some community shows. Its address says nothing of whose it is, nor who asks."""
    community = branding.community_showing(digest) if is_digest(digest) else None
    key = bar_key(community.administration_id, digest) if community is not None else None
    body = current_app.extensions["photos"].load(key) if key else None
    if body is None:
        abort(404)
    response = Response(body, mimetype="image/jpeg")
    # The address is made of the content's digest: what it names never changes.
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _asked(token: str) -> Question:
    """What the link asks, with this request bound to its community; the page of an unknown link where there is none."""
    found = approval_links.find(token)
    if found is None:
        _over()
    community_id, link_id = found
    tenancy.bind(community_id)
    try:
        asked = answers.question(approval_links.get(link_id), now=clock.now())
    except Refused:
        _over()
    be_in(asked.community)
    return asked


def _over() -> NoReturn:
    abort(_page("links/over.html", 404))


def _shown(asked: Question, status: int = 200, *, problem: str = "", typed: str = "") -> Response:
    if asked.is_open:
        return _page("links/question.html", status, asked=asked, problem=problem, typed=typed)
    # Gone: the status stays to be read for a day, without the visitor's data.
    return _page("links/answered.html", status if status != 200 else 410, asked=asked, thanks=False)


def _page(template: str, status: int, **shown: object) -> Response:
    asked = shown.get("asked")
    logo = branding.logo_of(asked.community) if isinstance(asked, Question) else None
    response = make_response(render_template(template, style=_style(), logo=logo, **shown), status)
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src '{_style_hash()}'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _comes_from_elsewhere() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin")
    ours = {urlsplit(str(current_app.config[name])).netloc for name in ("PUBLIC_BASE_URL", "LINK_BASE_URL")}
    return origin is not None and urlsplit(origin).netloc not in {*ours, request.host}


@cache
def _style() -> str:
    """The page's one style, inside it: it travels in the same request, and is admitted by its hash."""
    return (Path(current_app.root_path) / "templates" / "links" / "style.css").read_text("utf-8").strip()


@cache
def _style_hash() -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()}"
