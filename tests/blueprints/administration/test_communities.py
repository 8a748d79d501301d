"""[Comunidades]: a Súper Administrador makes and edits them."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from openpyxl import load_workbook

from conserje.communities.models import Community
from conserje.database import db
from tests.blueprints.scene import journal, words, work_in
from tests.builders import Cast
from tests.page import Visitor

LIST = "/administracion/comunidades"
SAID = {"name": "Edificio Mañío", "country": "CO", "address": "Calle 100 # 7", "approval_minutes": "15"}


@pytest.fixture
def superadmin(cast: Cast, visit_as: Callable[[str], Visitor]) -> Visitor:
    return work_in(visit_as("super"), cast.aromos).get(LIST)


def test_the_list_shows_the_administrations_own(superadmin: Visitor) -> None:
    rows = [[cell.get_text(" ", strip=True) for cell in row.select("td")] for row in superadmin.page.select("tr")[1:]]
    assert rows == [
        ["Condominio Parque Mirador", "Chile", "—", "2", "1", "Editar"],
        ["Edificio Los Aromos trabaja en ella ahora", "Chile", "—", "2", "1", "Editar"],
    ]


def test_the_list_is_searched_and_leaves_as_a_file(superadmin: Visitor) -> None:
    superadmin.get(f"{LIST}?q=mirador")
    assert [tag.get_text() for tag in superadmin.page.select("td.main")] == ["Condominio Parque Mirador"]
    superadmin.get(str(superadmin.one("main a[download]")["href"]))
    sheet = load_workbook(BytesIO(superadmin.answer.data)).active
    rows = list(sheet.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert rows[1:] == [("Condominio Parque Mirador", "Chile", None, 2, 1)]
    assert "Ninguna comunidad coincide" in words(superadmin.get(f"{LIST}?q=nada"))


def test_a_community_is_made_and_can_be_chosen_in_the_top_bar(app: Flask, superadmin: Visitor) -> None:
    superadmin.click("Agregar comunidad").submit("main form", **SAID)
    assert superadmin.status == 303
    superadmin.follow()
    assert "Edificio Mañío quedó creada." in words(superadmin)
    assert "Edificio Mañío" in [tag.get_text() for tag in superadmin.page.select(".menu button")]
    with app.app_context():
        made = db.session.scalars(db.select(Community).where(Community.name == "Edificio Mañío")).one()
        assert (made.time_zone, made.locale, made.approval_minutes, made.document_required) == (
            "America/Bogota", "es_CO", 15, True,
        )  # fmt: skip
    work_in(superadmin, made.id)
    assert "Edificio Mañío" in superadmin.text("header .brand")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, "Ingrese el nombre de la comunidad."),
        ({"name": "EDIFICIO LOS AROMOS"}, "Ya hay una comunidad con ese nombre."),
        ({"country": ""}, "Elija el país."),
        ({"country": "AR"}, "Elija una opción de la lista."),
        ({"time_zone": "America/Santiago"}, "Esa hora es de otro país."),
        ({"address": ""}, "Ingrese la dirección."),
        ({"approval_minutes": "99"}, "Ingrese un número entre 2 y 30."),
    ],
)
def test_what_makes_no_sense_is_asked_for_again(
    app: Flask, superadmin: Visitor, typed: dict[str, str], said: str
) -> None:
    superadmin.get(f"{LIST}/nueva").submit("main form", **{**SAID, **typed})
    assert superadmin.status == 422
    assert said in superadmin.text(".summary")
    assert not journal(app, "community.created")


def test_a_form_posted_twice_makes_one(app: Flask, superadmin: Visitor) -> None:
    said = {"csrf_token": superadmin.csrf_token(), "key": "twice", **SAID}
    for _ in range(2):
        assert superadmin.client.post(f"{LIST}/nueva", data=said).status_code == 303
    assert len(journal(app, "community.created")) == 1


def test_name_and_address_are_edited(cast: Cast, superadmin: Visitor) -> None:
    path = f"{LIST}/{cast.aromos}/editar"
    superadmin.get(path)
    token, seen = superadmin.csrf_token(), str(superadmin.one("main [name=seen]")["value"])
    superadmin.submit("main form", name="Edificio Los Boldos", address="Av. Matta 100")
    assert superadmin.status == 303
    superadmin.follow()
    for told in ("Edificio Los Boldos", "Av. Matta 100"):
        assert told in words(superadmin)
    superadmin.post(path, {"csrf_token": token, "key": "later", "seen": seen, "name": "Otra", "address": "Otra"})
    assert superadmin.status == 422
    assert "Otra persona cambió esta comunidad" in superadmin.text(".summary")


@pytest.mark.parametrize("who", ["admin", "prueba", "conserje"])
def test_it_is_the_superadministradors_alone(cast: Cast, visit_as: Callable[[str], Visitor], who: str) -> None:
    browser = visit_as(who)
    assert "Comunidades" not in browser.text("nav")
    for path in (LIST, f"{LIST}/nueva", f"{LIST}/{cast.aromos}/editar"):
        assert browser.get(path).status == 403


def test_a_community_of_another_administration_is_not_found(cast: Cast, superadmin: Visitor) -> None:
    assert superadmin.get(f"{LIST}/{cast.torres}/editar").status == 404
    assert superadmin.get(f"{LIST}/{2**40}/editar").status == 404
