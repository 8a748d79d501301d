"""An administrator sets up the second factor, signs in with the telephone, and without it. With script and without."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from conserje import clock
from conserje.communities.models import Administration
from conserje.database import db
from tests.browser import Complaints
from tests.journeys.second_factor_screens import begin
from tests.journeys.steps import Conserje

pytestmark = pytest.mark.journey


def test_set_up_where_it_is_required_and_used_with_and_without_the_telephone(
    conserje: Conserje, complaints: Complaints
) -> None:
    page, gatehouse = conserje.page, conserje.gatehouse
    with gatehouse.app.app_context():
        db.session.execute(update(Administration).values(requires_totp=True))
        db.session.commit()
    gatehouse.enter(page, "admin", "/administracion/usuarios")
    conserje.shows("Verificación en dos pasos")
    expect(page.locator(".note")).to_contain_text("Su administración la exige")

    telephone = begin(page)
    page.get_by_label("Código de 6 dígitos").fill(telephone.at(clock.now()))
    page.get_by_role("button", name="Activar").click()
    recovery_code = page.locator("main ol code").first.inner_text()
    page.get_by_role("link", name="Los guardé").click()
    page.get_by_role("button", name="Salir").click()

    page.goto(f"{gatehouse.url}/administracion/usuarios")
    conserje.sign_in("admin")
    conserje.shows("Código de verificación")
    box = page.get_by_label("Código de 6 dígitos")
    expect(box).to_be_focused()
    complaints.expect_status(422)
    box.fill("000000")
    box.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("El código no es correcto")
    # The one that set it up is used; a telephone whose clock is half a minute fast has the next.
    box.fill(telephone.at(clock.now() + timedelta(seconds=30)))
    box.press("Enter")
    conserje.shows("Usuarios")
    page.get_by_role("button", name="Salir").click()

    page.goto(f"{gatehouse.url}/mi-verificacion")
    conserje.sign_in("admin")
    page.get_by_role("link", name="Usar un código de respaldo").click()
    page.get_by_label("Código de respaldo").fill(recovery_code)
    page.get_by_role("button", name="Ingresar").click()
    conserje.shows("Verificación en dos pasos")
    expect(page.get_by_role("main")).to_contain_text("Le quedan 9 códigos de respaldo.")
