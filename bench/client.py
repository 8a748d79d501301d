"""A plain HTTP client with a cookie jar: signs in, reads pages, posts their forms."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlencode

from bench.seed import EMAIL, PASSWORD
from bench.server import HOST, Server

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
# What a current Chromium asks for.
ENCODINGS = "gzip, deflate, br, zstd"
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


class Client:
    """One browser without script, on one kept connection. Any answer above 399 is an error of the measurement."""

    def __init__(self, server: Server, patience: float = 60) -> None:
        self.server = server
        self.cookies: dict[str, str] = {}
        self.token = ""
        self.asked = 0
        self._connection = HTTPConnection(HOST, server.port, timeout=patience)

    def sign_in(self) -> Client:
        """As the conserje; remembers the forgery token of the session."""
        self.post("/ingresar", {"csrf_token": token_in(self.get("/ingresar")), "email": EMAIL, "password": PASSWORD})
        self.token = token_in(self.get("/porteria/"))
        return self

    def again(self, patience: float = 60) -> Client:
        """Another connection of the same session: signing in is limited to a few a minute."""
        other = Client(self.server, patience)
        other.cookies, other.token = dict(self.cookies), self.token
        return other

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self._ask("GET", path, None, headers or {})

    def act(self, path: str, fields: Mapping[str, str] | None = None) -> Answer:
        """Post with the session's token and a fresh key, as htmx does."""
        return self.post(path, {"csrf_token": self.token, "key": secrets.token_urlsafe(12), **(fields or {})}, HTMX)

    def post(self, path: str, fields: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Answer:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(fields).encode(), {**kind, **(headers or {})})

    def send(self, path: str, body: bytes, content_type: str) -> Answer:
        """Post a body that is ready."""
        return self._ask("POST", path, body, {"Content-Type": content_type, **HTMX})

    def cookie_header(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def _ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        self.asked += 1
        self._connection.request(method, path, body, {"Cookie": self.cookie_header(), **headers})
        response = self._connection.getresponse()
        for line in response.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        answer = Answer(response.status, dict(response.headers), response.read())
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path} answered {answer.status}: {answer.body[:300]!r}")
        return answer


def token_in(answer: Answer) -> str:
    """The forgery token of a page."""
    found = _TOKEN.search(answer.body.decode())
    if found is None:
        raise RuntimeError("the page has no forgery token")
    return found[1]
