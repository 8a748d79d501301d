"""The resident's page: what it shows, to whom, and that looking at it changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image

from conserje import clock
from conserje.communities.models import Community
from conserje.database import db
from conserje.photos.images import prepare
from conserje.photos.storage import keep
from conserje.visits.models import State
from tests.blueprints.conftest import MakeApp
from tests.blueprints.links.conftest import ANAS, MAIL, Asked
from tests.blueprints.scene import journal
from tests.page import Visitor
from tests.photos.pictures import encoded


def test_it_says_who_is_at_the_gate_for_which_unit_and_since_when(asked: Asked, phone: Visitor) -> None:
    phone.get(asked.path())
    assert phone.status == 200
    said = phone.text("main")
    for part in ("Edificio Los Aromos", "101", "Camila Soto Díaz", "Visita", "recién", "Puede responder hasta las"):
        assert part in said
    assert [button.get_text(strip=True) for button in phone.page.select("button:not([hidden])")] == [
        "Autorizar",
        "Rechazar",
        "No conozco a esta persona",
    ]


def test_it_is_small_and_needs_nothing_else(asked: Asked, phone: Visitor) -> None:
    phone.get(asked.path())
    assert len(phone.answer.data) <= 6000, "even before compression"
    assert not phone.page.select("script, link[rel=stylesheet], img")
    assert "Set-Cookie" not in phone.answer.headers


def test_what_previews_read_names_nobody(asked: Asked, phone: Visitor) -> None:
    phone.get(asked.path())
    assert phone.page.title is not None
    assert phone.page.title.get_text() == "Portería"
    assert phone.one("meta[name=robots]")["content"] == "noindex,nofollow"
    assert not phone.page.select("meta[property], meta[name=description]")


@pytest.mark.parametrize("times", [1, 3])
def test_opening_and_scanning_change_nothing(asked: Asked, phone: Visitor, times: int) -> None:
    path, lines = asked.path(), len(journal(asked.app))
    for _ in range(times):
        assert phone.client.head(path).status_code == 200
        assert phone.get(path).status == 200
        assert phone.client.options(path).status_code == 200
    assert asked.visit().state == State.PENDING
    assert len(journal(asked.app)) == lines


def test_its_headers(asked: Asked, phone: Visitor) -> None:
    headers = phone.get(asked.path()).answer.headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert set(policy) == {"default-src", "style-src", "img-src", "form-action", "base-uri", "frame-ancestors"}
    assert policy["default-src"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_it_is_in_the_communitys_time_and_way_of_writing(asked: Asked, phone: Visitor, app: Flask) -> None:
    asked.change(answer_by=clock.now() + timedelta(minutes=5))
    wanted = clock.local(asked.visit().answer_by, "America/Santiago").strftime("%H:%M")
    assert f"hasta las {wanted}." in phone.get(asked.path()).text("main")


@pytest.mark.parametrize("path", ["/a/", "/a/x", f"/a/{'x' * 22}", f"/a/{'x' * 500}", "/a/%00%00", "/a/ñandú"])
def test_a_link_that_never_was_is_not_found(phone: Visitor, asked: Asked, path: str) -> None:
    assert phone.get(path).status == 404
    assert "Camila" not in phone.answer.text


def test_a_link_cut_short_says_to_open_it_again(asked: Asked, phone: Visitor) -> None:
    phone.get(asked.path()[:-1])
    assert phone.status == 404
    assert "Ábralo otra vez desde el mensaje" in phone.text()


def test_after_the_window_it_is_gone_and_says_so_kindly(asked: Asked, phone: Visitor) -> None:
    asked.change(answer_by=clock.now() - timedelta(seconds=1))
    phone.get(asked.path())
    assert phone.status == 410
    assert "El plazo venció" in phone.text()
    assert "Llame a la portería" in phone.text()
    assert "Camila" not in phone.answer.text


def test_after_a_decision_it_says_what_was_decided_without_the_visitors_data(asked: Asked, phone: Visitor) -> None:
    asked.change(state=State.ACCEPTED, decided_at=clock.now())
    phone.get(asked.path())
    assert phone.status == 410
    assert "Ya respondido" in phone.text()
    assert "autorizado" in phone.text()
    assert "Camila" not in phone.answer.text


def test_a_day_later_there_is_nothing_any_more(asked: Asked, phone: Visitor) -> None:
    asked.change(answer_by=clock.now() - timedelta(hours=24, seconds=1))
    assert phone.get(asked.path()).status == 404
    assert "Aromos" not in phone.answer.text


def test_the_gates_number_can_be_called_where_it_is_known(asked: Asked, phone: Visitor, app: Flask) -> None:
    assert not phone.get(asked.path()).page.select("a[href^='tel:']")
    with app.app_context():
        db.session.get_one(Community, asked.cast.aromos).gate_phone = "+56221234567"
        db.session.commit()
    assert phone.get(asked.path()).one("a[href^='tel:']")["href"] == "tel:+56221234567"


def test_whoever_is_signed_in_elsewhere_sees_the_same(
    asked: Asked, phone: Visitor, visit_as: Callable[[str], Visitor]
) -> None:
    stranger = visit_as("andina").get(asked.path())
    assert stranger.status == 200
    assert stranger.answer.text == phone.get(asked.path()).answer.text


def test_the_token_is_in_no_log(asked: Asked, phone: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    path = asked.path()
    with caplog.at_level("DEBUG"):
        phone.get(path)
        phone.post(path, {"answer": "nonsense"})
        phone.get(f"{path}/foto")
    assert caplog.records
    assert path.removeprefix("/a/") not in caplog.text


def test_guessing_is_slowed_down_and_answering_is_not(make_app: MakeApp, asked: Asked) -> None:
    house = make_app(RATELIMIT_ENABLED=True)
    guesser = Visitor(house)
    statuses = [guesser.client.get(f"/a/{number:022d}").status_code for number in range(25)]
    assert statuses[:20] == [404] * 20
    assert statuses[20:] == [429] * 5


def test_each_recipient_reads_the_same_question(asked: Asked, phone: Visitor) -> None:
    by_sms = phone.get(asked.path(ANAS)).text("main")
    assert phone.get(asked.path(MAIL)).text("main") == by_sms


# The photograph


@pytest.fixture
def with_photo(asked: Asked, app: Flask) -> Asked:
    photo = prepare(BytesIO(encoded(Image.new("RGB", (200, 260), "green"))))
    asked.change(photo=keep(app.extensions["photos"], asked.cast.aromos, photo))
    return asked


def test_the_face_comes_lazily_in_a_second_small_request(with_photo: Asked, phone: Visitor) -> None:
    face = phone.get(with_photo.path()).one("img")
    assert face["loading"] == "lazy"
    answer = phone.client.get(str(face["src"]))
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert len(answer.data) <= 4000
    assert answer.headers["Cache-Control"] == "no-store"


def test_after_the_decision_the_face_is_served_no_more(with_photo: Asked, phone: Visitor) -> None:
    with_photo.change(state=State.REJECTED, decided_at=clock.now())
    assert phone.client.get(f"{with_photo.path()}/foto").status_code == 404


def test_a_forged_token_shows_no_face(with_photo: Asked, phone: Visitor) -> None:
    assert phone.client.get(f"/a/{'x' * 22}/foto").status_code == 404
