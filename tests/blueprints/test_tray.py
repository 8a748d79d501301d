"""[Bandeja de salida]: the demonstration's messages, which production does not know."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from conserje import clock
from conserje.database import db
from conserje.messages.models import Channel, ConsoleMessage
from tests.blueprints.conftest import MakeApp
from tests.builders import Cast
from tests.page import HTMX, Visitor

TRAY = "/bandeja-de-salida/"


def keep(app: Flask, community_id: int | None, text: str, **values: object) -> None:
    with app.app_context():
        row = {"channel": Channel.SMS, "recipient": "+56961234567", "at": clock.now(), **values}
        db.session.add(ConsoleMessage(community_id=community_id, text=text, **row))
        db.session.commit()


def test_an_empty_tray_says_what_to_do_first(visit_as: Callable[[str], Visitor]) -> None:
    assert "Registre un visitante" in visit_as("conserje").get(TRAY).text("main")


def test_it_shows_the_message_and_leads_to_its_link(app: Flask, cast: Cast, visit_as: Callable[[str], Visitor]) -> None:
    keep(app, cast.aromos, "Camila pregunta por 101", link="http://localhost/a/x")
    browser = visit_as("conserje").get(TRAY)
    assert "+56 9 6123 4567" in browser.text("main")
    assert "Camila pregunta por 101" in browser.text("main")
    assert browser.one("main a.button")["href"] == "http://localhost/a/x"


def test_the_newest_is_on_top(app: Flask, cast: Cast, visit_as: Callable[[str], Visitor]) -> None:
    for text in ("antes", "después"):
        keep(app, cast.aromos, text)
    rows = [row.get_text() for row in visit_as("conserje").get(TRAY).page.select("main li")]
    assert "después" in rows[0]
    assert "antes" in rows[1]


def test_messages_of_other_communities_are_not_shown_and_those_of_none_are(
    app: Flask, cast: Cast, visit_as: Callable[[str], Visitor]
) -> None:
    keep(app, cast.torres, "ajeno")
    keep(app, None, "de la cuenta", channel=Channel.EMAIL, recipient="a@b.example", title="Su contraseña")
    told = visit_as("conserje").get(TRAY).text("main")
    assert "ajeno" not in told
    assert "Su contraseña" in told


def test_it_is_told_when_nothing_is_new(app: Flask, cast: Cast, visit_as: Callable[[str], Visitor]) -> None:
    keep(app, cast.aromos, "uno")
    browser = visit_as("conserje")
    tag = browser.get(TRAY).one("[data-poll]")["hx-ptag"]
    path = f"{TRAY}actual"
    assert browser.client.get(path, headers={**HTMX, "HX-PTag": str(tag)}).status_code == 304
    keep(app, cast.aromos, "dos")
    assert browser.client.get(path, headers={**HTMX, "HX-PTag": str(tag)}).status_code == 200


def test_production_has_no_such_address(make_app: MakeApp) -> None:
    production = make_app(
        CONSERJE_MODE="production",
        PUBLIC_BASE_URL="https://porteria.example",
        SECRET_KEY="of-production-0123456789abcdefghij",
        SMS_CARRIER="eum",
        EMAIL_CARRIER="ses",
        MAIL_FROM="avisos@porteria.example",
    )
    assert not [rule for rule in production.url_map.iter_rules() if rule.endpoint.startswith("tray")]
    answer = production.test_client().get(TRAY, base_url="https://porteria.example")
    assert answer.status_code == 404
