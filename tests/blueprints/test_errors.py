"""What goes wrong is a page, or for htmx a notice, in Spanish, that says what to do next and tells nothing else."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from conserje.blueprints.access import public
from conserje.communities.models import Administration
from conserje.database import begin_writing, db
from tests.blueprints.conftest import MakeApp
from tests.page import HTMX, Visitor

SECRET = "contenido que nadie debe leer"
SENTENCES = {
    "/porteria/nada": (404, "No encontramos lo que busca"),
    "/salir": (405, "Esta dirección no se abre así"),
    "/static/nada.css": (404, "No encontramos lo que busca"),
    "/falla": (500, "Algo falló de nuestro lado y no se guardó nada"),
}


@public
def _fails() -> str:
    raise ZeroDivisionError(SECRET)


@pytest.fixture
def house(make_app: MakeApp) -> Flask:
    house = make_app()
    house.add_url_rule("/falla", "falla", _fails)
    return house


@pytest.mark.parametrize(("path", "expected"), SENTENCES.items())
@pytest.mark.parametrize("htmx", [False, True], ids=["page", "fragment"])
def test_an_error_says_in_spanish_what_to_do(house: Flask, path: str, expected: tuple[int, str], htmx: bool) -> None:
    browser = Visitor(house).get(path, htmx=htmx)
    assert (browser.status, browser.answer.mimetype) == (expected[0], "text/html")
    assert expected[1] in browser.answer.text
    assert (browser.page.find("html") is None) is htmx
    for word in ("Traceback", "Error", "error:", "Not Found", "Werkzeug", "Flask", SECRET):
        assert word not in browser.answer.text


def test_a_fault_is_logged_with_the_number_that_its_page_shows(house: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, logger="conserje"):
        browser = Visitor(house).get("/falla")
    shown = browser.text(".hint").split()[-1]
    assert shown == browser.answer.headers["X-Request-Id"]
    (fault,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert f"request={shown} fault" in fault.getMessage()
    assert fault.exc_info


@pytest.mark.parametrize("htmx", [False, True], ids=["page", "fragment"])
def test_a_form_that_answers_nothing_the_server_understands_is_a_400(app: Flask, htmx: bool) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=", **(HTMX if htmx else {})}
    answer = app.test_client().post("/ingresar", data=b"--\r\nnonsense", headers=headers)
    assert answer.status_code == 400
    assert answer.mimetype == "text/html"


def _names(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(Administration.name)))


def _writes(name: str, status: int) -> Callable[[], tuple[str, int]]:
    @public
    def view() -> tuple[str, int]:
        begin_writing()
        db.session.add(Administration(name=name))
        db.session.flush()
        return "done", status

    return view


@pytest.mark.parametrize(
    ("method", "status", "is_kept"),
    [
        ("GET", 200, False),
        ("HEAD", 200, False),
        ("POST", 200, True),
        ("POST", 303, True),
        ("POST", 400, False),
        ("POST", 409, False),
        ("POST", 422, False),
        ("POST", 500, False),
    ],
)
def test_only_a_post_that_succeeds_is_committed(make_app: MakeApp, method: str, status: int, is_kept: bool) -> None:
    house = make_app(WTF_CSRF_ENABLED=False)
    house.add_url_rule("/escribe", "escribe", _writes("Nueva", status), methods=["GET", "POST"])
    assert house.test_client().open("/escribe", method=method).status_code == status
    assert _names(house) == (["Nueva"] if is_kept else [])


def test_a_view_that_fails_after_writing_keeps_nothing(make_app: MakeApp) -> None:
    house = make_app(WTF_CSRF_ENABLED=False)

    @public
    def view() -> str:
        _writes("Nueva", 200)()
        raise ZeroDivisionError

    house.add_url_rule("/escribe", "escribe", view, methods=["POST"])
    assert house.test_client().post("/escribe").status_code == 500
    assert _names(house) == []
