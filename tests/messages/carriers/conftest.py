from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest

from conserje.messages.carriers import Letter
from conserje.messages.models import Channel
from tests.aws import aws_server
from tests.messages.carriers.misbehaving import MisbehavingServer

__all__ = ["aws_server"]

PHONE = "+56987654321"
MAILBOX = "residente@aromos.example"


@pytest.fixture
def sms() -> Letter:
    return Letter(Channel.SMS, PHONE, "Los Aromos: Ana llega al 1204. https://p.example/a/x", timedelta(minutes=10))


@pytest.fixture
def email() -> Letter:
    return Letter(
        Channel.EMAIL,
        MAILBOX,
        "Señor residente:\n\n.Un punto al inicio.\n",
        timedelta(days=1),
        title="Visita en portería",
        html="<p>Señor <b>residente</b></p>",
    )


@pytest.fixture
def dead_port() -> Iterator[int]:
    """A port on which nobody listens, held so that nobody else takes it."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


@pytest.fixture(scope="module")
def identity() -> Iterator[None]:
    """An identity that no real AWS accepts, and no other."""
    with pytest.MonkeyPatch.context() as environment:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            environment.setenv(name, "testing")
        environment.setenv("AWS_EC2_METADATA_DISABLED", "true")
        for name in ("AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_ENDPOINT_URL"):
            environment.delenv(name, raising=False)
        yield


@pytest.fixture(scope="module")
def _server() -> Iterator[MisbehavingServer]:
    server = MisbehavingServer()
    yield server
    server.close()


@pytest.fixture
def server(_server: MisbehavingServer) -> MisbehavingServer:
    """The server of this file's tests, which has been asked nothing yet."""
    _server.asked.clear()
    return _server
