"""The way to the screens of units, residents and communities, as `screens.py` has it for the gate."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from conserje.communities.models import Unit
from conserje.database import db
from tests.builders import make_resident
from tests.journeys.administration_screens import UNITS, enter
from tests.journeys.gatehouse import Gatehouse

RESIDENTS, COMMUNITIES = "/administracion/residentes", "/administracion/comunidades"


def unit_with_people(gatehouse: Gatehouse, page: Page) -> None:
    """1204 with somebody imported, whose texts are as long as they come."""
    with gatehouse.filling():
        make_resident(
            db.session.get_one(Unit, gatehouse.cast.units["1204"]),
            "Maximiliano Andrés",
            "Valenzuela de la Fuente Sepúlveda",
            ("+56961234567", "+56221234567"),
            email=f"{'maximiliano.valenzuela' * 2}@correo.example",
            origin="http",
            reduced_mobility=True,
            electro_dependent=True,
        )
    enter(gatehouse, page, f"{UNITS}/{gatehouse.cast.units['1204']}")
    expect(page.get_by_role("button", name="Eliminar a Maximiliano")).to_be_disabled()


def resident_refused(gatehouse: Gatehouse, page: Page) -> None:
    enter(gatehouse, page, f"{UNITS}/{gatehouse.cast.units['1204']}/residentes/nuevo")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("alert")).to_contain_text("Revise lo siguiente")


def resident_window(gatehouse: Gatehouse, page: Page) -> None:
    enter(gatehouse, page, RESIDENTS)
    page.get_by_role("link", name="Ver los datos de Íñigo Núñez Ávila").click()
    expect(page.get_by_role("dialog")).to_contain_text("Tipo de usuario")


def community_refused(gatehouse: Gatehouse, page: Page) -> None:
    gatehouse.enter(page, "super", f"{COMMUNITIES}/nueva")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("alert")).to_contain_text("Revise lo siguiente")


SCREENS = {
    opener.__name__: (opener, status)
    for opener, status in (
        (unit_with_people, None),
        (resident_refused, 422),
        (resident_window, None),
        (community_refused, 422),
    )
}
