"""E-mail by a mail server of one's own."""

from __future__ import annotations

import logging
import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from enum import StrEnum
from typing import Final

from conserje.messages.carriers import LOGO_ID, Accepted, Delayed, Letter, Outcome, Suspended, Undeliverable
from conserje.messages.carriers.errors import No, Problem
from conserje.messages.carriers.mailboxes import address_of, as_header, is_address, one_line
from conserje.messages.models import Channel

log = logging.getLogger("conserje")

# Seven bits a byte: every server takes it, and nothing on the way has to rewrite it.
_POLICY: Final = policy.SMTP.clone(cte_type="7bit")
_GO_ON: Final = 354
_DONE: Final = frozenset({250, 251, 252})
_SIGN_IN_WANTED: Final = frozenset({530, 534, 535, 538})


@dataclass(frozen=True)
class MailServer:
    """Where e-mails are handed over. `tls`: starttls, tls (from the first byte) or none; `seconds` for each answer."""

    host: str
    port: int = 587
    tls: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    seconds: float = 8


class Stage(StrEnum):
    """How far the conversation with the mail server had come."""

    GREETING = "greeting"
    TLS = "tls"
    SIGN_IN = "sign_in"
    SENDER = "sender"
    RECIPIENT = "recipient"
    CONTENT = "content"
    # The whole e-mail was sent, and the server's word on it is awaited.
    HANDED_OVER = "handed_over"


_FOR_ALL: Final = {
    Stage.GREETING: Problem.ACCOUNT_STOPPED,
    Stage.TLS: Problem.NOT_SET_UP,
    Stage.SIGN_IN: Problem.NOT_AUTHORISED,
    Stage.SENDER: Problem.NOT_AUTHORISED,
}


def refusal(stage: Stage, code: int) -> No:
    """What a reply other than yes means at that stage; a `code` that is none of SMTP's means that nobody knows."""
    if 400 <= code < 500:
        return Delayed(Problem.CARRIER_TROUBLE)
    if 500 <= code < 600:
        if code in _SIGN_IN_WANTED:
            return Suspended(Problem.NOT_AUTHORISED)
        return Suspended(_FOR_ALL[stage]) if stage in _FOR_ALL else Undeliverable(Problem.REJECTED)
    return Delayed(Problem.UNREADABLE_ANSWER, may_have_gone=stage is Stage.HANDED_OVER)


def failure(stage: Stage, error: OSError) -> No:
    """What an exception of smtplib or of the network means at that stage (smtplib's are OSErrors, too)."""
    if isinstance(error, smtplib.SMTPResponseException):
        # smtplib invents a 500 where a line is endless.
        too_long = error.smtp_error == "Line too long."
        return refusal(stage, -1 if too_long else error.smtp_code)
    if isinstance(error, smtplib.SMTPServerDisconnected):
        handed_over = stage is Stage.HANDED_OVER
        return Delayed(Problem.NO_ANSWER if handed_over else Problem.NO_CONNECTION, may_have_gone=handed_over)
    if isinstance(error, smtplib.SMTPException | ssl.SSLCertVerificationError):
        # The server does not know TLS, or no way of signing in, that we were told to use; or it is not who it says.
        return Suspended(Problem.NOT_SET_UP)
    return Delayed(Problem.NO_CONNECTION, may_have_gone=stage is Stage.HANDED_OVER)


class SmtpCarrier:
    """Hands each e-mail to a mail server over a connection of its own, so threads share nothing."""

    name = "smtp"
    channel = Channel.EMAIL

    def __init__(self, server: MailServer, sender: str, reply_to: str = "") -> None:
        self._server = server
        self._sender = sender
        self._reply_to = reply_to

    def send(self, letter: Letter) -> Outcome:
        """Hand the e-mail over once; the carrier's id is the e-mail's Message-ID."""
        if not is_address(letter.recipient):
            return Undeliverable(Problem.INVALID)
        conversation = _Conversation(self._server, address_of(self._sender))
        try:
            outcome: Outcome = conversation.hand_over(self._written(letter), letter.recipient)
        except OSError as error:
            outcome = failure(conversation.stage, error)
        finally:
            conversation.end()
        if not isinstance(outcome, Accepted):
            log.warning("smtp: %s at %s", outcome.problem, conversation.stage)
        return outcome

    def _written(self, letter: Letter) -> EmailMessage:
        message = EmailMessage(policy=_POLICY)
        message["From"] = as_header(self._sender)
        message["To"] = letter.recipient
        if self._reply_to:
            message["Reply-To"] = as_header(self._reply_to)
        message["Subject"] = one_line(letter.title)
        message["Date"] = formatdate()
        message["Message-ID"] = make_msgid(domain=_domain(address_of(self._sender)))
        # No out-of-office reply answers it.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        if letter.html:
            message.add_alternative(letter.html, subtype="html")
            if letter.logo:
                _put_beside(message, letter.logo)
        return message


class _Conversation:
    """One connection to the mail server, which remembers how far it came."""

    def __init__(self, server: MailServer, sender: str) -> None:
        self.stage = Stage.GREETING
        self._server = server
        self._sender = sender
        self._smtp: smtplib.SMTP | None = None

    def hand_over(self, message: EmailMessage, recipient: str) -> Outcome:
        smtp = self._smtp = self._greeted()
        smtp.ehlo_or_helo_if_needed()
        if self._server.tls == "starttls":
            self.stage = Stage.TLS
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo_or_helo_if_needed()
        if self._server.user:
            self.stage = Stage.SIGN_IN
            smtp.login(self._server.user, self._server.password)
        self.stage = Stage.SENDER
        code, _ = smtp.mail(self._sender)
        if code not in _DONE:
            return refusal(self.stage, code)
        self.stage = Stage.RECIPIENT
        code, _ = smtp.rcpt(recipient)
        if code not in _DONE:
            return refusal(self.stage, code)
        return self._deliver(smtp, message)

    def end(self) -> None:
        """Take leave; what the server says to that changes nothing."""
        if self._smtp is not None:
            with suppress(OSError):
                if self.stage is Stage.HANDED_OVER:
                    self._smtp.quit()
            self._smtp.close()

    def _greeted(self) -> smtplib.SMTP:
        server = self._server
        # Our own name is not looked up: that can take longer than all the rest.
        own_name = _domain(self._sender)
        if server.tls == "tls":
            self.stage = Stage.TLS
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(server.host, server.port, own_name, timeout=server.seconds, context=context)
        return smtplib.SMTP(server.host, server.port, own_name, timeout=server.seconds)

    def _deliver(self, smtp: smtplib.SMTP, message: EmailMessage) -> Outcome:
        # Not smtplib's `data`: it does not tell a connection lost before the e-mail from one lost after it.
        self.stage = Stage.CONTENT
        code, _ = smtp.docmd("DATA")
        if code != _GO_ON:
            return refusal(self.stage, code)
        self.stage = Stage.HANDED_OVER
        content = re.sub(rb"(?m)^\.", b"..", message.as_bytes())
        smtp.send(content.removesuffix(b"\r\n") + b"\r\n.\r\n")
        code, _ = smtp.getreply()
        if code not in _DONE:
            return refusal(self.stage, code)
        return Accepted(str(message["Message-ID"])[:120])


def _put_beside(message: EmailMessage, logo: bytes) -> None:
    """Let the logo travel with the HTML that shows it (multipart/related, RFC 2387)."""
    page = message.get_body(("html",))
    if isinstance(page, EmailMessage):
        page.add_related(
            logo, "image", "jpeg", cid=f"<{LOGO_ID}>", disposition="inline", filename="logo.jpg", cte="base64"
        )


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
