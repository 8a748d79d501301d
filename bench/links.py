"""How long a person waits on a thin link, in a real Chromium."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from playwright.sync_api import Browser

from bench import people
from bench.browser import Gate, Link, gate
from bench.client import Client
from bench.report import Figure
from bench.seed import ChosenUnit, Scene
from bench.server import Server

PART = "links"


@dataclass(frozen=True)
class Goals:
    cold: float
    warm: float
    save: float


SECOND_GENERATION = Link("2G", 50, 500)
SLOW_THIRD_GENERATION = Link("3G lento", 400, 400)
ON_2G = Goals(cold=4.5, warm=1.2, save=1.5)

# Runs before the page's own scripts. Usable: the unit box is drawn, has the focus (so keys arrive in it), and the frame
# that shows it is done. A page whose style sheet is still on its way draws no frame, so nothing counts before that.
WATCH_THE_UNIT_BOX = """
(() => {
  const look = () => {
    const box = document.querySelector('#unit-q');
    if (box && box.getClientRects().length && document.activeElement === box)
      requestAnimationFrame(() => { window.benchUsable = performance.now(); });
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()
"""
# From the press to the frame after the one in which the row stands.
WATCH_THE_ROW = """
([button, row]) => {
  window.benchSaved = null;
  document.querySelector(button).addEventListener('click', () => {
    const pressed = performance.now();
    const look = () => {
      const found = document.querySelector(row);
      if (found && found.getClientRects().length)
        requestAnimationFrame(() => { window.benchSaved = performance.now() - pressed; });
      else requestAnimationFrame(look);
    };
    look();
  }, {capture: true, once: true});
}
"""


def measure(
    browser: Browser, server: Server, scene: Scene, links: Sequence[tuple[Link, Goals | None]], repetitions: int
) -> list[Figure]:
    """Medians of `repetitions`, each cold one in a browser of its own, each saving in a unit of its own."""
    figures: list[Figure] = []
    units = iter(scene.units[1:])
    client = Client(server).sign_in()
    for link, goals in links:
        cold, warm, saved, accepted = [], [], [], []
        for number in range(repetitions):
            with gate(browser, client) as one:
                one.page.add_init_script(WATCH_THE_UNIT_BOX)
                one.emulate(link)
                cold.append(_usable(one))
                one.leave()
                warm.append(_usable(one))
                unit = next(units)
                one.open(f"/porteria/unidades/{unit.id}")
                accepted.append(_accept(one, unit))
                saved.append(_save(one, unit.id * 100 + number))
        for what, times, goal in (
            ("unit box usable, cold", cold, goals.cold if goals else None),
            ("unit box usable, warm", warm, goals.warm if goals else None),
            ("[Guardar] to the row, new visitor", saved, goals.save if goals else None),
            ("[Guardar] to the row, accepted", accepted, goals.save if goals else None),
        ):
            spread = f"{min(times):.2f} to {max(times):.2f} in {len(times)}"
            figures.append(Figure(PART, f"{link.name}, {what}", median(times), "s", goal, note=spread))
    return figures


def _usable(one: Gate) -> float:
    """Seconds from the start of the navigation."""
    one.page.goto(one.server.url + "/porteria/", wait_until="commit")
    milliseconds = one.awaited("benchUsable")
    one.settle()
    return milliseconds / 1000


def _save(one: Gate, number: int) -> float:
    name = people.full_name(number)
    one.change("[data-key=a]", "#visitor-form")
    before = one.page.locator("#visits tbody").count()
    one.fill_visitor_form(people.run(number), name)
    return _pressed(one, "#visitor-form .primary", f"#visits tbody:nth-of-type({before + 1})")


def _accept(one: Gate, unit: ChosenUnit) -> float:
    row = f"#visit-{unit.pending_visit_ids[0]}"
    one.change(f"{row} .s a", f"{row} form")
    return _pressed(one, f"{row} form .primary", f"{row} .state.yes")


def _pressed(one: Gate, button: str, row: str) -> float:
    one.page.evaluate(WATCH_THE_ROW, [button, row])
    one.page.click(button)
    milliseconds = one.awaited("benchSaved")
    one.settle()
    return milliseconds / 1000
