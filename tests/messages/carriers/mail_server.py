"""A mail server on loopback that says what a test tells it to say, and remembers what it was given."""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
from base64 import b64decode
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

# Instead of a reply: say nothing until the test is over, or close the connection.
SILENCE = "silence"
HANGS_UP = "hangs up"

# What it replies at each point of the conversation, unless a test says otherwise. CONTENT is the end of the e-mail.
USUAL = {
    "GREETING": "220 mail.example",
    "EHLO": "250-mail.example\r\n250-STARTTLS\r\n250 AUTH PLAIN",
    "HELO": "250 mail.example",
    "STARTTLS": "220 go ahead",
    "AUTH": "235 welcome",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go on",
    "CONTENT": "250 queued",
    "QUIT": "221 bye",
}


class ScriptedMailServer(socketserver.ThreadingTCPServer):
    """Does what `replies` says; with `certificate`, it also speaks TLS (from the first byte, where `tls_at_once`)."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, certificate: Path | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.replies: dict[str, str] = {}
        self.said: list[str] = []
        self.contents: list[bytes] = []
        self.encrypted: list[str] = []
        self.tls_at_once = False
        self.released = threading.Event()
        self.context: ssl.SSLContext | None = None
        if certificate is not None:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate)
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def mails(self) -> list[EmailMessage]:
        """The e-mails as a program that reads them sees them."""
        return [message_from_bytes(content, policy=policy.default) for content in self.contents]  # type: ignore[misc]

    def passwords(self) -> list[tuple[str, str]]:
        """User and password of each AUTH PLAIN."""
        given = [b64decode(line.split()[2]).decode() for line in self.said if line.startswith("AUTH PLAIN")]
        return [(text.split("\0")[1], text.split("\0")[2]) for text in given]

    def close(self) -> None:
        self.released.set()
        self.shutdown()
        self.server_close()
        self._thread.join()

    def handle_error(self, *_: object) -> None:
        """A client that goes away in the middle is what some tests are about."""


class _Talk(socketserver.BaseRequestHandler):
    server: ScriptedMailServer

    def handle(self) -> None:
        self.talk: socket.socket = self.request
        self.talk.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with suppress(OSError, EOFError):
            if self.server.tls_at_once:
                self._encrypt()
            self.lines = self.talk.makefile("rb")
            self._reply("GREETING")
            while self._turn():
                pass
        with suppress(OSError):
            self.talk.close()

    def _turn(self) -> bool:
        line = self.lines.readline().decode().strip()
        if not line:
            return False
        self.server.said.append(line)
        verb = line.split()[0].upper()
        if isinstance(self.talk, ssl.SSLSocket):
            self.server.encrypted.append(verb)
        reply = self._reply(verb)
        if verb == "STARTTLS" and reply.startswith("220"):
            self._encrypt()
            self.lines = self.talk.makefile("rb")
        if verb == "DATA" and reply.startswith("354"):
            self._take_content()
        return verb != "QUIT"

    def _take_content(self) -> None:
        content = b""
        while (line := self.lines.readline()) != b".\r\n":
            if not line:
                raise EOFError
            content += line.removeprefix(b".")
        self.server.contents.append(content)
        self._reply("CONTENT")

    def _reply(self, at: str) -> str:
        reply = self.server.replies.get(at, USUAL.get(at, "502 unknown"))
        if reply == SILENCE:
            self.server.released.wait(30)
        if reply in (SILENCE, HANGS_UP):
            raise EOFError
        self.talk.sendall(reply.encode() + b"\r\n")
        return reply

    def _encrypt(self) -> None:
        assert self.server.context is not None
        self.talk = self.server.context.wrap_socket(self.talk, server_side=True)


def write_certificate(file: Path) -> Path:
    """A certificate of this machine, with its key, that nobody else has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.example")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    unprotected = serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    file.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, unprotected) + made.public_bytes(pem))
    return file
