"""An upload on a thin line holds nobody up (design.md, "The writing transaction is short")."""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import cache
from http.client import HTTPConnection
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Page, expect

from tests.browser import HOST
from tests.builders import run_number
from tests.journeys.gatehouse import Gatehouse
from tests.page import values_of
from tests.photos.pictures import encoded, noise

pytestmark = pytest.mark.journey

BYTES_PER_SECOND = 50_000 // 8
SLICES_PER_SECOND = 10
# Shared out among two workers, however unevenly, fifteen put at least eight on one of them.
UPLOADS_AT_ONCE = 15
NEW_LINES = 12
ANSWER_SECONDS = 30


class SlowUpload:
    """A visitor with a photo of a phone, sent as over 2G: some minutes, unless it is told to hurry."""

    def __init__(self, gatehouse: Gatehouse, full_name: str, body: int) -> None:
        self.address = (HOST, gatehouse.port)
        self.message = upload_message(gatehouse, full_name, run_number(body))
        self.answer = b""
        self._sent = 0
        self._hurry = threading.Event()
        self._under_way = threading.Event()
        self._thread = threading.Thread(target=self._run)

    @property
    def is_unfinished(self) -> bool:
        return self._sent < len(self.message)

    def start(self) -> None:
        self._thread.start()

    def wait_until_under_way(self) -> None:
        """The server has the head and the beginning of the body."""
        assert self._under_way.wait(ANSWER_SECONDS)

    def finish(self) -> None:
        """Send what is left at once, and wait for the answer."""
        self._hurry.set()
        self._thread.join(ANSWER_SECONDS)
        assert not self._thread.is_alive(), "the upload was not answered"

    def _run(self) -> None:
        with socket.create_connection(self.address, timeout=ANSWER_SECONDS) as line:
            size = BYTES_PER_SECOND // SLICES_PER_SECOND
            while self.is_unfinished:
                piece = self.message[self._sent :] if self._hurry.is_set() else self.message[self._sent :][:size]
                line.sendall(piece)
                self._sent += len(piece)
                if self._sent > 4 * size:
                    self._under_way.set()
                # The pace of the line, not a wait for something to happen.
                self._hurry.wait(1 / SLICES_PER_SECOND)
            while received := line.recv(65536):
                self.answer += received


def upload_message(gatehouse: Gatehouse, full_name: str, document: str) -> bytes:
    """What a browser without script sends for the visitor form."""
    path = gatehouse.path_of("1204")
    connection = HTTPConnection(HOST, gatehouse.port, timeout=ANSWER_SECONDS)
    connection.request("GET", f"{path}/visitantes/nuevo", headers={"Cookie": gatehouse.cookie()})
    answer = connection.getresponse()
    cookies = [gatehouse.cookie(), *(value.split(";")[0] for value in answer.msg.get_all("Set-Cookie", []))]
    page = BeautifulSoup(answer.read(), "html.parser")
    connection.close()
    form = page.select_one("#visitor-form")
    assert form is not None
    fields = {**values_of(form), "full_name": full_name, "document_number": document}
    boundary = uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    parts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="photo"; filename="IMG_1.jpg"\r\n'
        f"Content-Type: image/jpeg\r\n\r\n".encode()
        + photo()
        + f"\r\n--{boundary}--\r\n".encode()
    )
    body = b"".join(parts)
    head = (
        f"POST {path}/visitantes HTTP/1.1\r\nHost: {HOST}:{gatehouse.port}\r\nConnection: close\r\n"
        f"Cookie: {'; '.join(cookies[-1:])}\r\nContent-Type: multipart/form-data; boundary={boundary}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@cache
def photo() -> bytes:
    return encoded(noise(1000, 800))


@contextmanager
def under_way(uploads: list[SlowUpload]) -> Iterator[None]:
    """The uploads have begun and are far from their end; in the end all of them are answered."""
    with ExitStack() as stack:
        for upload in uploads:
            upload.start()
            stack.callback(upload.finish)
        for upload in uploads:
            upload.wait_until_under_way()
        yield


def ask_on_a_line_of_its_own(gatehouse: Gatehouse) -> int:
    """A gate that has just been switched on: a connection that any of the workers may take."""
    with closing(HTTPConnection(HOST, gatehouse.port, timeout=ANSWER_SECONDS)) as connection:
        connection.request("GET", gatehouse.path_of("1205"), headers={"Cookie": gatehouse.cookie("relevo")})
        return connection.getresponse().status


def save_a_visitor(page: Page, name: str, body: int) -> float:
    """Register somebody at the other gate; gives the milliseconds from [Guardar] to the row."""
    page.get_by_role("link", name="Agregar Visitante").click()
    page.get_by_label("Número de documento").fill(run_number(body))
    with page.expect_response("**/conocido"):
        page.get_by_label("Nombre completo").fill(name)
    begun = time.perf_counter()
    page.get_by_role("button", name="Guardar").click()
    expect(page.locator("tbody", has_text=name)).to_contain_text("Pendiente")
    return (time.perf_counter() - begun) * 1000


def tell(capsys: pytest.CaptureFixture[str], figures: str) -> None:
    """Figures of this run, for whoever reads its output."""
    with capsys.disabled():
        sys.stdout.write(f"\n  {figures}\n")


def test_a_slow_upload_does_not_hold_the_other_gate_up(
    gatehouse: Gatehouse, page: Page, capsys: pytest.CaptureFixture[str]
) -> None:
    gatehouse.enter_unit(page, "relevo", unit="1205")
    upload = SlowUpload(gatehouse, "Lento Lagos", 12_345_678)
    with under_way([upload]):
        milliseconds = save_a_visitor(page, "Camila Soto Díaz", 20_000_000)
        assert upload.is_unfinished, "the upload ended before the other gate's save: nothing was shown"
        assert [visit.full_name for visit in gatehouse.visits()] == ["Camila Soto Díaz"]
    assert upload.answer.startswith(b"HTTP/1.1 303"), upload.answer[:300]
    assert [visit.full_name for visit in gatehouse.visits()] == ["Camila Soto Díaz", "Lento Lagos"]
    tell(capsys, f"the other gate's save beside an upload at 50 kbit/s: {milliseconds:.0f} ms")


def test_eight_slow_uploads_at_one_worker_leave_the_gate_answering(
    gatehouse: Gatehouse, page: Page, capsys: pytest.CaptureFixture[str]
) -> None:
    gatehouse.enter_unit(page, "relevo", unit="1205")
    uploads = [SlowUpload(gatehouse, f"Lento {chr(65 + n)}", 12_000_000 + n) for n in range(UPLOADS_AT_ONCE)]
    with under_way(uploads):
        times = [save_a_visitor(page, f"Rápida {chr(65 + n)}", 20_000_000 + n) for n in range(4)]
        assert [ask_on_a_line_of_its_own(gatehouse) for _ in range(NEW_LINES)] == [200] * NEW_LINES
        assert all(upload.is_unfinished for upload in uploads)
        assert len(gatehouse.visits()) == len(times)
    assert {upload.answer[:12] for upload in uploads} == {b"HTTP/1.1 303"}
    assert len(gatehouse.visits()) == len(times) + UPLOADS_AT_ONCE
    figures = ", ".join(f"{each:.0f}" for each in times)
    tell(capsys, f"the other gate's saves beside {UPLOADS_AT_ONCE} of them at once: {figures} ms")
