"""The portal's door: it gives no sign of who is known, takes a button to open, and knows no session of the staff."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from conserje.accounts.models import WebSession
from conserje.database import db
from conserje.messages.models import Message
from conserje.portal.links import MOST_AN_HOUR
from conserje.portal.models import PortalLink, PortalSession
from tests.blueprints.conftest import MakeApp
from tests.blueprints.portal.conftest import ANAS, MAIL, Portal
from tests.blueprints.scene import journal
from tests.page import Visitor

PHRASE = "caballo correcto batería grapa"


def ask(browser: Visitor, contact: str) -> str:
    """What the page says to whoever asks for a link to this contact."""
    browser.get("/residentes/entrar")
    browser.submit("form", "Enviarme un enlace", contact=contact)
    assert browser.status == 200, browser.text()
    return browser.text()


def owed(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        return [(m.purpose, m.recipient) for m in db.session.scalars(select(Message).order_by(Message.id))]


def sessions_of(app: Flask) -> int:
    with app.app_context():
        return len(db.session.scalars(select(PortalSession)).all())


def test_known_or_not_the_page_says_the_same(portal: Portal) -> None:
    browser = Visitor(portal.app)
    said = {ask(browser, contact) for contact in (MAIL, "nadie@correo.example", "9 8765 4321", "9 6111 2222")}
    assert len(said) == 1
    assert owed(portal.app) == [("portal_link", MAIL), ("portal_link", ANAS)]


def test_however_often_somebody_asks_the_page_says_the_same(portal: Portal) -> None:
    browser = Visitor(portal.app)
    assert len({ask(browser, MAIL) for _ in range(MOST_AN_HOUR + 2)}) == 1
    assert len(owed(portal.app)) == MOST_AN_HOUR


@pytest.mark.parametrize("typed", ["", "nada", "1", "ana@", "á" * 300])
def test_what_is_no_contact_is_asked_for_again_with_what_was_typed(portal: Portal, typed: str) -> None:
    browser = Visitor(portal.app).get("/residentes/entrar")
    browser.submit("form", "Enviarme un enlace", contact=typed)
    assert browser.status == 422
    assert browser.one("#contact")["value"] == typed
    assert browser.text(".summary")


def test_opening_a_link_uses_nothing_up(portal: Portal) -> None:
    path = portal.path_for(MAIL)
    for _ in range(3):
        scanner = Visitor(portal.app)
        assert scanner.get(path).status == 200
        assert scanner.client.head(path).status_code == 200
    with portal.app.app_context():
        assert [link.used_at for link in db.session.scalars(select(PortalLink))] == [None]
    assert sessions_of(portal.app) == 0


def test_the_button_enters_once_with_a_cookie_of_its_own(portal: Portal) -> None:
    path = portal.path_for(MAIL)
    browser, late = Visitor(portal.app).get(path), Visitor(portal.app).get(path)
    browser.submit("form", "Entrar")
    cookie = next(each for each in browser.answer.headers.getlist("Set-Cookie") if each.startswith("rid="))
    assert {"HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=2592000"} <= {part.strip() for part in cookie.split(";")}
    browser.follow()
    assert browser.text("h1") == "Torre A · 101"
    late.submit("form", "Entrar")
    assert late.status == 404
    assert "ya se usó o venció" in late.text()
    assert sessions_of(portal.app) == 1


def test_over_https_the_cookie_is_bound_to_the_host(portal: Portal, make_app: MakeApp) -> None:
    base = "https://porteria.example"
    house, path = make_app(PUBLIC_BASE_URL=base), portal.path_for(MAIL)
    browser = Visitor(house)
    browser._take(browser.client.get(path, base_url=base))
    fields = {"csrf_token": browser.csrf_token()}
    entered = browser.client.post(path, data=fields, base_url=base, headers={"Referer": f"{base}{path}"})
    (cookie,) = [each for each in entered.headers.getlist("Set-Cookie") if "rid=" in each]
    assert cookie.startswith("__Host-rid=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}


def test_the_short_link_of_an_sms_leads_to_the_portals_own_address(portal: Portal) -> None:
    path = portal.path_for(ANAS)
    browser = Visitor(portal.app).get(f"/r/{path.rpartition('/')[2]}")
    assert (browser.status, browser.answer.location) == (303, f"http://localhost{path}")
    assert Visitor(portal.app).get(f"/r/{'x' * 22}").status == 404


def test_a_chosen_password_enters_and_a_wrong_one_says_no_more_than_an_unknown_contact(portal: Portal) -> None:
    inside = portal.entered()
    inside.get("/residentes/mis-datos").submit("form[action$=clave]", "Guardar", new_password=PHRASE, repeated=PHRASE)
    assert inside.status == 303
    said = set()
    for contact, password in ((MAIL, "no es esta"), ("nadie@correo.example", PHRASE)):
        outside = Visitor(portal.app).get("/residentes/entrar")
        outside.submit("form", "Entrar", contact=contact, password=password)
        assert outside.status == 422
        said.add(outside.text(".summary"))
    assert len(said) == 1
    browser = Visitor(portal.app).get("/residentes/entrar")
    browser.submit("form", "Entrar", contact=MAIL, password=PHRASE)
    assert browser.follow().text("h1") == "Torre A · 101"


def test_salir_ends_the_session_on_the_server(portal: Portal) -> None:
    browser = portal.entered()
    held = browser.client.get_cookie("rid")
    assert held is not None
    browser.submit("form#acts", "")
    assert browser.answer.headers["Clear-Site-Data"] == '"cache"'
    assert sessions_of(portal.app) == 0
    browser.client.set_cookie("rid", held.value)
    assert browser.get("/residentes/").status == 303
    assert [line.account_id for line in journal(portal.app, "portal.left")] == [None]


def test_neither_kind_of_session_opens_the_others_doors(portal: Portal, visit_as: Callable[[str], Visitor]) -> None:
    staff = visit_as("admin").get("/residentes/")
    assert (staff.status, staff.answer.location) == (303, "/residentes/entrar")
    resident = portal.entered()
    for path in ("/porteria/", "/administracion/inmuebles"):
        assert resident.get(path).answer.location.startswith("/ingresar")
    # Each token in the other's cookie.
    mine, theirs = resident.client.get_cookie("rid"), staff.client.get_cookie("sid")
    assert mine is not None
    assert theirs is not None
    swapped = Visitor(portal.app)
    swapped.client.set_cookie("sid", mine.value)
    swapped.client.set_cookie("rid", theirs.value)
    assert swapped.get("/porteria/").status == 303
    assert swapped.get("/residentes/").answer.location == "/residentes/entrar"
    with portal.app.app_context():
        assert len(db.session.scalars(select(WebSession)).all()) == 1
