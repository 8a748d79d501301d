"""A unit's own page, and units by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from conserje.communities.models import Unit
from tests.blueprints.scene import arrival, journal, resident_of, rows, unit_of, words
from tests.builders import Cast
from tests.page import Visitor

LIST = "/administracion/inmuebles"
NEW = f"{LIST}/nuevo"


def numbers(app: Flask, cast: Cast) -> list[str]:
    return [unit.number for unit in rows(app, cast.aromos, Unit)]


def test_a_unit_is_added_from_the_list_and_shown(app: Flask, cast: Cast, admin: Visitor) -> None:
    admin.get(LIST).click("Agregar inmueble").submit("main form", tower="Torre B", number="1204", floor="12")
    assert admin.status == 303
    admin.follow()
    assert admin.text("h1") == "Torre B · 1204"
    assert "Torre B · 1204 quedó agregado." in words(admin)
    for told in ("Departamento", "12", "A mano", "Sin número", "todavía no tiene residentes"):
        assert told in words(admin)
    assert [tag.get_text(strip=True) for tag in admin.page.select("table.units .act a")] == ["SMS", "Listas"]


def test_the_list_leads_to_the_page_of_a_unit_that_shows_its_people(app: Flask, cast: Cast, admin: Visitor) -> None:
    unit_id = cast.units["aromos"]
    resident_of(
        app, cast.aromos, unit_id, "Eva", "Soto", kind="tenant", email="eva@correo.example", contact_order=3,
        phones=("+56961110000",), reduced_mobility=True, origin="file",
    )  # fmt: skip
    admin.get(LIST).click("Torre A · 101", within="table")
    people = [[cell.get_text(" ", strip=True) for cell in row.select("td")] for row in admin.page.select("tr")[-2:]]
    assert people == [
        ["Ana Rojas Aromos Residente · Usuario principal · A mano", "+56 9 ···· 4321", "Sí", "0", "—",
         "Editar Eliminar"],
        ["Eva Soto Arrendatario · Importado: archivo", "eva@correo.example +56 9 ···· 0000", "No", "3",
         "Movilidad reducida", "Editar Eliminar"],
    ]  # fmt: skip
    assert "61110000" not in admin.answer.text
    assert "6111 0000" not in admin.answer.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"number": " "}, "Ingrese el número del inmueble."),
        ({"number": "101", "tower": "TORRE a"}, "Ya existe el inmueble Torre A · 101."),
        ({"number": "9", "kind": "castillo"}, "Elija una opción de la lista."),
        ({"number": "9", "tower": "T" * 41}, "Escriba a lo más 40 caracteres."),
    ],
)
def test_what_makes_no_sense_is_asked_for_again(
    app: Flask, cast: Cast, admin: Visitor, typed: dict[str, str], said: str
) -> None:
    admin.get(NEW).submit("main form", **{"floor": "7", **typed})
    assert admin.status == 422
    assert said in admin.text(".summary")
    assert admin.one("#floor")["value"] == "7"
    assert numbers(app, cast) == ["101", "102"]


def test_a_form_posted_twice_adds_one_unit(app: Flask, cast: Cast, admin: Visitor) -> None:
    said = {"csrf_token": admin.csrf_token(), "key": "twice", "number": "7", "kind": "house"}
    places = {admin.client.post(NEW, data=said).location for _ in range(2)}
    assert len(places) == 1
    assert numbers(app, cast) == ["101", "102", "7"]


def test_a_unit_is_edited(app: Flask, cast: Cast, admin: Visitor) -> None:
    admin.get(f"{LIST}/{cast.units['aromos']}").click("Editar", within="main .bar")
    assert admin.one("#number")["value"] == "101"
    admin.submit("main form", number="103", kind="office").follow()
    assert admin.text("h1") == "Torre A · 103"
    assert "Oficina" in words(admin)
    (line,) = journal(app, "unit.changed")
    assert line.facts == {"changed": ["kind", "number"]}


def test_two_who_edit_a_unit_do_not_overwrite_each_other(cast: Cast, admin: Visitor) -> None:
    path = f"{LIST}/{cast.units['aromos']}/editar"
    admin.get(path)
    fields = {"seen": str(admin.one("main [name=seen]")["value"]), "tower": "Torre A", "kind": "house"}
    assert admin.post(path, {"key": "1", **fields, "number": "1"}).status == 303
    assert admin.post(path, {"key": "2", **fields, "number": "2"}).status == 422
    assert "Otra persona cambió este inmueble" in admin.text(".summary")
    assert admin.one("#number")["value"] == "2"


def test_an_unused_unit_is_deleted_after_asking(app: Flask, cast: Cast, admin: Visitor) -> None:
    admin.get(f"{LIST}/{cast.units['aromos-102']}").click("Eliminar", within="main .bar")
    assert admin.text("h1") == "¿Eliminar Torre A · 102?"
    assert numbers(app, cast) == ["101", "102"]
    admin.submit("main form").follow()
    assert "El inmueble quedó eliminado." in words(admin)
    assert numbers(app, cast) == ["101"]


def test_a_deletion_posted_twice_is_one_deletion(app: Flask, cast: Cast, admin: Visitor) -> None:
    path = f"{LIST}/{cast.units['aromos-102']}/eliminar"
    said = {"csrf_token": admin.csrf_token(), "key": "twice"}
    assert [admin.client.post(path, data=said).status_code for _ in range(2)] == [303, 303]
    assert admin.client.post(path, data={**said, "key": "other"}).status_code == 404
    assert len(journal(app, "unit.deleted")) == 1


def test_a_unit_with_people_or_visits_stays_and_says_why(app: Flask, cast: Cast, admin: Visitor) -> None:
    arrival(app, cast.aromos, cast.units["aromos-102"])
    for name, why in (("aromos", "tiene residentes"), ("aromos-102", "tiene visitas registradas")):
        admin.get(f"{LIST}/{cast.units[name]}/eliminar").submit("main form")
        assert admin.status == 409
        assert why in words(admin)
    assert numbers(app, cast) == ["101", "102"]


def test_an_imported_unit_says_so_and_cannot_be_edited(app: Flask, cast: Cast, admin: Visitor) -> None:
    path = f"{LIST}/{unit_of(app, cast.aromos, '77', origin='http')}"
    token = admin.get(path).csrf_token()
    assert "Importado: contabilidad" in words(admin)
    assert all(tag.has_attr("disabled") for tag in admin.page.select("main > .bar .tools > *"))
    for act in ("editar", "eliminar"):
        said = {"csrf_token": token, "key": act, "number": "1", "kind": "house"}
        assert admin.post(f"{path}/{act}", said).status == 409
        assert admin.get(f"{path}/{act}").status == 409
        assert "viene del sistema de contabilidad" in words(admin)


def test_a_unit_of_a_file_says_where_it_is_mended_and_can_be_deleted(app: Flask, cast: Cast, admin: Visitor) -> None:
    path = f"{LIST}/{unit_of(app, cast.aromos, '77', origin='file')}"
    admin.get(path)
    assert "Viene de un archivo importado: cámbielo en el archivo" in admin.text("dl")
    assert [tag.has_attr("disabled") for tag in admin.page.select("main > .bar .tools > *")] == [True, False]
    assert admin.post(f"{path}/editar", {"key": "1", "number": "1", "kind": "house"}).status == 409
    assert "Viene de un archivo importado" in words(admin)
    admin.get(path).click("Eliminar", within="main .bar")
    assert "la próxima importación lo agrega otra vez" in words(admin)
    admin.submit("main form").follow()
    assert numbers(app, cast) == ["101", "102"]


def test_a_test_user_looks_and_changes_nothing(cast: Cast, visit_as: Callable[[str], Visitor]) -> None:
    browser = visit_as("prueba").get(f"{LIST}/{cast.units['aromos']}")
    assert "Ana Rojas Aromos" in words(browser)
    tools = browser.page.select("main > .bar .tools > *, main > section:last-of-type .button, main header button")
    assert tools
    assert all(tag.name == "button" and tag.has_attr("disabled") for tag in tools)
