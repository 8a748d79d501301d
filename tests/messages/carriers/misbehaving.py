"""A server on loopback that answers as AWS may on a bad day, and remembers what it was asked."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


# Takes the request, and says nothing until the test is over.
SILENCE = "silence"
# Takes the request, and closes the connection without a word.
HANGS_UP = "hangs up"
# Announces an answer, and closes the connection in the middle of it.
BREAKS_OFF = "breaks off"

Behaviour = Answer | str


@dataclass(frozen=True)
class Asked:
    """A request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: str

    @property
    def form(self) -> dict[str, str]:
        """What SNS is asked: a form."""
        return dict(parse_qsl(self.body))

    @property
    def json(self) -> dict[str, Any]:
        """What End User Messaging and SES are asked: JSON."""
        return dict(json.loads(self.body))


class MisbehavingServer:
    """Does with every request what `behaviour` says."""

    def __init__(self) -> None:
        self.behaviour: Behaviour = HANGS_UP
        self.asked: list[Asked] = []
        self.released = threading.Event()
        handler = type("Handler", (_Handler,), {"owner": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    def close(self) -> None:
        self.released.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    owner: MisbehavingServer

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.owner.asked.append(Asked(self.command, self.path, dict(self.headers), body))
        self.close_connection = True
        match self.owner.behaviour:
            case Answer(status, content, headers):
                self._say(status, content, headers, len(content))
            case "silence":
                self.owner.released.wait(30)
            case "breaks off":
                self._say(200, b"{", {}, 500)

    do_POST = do_GET = _answer  # noqa: N815 - the name that http.server looks for

    def _say(self, status: int, content: bytes, headers: dict[str, str], length: int) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing on standard error."""


def accepted(carrier: str, message_id: str) -> Answer:
    """The carrier's yes, in the language of its service."""
    if carrier == "sns":
        result = f"<PublishResult><MessageId>{message_id}</MessageId></PublishResult>"
        return Answer(200, f"<PublishResponse>{result}</PublishResponse>".encode())
    return Answer(200, json.dumps({"MessageId": message_id}).encode())


def refused(carrier: str, code: str, status: int = 400, reason: str = "", text: str = "no") -> Answer:
    """The carrier's no, in the language of its service."""
    if carrier == "sns":
        error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{text}</Message></Error>"
        return Answer(status, f"<ErrorResponse>{error}<RequestId>1</RequestId></ErrorResponse>".encode())
    if carrier == "ses":
        return Answer(status, json.dumps({"message": text}).encode(), {"x-amzn-ErrorType": code})
    said = {"__type": f"com.amazonaws.pinpointsmsvoicev2#{code}", "Message": text}
    return Answer(status, json.dumps(said | ({"Reason": reason} if reason else {})).encode())
