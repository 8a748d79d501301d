"""Bytes over the wire and requests, as a real Chromium receives them from the real web server."""

from __future__ import annotations

from collections.abc import Iterable

from playwright.sync_api import Browser

from bench import people
from bench.browser import Exchange, Gate, gate
from bench.client import Client
from bench.report import Figure, kilobytes
from bench.seed import ChosenUnit, Scene
from bench.server import Server

PART = "bytes"
THUMBNAILS = "-96.jpg"


def measure(browser: Browser, server: Server, scene: Scene) -> list[Figure]:
    """The gate's main job, step by step; bodies as compressed, headers in the note, photographs apart."""
    figures: list[Figure] = []
    photos: list[Exchange] = []
    most_photos = 0

    def count(what: str, open_gate: Gate, goal: float | None, most_requests: int | None = None) -> None:
        nonlocal most_photos
        rest = list(open_gate.traffic.take())
        pictures = [exchange for exchange in rest if exchange.path.endswith(THUMBNAILS)]
        rest = [exchange for exchange in rest if exchange not in pictures]
        photos.extend(pictures)
        most_photos = max(most_photos, _thumbnails_shown(open_gate))
        figures.append(_bytes(what, rest, goal))
        if most_requests is not None:
            figures.append(Figure(PART, f"{what}, requests", len(rest), "requests", most_requests))

    with gate(browser, Client(server).sign_in()) as one:
        one.open("/porteria/")
        count("gate page cold", one, 24, 5)
        one.leave()
        one.open("/porteria/")
        count("gate page again", one, 4, 5)
        _choose(one, scene.unit)
        count("unit chosen", one, 5)
        visit = scene.unit.pending_visit_ids[0]
        one.change(f"#visit-{visit} .s a", f"#visit-{visit} form")
        count("[Pendiente] opened in its row", one, None)
        one.change(f"#visit-{visit} form .primary", f"#visit-{visit} .state.yes")
        count("row changed: accepted", one, 2)
        visit = scene.unit.inside_visit_ids[0]
        leave = "button[formaction$='/salida']"
        one.change(f"#visit-{visit} {leave}", f"#visit-{visit}:not(:has({leave}))")
        count("row changed: exit", one, 2)
        one.change("[data-key=a]", "#visitor-form")
        count("visitor form", one, None)
        one.fill_visitor_form(people.run(90_001), people.full_name(90_001))
        one.traffic.take()
        one.change("#visitor-form .primary", f"#visits b:text-is('{people.full_name(90_001)}')")
        count("visitor saved, the list anew", one, None)
    return [*figures, *_photographs(photos, most_photos)]


def _choose(one: Gate, unit: ChosenUnit) -> None:
    """As a person does it: typing, and Enter on what the finder offers. The options are counted on their own."""
    one.page.fill("#unit-q", unit.typed)
    one.page.wait_for_selector("[role=option]")
    one.settle()
    one.traffic.take()
    one.page.keyboard.press("Enter")
    one.page.wait_for_selector("#visits")
    one.settle()


def _thumbnails_shown(one: Gate) -> int:
    return one.page.locator(f"img[src$='{THUMBNAILS}']").count()


def _bytes(what: str, exchanges: Iterable[Exchange], goal: float | None) -> Figure:
    exchanges = list(exchanges)
    heads = kilobytes(sum(exchange.head for exchange in exchanges))
    encodings = sorted({exchange.encoding or "plain" for exchange in exchanges})
    note = f"headers {heads:.2f} KB; {', '.join(encodings)}"
    return Figure(PART, what, kilobytes(sum(exchange.body for exchange in exchanges)), "KB", goal, note=note)


def _photographs(photos: list[Exchange], most: int) -> list[Figure]:
    sizes = [kilobytes(photo.body) for photo in photos]
    heads = kilobytes(max(photo.head for photo in photos))
    return [
        Figure(
            PART, "photographs, the largest", max(sizes), "KB", 2, note=f"lazy; headers {heads:.2f} KB each"
        ),
        Figure(PART, "photographs, the most on a screen", most, "photos", 12),
    ]  # fmt: skip
