"""Pages and fragments: the one place that knows htmx."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from flask import Flask, Response, flash, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from htmx_flask import Htmx
from markupsafe import Markup, escape

# What differs in every rendering: forgery tokens and the keys of forms.
_VARIES = re.compile(r'name="(?:csrf_token|key)"[^>]*')

VARY = ("HX-Request", "HX-Request-Type", "HX-Boosted", "HX-History-Restore-Request")


def init_htmx(app: Flask) -> None:
    Htmx(app)
    app.jinja_env.filters["content_tag"] = content_tag
    app.jinja_env.globals.update(go=go, post=post)


def go(url: str) -> Markup:
    """Attributes of a link whose page replaces the gate's work area, the top bar staying where it is."""
    to = escape(url)
    # S704: everything put in is escaped or our own; Markup.format does the same, five times slower.
    return Markup(f'href="{to}" hx-get="{to}" hx-target="#gate" hx-push-url="true" hx-swap="outerHTML show:top"')  # noqa: S704


def post(url: str, target: str, key: str = "", swap: str = "outerHTML") -> Markup:
    """Attributes of a button that posts with the page's one form of acts: it changes `target`, and works alone too.

    `key` makes a second press count once.
    """
    to = escape(url)
    once = f' name="key" value="{escape(key)}"' if key else ""
    return Markup(f'form="acts" formaction="{to}" hx-post="{to}" hx-target="{target}" hx-swap="{swap}"{once}')  # noqa: S704


def wants_fragment() -> bool:
    """Whether htmx will put the answer into the page that is open; else a whole page is wanted."""
    htmx = request.htmx  # type: ignore[attr-defined]
    whole = htmx.boosted or htmx.history_restore_request or request.headers.get("HX-Request-Type") == "full"
    return bool(htmx) and not whole


def page_or_fragment(page: str, fragment: str, status: int = 200, /, **context: Any) -> Response:
    """The page, or the fragment that the page itself includes; both names are the route's to give."""
    is_fragment = wants_fragment()
    body = render_template(fragment if is_fragment else page, is_fragment=is_fragment, **context)
    response = make_response(body, status)
    response.vary.update(VARY)
    return response


def fragment_or_redirect(fragment: str, url: str, *, notice: str = "", **context: Any) -> ResponseReturnValue:
    """After a successful act: what changed on the screen, or for a plain browser the page to see it on."""
    if not wants_fragment():
        if notice:
            flash(notice)
        return redirect(url, 303)
    response = make_response(render_template(fragment, is_fragment=True, notice=notice, **context))
    response.vary.update(VARY)
    return response


def content_tag(body: str) -> str:
    """The tag of a polled fragment, which its first page carries too."""
    return hashlib.blake2b(_VARIES.sub("", body.strip()).encode(), digest_size=9).hexdigest()


def tagged(fragment: str, **context: Any) -> Response:
    """A fragment that its screen polls: 304 while it is what the screen already shows (`hx-ptag`).

    The tag is the digest of what the fragment shows, without the keys and tokens that differ each time.
    """
    body = render_template(fragment, is_fragment=True, **context)
    tag = content_tag(body)
    is_shown = request.headers.get("HX-PTag") == tag
    response = Response(status=304) if is_shown else make_response(body)
    response.headers["HX-PTag"] = tag
    response.vary.update(VARY)
    return response
