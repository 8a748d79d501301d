"""What every answer carries, whatever it shows and whoever asks (ASVS 3.4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask, abort, url_for
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from conserje.errors import Refused
from conserje.identity.countries import Country
from conserje.photos.images import DIGEST_LENGTH
from conserje.photos.storage import photo_key
from conserje.visits.models import State
from tests.blueprints.conftest import MakeApp
from tests.blueprints.scene import (
    arrival,
    bundle_on_sale,
    data_request,
    letters_made,
    listed_person,
    resident_of,
    watched_person,
    work_in,
)
from tests.builders import Cast
from tests.page import HTMX, Visitor, inspect_fragment

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' blob:",
    "connect-src": "'self'",
    "font-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "frame-ancestors": "'none'",
}
OF_PAGES = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
}
# What is put into a page, or shown in it, is no document: it may load nothing, and the page said the rest.
OF_PARTS = {"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin"}
POLICY_OF_PARTS = {"default-src": "'none'", "frame-ancestors": "'none'"}
# What tells an attacker which program and version to look up.
TELLTALE = ("Server", "X-Powered-By", "X-AspNet-Version", "Via")
VARIES_BY = {"HX-Request", "HX-Request-Type", "HX-Boosted", "HX-History-Restore-Request", "Cookie"}
DIGEST = "a" * DIGEST_LENGTH
PUBLIC_BASE_URL = "https://porteria.example"


def check(answer: TestResponse, *, https: bool = False) -> None:
    """The full set of headers of a page, or that of what only ever stands in one."""
    is_part = answer.mimetype != "text/html" or answer.request.headers.get("HX-Request") == "true"
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy == (POLICY_OF_PARTS if is_part else POLICY)
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    expected = OF_PARTS if is_part else OF_PAGES
    assert {name: answer.headers.get(name) for name in expected} == expected
    assert not [name for name in TELLTALE if name in answer.headers]
    assert ("Strict-Transport-Security" in answer.headers) is https
    assert "Cookie" in answer.vary
    if answer.mimetype != "image/jpeg":
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("who", ["", "conserje", "admin", "super", "prueba"])
def test_every_page_carries_every_header_and_nothing_inline(app: Flask, cast: Cast, who: str) -> None:
    """The visitor's browser inspects each page for inline code as it takes it (tests/page.py)."""
    visit = arrival(app, cast.aromos, cast.units["aromos"], ago=timedelta(hours=1), state=State.ACCEPTED)
    browser = Visitor(app)
    if who:
        browser.sign_in(cast.emails[who])
        work_in(browser, cast.aromos)
    ids = {"unit_id": cast.units["aromos"], "visit_id": visit.id, "visitor_id": visit.visitor_id}
    ids |= {"digest": DIGEST, "token": "x" * 22, "bundle_id": bundle_on_sale(app, Country.CL)}
    ids["resident_id"] = resident_of(app, cast.aromos, cast.units["aromos"])
    ids["community_id"] = cast.aromos
    ids["account_id"] = cast.accounts["conserje"]
    ids["job_id"] = letters_made(app, cast.aromos, cast.accounts["super"])
    ids["request_id"] = data_request(app, cast.aromos, cast.accounts["super"]).id
    ids["watch_id"] = watched_person(app, cast.aromos, cast.accounts["super"], None, "Elena Paz").id
    ids["entry_id"] = listed_person(app, cast.aromos, cast.units["aromos"], cast.accounts["super"]).id
    ids |= {"source": "registro", "row_id": visit.visitor_id}
    seen = set()
    for rule in app.url_map.iter_rules():
        # The resident's page has a policy of its own: tests/blueprints/links.
        if "GET" not in (rule.methods or ()) or rule.endpoint.startswith("links."):
            continue
        with app.test_request_context():
            path = url_for(rule.endpoint, **{name: ids[name] for name in rule.arguments})
        for htmx in (False, True):
            browser.get(path, htmx=htmx)
            check(browser.answer)
            seen.add(browser.status)
            if browser.answer.mimetype == "text/html" and browser.status == 200:
                assert "style=" not in browser.answer.text
    assert seen >= ({200, 303} if not who else {200, 404})


