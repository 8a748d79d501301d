"""Chromium as a gate's browser, with what it sent and received, and a thin link where one is asked for."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

from bench.client import Client
from bench.server import Server
from tests.browser import ARGUMENTS
from tests.chromium import find_chromium

WAIT_MILLISECONDS = 60_000
# Longer than the pause between two requests that belong together.
QUIET_MILLISECONDS = 600


@dataclass(frozen=True)
class Link:
    """A connection as the browser's developer tools emulate it: the delay is added to each request."""

    name: str
    kilobits_per_second: int
    milliseconds: int


@dataclass
class Exchange:
    """One request that went over the wire, and the bytes of its answer as they travelled."""

    path: str
    kind: str
    head: int = 0
    total: int = 0
    encoding: str = ""

    @property
    def body(self) -> int:
        return self.total - self.head


class Traffic:
    """Everything that a page asks the network for; what its cache answers does not count."""

    def __init__(self, session: CDPSession) -> None:
        self._open: dict[str, Exchange] = {}
        self._done: list[Exchange] = []
        session.on("Network.responseReceived", self._received)
        session.on("Network.requestServedFromCache", self._answered_by_cache)
        session.on("Network.requestWillBeSent", self._sent)
        session.on("Network.loadingFinished", self._finished)
        session.on("Network.loadingFailed", self._failed)
        session.send("Network.enable")

    def take(self) -> list[Exchange]:
        """What arrived since the last time."""
        taken, self._done = self._done, []
        return taken

    def _sent(self, event: dict[str, Any]) -> None:
        redirected = event.get("redirectResponse")
        before = self._open.get(event["requestId"])
        if redirected and before:
            before.head = before.total = int(redirected["encodedDataLength"])
            self._done.append(before)
        self._open[event["requestId"]] = Exchange(urlsplit(event["request"]["url"]).path, event.get("type", ""))

    def _answered_by_cache(self, event: dict[str, Any]) -> None:
        self._open.pop(event["requestId"], None)

    def _received(self, event: dict[str, Any]) -> None:
        exchange = self._open.get(event["requestId"])
        response = event["response"]
        if exchange is None:
            return
        if response.get("fromDiskCache"):
            del self._open[event["requestId"]]
            return
        exchange.head = int(response["encodedDataLength"])
        exchange.encoding = {name.lower(): value for name, value in response["headers"].items()}.get(
            "content-encoding", ""
        )

    def _finished(self, event: dict[str, Any]) -> None:
        exchange = self._open.pop(event["requestId"], None)
        if exchange is not None:
            exchange.total = int(event["encodedDataLength"])
            self._done.append(exchange)

    def _failed(self, event: dict[str, Any]) -> None:
        exchange = self._open.pop(event["requestId"], None)
        if exchange is not None and not event.get("canceled"):
            raise RuntimeError(f"{exchange.path} did not arrive: {event.get('errorText')}")


class Gate:
    """One browser of its own, signed in as the conserje, with nothing in its cache."""

    def __init__(self, context: BrowserContext, server: Server) -> None:
        self.server = server
        self.page: Page = context.new_page()
        self.cdp = context.new_cdp_session(self.page)
        self.traffic = Traffic(self.cdp)

    def emulate(self, link: Link) -> None:
        """From here on everything goes over this link."""
        bytes_per_second = link.kilobits_per_second * 1000 / 8
        self.cdp.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": link.milliseconds,
                "downloadThroughput": bytes_per_second,
                "uploadThroughput": bytes_per_second,
            },
        )

    def open(self, path: str) -> None:
        """Go there, and wait until everything has come."""
        self.page.goto(self.server.url + path, wait_until="load")
        self.settle()

    def leave(self) -> None:
        """Go elsewhere, so that the next visit begins anew but for the cache."""
        self.page.goto("about:blank")
        self.traffic.take()

    def change(self, press: str, then: str) -> None:
        """Press something and wait until what it leads to is there and everything has come."""
        self.page.click(press)
        self.page.wait_for_selector(then)
        self.settle()

    def fill_visitor_form(self, document: str, name: str) -> None:
        """What the conserje types for a new visitor; leaving the document asks the register."""
        self.page.fill("#document_number", document)
        self.page.press("#document_number", "Tab")
        self.settle()
        self.page.fill("#full_name", name)

    def awaited(self, name: str) -> float:
        """The number that the page's window comes to hold under this name (the pages' CSP forbids to wait inside)."""
        deadline = time.monotonic() + WAIT_MILLISECONDS / 1000
        while time.monotonic() < deadline:
            number = self.page.evaluate(f"() => window.{name}")
            if number is not None:
                return float(number)
            self.page.wait_for_timeout(20)
        raise TimeoutError(f"{name} did not come")

    def settle(self) -> None:
        """Wait until the network is quiet."""
        self.page.wait_for_load_state("networkidle")
        self.page.wait_for_timeout(QUIET_MILLISECONDS)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of the tests, without their fixtures."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=ARGUMENTS, chromium_sandbox=os.geteuid() != 0
        )
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def gate(browser: Browser, client: Client) -> Iterator[Gate]:
    """A gate's browser in the measured community, in the session of `client`."""
    context = browser.new_context(
        viewport={"width": 1024, "height": 768}, locale="es-CL", timezone_id="America/Santiago"
    )
    context.set_default_timeout(WAIT_MILLISECONDS)
    url = client.server.url
    context.add_cookies([{"name": name, "value": value, "url": url} for name, value in client.cookies.items()])
    try:
        yield Gate(context, client.server)
    finally:
        context.close()
