"""The way to every screen of [Usuarios], and to the page on which a temporary password is replaced."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from conserje import clock, tokens
from conserje.accounts import temporary_passwords
from conserje.accounts.models import Account
from conserje.communities.models import Administration, Community
from conserje.database import db
from tests.builders import make_account
from tests.journeys.administration_screens import enter
from tests.journeys.gatehouse import Gatehouse

STAFF = "/administracion/usuarios"


def staff(gatehouse: Gatehouse, page: Page) -> None:
    """The list, with a name and an e-mail as long as they come."""
    with gatehouse.filling():
        here = db.session.get_one(Community, gatehouse.cast.aromos)
        make_account(
            db.session.get_one(Administration, here.administration_id),
            f"{'luz.del.apellido.largo' * 3}@correo.example",
            communities=(here,),
            given_name="Wolfeschlegelsteinhausenbergerdorff",
            paternal_surname="Del Río y de la Santísima Trinidad",
        )
    enter(gatehouse, page, STAFF)
    expect(page.get_by_role("heading", level=1)).to_have_text("Usuarios")


def staff_not_found(gatehouse: Gatehouse, page: Page) -> None:
    enter(gatehouse, page, f"{STAFF}?q=zzz&comunidad={gatehouse.cast.parque}")


def staff_consulted(gatehouse: Gatehouse, page: Page) -> None:
    gatehouse.enter(page, "prueba", STAFF)
    expect(page.get_by_role("button", name="Usuarios: crear una cuenta")).to_be_disabled()


def new_account(gatehouse: Gatehouse, page: Page) -> None:
    enter(gatehouse, page, STAFF)
    page.get_by_role("link", name="Usuarios: crear una cuenta").click()
    expect(page.get_by_role("button", name="Guardar")).to_be_disabled()


def account_refused(gatehouse: Gatehouse, page: Page) -> None:
    new_account(gatehouse, page)
    page.locator("main form").evaluate("form => form.submit()")
    expect(page.get_by_role("alert")).to_contain_text("Revise lo siguiente")


def account_edited(gatehouse: Gatehouse, page: Page) -> None:
    enter(gatehouse, page, STAFF)
    page.get_by_role("link", name="Editar: Pedro Pino").click()
    expect(page.get_by_label("Nombre", exact=True)).to_have_value("Pedro")


def account_password(gatehouse: Gatehouse, page: Page) -> None:
    enter(gatehouse, page, f"{STAFF}/{gatehouse.cast.accounts['parque']}/clave")
    expect(page.get_by_role("button", name="Aceptar")).to_be_visible()


def account_deletion(gatehouse: Gatehouse, page: Page) -> None:
    enter(gatehouse, page, f"{STAFF}/{gatehouse.cast.accounts['parque']}/eliminar")
    expect(page.get_by_role("button", name="Aceptar")).to_be_visible()


def temporary_password(gatehouse: Gatehouse, page: Page) -> None:
    with gatehouse.filling():
        issued = temporary_passwords.prepare()
        account = db.session.get_one(Account, gatehouse.cast.accounts["parque"])
        temporary_passwords.give(account, issued, now=clock.now())
        path = f"/clave/temporal/{tokens.derive(issued.seed)}"
    page.goto(gatehouse.url + path)
    expect(page.get_by_label("Contraseña temporal")).to_be_visible()


def temporary_password_refused(gatehouse: Gatehouse, page: Page) -> None:
    temporary_password(gatehouse, page)
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("alert")).to_contain_text("Revise lo siguiente")


SCREENS = {
    opener.__name__: (opener, status)
    for opener, status in (
        (staff, None),
        (staff_not_found, None),
        (staff_consulted, None),
        (new_account, None),
        (account_refused, 422),
        (account_edited, None),
        (account_password, None),
        (account_deletion, None),
        (temporary_password, None),
        (temporary_password_refused, 422),
    )
}
