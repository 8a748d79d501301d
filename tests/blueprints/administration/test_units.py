"""[Inmuebles]: who sees it, what it shows, and how one finds a unit in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from conserje import clock, paging, tenancy
from conserje.communities.models import Unit
from conserje.database import db
from conserje.messages.models import Channel, Fate, Message, Purpose
from tests.blueprints.scene import words, work_in
from tests.builders import Cast, make_resident, make_unit
from tests.page import Visitor

LIST = "/administracion/inmuebles"
LONG_AGO = timedelta(days=70)


def labels(browser: Visitor) -> list[str]:
    return [tag.get_text(strip=True) for tag in browser.page.select("table.units td.main")]


def fill(app: Flask, cast: Cast, *numbers: str, tower: str = "Torre C") -> None:
    with app.app_context(), tenancy.acting_for(cast.aromos):
        for number in numbers:
            make_unit(number, tower)
        db.session.commit()


@pytest.mark.parametrize(("who", "sees"), [("conserje", False), ("admin", True), ("super", True), ("prueba", True)])
def test_administration_is_offered_to_those_who_may_enter(
    cast: Cast, visit_as: Callable[[str], Visitor], who: str, sees: bool
) -> None:
    browser = work_in(visit_as(who), cast.aromos)
    offered = [tag.get_text() for tag in browser.page.select("nav.tabs a")]
    assert ("Administración" in offered) is sees
    assert browser.get(LIST).status == (200 if sees else 403)


def test_the_menus_say_where_one_is(admin: Visitor) -> None:
    def current(path: str) -> list[tuple[str, str]]:
        admin.get(path)
        return [(tag.get_text(), str(tag["aria-current"])) for tag in admin.page.select("nav [aria-current]")]

    assert current("/porteria/")[0] == ("Control de acceso visitantes", "page")
    assert current("/mi-clave") == []
    assert current(LIST) == [("Administración", "true"), ("Inmuebles", "page")]
    assert current(f"{LIST}?q=101") == [("Administración", "true"), ("Inmuebles", "page")]
    admin.get(LIST).click("SMS", within="table")
    assert current(str(admin.one("tbody form")["action"])) == [("Administración", "true"), ("Inmuebles", "true")]


def test_the_list_shows_whom_an_e_mail_reaches_and_the_masked_number(app: Flask, cast: Cast, admin: Visitor) -> None:
    with app.app_context(), tenancy.acting_for(cast.aromos):
        unit = db.session.get_one(Unit, cast.units["aromos"])
        make_resident(unit, "Eva", email="eva@correo.example", is_principal=False)
        make_resident(db.session.get_one(Unit, cast.units["aromos-102"]), email="uno@correo.example", is_principal=True)
        db.session.commit()
    admin.get(LIST)
    assert [tag.get_text() for tag in admin.page.select("table.units th")] == [
        "Inmueble",
        "Correo del usuario principal",
        "Correos de secundarios",
        "Número de avisos",
        "Herramientas",
    ]
    first, second = (
        [cell.get_text(" ", strip=True) for cell in row.select("td")] for row in admin.page.select("tbody tr")
    )
    assert first == ["Torre A · 101", "—", "eva@correo.example", "+56 9 ···· 4567", "SMS Listas"]
    assert second == ["Torre A · 102", "uno@correo.example", "—", "Sin número", "SMS Listas"]
    assert "61234567" not in admin.answer.text
    assert "2 inmuebles" in admin.text("main")


def test_the_counters_come_first_and_are_the_communitys_own(app: Flask, cast: Cast, admin: Visitor) -> None:
    now = clock.now()
    with app.app_context():
        for community_id, channel, at in (
            (cast.aromos, Channel.SMS, now),
            (cast.aromos, Channel.SMS, now - LONG_AGO),
            (cast.aromos, Channel.EMAIL, now - LONG_AGO),
            (cast.parque, Channel.SMS, now),
        ):
            db.session.add(
                Message(
                    community_id=community_id,
                    channel=channel,
                    purpose=Purpose.APPROVAL,
                    recipient="+56961234567",
                    urgency=0,
                    fate=Fate.SENT,
                    created_at=at,
                    due_at=at,
                    worthless_at=at,
                )
            )
        db.session.commit()
    admin.get(LIST)
    first = admin.one("main > section")
    shown = {tag.get_text(): tag.find_next("dd").get_text() for tag in first.select("dt")}  # type: ignore[union-attr]
    assert shown == {
        "SMS enviados este mes": "1",
        "SMS enviados en total": "2",
        "Correos enviados este mes": "0",
        "Correos enviados en total": "1",
    }


@pytest.mark.parametrize(
    ("typed", "found"),
    [("102", ["Torre A · 102"]), ("torre c", ["Torre C · 7"]), ("rojas", ["Torre A · 101"]), ("parque", [])],
)
def test_the_search_finds_by_number_tower_or_resident(
    app: Flask, cast: Cast, admin: Visitor, typed: str, found: list[str]
) -> None:
    fill(app, cast, "7")
    admin.get(f"{LIST}?q={typed}")
    assert labels(admin) == found
    assert admin.one("#search")["value"] == typed
    assert ("Ningún inmueble coincide" in words(admin)) is (not found)
    assert admin.click("Ver todos").status == 200
    assert len(labels(admin)) == 3


def test_an_empty_community_says_so(app: Flask, cast: Cast, admin: Visitor) -> None:
    with app.app_context(), tenancy.acting_for(cast.aromos):
        for name in ("aromos", "aromos-102"):
            db.session.delete(db.session.get_one(Unit, cast.units[name]))
        db.session.commit()
    admin.get(LIST)
    assert "Esta comunidad todavía no tiene inmuebles cargados." in words(admin)


def test_the_pages_keep_the_search(app: Flask, cast: Cast, admin: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "ROWS_SHOWN", 2)
    fill(app, cast, "1", "2", "3")
    admin.get(f"{LIST}?q=torre+c")
    assert labels(admin) == ["Torre C · 1", "Torre C · 2"]
    admin.click("Siguientes")
    assert labels(admin) == ["Torre C · 3"]
    assert "3 inmuebles para «torre c» · continuación" in words(admin)
    admin.click("Volver al inicio de la lista")
    assert labels(admin) == ["Torre C · 1", "Torre C · 2"]


@pytest.mark.parametrize("place", ["", "x", "-1", "0", "99999999999999999999", "2147483648", "٣", "1-2"])
def test_nonsense_for_a_place_begins_the_list_at_its_top(admin: Visitor, place: str) -> None:
    assert admin.get(f"{LIST}?desde={place}").status == 200
    assert labels(admin) == ["Torre A · 101", "Torre A · 102"]


def test_a_test_user_consults_and_finds_the_tools_disabled(visit_as: Callable[[str], Visitor]) -> None:
    browser = visit_as("prueba").get(LIST)
    tools = browser.page.select("td.act .tools > *")
    # The lists can be looked at.
    assert [(tag.name, tag.has_attr("disabled")) for tag in tools] == [("button", True), ("a", False)] * 2
    assert "+56 9 ···· 4567" in words(browser)
