"""The portal's door: an e-mail or a mobile number, and a link that is sent to it; or a password chosen before."""

from __future__ import annotations

from typing import cast

from flask import Response, current_app, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from conserje import clock
from conserje.audit.journal import Actor, record
from conserje.blueprints import resident_access
from conserje.blueprints.access import client_address, limiter, public
from conserje.blueprints.portal import portal
from conserje.blueprints.portal.forms import EntryForm
from conserje.blueprints.wording import sentence
from conserje.database import begin_writing
from conserje.errors import Refused
from conserje.portal import links, password, sessions
from conserje.portal.models import PortalLink, PortalSession

REQUESTS_BY_ADDRESS = "10 per minute"
# Tokens cannot be guessed; whoever tries is slowed down all the same.
MISSES_BY_ADDRESS = "20 per minute"
_MISSED = 404


@portal.get("/residentes/entrar")
@public
def entry() -> ResponseReturnValue:
    if resident_access.held_session() is not None:
        return redirect(url_for("portal.home"), 303)
    return render_template("portal/entry.html", form=EntryForm())


@portal.post("/residentes/entrar")
@public
@limiter.limit(REQUESTS_BY_ADDRESS)
def send_link() -> ResponseReturnValue:
    """Says the same whether the contact is known or not."""
    form = EntryForm()
    if not form.validate():
        return render_template("portal/entry.html", form=form), 422
    begin_writing()
    links.send(form.contact.data, address=client_address(), now=clock.now())
    minutes = links.VALID_FOR.seconds // 60
    return render_template("portal/sent.html", contact=form.contact.data, minutes=minutes)


@portal.post("/residentes/entrar/clave")
@public
@limiter.limit(REQUESTS_BY_ADDRESS)
def sign_in() -> ResponseReturnValue:
    form = EntryForm()
    if not form.validate():
        return render_template("portal/entry.html", form=form), 422
    now, address, held = clock.now(), client_address(), _held()
    try:
        access = password.check(form.contact.data, form.password.data or "", address=address, now=now)
    except Refused as refusal:
        form.refuse(refusal)
        return render_template("portal/entry.html", form=form), 422
    begin_writing()
    return _inside(password.enter(access, address=address, now=now, instead_of=held))


@portal.get("/r/<token>")
@public
@limiter.limit(MISSES_BY_ADDRESS, deduct_when=lambda answer: answer.status_code == _MISSED)
def short_link(token: str) -> ResponseReturnValue:
    """What an SMS has room for; the session begins at the portal's own address."""
    found = _found(token)
    if isinstance(found, Response):
        return found
    return redirect(f"{current_app.config['PUBLIC_BASE_URL']}{url_for('portal.link', token=token)}", 303)


@portal.get("/residentes/entrar/<token>")
@public
@limiter.limit(MISSES_BY_ADDRESS, deduct_when=lambda answer: answer.status_code == _MISSED)
def link(token: str) -> ResponseReturnValue:
    """The link of the message. Opening it uses nothing up: mail is opened by scanners too."""
    found = _found(token)
    return found if isinstance(found, Response) else render_template("portal/link.html", token=token)


@portal.post("/residentes/entrar/<token>")
@public
@limiter.limit(MISSES_BY_ADDRESS, deduct_when=lambda answer: answer.status_code == _MISSED)
def use_link(token: str) -> ResponseReturnValue:
    found, held = _found(token), _held()
    if isinstance(found, Response):
        return found
    begin_writing()
    try:
        opened = links.use(found, address=client_address(), now=clock.now(), instead_of=held)
    except Refused:
        return _over()
    return _inside(opened)


@portal.post("/residentes/salir")
@public
def sign_out() -> ResponseReturnValue:
    held = resident_access.held_session()
    if held is not None:
        session, access = held
        begin_writing()
        sessions.end(session)
        by = Actor(None, None, client_address())
        record("portal.left", "portal_access", access.id, by=by, at=clock.now())
    response = resident_access.take_back(cast(Response, redirect(url_for("portal.entry"), 303)))
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _found(token: str) -> PortalLink | Response:
    """The link, or the page that says that it is over."""
    try:
        return links.find(token, now=clock.now())[0]
    except Refused:
        return _over()


def _over() -> Response:
    return make_response(render_template("portal/over.html", message=sentence(Refused("portal_link_over"))), 404)


def _inside(token: str) -> Response:
    return resident_access.hand_over(cast(Response, redirect(url_for("portal.home"), 303)), token)


def _held() -> PortalSession | None:
    held = resident_access.held_session()
    return held[0] if held else None
