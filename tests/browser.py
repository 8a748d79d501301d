"""A real browser for the journeys: Chromium, driven by Playwright, closed to the world outside this machine.

A test that takes `page`, `plain_page` or `open_page` fails when a page writes an error to its console, a script fails,
or anything is asked of another host. A status that the story calls for is announced first:
`complaints.expect_status(422)`.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from typing import Protocol
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, WebError, sync_playwright

from tests.chromium import find_chromium

HOST = "127.0.0.1"
ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    # Names of other hosts do not even resolve; what asks for one is reported all the same.
    f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {HOST}",
)
WAIT_MILLISECONDS = 10_000
STATUS_IN_CONSOLE = re.compile(r"Failed to load resource: the server responded with a status of (\d{3})")
LOST_IN_CONSOLE = re.compile(r"Failed to load resource: net::ERR_|htmx: htmx:error: Failed to fetch")


class Complaints:
    """What the browser complained about during one test."""

    def __init__(self) -> None:
        self._unexpected: list[str] = []
        self._expected: set[int] = set()
        self._seen: Counter[int] = Counter()
        self._may_lose = False

    def expect_status(self, *statuses: int) -> None:
        """The story leads to these statuses (a refusal's 422, say), which Chromium writes to the console as errors.

        One that never comes is a complaint too.
        """
        self._expected.update(statuses)

    def expect_lost_requests(self) -> None:
        """The story breaks the network from here on: requests that do not arrive are part of it."""
        self._may_lose = True

    def all(self) -> list[str]:
        """Every complaint, in the order of arrival, then the expected statuses that did not come."""
        missing = sorted(self._expected - set(self._seen))
        return self._unexpected + [f"expected status {status}, which never came" for status in missing]

    def watch(self, context: BrowserContext) -> None:
        context.on("console", self._hear_console)
        context.on("weberror", self._hear_error)
        context.on("request", self._hear_request)
        context.on("page", lambda page: page.on("websocket", lambda socket: self._check_host(socket.url)))

    def _hear_console(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        status = STATUS_IN_CONSOLE.match(message.text)
        if status and int(status[1]) in self._expected:
            self._seen[int(status[1])] += 1
            return
        if self._may_lose and LOST_IN_CONSOLE.match(message.text):
            return
        self._unexpected.append(f"console: {message.text} ({message.location['url']})")

    def _hear_error(self, error: WebError) -> None:
        self._unexpected.append(f"script: {error.error}")

    def _hear_request(self, request: Request) -> None:
        self._check_host(request.url)

    def _check_host(self, url: str) -> None:
        address = urlsplit(url)
        if address.scheme not in ("data", "blob") and address.hostname != HOST:
            self._unexpected.append(f"another host: {url}")


class OpenPage(Protocol):
    def __call__(
        self, *, script: bool = True, width: int = 1024, height: int = 768, dark: bool = False, touch: bool = False
    ) -> Page: ...


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The run's Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=find_chromium(),
            args=ARGUMENTS,
            chromium_sandbox=os.geteuid() != 0,  # Chromium has no sandbox for root and refuses to start with one
        )
        yield chromium
        chromium.close()


@pytest.fixture
def complaints() -> Complaints:
    """What this test's pages complained about."""
    return Complaints()


@pytest.fixture
def open_page(browser: Browser, complaints: Complaints) -> Iterator[OpenPage]:
    """Opens further browsers, each with cookies and a cache of its own: a second gate, a phone, a dark screen."""
    contexts: list[BrowserContext] = []

    def open_one(
        *, script: bool = True, width: int = 1024, height: int = 768, dark: bool = False, touch: bool = False
    ) -> Page:
        context = browser.new_context(
            java_script_enabled=script,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            has_touch=touch,
            locale="es-CL",
            timezone_id="America/Santiago",
        )
        contexts.append(context)
        context.set_default_timeout(WAIT_MILLISECONDS)
        complaints.watch(context)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()
    if complaints.all():
        pytest.fail("The browser complained:\n" + "\n".join(complaints.all()), pytrace=False)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A fresh browser as a gate in Chile has it."""
    return open_page()


@pytest.fixture
def plain_page(open_page: OpenPage) -> Page:
    """The same with JavaScript switched off."""
    return open_page(script=False)
