"""[Administración]: logos, as a browser sees them."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image

from tests.blueprints.scene import journal, work_in
from tests.builders import Cast
from tests.page import Visitor
from tests.photos.pictures import encoded

PATH = "/administracion/logos"
COMMUNITYS, EVERYBODYS = "form[action$='/comunidad']", "form[action$='/administracion']"


def picture(colour: str = "teal", side: int = 300, kind: str = "JPEG") -> tuple[bytes, str]:
    return encoded(Image.new("RGB", (side, side), colour), kind), "logo.jpg"


@pytest.fixture
def admin(cast: Cast, visit_as: Callable[[str], Visitor]) -> Visitor:
    return work_in(visit_as("admin"), cast.aromos).get(PATH)


def shown(browser: Visitor) -> str | None:
    """The address of the logo in the top bar."""
    face = browser.get("/porteria/").page.select_one(".brand img")
    return str(face["src"]) if face else None


def colour_of(browser: Visitor, address: str | None) -> tuple[int, ...]:
    assert address is not None
    answer = browser.client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert "immutable" in answer.headers["Cache-Control"]
    return tuple(round(part / 64) for part in Image.open(BytesIO(answer.data)).convert("RGB").getpixel((5, 5)))  # type: ignore[union-attr]


def test_without_a_logo_the_initials_stand(admin: Visitor) -> None:
    assert shown(admin) is None
    assert admin.text(".brand span") == "EL"


def test_the_communitys_logo_shows_in_the_top_bar_and_nowhere_else(cast: Cast, admin: Visitor) -> None:
    admin.submit(COMMUNITYS, logo=picture("red"), choice="community")
    assert (admin.status, admin.answer.location) == (303, PATH)
    assert "quedó guardado" in admin.follow().text()
    assert colour_of(admin, shown(admin)) == (4, 0, 0)
    work_in(admin, cast.parque)
    assert shown(admin) is None


def test_the_administrations_logo_shows_in_all_communities_until_one_has_its_own(cast: Cast, admin: Visitor) -> None:
    admin.submit(EVERYBODYS, logo=picture("blue"))
    for community in (cast.parque, cast.aromos):
        work_in(admin, community)
        assert colour_of(admin, shown(admin)) == (0, 0, 4)
    admin.get(PATH).submit(COMMUNITYS, logo=picture("red"), choice="community")
    assert colour_of(admin, shown(admin)) == (4, 0, 0)
    admin.get(PATH).submit(COMMUNITYS, choice="none")
    assert shown(admin) is None


def test_a_conserje_sees_it_and_may_not_change_it(
    cast: Cast, admin: Visitor, visit_as: Callable[[str], Visitor]
) -> None:
    admin.submit(COMMUNITYS, logo=picture(), choice="community")
    conserje = work_in(visit_as("conserje"), cast.aromos)
    assert shown(conserje) == shown(admin)
    assert conserje.get(PATH).status == 403


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (picture(side=601), "601 × 601"),
        (picture(kind="PNG"), "JPG o JPEG"),
        ((b"", "vacio.jpg"), "vacío"),
        ((b"\xff\xd8\xffbasura", "x.jpg"), "dañada"),
    ],
)
def test_each_limit_says_what_is_wrong_and_keeps_the_choice(
    app: Flask, admin: Visitor, file: tuple[bytes, str], told: str
) -> None:
    admin.submit(COMMUNITYS, logo=file, choice="community")
    assert admin.status == 422
    assert told in admin.text()
    assert admin.one("input[value=community]").has_attr("checked")
    assert not journal(app, "logo.chosen")


def test_a_large_one_is_made_small_where_that_is_asked_for(admin: Visitor) -> None:
    admin.submit(COMMUNITYS, logo=picture(side=900), choice="community", shrinks="y")
    assert admin.status == 303
    assert shown(admin) is not None


def test_the_communitys_without_one_is_refused(admin: Visitor) -> None:
    admin.submit(COMMUNITYS, choice="community")
    assert admin.status == 422
    assert "Suba primero el logo" in admin.text()


def test_the_administrations_form_without_a_file_says_so(admin: Visitor) -> None:
    admin.submit(EVERYBODYS)
    assert admin.status == 422
    assert "Elija el archivo del logo" in admin.text()


@pytest.mark.parametrize("choice", ["", "otro", "COMMUNITY"])
def test_a_choice_that_there_is_not_is_refused(admin: Visitor, choice: str) -> None:
    assert admin.submit(COMMUNITYS, choice=choice).status == 422


def test_a_form_posted_twice_counts_once(app: Flask, admin: Visitor) -> None:
    key = str(admin.one(f"{COMMUNITYS} [name=key]")["value"])
    for _ in range(2):
        fields = {"csrf_token": admin.csrf_token(), "key": key, "choice": "none"}
        assert admin.client.post(f"{PATH}/comunidad", data=fields).status_code == 303
    assert len(journal(app, "logo.chosen")) == 1


def test_another_administrations_logo_is_not_found(
    cast: Cast, admin: Visitor, visit_as: Callable[[str], Visitor]
) -> None:
    admin.submit(EVERYBODYS, logo=picture())
    address = shown(admin)
    assert address is not None
    stranger = visit_as("andina")
    assert stranger.client.get(address).status_code == 404
    assert stranger.client.get(f"{PATH}/nonsense-barra.jpg").status_code == 404
