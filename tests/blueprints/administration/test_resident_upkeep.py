"""The residents of a unit, by hand."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from conserje.communities.models import Resident, ResidentPhone
from conserje.database import db
from conserje.messages.models import Message, Purpose
from tests.blueprints.scene import journal, resident_of, rows, words
from tests.builders import Cast
from tests.page import Visitor

ROSA = {
    "given_names": "Rosa",
    "surnames": "Peña",
    "kind": "tenant",
    "email": "rosa@correo.example",
    "contact_order": "2",
    "phone_1": "9 6123 4567",
}


@pytest.fixture
def unit(cast: Cast) -> str:
    return f"/administracion/inmuebles/{cast.units['aromos']}"


def edit(resident_id: int) -> str:
    return f"/administracion/residentes/{resident_id}/editar"


def names(app: Flask, cast: Cast) -> list[str]:
    return [resident.full_name for resident in rows(app, cast.aromos, Resident)]


def test_a_resident_is_added_from_the_page_of_the_unit(app: Flask, cast: Cast, admin: Visitor, unit: str) -> None:
    admin.get(unit).click("Agregar residente")
    assert admin.one("#contact_order")["value"] == "1"
    admin.submit("main form", **ROSA, may_approve="y", electro_dependent="y")
    assert (admin.status, admin.answer.location) == (303, unit)
    admin.follow()
    assert "Rosa Peña quedó agregado a Torre A · 101." in words(admin)
    row = words(admin).partition("Rosa Peña Arrendatario · A mano")[2]
    assert row.startswith(" rosa@correo.example +56 9 ···· 4567 Sí 2 Electrodependiente")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"surnames": ""}, "Ingrese el nombre completo."),
        ({"kind": ""}, "Elija el tipo de usuario."),
        ({"email": "rosa"}, "El correo electrónico no es válido."),
        ({"phone_3": "+57 300 123 4567"}, "El número de teléfono no es de este país."),
        ({"contact_order": "100"}, "Ingrese un número entre 0 y 99."),
        ({"is_principal": "y"}, "Ana Rojas Aromos ya ocupa ese lugar en la unidad. Quítele primero la marca."),
        ({"email": "ANA@correo.example"}, "Otra Ana ya usa ese correo en esta unidad."),
    ],
)
def test_what_makes_no_sense_is_asked_for_again(
    app: Flask, cast: Cast, admin: Visitor, unit: str, typed: dict[str, str], said: str
) -> None:
    resident_of(app, cast.aromos, cast.units["aromos"], "Otra", "Ana", email="ana@correo.example")
    admin.get(f"{unit}/residentes/nuevo").submit("main form", **{**ROSA, **typed})
    assert admin.status == 422
    assert said in admin.text(".summary")
    assert admin.one("#phone_1")["value"] == "9 6123 4567"
    assert names(app, cast) == ["Ana Rojas Aromos", "Otra Ana"]


def test_a_sixth_additional_user_is_refused(app: Flask, cast: Cast, admin: Visitor, unit: str) -> None:
    """T09."""
    for number in range(5):
        resident_of(app, cast.aromos, cast.units["aromos"], email=f"{number}@correo.example")
    admin.get(f"{unit}/residentes/nuevo").submit("main form", **ROSA)
    assert admin.status == 422
    assert "ya tiene 5 usuarios adicionales" in admin.text("#email-error")


@pytest.mark.parametrize(("email", "mailed"), [("rosa@correo.example", 1), ("", 0)])
def test_whoever_is_added_with_an_email_is_sent_the_access(
    app: Flask, cast: Cast, admin: Visitor, unit: str, email: str, mailed: int
) -> None:
    """T10."""
    admin.get(f"{unit}/residentes/nuevo").submit("main form", **{**ROSA, "email": email}).follow()
    assert ("Le enviamos a rosa@correo.example su acceso al portal." in words(admin)) == bool(mailed)
    with app.app_context():
        sent = db.session.scalars(select(Message.recipient).where(Message.purpose == Purpose.PORTAL_WELCOME)).all()
    assert sent == [email] * mailed


def test_somebody_of_two_units_is_mailed_once(app: Flask, cast: Cast, admin: Visitor, unit: str) -> None:
    other = f"/administracion/inmuebles/{cast.units['aromos-102']}"
    for each in (unit, other):
        admin.get(f"{each}/residentes/nuevo").submit("main form", **ROSA)
        assert admin.status == 303
    with app.app_context():
        assert len(db.session.scalars(select(Message)).all()) == 1


def test_a_form_posted_twice_adds_one_resident(app: Flask, cast: Cast, admin: Visitor, unit: str) -> None:
    said = {"csrf_token": admin.csrf_token(), "key": "twice", **ROSA}
    for _ in range(2):
        assert admin.client.post(f"{unit}/residentes/nuevo", data=said).status_code == 303
    assert names(app, cast) == ["Ana Rojas Aromos", "Rosa Peña"]


def test_editing_shows_the_telephones_in_full_which_is_written_down(app: Flask, cast: Cast, admin: Visitor) -> None:
    eva = resident_of(app, cast.aromos, cast.units["aromos"], phones=("+56961110000",))
    admin.get(edit(eva))
    assert admin.one("#phone_1")["value"] == "+56 9 6111 0000"
    assert len(journal(app, "phones.viewed")) == 1
    admin.submit("main form", kind="owner", phone_1="", phone_2="9 8765 4321")
    assert admin.status == 303
    assert "Los datos de Eva Soto quedaron guardados." in words(admin.follow())
    assert [phone.number for phone in rows(app, cast.aromos, ResidentPhone) if phone.resident_id == eva] == [
        "+56987654321"
    ]
    mute = resident_of(app, cast.aromos, cast.units["aromos"], "Sin", "Teléfono")
    admin.get(edit(mute))
    assert len(journal(app, "phones.viewed")) == 1


def test_of_somebody_imported_only_our_own_can_be_edited(app: Flask, cast: Cast, admin: Visitor) -> None:
    eva = resident_of(app, cast.aromos, cast.units["aromos"], origin="file", email="eva@correo.example")
    admin.get(edit(eva))
    assert not admin.page.select("#given_names, #surnames, #kind, #is_principal, #email")
    for told in ("eva@correo.example", "Importado: archivo", "vienen de un archivo importado"):
        assert told in words(admin)
    admin.post(edit(eva), {"key": "1", **ROSA, "may_approve": "y", "contact_order": "7"})
    assert admin.status == 303
    (held,) = [resident for resident in rows(app, cast.aromos, Resident) if resident.id == eva]
    assert (held.full_name, held.email, held.may_approve, held.contact_order) == (
        "Eva Soto", "eva@correo.example", True, 7,
    )  # fmt: skip
    admin.get(f"/administracion/inmuebles/{cast.units['aromos']}")
    path = str(admin.one('a[aria-label="Eliminar a Eva Soto"]')["href"])
    assert "la próxima importación lo agrega otra vez" in words(admin.get(path))
    admin.submit("main form")
    assert names(app, cast) == ["Ana Rojas Aromos"]


def test_whom_the_accounting_product_brought_cannot_be_deleted(app: Flask, cast: Cast, admin: Visitor) -> None:
    eva = resident_of(app, cast.aromos, cast.units["aromos"], origin="http")
    assert "vienen del sistema de contabilidad" in words(admin.get(edit(eva)))
    path = f"/administracion/residentes/{eva}/eliminar"
    assert admin.post(path, {"key": "2"}).status == 409
    assert admin.get(path).status == 409


def test_two_who_edit_a_resident_do_not_overwrite_each_other(app: Flask, cast: Cast, admin: Visitor) -> None:
    eva = resident_of(app, cast.aromos, cast.units["aromos"])
    seen = str(admin.get(edit(eva)).one("main [name=seen]")["value"])
    assert admin.post(edit(eva), {"key": "1", "seen": seen, **ROSA}).status == 303
    assert admin.post(edit(eva), {"key": "2", "seen": seen, **ROSA, "surnames": "Ruiz"}).status == 422
    assert "Otra persona cambió a este residente" in admin.text(".summary")
    assert admin.one("#surnames")["value"] == "Ruiz"


def test_a_resident_is_deleted_once_after_asking(app: Flask, cast: Cast, admin: Visitor, unit: str) -> None:
    resident_of(app, cast.aromos, cast.units["aromos"])
    link = admin.get(unit).one('a[aria-label="Eliminar a Eva Soto"]')
    admin.get(str(link["href"]))
    assert admin.text("h1") == "¿Eliminar a Eva Soto?"
    assert admin.one("main a.quiet")["href"] == unit
    path, said = str(link["href"]), {"csrf_token": admin.csrf_token(), "key": "twice"}
    assert [admin.client.post(path, data=said).location for _ in range(2)] == [unit, unit]
    assert names(app, cast) == ["Ana Rojas Aromos"]
    assert len(journal(app, "resident.deleted")) == 1
