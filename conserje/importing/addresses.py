"""The HTTP source: an accounting product that gives units and residents as one JSON document (docs/import.md)."""

from __future__ import annotations

import ipaddress
import json
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from conserje.communities.models import Origin
from conserje.errors import Refused
from conserje.importing.layout import OF_RESIDENT, OF_UNIT, Column, GivenLogo, Line, Table
from conserje.importing.tables import MOST_ROWS, is_blank

LONGEST: Final = 300
# Where the document holds the administration's logo, as the base64 of a JPEG or PNG: nothing more is fetched.
LOGO: Final = "administration_logo"
MOST_BYTES: Final = 10 * 1024 * 1024
# In seconds: for each wait, and for all of it.
PATIENCE: Final = 15.0
IN_ALL: Final = 60.0
_CHUNK: Final = 64 * 1024


def checked(url: str, *, allows_loopback: bool) -> str:
    """The address, without the spaces around it; `allows_loopback` is the demonstration's: its own machine, over http.

    Refuses (field `address`): `import_address`, unless it is https, without a user or password in it.
    """
    tidy = url.strip()
    try:
        parts = urlsplit(tidy)
        usable = bool(parts.hostname) and parts.port != 0 and not parts.username and not parts.password
    except ValueError:
        raise Refused("import_address", field="address") from None
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and allows_loopback and _is_loopback(parts))
    is_plain = tidy.isascii() and tidy.isprintable() and " " not in tidy and len(tidy) <= LONGEST
    if not (usable and is_safe and is_plain):
        raise Refused("import_address", field="address")
    return tidy


@dataclass(frozen=True)
class AddressSource:
    """The community's address at its accounting product."""

    url: str
    allows_loopback: bool = False
    name: str = ""
    origin: Origin = Origin.HTTP

    def read(self) -> Table[Column]:
        """Fetch the document. Asks once, follows no redirection, and reaches no machine of an inner network.

        Refuses: `import_address`; `import_address_inside`; `import_no_answer`; `import_answer` (fact: status) for any
        but 200; `import_answer_too_large` (fact: megabytes); `import_document` for what is no such document.
        """
        parts = urlsplit(checked(self.url, allows_loopback=self.allows_loopback))
        try:
            document = json.loads(self._fetched(parts))
        except (ValueError, RecursionError) as error:
            raise Refused("import_document") from error
        units = document.get("units") if isinstance(document, dict) else None
        if not isinstance(units, list):
            raise Refused("import_document")
        total = sum(max(1, len(_residents(unit))) for unit in units)
        if total > MOST_ROWS:
            raise Refused("import_too_many_rows", most=f"{MOST_ROWS:,}".replace(",", "."))
        logo = GivenLogo(document[LOGO]) if LOGO in document else None
        return Table(_lines(units), total, (), logo)

    def _fetched(self, parts: SplitResult) -> bytes:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        until = time.monotonic() + IN_ALL
        try:
            with closing(self._connection(parts)) as connection:
                connection.request("GET", target, headers={"Accept": "application/json", "Connection": "close"})
                with connection.getresponse() as answer:
                    return _body(answer, until)
        except (OSError, HTTPException) as error:
            raise Refused("import_no_answer") from error

    def _connection(self, parts: SplitResult) -> HTTPConnection:
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        address = self._admitted(host, port)
        if parts.scheme == "http":
            return _Plain(address, host, port, timeout=PATIENCE)
        return _Secured(address, host, port, timeout=PATIENCE, context=ssl.create_default_context())

    def _admitted(self, host: str, port: int) -> str:
        """The one address that is connected to: looked up once, so that the name cannot mean another a moment later."""
        found = [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        for each in found:
            address = ipaddress.ip_address(each.partition("%")[0])
            if not (_is_public(address) or (self.allows_loopback and address.is_loopback)):
                raise Refused("import_address_inside")
        return found[0]


def _body(answer: HTTPResponse, until: float) -> bytes:
    if answer.status != 200:
        raise Refused("import_answer", status=answer.status)
    body = bytearray()
    while chunk := answer.read1(_CHUNK):
        body += chunk
        if len(body) > MOST_BYTES:
            raise Refused("import_answer_too_large", megabytes=MOST_BYTES // (1024 * 1024))
        if time.monotonic() > until:
            raise Refused("import_no_answer")
    return bytes(body)


class _Plain(HTTPConnection):
    def __init__(self, address: str, host: str, port: int, **options: Any) -> None:
        super().__init__(host, port, **options)
        self._address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)


class _Secured(HTTPSConnection):
    def __init__(self, address: str, host: str, port: int, *, context: ssl.SSLContext, **options: Any) -> None:
        super().__init__(host, port, context=context, **options)
        self._address = address
        self._tls = context

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), self.timeout)
        try:
            self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    return address.is_global and not address.is_multicast and (inner is None or _is_public(inner))


def _is_loopback(parts: SplitResult) -> bool:
    return parts.hostname in ("localhost", "127.0.0.1", "::1")


def _residents(unit: object) -> list[Any]:
    residents = unit.get("residents") if isinstance(unit, dict) else None
    return residents if isinstance(residents, list) else []


def _lines(units: list[Any]) -> Iterator[Line[Column]]:
    row = 0
    for index, unit in enumerate(units):
        of_unit = _said(unit, OF_UNIT)
        for place, resident in enumerate(_residents(unit) or [{}]):
            row += 1
            values = {**of_unit, **_said(resident, OF_RESIDENT)}
            yield Line(values, row, partial(_path, f"units[{index}]", f"residents[{place}]"))


def _said(given: object, columns: tuple[Column, ...]) -> dict[Column, object]:
    if not isinstance(given, dict):
        raise Refused("import_document")
    return {column: given[column.value] for column in columns if not is_blank(given.get(column.value))}


def _path(unit: str, resident: str, column: Column) -> str:
    return f"{unit}.{column}" if column in OF_UNIT else f"{unit}.{resident}.{column}"
