"""A community that does without a module: what is left of the screens, and who switches it on again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from conserje.communities.models import Community
from conserje.database import db
from conserje.permissions import MODULE_OF, Module, Permission
from tests.blueprints.portal.conftest import Portal
from tests.blueprints.portal.conftest import portal as portal  # noqa: PLC0414 - a fixture
from tests.blueprints.scene import journal, words, work_in
from tests.builders import Cast
from tests.page import Visitor

UNITS = "/administracion/inmuebles"
SETTINGS = "/administracion/configuraciones"
# One page of each module that an administrator reads, and what leads there.
PAGES = {
    Module.ACCESS_LISTS: ("/administracion/vigilancia", "Lista de vigilancia"),
    Module.PORTAL: ("/administracion/accesos-de-residentes", "Acceso de residentes"),
    Module.LETTERS: ("/administracion/cartas", "Carta de bienvenida"),
}
# The files whose every view belongs to a module.
FILES = {
    "access_lists": Module.ACCESS_LISTS,
    "access_amending": Module.ACCESS_LISTS,
    "listed_people": Module.ACCESS_LISTS,
    "list_imports": Module.ACCESS_LISTS,
    "watch_list": Module.ACCESS_LISTS,
    "portal_invitations": Module.PORTAL,
    "letters": Module.LETTERS,
}


def switch_off(app: Flask, community_id: int, *modules: Module) -> None:
    with app.app_context():
        db.session.get_one(Community, community_id).modules_off = [module.value for module in modules]
        db.session.commit()


def modules_of(app: Flask, community_id: int) -> list[Module]:
    with app.app_context():
        return db.session.get_one(Community, community_id).modules


@pytest.fixture
def superadmin(cast: Cast, visit_as: Callable[[str], Visitor]) -> Visitor:
    return work_in(visit_as("super"), cast.aromos)


@pytest.mark.parametrize("name", list(FILES))
def test_every_view_of_a_module_asks_for_a_permission_that_goes_with_it(migrated_app: Flask, name: str) -> None:
    views = [
        view
        for endpoint, view in migrated_app.view_functions.items()
        if endpoint.startswith("administration.") and view.__module__.endswith(f".{name}")
    ]
    assert views
    assert {MODULE_OF.get(getattr(view, "access", None)) for view in views} == {FILES[name]}  # type: ignore[arg-type]


@pytest.mark.parametrize("module", list(Module))
def test_a_module_that_is_off_is_on_no_menu_and_says_who_switches_it_on(
    app: Flask, cast: Cast, admin: Visitor, module: Module
) -> None:
    path, entry = PAGES[module]
    assert admin.get(path).status == 200
    switch_off(app, cast.aromos, module)
    assert admin.get(path).status == 403
    assert "Este módulo no está activo en Edificio Los Aromos." in admin.text("main")
    assert "Súper Administrador" in admin.text("main")
    assert not journal(app, "access.denied")
    assert entry not in admin.get(UNITS).text("nav.side")
    others = {label for each, (_, label) in PAGES.items() if each is not module}
    assert all(label in admin.text("nav.side") for label in others)


def test_a_part_of_a_page_is_told_beside_what_is_on_the_screen(app: Flask, cast: Cast, admin: Visitor) -> None:
    switch_off(app, cast.aromos, Module.LETTERS)
    admin.get("/administracion/cartas/avance/actual", htmx=True)
    assert (admin.status, admin.answer.headers["HX-Retarget"]) == (403, "#notices")
    assert "no está activo" in admin.answer.text


def test_who_may_not_anyway_is_told_so_and_noted(app: Flask, cast: Cast, visit_as: Callable[[str], Visitor]) -> None:
    switch_off(app, cast.aromos, *Module)
    conserje, prueba = visit_as("conserje"), visit_as("prueba")
    assert conserje.get("/administracion/cartas").status == 403
    assert prueba.get("/administracion/cartas/texto").status == 403
    for browser in (conserje, prueba):
        assert "Su perfil no tiene permiso" in browser.text("main")
    assert len(journal(app, "access.denied")) == 2


def test_nothing_leads_to_what_is_off(app: Flask, cast: Cast, admin: Visitor) -> None:
    switch_off(app, cast.aromos, *Module)
    for path in (UNITS, f"{UNITS}/{cast.units['aromos']}", "/administracion/residentes", SETTINGS):
        admin.get(path)
        assert admin.status == 200
        for link in admin.page.select("main a[href], nav.side a[href]"):
            assert not any(part in str(link["href"]) for part in ("/cartas", "/acceso", "/listas", "/vigilancia"))


def test_another_community_keeps_its_own(app: Flask, cast: Cast, admin: Visitor) -> None:
    switch_off(app, cast.parque, *Module)
    assert admin.get(PAGES[Module.LETTERS][0]).status == 200
    assert work_in(admin, cast.parque).get(PAGES[Module.LETTERS][0]).status == 403


def test_a_superadministrador_switches_modules_off_and_on(app: Flask, cast: Cast, superadmin: Visitor) -> None:
    path = f"/administracion/comunidades/{cast.aromos}/editar"
    superadmin.get(path)
    assert [tag["value"] for tag in superadmin.page.select("#modules input[checked]")] == list(Module)
    superadmin.submit("main form", address="Calle 1", modules=["letters"])
    assert superadmin.status == 303
    assert modules_of(app, cast.aromos) == [Module.LETTERS]
    superadmin.follow().get(path)
    assert [tag["value"] for tag in superadmin.page.select("#modules input[checked]")] == ["letters"]
    superadmin.submit("main form", modules=["access_lists", "portal", "letters"])
    assert modules_of(app, cast.aromos) == list(Module)
    assert [line.facts for line in journal(app, "community.changed")] == [
        {"changed": ["address", "modules_off"], "switched_off": ["access_lists", "portal"]},
        {"changed": ["modules_off"], "switched_on": ["access_lists", "portal"]},
    ]


def test_no_box_ticked_leaves_a_community_with_its_gate_alone(app: Flask, cast: Cast, superadmin: Visitor) -> None:
    superadmin.get(f"/administracion/comunidades/{cast.aromos}/editar")
    superadmin.submit("main form", address="Calle 1", modules=[])
    assert modules_of(app, cast.aromos) == []
    assert superadmin.get("/porteria/").status == 200


def test_a_module_that_is_none_is_refused_and_nothing_is_lost(app: Flask, cast: Cast, superadmin: Visitor) -> None:
    superadmin.get(f"/administracion/comunidades/{cast.aromos}/editar")
    superadmin.submit("main form", address="Calle 7", modules=["letters", "parcels"])
    assert superadmin.status == 422
    assert "Elija los módulos de la lista." in superadmin.text(".summary")
    assert superadmin.one("#address")["value"] == "Calle 7"
    assert modules_of(app, cast.aromos) == list(Module)


def test_a_community_is_made_without_a_module(app: Flask, superadmin: Visitor) -> None:
    superadmin.get("/administracion/comunidades/nueva")
    assert len(superadmin.page.select("#modules input[checked]")) == len(Module)
    said = {"name": "Edificio Mañío", "country": "CL", "address": "Calle 1", "modules": ["access_lists", "letters"]}
    superadmin.submit("main form", **said)
    assert superadmin.status == 303
    with app.app_context():
        made = db.session.scalars(db.select(Community).where(Community.name == "Edificio Mañío")).one()
        assert made.modules_off == ["portal"]


def test_configuraciones_says_which_are_on_and_who_changes_them(
    app: Flask, cast: Cast, admin: Visitor, superadmin: Visitor
) -> None:
    switch_off(app, cast.aromos, Module.PORTAL)
    said = "Listas de acceso y de vigilancia Activo Portal de residentes Inactivo Carta de bienvenida Activo"
    for browser in (admin, superadmin):
        assert said in browser.get(SETTINGS).text("main")
    assert "Los activa o desactiva un Súper Administrador" in admin.text("main")
    assert "Nadie lo ha cambiado todavía." in admin.text("section[aria-labelledby=modules]")
    superadmin.click("Activar o desactivar módulos")
    assert superadmin.one("h1").get_text() == "Editar Edificio Los Aromos"
    superadmin.submit("main form", address="Calle 1", modules=["letters"])
    assert "Último cambio: Silvia Pino" in admin.get(SETTINGS).text("section[aria-labelledby=modules]")


def test_a_new_resident_is_not_said_to_have_been_mailed(app: Flask, cast: Cast, admin: Visitor) -> None:
    switch_off(app, cast.aromos, Module.PORTAL)
    admin.get(f"{UNITS}/{cast.units['aromos']}/residentes/nuevo")
    admin.submit("main form", given_names="Rosa", surnames="Peña", kind="owner", email="rosa@correo.example")
    assert admin.status == 303
    admin.follow()
    assert "Rosa Peña quedó agregado" in words(admin)
    assert "portal" not in words(admin)


def test_whoever_is_inside_the_portal_is_out_when_it_is_switched_off(portal: Portal) -> None:
    browser = portal.entered()
    switch_off(portal.app, portal.cast.aromos, Module.PORTAL)
    assert browser.get("/residentes/").status == 403
    assert "no da acceso al portal" in browser.text()
    switch_off(portal.app, portal.cast.aromos)
    assert browser.get("/residentes/").status == 200


def test_every_module_brings_something() -> None:
    assert set(MODULE_OF.values()) == set(Module)
    assert set(MODULE_OF) <= set(Permission)