@pytest.mark.parametrize("htmx", [False, True], ids=["page", "fragment"])
def test_every_error_carries_every_header(make_app: MakeApp, cast: Cast, htmx: bool) -> None:
    house = make_app()
    for status in (400, 403, 404, 405, 409, 413, 422, 429, 500, 503):
        house.add_url_rule(f"/falla/{status}", f"fails_{status}", _failing(status))
    browser = Visitor(house)
    browser.sign_in(cast.emails["conserje"])
    for status in (400, 403, 404, 405, 409, 413, 422, 429, 500, 503):
        browser.get(f"/falla/{status}", htmx=htmx)
        assert browser.status == status
        check(browser.answer)
        assert set(browser.answer.vary) >= VARIES_BY
        if htmx:
            assert browser.answer.headers["HX-Retarget"] == "#notices"
            inspect_fragment(browser.page)


def _failing(status: int) -> object:
    """A view that ends so; a fault where the status is 500, a database out of reach where it is 503."""

    def view() -> str:
        match status:
            case 409:
                raise Refused("form_stale")
            case 500:
                raise ZeroDivisionError
            case 503:
                raise OperationalError("SELECT", {}, Exception("locked"))
            case _:
                abort(status)

    view.access = "public"  # type: ignore[attr-defined]
    return view


def test_pages_and_fragments_are_told_apart_by_caches(cast: Cast, visit_as: Callable[[str], Visitor]) -> None:
    conserje = visit_as("conserje")
    unit = f"/porteria/unidades/{cast.units['aromos']}"
    for path in ("/porteria/", unit, f"{unit}/visitas/actual", f"{unit}/visitantes/nuevo"):
        assert set(conserje.get(path).answer.vary) >= VARIES_BY
        assert set(conserje.get(path, htmx=True).answer.vary) >= VARIES_BY


def test_a_foreign_host_is_refused_with_a_page(app: Flask) -> None:
    answer = app.test_client().get("/ingresar", base_url="http://attacker.example")
    assert answer.status_code == 400
    assert "attacker" not in answer.text
    check(answer)


@pytest.fixture
def production(make_app: MakeApp) -> Flask:
    return make_app(
        CONSERJE_MODE="production",
        PUBLIC_BASE_URL=PUBLIC_BASE_URL,
        SECRET_KEY="of-production-0123456789abcdefghij",
        SMS_CARRIER="eum",
        EMAIL_CARRIER="ses",
        MAIL_FROM="avisos@porteria.example",
    )


def test_over_https_the_session_cookie_is_bound_to_the_host_and_never_sent_in_clear(production: Flask) -> None:
    sign_in = production.test_client().get("/ingresar", base_url=PUBLIC_BASE_URL)
    check(sign_in, https=True)
    (cookie,) = sign_in.headers.getlist("Set-Cookie")
    name, *attributes = (part.strip() for part in cookie.split(";"))
    assert name.startswith("__Host-sid=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(attributes)
    assert not [part for part in attributes if part.startswith(("Domain", "Expires", "Max-Age"))]


def test_over_https_browsers_are_told_to_stay_with_it_for_a_year(production: Flask) -> None:
    for path in ("/ingresar", "/nada", "/healthz"):
        answer = production.test_client().get(path, base_url=PUBLIC_BASE_URL)
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize("host", ["attacker.example", "localhost", "127.0.0.1", "porteria.example.attacker.example"])
def test_in_production_only_the_public_host_is_answered(production: Flask, host: str) -> None:
    client = production.test_client()
    assert client.get("/healthz", base_url=f"https://{host}").status_code == 400
    assert client.get("/healthz", base_url=PUBLIC_BASE_URL).status_code == 200


def test_photographs_may_be_kept_by_the_browser_and_by_nobody_else(app: Flask, cast: Cast) -> None:
    visit = arrival(app, cast.aromos, cast.units["aromos"], photo=DIGEST)
    app.extensions["photos"].save(photo_key(cast.aromos, DIGEST), b"\xff\xd8\xff")
    browser = Visitor(app)
    browser.sign_in(cast.emails["conserje"])
    browser.get(f"/porteria/fotos/{visit.photo}.jpg")
    assert browser.status == 200
    assert browser.answer.headers["Cache-Control"] == "private, max-age=86400, immutable"
    check(browser.answer)


def test_a_request_of_htmx_is_answered_with_the_same_headers_when_nobody_is_signed_in(app: Flask) -> None:
    answer = app.test_client().get("/porteria/", headers=HTMX)
    assert answer.status_code == 401
    check(answer)
