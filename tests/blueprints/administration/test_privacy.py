"""[Datos personales], as a browser sees it: terms, counts, the notice, and the warning."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from conserje import clock
from conserje.communities.models import Community
from conserje.database import db
from conserje.identity.countries import Country
from conserje.privacy.models import PurgeRun
from tests.blueprints.scene import arrival, changed, journal, work_in
from tests.builders import Cast
from tests.page import Visitor

PATH = "/administracion/privacidad"
WARNING = "Hace más de 36 horas"


@pytest.fixture
def admin(cast: Cast, visit_as: Callable[[str], Visitor]) -> Visitor:
    return work_in(visit_as("admin"), cast.aromos).get(PATH)


def settle(app: Flask, cast: Cast, **values: object) -> None:
    with app.app_context():
        community = db.session.get_one(Community, cast.aromos)
        for name, value in values.items():
            setattr(community, name, value)
        db.session.commit()


def ran(app: Flask, cast: Cast, ago: timedelta, **counts: int) -> None:
    with app.app_context():
        db.session.add(PurgeRun(community_id=cast.aromos, ran_at=clock.now() - ago, counts=counts))
        db.session.commit()


def test_the_terms_are_shown_with_their_ranges_and_saved(app: Flask, cast: Cast, admin: Visitor) -> None:
    assert (admin.one("#photos")["value"], admin.one("#photos")["max"]) == ("30", "90")
    assert "Entre 30 y 365 días" in admin.text("#visits-hint")
    admin.submit("main form", photos="0", visits="60")
    assert (admin.status, admin.answer.location) == (303, PATH)
    assert "quedaron guardados" in admin.follow().text()
    assert (admin.one("#photos")["value"], admin.one("#visits")["value"]) == ("0", "60")


@pytest.mark.parametrize("typed", ["", "muchos", "29", "366", "-1", "99999999999999999999"])
def test_nonsense_is_asked_for_again_and_loses_nothing(admin: Visitor, typed: str) -> None:
    admin.submit("main form", visits=typed, photos="7")
    assert admin.status == 422
    assert (admin.one("#visits")["value"], admin.one("#photos")["value"]) == (typed, "7")
    assert "#visits" in str(admin.one(".summary"))


def test_a_form_posted_twice_changes_once(app: Flask, admin: Visitor) -> None:
    said = {
        "key": "twice",
        "visits": "60",
        "documents": "0",
        "photos": "0",
        "plates": "0",
        "messages": "30",
        "journal": "730",
    }
    for _ in range(2):
        assert admin.client.post(PATH, data={"csrf_token": admin.csrf_token(), **said}).status_code == 303
    assert len(journal(app, "settings.changed")) == 1


def test_a_test_user_looks_and_changes_nothing(visit_as: Callable[[str], Visitor]) -> None:
    """K121."""
    browser = visit_as("prueba").get(PATH)
    assert browser.status == 200
    assert browser.one("main form button").has_attr("disabled")
    assert not [a for a in browser.page.select("main a") if "Buscar a una persona" in a.get_text()]
    assert browser.get(f"{PATH}/borrado").status == 200
    for path in (f"{PATH}/personas", f"{PATH}/personas/registro/1"):
        assert browser.get(path).status == 403
    assert browser.post(PATH, {"visits": "60"}).status == 403


def test_it_is_not_a_conserjes(visit_as: Callable[[str], Visitor]) -> None:
    assert visit_as("conserje").get(PATH).status == 403


def test_the_last_purge_is_shown_with_what_went(app: Flask, cast: Cast, admin: Visitor) -> None:
    assert "Todavía no se ha borrado nada" in admin.text("main")
    ran(app, cast, timedelta(days=3), visits=1)
    ran(app, cast, timedelta(hours=3), visits=1284, photos=0)
    told = admin.get(PATH).text("main dl.facts")
    assert told == "Visitas que quedan sin persona 1.284"


def test_what_would_be_purged_is_counted_and_stays(app: Flask, cast: Cast, admin: Visitor) -> None:
    visit = arrival(app, cast.aromos, cast.units["aromos"])
    long_ago = clock.now() - timedelta(days=200)
    then = {"announced_at": long_ago, "valid_from": long_ago, "valid_until": long_ago + timedelta(days=1)}
    changed(app, visit, **then)
    admin.click("Ver qué se borraría")
    counts = {row.select("td")[0].get_text(): row.select("td")[1].get_text() for row in admin.page.select("tbody tr")}
    assert counts["Visitas que quedan sin persona"] == "1"
    assert counts["Fotos"] == "0"
    assert admin.get(f"/porteria/visitas/{visit.id}").text().count("Camila Soto Díaz")


def test_the_notice_says_what_the_community_has_settled(app: Flask, cast: Cast, admin: Visitor) -> None:
    settle(app, cast, retention={"photos": 0, "visits": 45}, address="Los Aromos 1200", gate_phone="+56221234567")
    notice = admin.get(f"{PATH}/aviso").text(".sheet")
    for told in (
        "Edificio Los Aromos", "Los Aromos 1200", "Administraciones Cordillera", "La visita: 45 días",
        "La foto: 24 horas",
        "Ley 21.719", "30 días corridos", "+56 2 2123 4567", "Su ingreso nunca depende de la foto",
    ):  # fmt: skip
        assert told in notice
    settle(app, cast, country=Country.CO)
    assert "Ley 1581" in admin.get(f"{PATH}/aviso").text(".sheet")


@pytest.mark.parametrize(
    ("founded", "last", "warned"),
    [(2, None, True), (1, None, False), (30, 37, True), (30, 35, False)],
)
def test_who_looks_after_personal_data_is_warned_when_none_were_purged(
    app: Flask, cast: Cast, admin: Visitor, founded: int, last: int | None, warned: bool
) -> None:
    settle(app, cast, created_at=clock.now() - timedelta(days=founded))
    if last is not None:
        ran(app, cast, timedelta(hours=last))
    assert (WARNING in admin.get("/administracion/inmuebles").text("main")) is warned
    assert WARNING not in admin.get("/porteria/").text()
