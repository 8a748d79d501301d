"""The administration's nine stories for those who may not: a conserje is led nowhere, a test user only looks."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Complaints
from tests.journeys.gatehouse import Gatehouse

pytestmark = pytest.mark.journey

# Where each story begins, and what the side menu calls it.
STORIES = {
    "Comunidades": "comunidades",
    "Inmuebles": "inmuebles",
    "Residentes": "residentes",
    "Acceso de residentes": "accesos-de-residentes",
    "Carta de bienvenida": "cartas",
    "Usuarios": "usuarios",
    "Listas de acceso": "listas-de-acceso",
    "Lista de vigilancia": "vigilancia",
    "Administración": "logos",
    "Configuraciones": "configuraciones",
    "Bitácora": "bitacora",
    "Datos personales": "privacidad",
}
OF_A_SUPERADMIN = {"Comunidades"}
# K121: what a test user does not even see, because there is nothing in it but to change.
NOT_TO_LOOK_AT = OF_A_SUPERADMIN | {"Administración", "Configuraciones"}
# What writes or takes away; searching, sorting and reading on are no acts.
ACTS = "main form[method=post] button, main a[download], main .act button, main .bar button, main header button"
REFUSED = "Su perfil no tiene permiso para esto."


def refused(gatehouse: Gatehouse, page: Page, story: str) -> None:
    page.goto(f"{gatehouse.url}/administracion/{STORIES[story]}")
    expect(page.locator("main")).to_contain_text(REFUSED)


def test_a_conserje_is_offered_no_administration_and_given_none(
    gatehouse: Gatehouse, page: Page, complaints: Complaints
) -> None:
    gatehouse.enter(page)
    expect(page.get_by_role("link", name="Administración")).to_have_count(0)
    complaints.expect_status(403)
    for story in STORIES:
        refused(gatehouse, page, story)


def test_an_administrator_is_not_offered_the_communities(
    gatehouse: Gatehouse, page: Page, complaints: Complaints
) -> None:
    gatehouse.enter(page, "admin", "/administracion/inmuebles")
    assert set(page.locator("nav.side a").all_inner_texts()) == {*STORIES, "Bolsas de SMS"} - OF_A_SUPERADMIN
    complaints.expect_status(403)
    refused(gatehouse, page, "Comunidades")


def test_a_test_user_looks_and_every_tool_is_disabled(gatehouse: Gatehouse, page: Page, complaints: Complaints) -> None:
    gatehouse.enter(page, "prueba", "/administracion/inmuebles")
    offered = page.locator("nav.side a").all_inner_texts()
    assert set(offered) == {*STORIES, "Bolsas de SMS"} - NOT_TO_LOOK_AT
    for story in set(offered) - {"Bolsas de SMS"}:
        page.goto(f"{gatehouse.url}/administracion/{STORIES[story]}")
        tools = page.locator(ACTS).all()
        assert tools, story
        for tool in tools:
            expect(tool).to_be_disabled()
    complaints.expect_status(403)
    for story in NOT_TO_LOOK_AT:
        refused(gatehouse, page, story)
