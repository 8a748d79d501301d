"""What a stranger sees after `make run`: the demo's communities, lived in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import OpenPage
from tests.builders import PASSWORD
from tests.journeys.gatehouse import Gatehouse

pytestmark = pytest.mark.journey

DATABASE = "conserje.sqlite3"
ACCOUNTS = ("conserje@demo.example", "admin@demo.example", "super@demo.example", "prueba@demo.example")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an installation that was just filled."""
    folder = tmp_path_factory.mktemp("filled")
    gatehouse = Gatehouse(folder, f"sqlite:///{folder / DATABASE}")
    gatehouse.flask("db", "upgrade")
    told = gatehouse.flask("demo")
    assert all(each in told for each in (*ACCOUNTS, PASSWORD, gatehouse.url))
    gatehouse.close()
    return folder


@pytest.fixture
def demo(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gatehouse]:
    folder = tmp_path_factory.mktemp("demo")
    shutil.copytree(filled, folder, dirs_exist_ok=True)
    gatehouse = Gatehouse(folder, f"sqlite:///{folder / DATABASE}")
    gatehouse.start(WITH_WORKER="1")
    yield gatehouse
    gatehouse.close()


def sign_in(gatehouse: Gatehouse, page: Page, email: str) -> None:
    page.goto(gatehouse.url)
    page.get_by_label("Correo electrónico").fill(email)
    page.get_by_label("Contraseña").fill(PASSWORD)
    page.get_by_role("button", name="Ingresar").click()


def test_the_demo_shows_believable_communities(demo: Gatehouse, page: Page) -> None:
    sign_in(demo, page, "conserje@demo.example")
    expect(page.get_by_role("banner")).to_contain_text("Edificio Los Aromos")
    rows = page.locator("table.faces tbody")
    expect(rows.first).to_be_visible()
    unit = page.locator("td.unit-column a").first
    label = unit.inner_text()
    unit.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(label)
    expect(rows.first).to_be_visible()
    expect(page.get_by_text("puede aprobar").first).to_be_visible()
    page.get_by_role("button", name="Ver Teléfonos").first.click()
    expect(page.locator("a[href^='tel:+56']").first).to_be_visible()
    page.get_by_role("button", name="Salir").click()

    sign_in(demo, page, "admin@demo.example")
    page.locator("header summary").click()
    page.get_by_role("button", name="Conjunto Altos de La Sabana").click()
    expect(page.get_by_role("dialog")).to_contain_text("Ahora trabaja en Conjunto Altos de La Sabana")
    expect(rows.first).to_be_visible()
    page.locator("td.unit-column a").first.click()
    page.get_by_role("button", name="Ver Teléfonos").first.click()
    expect(page.locator("a[href^='tel:+57']").first).to_be_visible()


def test_a_newcomer_plays_both_parts(demo: Gatehouse, page: Page, open_page: OpenPage) -> None:
    """As the README has it: announce a visitor, read the message, answer as the resident, see the row turn."""
    sign_in(demo, page, "conserje@demo.example")
    expect(page.get_by_role("combobox", name="Unidad")).to_be_focused()
    page.keyboard.type("b 1204")
    expect(page.locator("#unit-options [role=option]").first).to_contain_text("Torre B · 1204")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Agregar Visitante")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Número de documento")).to_be_focused()
    page.keyboard.type("12.345.678-5")
    page.get_by_label("Nombre completo").fill("Camila Soto Díaz")
    page.keyboard.press("Enter")
    row = page.locator("#visits tbody").filter(has_text="Camila Soto Díaz")
    expect(row).to_contain_text("SMS enviado")
    tray = page.context.new_page()
    tray.goto(demo.url)
    tray.get_by_role("link", name="Bandeja de salida").click()
    message = tray.locator("main li").filter(has_text="Camila pregunta").first
    tray.set_viewport_size({"width": 360, "height": 740})
    assert tray.evaluate("document.documentElement.scrollWidth") == 360
    link = message.get_by_role("link", name="Abrir como el destinatario").get_attribute("href")
    assert link
    phone = open_page(script=False, width=360, height=740)
    phone.goto(link)
    phone.get_by_role("button", name="Autorizar").click()
    expect(row).to_contain_text("Aceptado")


def test_the_worker_that_was_started_beside_the_server_ends_with_it(demo: Gatehouse) -> None:
    demo.wait_for("worker: at work")
    demo.stop()
    assert demo.is_gone
