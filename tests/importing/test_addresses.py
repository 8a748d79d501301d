"""The HTTP source, against a server on loopback."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from conserje.errors import Refused
from conserje.identity.countries import Country
from conserje.importing import addresses
from conserje.importing.addresses import AddressSource, checked
from conserje.importing.layout import GivenLogo
from conserje.importing.reading import understand

DOCUMENT = {
    "units": [
        {
            "tower": "Torre A", "number": 101, "kind": "apartment", "notice_phone": "+56961234567",
            "residents": [
                {"given_names": "Ana", "surnames": "Rojas", "resident_kind": "owner", "is_principal": True,
                 "contact_order": 1, "email": "ana@correo.example", "phone_1": 961234567},
                {"given_names": "Eva", "surnames": "Ríos", "email": "malo\ud800"},
            ],
        },
        {"number": "Bodega 3", "kind": "storage"},
        {"number": {"de": 3}},
    ]
}  # fmt: skip
Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture
def serve() -> Iterator[Callable[[Answer], str]]:
    """`serve((status, headers, body))`: the address of a server that gives this answer to whatever it is asked."""
    servers: list[ThreadingHTTPServer] = []

    def start(answer: Answer) -> str:
        status, headers, body = answer

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        return f"http://127.0.0.1:{server.server_port}/inmuebles?de=1"

    yield start
    for each in servers:
        each.shutdown()
        each.server_close()


def fetched(url: str) -> Any:
    return AddressSource(url, allows_loopback=True).read()


def refused(url: str, *, allows_loopback: bool = True) -> tuple[str, dict[str, object]]:
    with pytest.raises(Refused) as refusal:
        list(AddressSource(url, allows_loopback=allows_loopback).read().lines)
    return refusal.value.code, refusal.value.facts


def test_a_document_is_read_like_a_file(serve: Callable[[Answer], str]) -> None:
    table = fetched(serve((200, {}, json.dumps(DOCUMENT).encode())))
    reading = understand(table.lines, Country.CL)
    assert table.total == 4
    assert [(problem.at, problem.code) for problem in reading.problems] == [
        ("units[0].residents[1].email", "email_malformed"),
        ("units[2].number", "cell_not_plain"),
    ]
    assert reading.problems[0].value == "malo "
    first, second = reading.units
    assert (first["number"], first["residents"][0]["phones"]) == ("101", ["+56961234567"])
    assert (second["tower"], second["kind"], second["residents"]) == ("", "storage", [])


@pytest.mark.parametrize(
    ("said", "logo"),
    [({}, None), ({"administration_logo": None}, GivenLogo(None)), ({"administration_logo": "aa"}, GivenLogo("aa"))],
)
def test_a_document_may_hold_the_administrations_logo(
    serve: Callable[[Answer], str], said: dict[str, Any], logo: GivenLogo | None
) -> None:
    assert fetched(serve((200, {}, json.dumps(DOCUMENT | said).encode()))).logo == logo


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((200, {}, b"<html>"), "import_document"),
        ((200, {}, b"[1, 2]"), "import_document"),
        ((200, {}, b'{"units": 3}'), "import_document"),
        ((200, {}, b'{"units": [3]}'), "import_document"),
        ((200, {}, b"[" * 100_000), "import_document"),
        ((404, {}, b""), "import_answer"),
        ((302, {"Location": "http://127.0.0.1:1/otra"}, b""), "import_answer"),
    ],
)
def test_what_is_no_such_document_is_refused(serve: Callable[[Answer], str], answer: Answer, code: str) -> None:
    assert refused(serve(answer))[0] == code


def test_an_answer_without_end_is_cut(serve: Callable[[Answer], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "MOST_BYTES", 100_000)
    assert refused(serve((200, {}, b"x" * 200_000)))[0] == "import_answer_too_large"


def test_an_answer_that_drips_is_not_waited_for(
    serve: Callable[[Answer], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "IN_ALL", -1.0)
    assert refused(serve((200, {}, b"{}")))[0] == "import_no_answer"


def test_nobody_there_is_told() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        assert refused(f"http://127.0.0.1:{holder.getsockname()[1]}/")[0] == "import_no_answer"


def test_whoever_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "PATIENCE", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert refused(f"http://127.0.0.1:{silent.getsockname()[1]}/")[0] == "import_no_answer"


@pytest.mark.parametrize(
    "url",
    [
        "", "una dirección", "ftp://conta.example/", "http://conta.example/", "https://", "https://u:p@conta.example/",
        "https://conta.example/ dos", "https://conta.example:99999/", "file:///etc/passwd", "https://[::1",
        "https://conta.example/" + "x" * 300,
    ],
)  # fmt: skip
def test_only_https_addresses_are_taken(url: str) -> None:
    with pytest.raises(Refused, match="import_address"):
        checked(url, allows_loopback=True)


def test_the_own_machine_is_reached_in_the_demonstration_alone() -> None:
    assert checked(" http://127.0.0.1:9/a ", allows_loopback=True) == "http://127.0.0.1:9/a"
    with pytest.raises(Refused, match="import_address"):
        checked("http://127.0.0.1:9/a", allows_loopback=False)
    assert refused("https://127.0.0.1:9/", allows_loopback=False)[0] == "import_address_inside"


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1", "fd00::1",
        "fe80::1%eth0", "::ffff:10.0.0.1", "224.0.0.1",
    ],
)  # fmt: skip
def test_a_name_of_an_inner_network_is_not_connected_to(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    def resolved(*_: object, **__: object) -> list[Any]:
        public = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 443))
        return [public, (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    monkeypatch.setattr(socket, "create_connection", lambda *_: pytest.fail("it was connected to"))
    assert refused("https://conta.example/", allows_loopback=False)[0] == "import_address_inside"


def test_what_was_looked_up_once_is_what_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def resolved(*_: object, **__: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 443))]

    def connected(address: object, *_: object) -> None:
        asked.append(address)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    monkeypatch.setattr(socket, "create_connection", connected)
    assert refused("https://conta.example/", allows_loopback=False)[0] == "import_no_answer"
    assert asked == [("93.184.215.14", 443)]
