"""Staff accounts: one is created, its holder comes by the mailed link, and it is deleted. With script and without."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from conserje.accounts.models import Account
from conserje.database import db
from tests.browser import Complaints, OpenPage
from tests.journeys.gatehouse import Gatehouse
from tests.journeys.staff_screens import STAFF, new_account
from tests.journeys.steps import Conserje

pytestmark = pytest.mark.journey

EMAIL, NEW = "rosa@demo.example", "caballo correcto batería grapa"


def mailed(gatehouse: Gatehouse, page: Page) -> tuple[str, str]:
    """The temporary password that [Bandeja de salida] shows, and the link beside it."""
    mail = page.locator("main li").filter(has_text="Su cuenta de Conserje").first
    with gatehouse.sending():
        for _ in range(100):
            page.goto(gatehouse.url + "/bandeja-de-salida/")
            if mail.count():
                break
    expect(mail).to_contain_text(f"Usuario: {EMAIL}")
    expect(mail).to_contain_text("Haz clic aquí: ")
    found = re.search(r"Contraseña temporal: (\S+)", mail.inner_text())
    link = mail.get_by_role("link", name="Abrir como el destinatario").get_attribute("href")
    assert found
    assert link
    return found[1], link


def sign_in(page: Page, password: str) -> None:
    page.get_by_label("Correo electrónico").fill(EMAIL)
    page.get_by_label("Contraseña").fill(password)
    page.get_by_role("button", name="Ingresar").click()


def test_a_conserje_is_created_comes_by_the_mail_and_is_deleted(
    conserje: Conserje, open_page: OpenPage, complaints: Complaints
) -> None:
    """K115, K119, K130 to K138, K142, K152."""
    page, gatehouse = conserje.page, conserje.gatehouse
    gatehouse.enter(page, "super", "/administracion/inmuebles")
    page.get_by_role("link", name="Usuarios").click()
    conserje.shows("Usuarios")
    page.get_by_role("link", name="Usuarios: crear una cuenta").click()
    conserje.shows("Crear una cuenta")
    save = page.get_by_role("button", name="Guardar")
    page.get_by_label("Perfil").select_option("Conserje")
    page.get_by_label("Nombre", exact=True).fill("Rosa")
    page.get_by_label("Apellido paterno").fill("Peña")
    page.get_by_label("Correo electrónico").fill(EMAIL)
    if conserje.has_script:
        expect(save).to_be_disabled()
    else:
        complaints.expect_status(422)
        save.click()
        expect(page.get_by_role("alert")).to_contain_text("Elija al menos una comunidad.")
    page.get_by_label("Edificio Los Aromos").check()
    save.click()
    conserje.shows("Usuarios")
    expect(page.get_by_role("status")).to_contain_text("La cuenta de Rosa Peña quedó creada.")
    row = page.locator("tbody tr").filter(has_text=EMAIL)
    for told in ("Rosa Peña", "Conserje", "Aún no ingresa"):
        expect(row).to_contain_text(told)

    temporary, link = mailed(gatehouse, page)
    phone = open_page(script=conserje.has_script)
    phone.goto(gatehouse.url + "/ingresar")
    sign_in(phone, temporary)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Elegir su contraseña")
    assert phone.url == link
    phone.goto(link)
    phone.get_by_label("Contraseña temporal").fill(temporary)
    phone.get_by_label("Contraseña nueva", exact=True).fill(NEW)
    phone.get_by_label("Contraseña nueva, otra vez").fill(NEW)
    phone.get_by_role("button", name="Guardar").click()
    expect(phone.get_by_role("status")).to_contain_text("Su contraseña quedó guardada.")
    sign_in(phone, NEW)
    expect(phone.get_by_role("banner")).to_contain_text("Edificio Los Aromos")

    page.goto(gatehouse.url + STAFF)
    page.get_by_role("link", name="Eliminar: Rosa Peña").click()
    page.get_by_role("link", name="Cancelar").click()
    expect(row).not_to_contain_text("Aún no ingresa")
    page.get_by_role("link", name="Eliminar: Rosa Peña").click()
    page.get_by_role("button", name="Aceptar").click()
    expect(page.get_by_role("status")).to_contain_text("La cuenta de Rosa Peña quedó eliminada.")
    expect(row).to_have_count(0)
    phone.goto(gatehouse.url + "/porteria/")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Ingresar")
    complaints.expect_status(422)
    sign_in(phone, NEW)
    expect(phone.get_by_role("alert")).to_contain_text("El correo o la contraseña no son correctos.")


def test_an_account_is_found_and_edited(conserje: Conserje) -> None:
    """K117, K118, K139 to K141."""
    page, gatehouse = conserje.page, conserje.gatehouse
    gatehouse.enter(page, "admin", STAFF)
    page.get_by_label("Comunidades").select_option("Condominio Parque Mirador")
    page.get_by_label("Buscar").fill("PEDRO")
    page.get_by_role("button", name="Buscar").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Editar: Pedro Pino").click()
    page.get_by_label("Apellido materno").fill("Ruiz")
    page.get_by_role("link", name="Cancelar").click()
    conserje.shows("Usuarios")
    page.get_by_role("link", name="Editar: Pedro Pino").click()
    expect(page.get_by_label("Apellido materno")).to_have_value("")
    page.get_by_label("Apellido materno").fill("Ruiz")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("status")).to_contain_text("Los datos de Pedro Pino quedaron guardados.")
    expect(page.locator("tbody tr").filter(has_text="parque@demo.example")).to_contain_text("Pedro Pino Ruiz")
    with gatehouse.reading():
        assert db.session.get_one(Account, gatehouse.cast.accounts["parque"]).maternal_surname == "Ruiz"


def test_saving_waits_until_everything_required_is_there(gatehouse: Gatehouse, page: Page) -> None:
    """K134."""
    new_account(gatehouse, page)
    save = page.get_by_role("button", name="Guardar")
    page.get_by_label("Perfil").select_option("Administrador")
    for label, typed in (("Nombre", "Rosa"), ("Apellido paterno", "Peña"), ("Correo electrónico", EMAIL)):
        page.get_by_label(label, exact=True).fill(typed)
    expect(save).to_be_disabled()
    page.get_by_label("Edificio Los Aromos").check()
    expect(save).to_be_enabled()
    page.get_by_label("Apellido paterno").fill("   ")
    expect(save).to_be_disabled()


def test_a_superadmin_needs_no_community(gatehouse: Gatehouse, page: Page) -> None:
    gatehouse.enter(page, "super", f"{STAFF}/nuevo")
    page.get_by_label("Perfil").select_option("Súper Administrador")
    for label, typed in (("Nombre", "Rosa"), ("Apellido paterno", "Peña"), ("Correo electrónico", EMAIL)):
        page.get_by_label(label, exact=True).fill(typed)
    expect(page.get_by_label("Edificio Los Aromos")).to_be_hidden()
    expect(page.get_by_role("button", name="Guardar")).to_be_enabled()
