"""After signing in one is where one wanted to be, and never anywhere else than here (ASVS 3.7.2)."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import delete
from werkzeug.urls import iri_to_uri

from conserje.accounts.models import WebSession
from conserje.database import db
from tests.builders import PASSWORD, Cast
from tests.page import Visitor

HOME = "/porteria/"
HOSTILE = [
    "https://attacker.example/",
    "http:attacker.example",
    "//attacker.example/",
    "///attacker.example/",
    "/\\attacker.example/",
    "\\\\attacker.example/",
    "/porteria/\\attacker.example",
    "/\t/attacker.example/",
    "/\n/attacker.example/",
    "\t//attacker.example/",
    " //attacker.example/",
    "/\x00/attacker.example/",
    "/porteria/\r\nSet-Cookie: sid=1",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "attacker.example",
    "porteria/",
    "@attacker.example",
    "/\u202eelpmaxe",
    "",
]
KIND = ["/porteria/unidades/7", "/porteria/?unit=101&state=pending", "/mi-clave", "/porteria/unidades?q=Peña"]


def _sign_in_with(app: Flask, cast: Cast, target: str) -> Visitor:
    browser = Visitor(app)
    browser._take(browser.client.get("/ingresar", query_string={"next": target}))
    assert browser.one("input[name=next]")["value"] in (target, HOME)
    return browser.submit("form", email=cast.emails["conserje"], password=PASSWORD, next=target)


def test_a_hostile_address_leads_to_the_gate(app: Flask, cast: Cast) -> None:
    led = {target: _sign_in_with(app, cast, target).answer.location for target in HOSTILE}
    assert led == dict.fromkeys(HOSTILE, HOME)


def test_a_hostile_address_does_not_even_stand_in_the_form(app: Flask) -> None:
    browser = Visitor(app)
    for target in HOSTILE:
        browser._take(browser.client.get("/ingresar", query_string={"next": target}))
        assert browser.one("input[name=next]")["value"] == HOME, target


@pytest.mark.parametrize("target", KIND)
def test_an_address_of_ours_is_gone_to(app: Flask, cast: Cast, target: str) -> None:
    browser = _sign_in_with(app, cast, target)
    assert (browser.status, browser.answer.location) == (303, iri_to_uri(target))


def test_a_mistake_on_the_way_keeps_where_one_wanted_to_go(app: Flask, cast: Cast) -> None:
    browser = Visitor(app).get("/ingresar?next=/porteria/unidades/7")
    browser.submit("form", email=cast.emails["conserje"], password="no es la contraseña")
    assert browser.one("input[name=next]")["value"] == "/porteria/unidades/7"


def _expired(app: Flask, cast: Cast) -> Visitor:
    browser = Visitor(app)
    browser.sign_in(cast.emails["conserje"])
    with app.app_context():
        db.session.execute(delete(WebSession))
        db.session.commit()
    return browser


def _next_of(address: str) -> str:
    parts = urlsplit(address)
    assert (parts.scheme, parts.netloc, parts.path) == ("", "", "/ingresar")
    return parse_qs(parts.query)["next"][0]


def test_an_expired_session_in_a_page_leads_to_signing_in_and_back(app: Flask, cast: Cast) -> None:
    browser = _expired(app, cast)
    unit = f"/porteria/unidades/{cast.units['aromos']}"
    browser.get(unit)
    assert browser.status == 303
    assert _next_of(browser.answer.location or "") == unit
    browser.follow().submit("form", email=cast.emails["conserje"], password=PASSWORD).follow()
    assert browser.text("h1") == "Torre A · 101"


def test_the_filters_of_a_list_are_still_there_after_signing_in(app: Flask, cast: Cast) -> None:
    browser = _expired(app, cast).get("/porteria/?unit=101&state=pending")
    assert _next_of(browser.answer.location or "") == "/porteria/?unit=101&state=pending"


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_expired_session_in_a_fragment_sends_the_whole_page_to_sign_in_and_back_to_the_unit(
    app: Flask, cast: Cast, method: str
) -> None:
    browser = _expired(app, cast)
    unit = f"/porteria/unidades/{cast.units['aromos']}"
    here = {"HX-Current-URL": f"http://localhost{unit}"}
    if method == "get":
        browser.get(f"{unit}/visitantes/nuevo", htmx=True, **here)
    else:
        browser.post(f"{unit}/telefonos", htmx=True, **here)
    assert (browser.status, browser.answer.get_data()) == (401, b"")
    assert _next_of(browser.answer.headers["HX-Redirect"]) == unit
    browser.get(browser.answer.headers["HX-Redirect"])
    browser.submit("form", email=cast.emails["conserje"], password=PASSWORD).follow()
    assert browser.text("h1") == "Torre A · 101"


def test_a_form_posted_after_the_session_ended_leads_back_to_the_page_it_was_on(app: Flask, cast: Cast) -> None:
    browser = _expired(app, cast)
    form = f"/porteria/unidades/{cast.units['aromos']}/visitantes/nuevo"
    browser.post(form.removesuffix("/nuevo"), {"full_name": "Rosa Peña"}, Referer=f"http://localhost{form}")
    assert browser.status == 303
    assert _next_of(browser.answer.location or "") == form


@pytest.mark.parametrize(
    "elsewhere", ["https://attacker.example//evil.example/", "https://attacker.example", "nonsense"]
)
def test_a_page_elsewhere_is_not_come_back_to(app: Flask, cast: Cast, elsewhere: str) -> None:
    browser = _expired(app, cast)
    path = f"/porteria/unidades/{cast.units['aromos']}/telefonos"
    fragment = browser.post(path, htmx=True, **{"HX-Current-URL": elsewhere})
    assert _next_of(fragment.answer.headers["HX-Redirect"]) == HOME
    page = browser.post(path, Referer=elsewhere)
    assert _next_of(page.answer.location or "") == HOME
