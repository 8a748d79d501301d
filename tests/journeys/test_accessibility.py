"""Every screen before axe, by day and by night, narrow and wide; none is wider than its window (WCAG 2.2 AA)."""

from __future__ import annotations

from collections import Counter
from typing import Any, Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page, expect

from tests.browser import Complaints
from tests.journeys.gatehouse import Gatehouse
from tests.journeys.screens import SCREENS, people_came

pytestmark = pytest.mark.journey

HEIGHT = 768
# The last is a window of 1024 at 200 % zoom: half as many CSS pixels.
WIDTHS = (320, 360, 1024, 1920, 512)
# The size of targets (WCAG 2.2) is the one rule for AA that axe leaves out by itself.
BY_DAY = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
# What a narrow window changes: where things are, and what scrolls.
NARROW = {"resultTypes": ["violations"], "runOnly": ["target-size", "color-contrast", "scrollable-region-focusable"]}
# Night changes colours only, and width changes no colour.
BY_NIGHT = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}
LOOKS: tuple[tuple[Literal["light", "dark"], int, dict[str, Any]], ...] = (
    ("light", 360, NARROW),
    ("light", 1024, BY_DAY),
    ("dark", 1024, BY_NIGHT),
)


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_can_be_used_by_everybody(
    gatehouse: Gatehouse, page: Page, complaints: Complaints, screen: str
) -> None:
    people_came(gatehouse)
    opener, status = SCREENS[screen]
    if status:
        complaints.expect_status(status)
    opener(gatehouse, page)
    inspect(page)


def test_signing_in_can_be_used_by_everybody(gatehouse: Gatehouse, page: Page, complaints: Complaints) -> None:
    page.goto(f"{gatehouse.url}/ingresar")
    inspect(page)
    complaints.expect_status(422)
    page.get_by_role("button", name="Ingresar").click()
    expect(page.get_by_role("alert")).to_be_visible()
    inspect(page)


def test_the_bar_of_a_lost_network_can_be_used_by_everybody(
    gatehouse: Gatehouse, page: Page, complaints: Complaints
) -> None:
    gatehouse.enter(page)
    page.evaluate("window.dispatchEvent(new Event('offline'))")
    expect(page.get_by_role("alert")).to_contain_text("Sin conexión")
    inspect(page)


def inspect(page: Page) -> None:
    ids: list[str] = page.locator("[id]").evaluate_all("all => all.map(one => one.id)")
    twice = [each for each, times in Counter(ids).items() if times > 1]
    assert not twice, f"ids stand twice, so that a label may name another form's field: {twice}"
    # The browser's own channel, which the content security policy of the page does not bind.
    page.evaluate(AXE_SCRIPT)
    for scheme, width, options in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": HEIGHT})
        found: dict[str, Any] = page.evaluate("options => axe.run(options)", options)
        assert not found["violations"], f"{scheme}, {width} px: {AxeResults(found).generate_report()}"
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        assert not wider_than_window(page), f"at {width} px the page is wider than its window: {too_wide(page)}"


def wider_than_window(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def too_wide(page: Page) -> list[str]:
    """What sticks out, outermost first."""
    sticking_out: list[str] = page.evaluate(
        """() => [...document.body.querySelectorAll('*')]
            .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
            .map(one => one.outerHTML.slice(0, 120))"""
    )
    return sticking_out[:5]
