"""What every list of the administration has: a sorting that stays in the address, and an Excel file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import NamedTuple

import pytest
from flask import Flask
from openpyxl import load_workbook

from conserje import clock, paging, tenancy
from conserje.blueprints import lists
from conserje.communities.models import Community
from conserje.database import db
from conserje.privacy.models import RequestKind
from conserje.sms_wallet import purchases
from conserje.sms_wallet.models import SmsBundle
from tests.blueprints.scene import (
    data_request,
    journal,
    listed_person,
    resident_of,
    somebody,
    unit_of,
    watched_person,
    words,
)
from tests.builders import Cast
from tests.page import Visitor


class List(NamedTuple):
    """A list asked for in an order, the columns of its file that its main cells show, and the journal's word for it."""

    path: str
    columns: tuple[int, ...]
    action: str


LISTS = {
    "units": List("inmuebles?orden=latest", (1,), "units.exported"),
    "residents": List("residentes?orden=name", (1, 2), "residents.exported"),
    "portal": List("accesos-de-residentes?orden=unit", (0,), "portal.exported"),
    "staff": List("usuarios?orden=last_access", (0,), "staff.exported"),
    "access": List("listas-de-acceso?orden=name", (1,), "access_lists.exported"),
    "watch": List("vigilancia?orden=name", (0,), "watch_list.exported"),
    "purchases": List("bolsas-de-sms/historial", (1,), "sms.exported"),
    "requests": List("privacidad/solicitudes?orden=latest", (0,), "privacy.requests_exported"),
    "journal": List("bitacora?orden=oldest", (1,), "journal.exported"),
}
ONWARDS = ".pager a:-soup-contains('Siguientes'), .pager a:-soup-contains('Anteriores')"
of_every_list = pytest.mark.parametrize("wanted", LISTS.values(), ids=LISTS)


@pytest.fixture
def furnished(app: Flask, cast: Cast, bundles: dict[str, int], admin: Visitor) -> None:
    """Enough of everything for two pages of two rows, in an order that is none of the sortings."""
    with app.app_context(), tenancy.acting_for(cast.aromos):
        community, account = db.session.get_one(Community, cast.aromos), cast.accounts["admin"]
        for days, name in ((9, "500 SMS"), (2, "100 SMS"), (5, "300 SMS")):
            then = clock.now() - timedelta(days=days)
            purchases.enter(community, db.session.get_one(SmsBundle, bundles[name]), account, then)
        db.session.commit()
    for number, surname in (("=1+1", "Uno"), ("7", "Dos"), ("70", "Año")):
        resident_of(app, cast.aromos, unit_of(app, cast.aromos, number), "Zoe", surname, email=f"{surname}@a.example")
        who = somebody(len(surname) + ord(surname[0]))
        watched_person(app, cast.aromos, account, who, f"@{surname}", "Robó")
        listed_person(app, cast.aromos, cast.units["aromos"], account, who, f"={surname}")
    for days, kind in enumerate((RequestKind.PORTABILITY, RequestKind.ACCESS, RequestKind.BLOCKING)):
        data_request(app, cast.aromos, account, kind=kind, days_ago=days)
    for view in (1, 2, 3):
        admin.get(f"/administracion/residentes.xlsx?q={view}")


def in_file(browser: Visitor, path: str) -> list[list[object]]:
    browser.get(path)
    assert browser.status == 200, browser.answer.text
    sheet = load_workbook(BytesIO(browser.answer.data)).active
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}  # type: ignore[union-attr]
    return [list(row) for row in sheet.iter_rows(values_only=True)]  # type: ignore[union-attr]


def main_cells(browser: Visitor) -> list[str]:
    """What each row is called; of a unit its number, since the file has the tower in a column of its own."""
    return [cell.select("b")[0].get_text(strip=True).split(" · ")[-1] for cell in browser.page.select("td.main")]


@of_every_list
@pytest.mark.usefixtures("furnished")
def test_the_file_holds_what_the_pages_show_in_their_order(
    app: Flask, admin: Visitor, wanted: List, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "ROWS_SHOWN", 2)
    path = f"/administracion/{wanted.path}"
    file = str(admin.get(path).one("main a[download]")["href"])
    on_pages = first = main_cells(admin)
    while on := admin.page.select(ONWARDS):
        admin.get(str(on[0]["href"]))
        on_pages = on_pages + main_cells(admin)
    assert len(first) == 2 < len(on_pages)
    _, *rows = in_file(admin, file)
    assert [" ".join(str(row[column]) for column in wanted.columns) for row in rows] == on_pages
    line = journal(app, wanted.action)[-1]
    assert line.facts == {"rows": len(rows)}


@of_every_list
def test_a_test_user_takes_no_file_away(visit_as: Callable[[str], Visitor], wanted: List) -> None:
    browser = visit_as("prueba").get(f"/administracion/{wanted.path}")
    button = browser.one("main button:-soup-contains('Descargar Excel')")
    assert button.has_attr("disabled")
    path, _, query = wanted.path.partition("?")
    assert browser.get(f"/administracion/{path}.xlsx?{query}").status == 403


@pytest.mark.usefixtures("furnished")
def test_a_file_that_would_be_too_long_is_not_made(admin: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST_IN_FILE", 2)
    admin.get("/administracion/inmuebles.xlsx")
    assert admin.status == 409
    assert "más de 2 filas. Acote la lista con los filtros" in words(admin)
    assert len(in_file(admin, "/administracion/inmuebles.xlsx?q=zoe+uno")) == 2


@pytest.mark.parametrize("path", ["bitacora", "bolsas-de-sms/historial"])
def test_a_file_of_an_impossible_period_leads_to_the_page_that_says_so(admin: Visitor, path: str) -> None:
    admin.get(f"/administracion/{path}.xlsx?since=ayer")
    assert admin.answer.location == f"/administracion/{path}?since=ayer"
    assert "Ingrese una fecha válida." in words(admin.follow())


def test_moments_stand_in_the_file_as_on_the_wall(cast: Cast, admin: Visitor) -> None:
    admin.get("/administracion/inmuebles.xlsx")
    _, line = in_file(admin, "/administracion/bitacora.xlsx?kind=views")
    now = clock.local(clock.now(), "America/Santiago").replace(tzinfo=None)
    assert timedelta(0) <= now - line[0] < timedelta(minutes=1)  # type: ignore[operator]
