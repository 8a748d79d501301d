"""The community's logo on the resident's page: after the text, small, from an address that tells nothing."""

from __future__ import annotations

from io import BytesIO

import pytest

from conserje.communities.models import Community, LogoChoice
from conserje.database import db
from conserje.photos.logos import keep_logo, prepare_logo
from conserje.visits.models import State
from tests.blueprints.conftest import MakeApp
from tests.blueprints.links.conftest import MAIL, Asked
from tests.page import Visitor
from tests.photos.pictures import encoded, noise


@pytest.fixture
def with_logo(asked: Asked) -> Asked:
    with asked.app.app_context():
        community = db.session.get_one(Community, asked.cast.aromos)
        # What compresses worst.
        logo = prepare_logo(BytesIO(encoded(noise(600, 600))), shrinks=False)
        community.logo = keep_logo(asked.app.extensions["photos"], community.administration_id, logo)
        community.logo_choice = LogoChoice.COMMUNITY
        db.session.commit()
    return asked


def test_it_comes_in_a_second_small_request_that_a_browser_keeps(with_logo: Asked, phone: Visitor) -> None:
    face = phone.get(with_logo.path()).one(".where img")
    assert len(phone.answer.data) <= 6000
    assert (face["loading"], face["width"], face["height"]) == ("lazy", "96", "36")
    answer = phone.client.get(str(face["src"]))
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert len(answer.data) + len(str(answer.headers)) <= 4000
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in answer.headers


def test_its_address_names_no_link_and_is_the_same_for_all(with_logo: Asked, phone: Visitor) -> None:
    first = str(phone.get(with_logo.path()).one(".where img")["src"])
    assert with_logo.path().removeprefix("/a/") not in first
    assert str(phone.get(with_logo.path(MAIL)).one(".where img")["src"]) == first


def test_it_stays_where_the_answer_is_shown(with_logo: Asked, phone: Visitor) -> None:
    with_logo.change(state=State.REJECTED)
    phone.get(with_logo.path())
    assert phone.page.select(".where img")
    assert "Edificio Los Aromos" in phone.text(".where")


def test_without_a_logo_there_is_no_request(asked: Asked, phone: Visitor) -> None:
    assert not phone.get(asked.path()).page.select("img")


def test_one_that_is_hidden_is_served_no_more(with_logo: Asked, phone: Visitor) -> None:
    address = str(phone.get(with_logo.path()).one(".where img")["src"])
    with with_logo.app.app_context():
        db.session.get_one(Community, with_logo.cast.aromos).logo_choice = LogoChoice.NONE
        db.session.commit()
    assert phone.client.get(address).status_code == 404
    assert not phone.get(with_logo.path()).page.select("img")


@pytest.mark.parametrize("name", ["x", "a" * 20, "%2e%2e", "A" * 20])
def test_what_no_community_shows_is_not_found(with_logo: Asked, phone: Visitor, name: str) -> None:
    assert phone.client.get(f"/logos/{name}.jpg").status_code == 404


def test_guessing_is_slowed_down(make_app: MakeApp, asked: Asked) -> None:
    guesser = Visitor(make_app(RATELIMIT_ENABLED=True))
    statuses = [guesser.client.get(f"/logos/{number:020x}.jpg").status_code for number in range(22)]
    assert statuses == [404] * 20 + [429] * 2
