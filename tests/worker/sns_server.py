"""A server on loopback that takes SMS as SNS does, and answers when it is told to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

from tests.messages.carriers.misbehaving import Answer, accepted
from tests.messages.scene import LONGEST_WAIT, wait_until

# What SNS wants to be asked with; no real AWS accepts it.
IDENTITY = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/nonexistent",
    "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
}


class SnsServer:
    """Remembers what it was asked. While it is held it keeps whoever asks waiting."""

    def __init__(self, http: ThreadingHTTPServer) -> None:
        self.address = f"http://127.0.0.1:{http.server_port}"
        self.asked: list[dict[str, str]] = []
        self.answered = 0
        self.counting = threading.Lock()
        self.may_answer = threading.Event()
        self.may_answer.set()

    def hold(self) -> None:
        self.may_answer.clear()

    def let_go(self) -> None:
        self.may_answer.set()

    def wait_for(self, asked: int) -> None:
        wait_until(lambda: len(self.asked) >= asked, f"SNS was asked {asked} times")

    def texts(self, number: str) -> list[str]:
        """What was sent to this number."""
        return [each["Message"] for each in self.asked if each["PhoneNumber"] == number]


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        sns: SnsServer = self.server.sns  # type: ignore[attr-defined]
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length).decode()
        if len(body) < length:
            return  # whoever asked died while asking
        with sns.counting:
            sns.asked.append(dict(parse_qsl(body)))
            answer: Answer = accepted("sns", f"sns-{len(sns.asked)}")
        assert sns.may_answer.wait(LONGEST_WAIT)
        try:
            self.send_response(answer.status)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)
        except ConnectionError:
            return  # whoever asked is dead
        with sns.counting:
            sns.answered += 1

    def log_message(self, *_: object) -> None:
        """Say nothing on standard error."""


@contextmanager
def running_sns() -> Iterator[SnsServer]:
    http = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    http.daemon_threads = True
    sns = http.sns = SnsServer(http)  # type: ignore[attr-defined]
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield sns
    finally:
        sns.let_go()
        http.shutdown()
        http.server_close()
        thread.join()
