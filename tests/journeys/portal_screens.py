"""The way to the screens of the residents' portal, and to the administration's list of who enters it."""

from __future__ import annotations

from playwright.sync_api import Page, expect
from sqlalchemy import select

from conserje import clock, tokens
from conserje.communities.models import Resident, Unit
from conserje.database import db
from conserje.portal import links
from tests.builders import make_resident
from tests.journeys.administration_screens import enter
from tests.journeys.gatehouse import Gatehouse

MAIL = "inigo@correo.example"


def lives(gatehouse: Gatehouse) -> None:
    """Íñigo of 1204 and his e-mail, which opens 1205 too; and somebody with names and numbers as long as they come."""
    with gatehouse.filling():
        unit = db.session.get_one(Unit, gatehouse.cast.units["1204"])
        db.session.scalars(select(Resident).where(Resident.unit_id == unit.id)).one().email = MAIL
        make_resident(unit, "Wolfeschlegelsteinhausen", "Del Río y de la Santísima Trinidad", ("+56922223333",) * 4)
        make_resident(db.session.get_one(Unit, gatehouse.cast.units["1205"]), "Íñigo", "Núñez Ávila", email=MAIL)


def come_in(gatehouse: Gatehouse, page: Page, path: str = "/residentes/") -> None:
    lives(gatehouse)
    seed = tokens.new_seed(links.ASKED)
    with gatehouse.filling():
        links.issue(links.access_of(MAIL, now=clock.now()).id, seed, now=clock.now(), valid_for=links.VALID_FOR)
        token = tokens.derive(seed)
    page.goto(f"{gatehouse.url}/residentes/entrar/{token}")
    page.get_by_role("button", name="Entrar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Torre B · 1204")
    page.goto(gatehouse.url + path)


def portal_entry_refused(gatehouse: Gatehouse, page: Page) -> None:
    page.goto(f"{gatehouse.url}/residentes/")
    page.get_by_text("Entrar con contraseña").click()
    page.get_by_role("button", name="Entrar", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Revise lo siguiente")


def portal_visits(gatehouse: Gatehouse, page: Page) -> None:
    come_in(gatehouse, page)
    page.get_by_text("¿No era para ustedes?").first.click()
    expect(page.get_by_role("button", name="Autorizar").first).to_be_visible()


def portal_household(gatehouse: Gatehouse, page: Page) -> None:
    come_in(gatehouse, page, "/residentes/mi-unidad")
    expect(page.get_by_role("button", name="Guardar")).to_be_visible()


def portal_own_data(gatehouse: Gatehouse, page: Page) -> None:
    come_in(gatehouse, page, "/residentes/mis-datos")
    expect(page.get_by_label("Teléfono 1")).to_have_value("+56 9 9876 5432")


def portal_invitations(gatehouse: Gatehouse, page: Page) -> None:
    lives(gatehouse)
    enter(gatehouse, page, "/administracion/accesos-de-residentes")
    expect(page.get_by_role("button", name="Enviar acceso").first).to_be_visible()


SCREENS = {
    opener.__name__: (opener, status)
    for opener, status in (
        (portal_entry_refused, 422),
        (portal_visits, None),
        (portal_household, None),
        (portal_own_data, None),
        (portal_invitations, None),
    )
}
