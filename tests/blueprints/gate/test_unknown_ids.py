"""An address may say anything: what is not there is not found, never a fault."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from urllib.parse import quote

from flask import Flask, url_for

from conserje.visits.models import Visit
from tests.blueprints.scene import rows, work_in
from tests.builders import Cast
from tests.page import Visitor

IDS = {
    "none": "0",
    "unknown": "999999",
    "the largest": str(2**31 - 1),
    "one beyond": str(2**31),
    "of 64 bits": str(2**63),
    "of a hundred bits": str(2**100),
    "of thousands of digits": "9" * 4000,
    "negative": "-1",
    "a word": "abc",
    "a fraction": "1.5",
    "in powers": "1e3",
    "in other digits": "\u0669" * 6,
    "after a space": " 1",
    "with a letter": "1x",
    "with zero bytes": "1\x00",
    "an attack": "1 OR 1=1",
    "a way up": "..",
}


def test_no_route_finds_a_row_that_is_not_there(app: Flask, cast: Cast, visit_as: Callable[[str], Visitor]) -> None:
    # Whoever may do everything: others are refused what they may not before an id is looked at.
    browser = work_in(visit_as("super"), cast.aromos)
    token = browser.csrf_token()
    # Residents enter by another door: tests/blueprints/portal.
    with_ids = [
        rule
        for rule in app.url_map.iter_rules()
        if any(name.endswith("_id") for name in rule.arguments) and not rule.endpoint.startswith("portal.")
    ]
    for rule, typed in product(with_ids, IDS.values()):
        with app.test_request_context():
            path = url_for(rule.endpoint, **dict.fromkeys(rule.arguments, 77)).replace("77", quote(typed, safe=""))
        said = {"csrf_token": token, "key": "k", "method": "call", "full_name": "Rosa Peña", "kind": "visit"}
        for htmx in (False, True) if typed == IDS["unknown"] else (False,):
            if "POST" in (rule.methods or ()):
                browser.post(path, said, htmx=htmx)
            else:
                browser.get(path, htmx=htmx)
            assert browser.status == 404, (rule.endpoint, typed)
            assert "No encontramos lo que busca" in browser.answer.text
    assert not rows(app, cast.aromos, Visit)


def test_a_method_that_an_address_does_not_know_is_said_to_be_wrong(
    cast: Cast, visit_as: Callable[[str], Visitor]
) -> None:
    conserje = visit_as("conserje")
    token = conserje.csrf_token()
    assert conserje.get("/porteria/visitas/1/aceptar").status == 405
    assert conserje.post("/porteria/", {"csrf_token": token}).status == 405
