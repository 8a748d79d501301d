"""Several communities, one administrator: the selector of the top bar (K047, K048)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from conserje.visits.models import State
from tests.journeys.gatehouse import Gatehouse
from tests.journeys.steps import Conserje

pytestmark = pytest.mark.journey

AROMOS, PARQUE, TORRES = "Edificio Los Aromos", "Condominio Parque Mirador", "Torres del Parque"


def choose(page: Page, community: str) -> None:
    page.locator("header summary").click()
    page.get_by_role("button", name=community).click()


def test_an_administrator_switches_and_closes_the_window_that_says_so(conserje: Conserje) -> None:
    page, gatehouse = conserje.page, conserje.gatehouse
    gatehouse.came("Ana Aromos", state=State.ACCEPTED)
    gatehouse.came("Paco Parque", unit="parque", community="parque", state=State.ACCEPTED)
    gatehouse.enter(page, "admin")
    choose(page, AROMOS)
    window = page.get_by_role("dialog", name=f"Ahora trabaja en {AROMOS}")
    expect(window).to_be_visible()
    expect(page.get_by_role("banner")).to_contain_text(AROMOS)
    window.get_by_role("button", name="Cerrar").click()
    expect(window).to_be_hidden()
    expect(conserje.row("Ana Aromos")).to_be_visible()
    expect(conserje.row("Paco Parque")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("banner")).to_contain_text(AROMOS)

    choose(page, PARQUE)
    expect(page.get_by_role("dialog")).to_contain_text(f"Ahora trabaja en {PARQUE}")
    expect(conserje.row("Paco Parque")).to_be_visible()
    expect(conserje.row("Ana Aromos")).to_have_count(0)
    page.get_by_role("button", name="Cerrar").click()
    conserje.choose_unit("101", "Torre A · 101")
    expect(page.locator("main")).to_contain_text("Ana Rojas Parque")
    expect(conserje.row("Paco Parque")).to_be_visible()


def test_escape_closes_the_window_too(gatehouse: Gatehouse, page: Page) -> None:
    gatehouse.enter(page, "admin")
    choose(page, AROMOS)
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("combobox").first).to_be_focused()


@pytest.mark.parametrize(("name", "offered"), [("admin", [PARQUE, AROMOS]), ("super", [PARQUE, AROMOS])])
def test_the_selector_offers_the_communities_of_this_administration_alone(
    gatehouse: Gatehouse, page: Page, name: str, offered: list[str]
) -> None:
    gatehouse.enter(page, name)
    page.locator("header summary").click()
    expect(page.locator("header .menu button")).to_have_text([re.compile(each) for each in offered])
    expect(page.get_by_text(TORRES)).to_have_count(0)


def test_whoever_has_one_community_has_no_selector(gatehouse: Gatehouse, page: Page) -> None:
    gatehouse.enter(page)
    expect(page.get_by_role("banner")).to_contain_text(AROMOS)
    expect(page.locator("header summary")).to_have_count(0)
