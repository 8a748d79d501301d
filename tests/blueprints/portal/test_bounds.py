"""What is not one's own is not found, what was forged is refused, and no page weighs much."""

from __future__ import annotations

import pytest
from flask import url_for

from conserje.communities.models import Community, LogoChoice
from conserje.database import db
from conserje.photos.images import DIGEST_LENGTH
from conserje.photos.logos import bar_key
from conserje.photos.storage import thumbnail_key
from conserje.visits.models import State, Visit
from tests.blueprints.portal.arrivals import came, visit_of, waiting
from tests.blueprints.portal.conftest import Portal
from tests.blueprints.scene import arrival, rows
from tests.page import Visitor

DIGEST, OTHER_DIGEST = "a" * DIGEST_LENGTH, "b" * DIGEST_LENGTH
LIMIT = 10_000


@pytest.mark.parametrize("of", ["aromos-102", "parque", "torres"])
def test_the_visits_of_other_units_and_communities_are_not_found(portal: Portal, of: str) -> None:
    community = getattr(portal.cast, of.partition("-")[0])
    foreign = arrival(portal.app, community, portal.cast.units[of], "Obsidiana Paz", photo=DIGEST)
    portal.app.extensions["photos"].save(thumbnail_key(community, DIGEST), b"\xff\xd8\xff")
    browser = portal.entered()
    assert "Obsidiana" not in browser.text()
    for visit_id in (foreign.id, 10**6, 2**31, 2**70):
        assert browser.get(f"/residentes/visitas/{visit_id}/foto").status == 404
        for act in ("respuesta", "ajena"):
            browser.get("/residentes/")
            browser.post(f"/residentes/visitas/{visit_id}/{act}", {"answer": "authorise"})
            assert browser.status == 404
            assert "Obsidiana" not in browser.answer.text
    after = next(each for each in rows(portal.app, community, Visit) if each.id == foreign.id)
    assert (after.state, after.disowned_at) == (State.PENDING, None)


def test_the_communitys_logo_is_given_and_no_other(portal: Portal) -> None:
    with portal.app.app_context():
        community = db.session.get_one(Community, portal.cast.aromos)
        community.logo, community.logo_choice = DIGEST, LogoChoice.COMMUNITY
        administration_id = community.administration_id
        db.session.commit()
    for digest in (DIGEST, OTHER_DIGEST):
        portal.app.extensions["photos"].save(bar_key(administration_id, digest), b"\xff\xd8\xff")
    browser = portal.entered()
    path = str(browser.one(".brand img")["src"])
    assert browser.get(path).status == 200
    assert browser.answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    for digest in (OTHER_DIGEST, "x" * DIGEST_LENGTH, "x"):
        assert browser.get(f"/residentes/logos/{digest}.jpg").status == 404


def test_every_form_refuses_a_forged_token(portal: Portal) -> None:
    visit = waiting(portal)
    browser = portal.entered()
    for rule in portal.app.url_map.iter_rules():
        if not rule.endpoint.startswith("portal.") or "POST" not in (rule.methods or ()):
            continue
        with portal.app.test_request_context():
            path = url_for(
                rule.endpoint, **{name: {"visit_id": visit.id, "token": "x"}[name] for name in rule.arguments}
            )
        assert browser.client.post(path, data={"answer": "authorise"}).status_code == 400, rule.endpoint
    assert visit_of(portal, visit).state == State.PENDING
    assert browser.get("/residentes/").status == 200, "the session goes on"


def test_a_first_visit_weighs_less_than_ten_kilobytes(portal: Portal) -> None:
    for number in range(2, 22):
        came(portal, number)
    waiting(portal)
    browser = portal.entered()
    for path in ("/residentes/", "/residentes/mi-unidad", "/residentes/mis-datos"):
        browser.get(path)
        style = str(browser.one("link[rel=stylesheet]")["href"])
        weights = [weight(browser, each) for each in (path, style)]
        assert sum(weights) < LIMIT, (path, weights)


def weight(browser: Visitor, path: str) -> int:
    with browser.client.get(path, headers={"Accept-Encoding": "br"}) as answer:
        return len(answer.get_data())
