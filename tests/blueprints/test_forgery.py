"""A form that was not ours, or not this browser's, changes nothing (ASVS 3.5.1)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, url_for
from sqlalchemy import select

from conserje.accounts.models import WebSession
from conserje.database import db
from conserje.identity.countries import Country
from conserje.visits.models import State, Visit
from tests.blueprints.conftest import MakeApp
from tests.blueprints.scene import (
    arrival,
    bundle_on_sale,
    data_request,
    journal,
    listed_person,
    resident_of,
    rows,
    somebody,
    watched_person,
    work_in,
)
from tests.builders import Cast
from tests.page import Visitor

SAID = {
    "key": "forged",
    "document_type": "run",
    "document_number": "11.111.111-1",
    "full_name": "Rosa Peña",
    "kind": "visit",
    "method": "call",
    "note": "Un motivo",
    "email": "conserje@demo.example",
    "password": "conserje-demo-2026",
}


def _tokens(app: Flask, cast: Cast) -> dict[str, str | None]:
    """What a forged form may bring: nothing, nonsense, or the token of a browser of one's own."""
    other = Visitor(app)
    other.sign_in(cast.emails["parque"])
    return {"missing": None, "nonsense": "nonsense", "of another browser": other.csrf_token()}


@pytest.mark.parametrize("which", ["missing", "nonsense", "of another browser"])
def test_every_form_refuses_a_forged_token(
    app: Flask, cast: Cast, visit_as: Callable[[str], Visitor], which: str
) -> None:
    unit_id = cast.units["aromos"]
    waiting = arrival(app, cast.aromos, unit_id, document=somebody(1))
    inside = arrival(app, cast.aromos, unit_id, document=somebody(2), state=State.ACCEPTED)
    ids = {"unit_id": unit_id, "visitor_id": waiting.visitor_id, "bundle_id": bundle_on_sale(app, Country.CL)}
    ids["resident_id"] = resident_of(app, cast.aromos, unit_id)
    ids["community_id"] = cast.parque
    ids["account_id"] = cast.accounts["conserje"]
    ids["request_id"] = data_request(app, cast.aromos, cast.accounts["super"]).id
    ids["watch_id"] = watched_person(app, cast.aromos, cast.accounts["super"], None, "Elena Paz").id
    ids["entry_id"] = listed_person(app, cast.aromos, unit_id, cast.accounts["super"]).id
    ids |= {"source": "registro", "row_id": waiting.visitor_id}
    token = _tokens(app, cast)[which]
    # Whoever may do everything: others are refused what they may not before their form is looked at.
    browser = work_in(visit_as("super"), cast.aromos)
    lines, before = journal(app), _states(app, cast)
    for rule in app.url_map.iter_rules():
        # A resident's link has no session; what stands in for it is tested in tests/blueprints/links.
        # A resident's session is another: tests/blueprints/portal.
        if "POST" not in (rule.methods or ()) or rule.endpoint.startswith(("links.", "portal.")):
            continue
        visit_id = inside.id if rule.endpoint == "gate.mark_exit" else waiting.id
        values = {name: {**ids, "visit_id": visit_id, "token": "x" * 22}[name] for name in rule.arguments}
        with app.test_request_context():
            path = url_for(rule.endpoint, **values)
        for htmx in (False, True):
            fields = {**SAID, "csrf_token": token} if token is not None else SAID
            browser.client.post(path, data=fields)
            browser.post(path, {**SAID, "csrf_token": token or ""}, htmx=htmx)
            assert browser.status == 400, rule.endpoint
            assert "La página venció. Recárguela y vuelva a intentarlo." in browser.answer.text
            assert (browser.page.find("html") is None) is htmx
    assert _states(app, cast) == before
    assert [line.id for line in journal(app)] == [line.id for line in lines]
    assert browser.get("/porteria/").status == 200, "the session goes on"


def _states(app: Flask, cast: Cast) -> list[object]:
    with app.app_context():
        sessions = len(db.session.scalars(select(WebSession)).all())
    return [sessions, *((visit.id, visit.state, visit.left_at) for visit in rows(app, cast.aromos, Visit))]


def test_over_https_a_form_sent_from_another_site_is_refused(make_app: MakeApp, cast: Cast) -> None:
    base = "https://porteria.example"
    house = make_app(PUBLIC_BASE_URL=base, TRUSTED_HOSTS="attacker.example")
    browser = Visitor(house)
    browser._take(browser.client.get("/ingresar", base_url=base))
    fields = {**SAID, "csrf_token": browser.csrf_token()}
    statuses = {
        referrer: browser.client.post(
            "/ingresar", data=fields, base_url=base, headers={"Referer": referrer}
        ).status_code
        for referrer in ("https://attacker.example/", "http://porteria.example/", f"{base}/ingresar")
    }
    assert list(statuses.values()) == [400, 400, 303]
