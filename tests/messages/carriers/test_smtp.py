"""E-mail over a mail server that does as it is told, for good and for bad."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conserje.messages.carriers import LOGO_ID, Accepted, Delayed, Letter, Outcome, Suspended, Undeliverable
from conserje.messages.carriers.errors import Problem
from conserje.messages.carriers.smtp import MailServer, SmtpCarrier, Stage, failure, refusal
from tests.messages.carriers.conftest import MAILBOX
from tests.messages.carriers.mail_server import HANGS_UP, SILENCE, ScriptedMailServer, write_certificate

SENDER = "Portería <avisos@porteria.example>"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_certificate(tmp_path_factory.mktemp("certificate") / "mail.pem")


@pytest.fixture
def mail_server(certificate: Path) -> Iterator[ScriptedMailServer]:
    server = ScriptedMailServer(certificate)
    yield server
    server.close()


@pytest.fixture
def _trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


Send = Callable[..., Outcome]


@pytest.fixture
def send(mail_server: ScriptedMailServer, email: Letter) -> Send:
    """`send(RCPT="550 no")`: what the carrier makes of a server that replies so; `server` changes how it is asked."""

    def sent(letter: Letter = email, server: dict[str, Any] | None = None, **replies: str) -> Outcome:
        mail_server.replies = replies
        place = {"host": "127.0.0.1", "port": mail_server.port, "tls": "none", "seconds": 0.3} | (server or {})
        return SmtpCarrier(MailServer(**place), SENDER, "mesa@porteria.example").send(letter)

    return sent


# What arrives


def test_an_e_mail_arrives_as_text_and_html(send: Send, mail_server: ScriptedMailServer, email: Letter) -> None:
    outcome = send()
    (mail,) = mail_server.mails
    assert outcome == Accepted(mail["Message-ID"])
    assert (mail["From"], mail["To"], mail["Subject"]) == (SENDER, MAILBOX, "Visita en portería")
    assert mail["Reply-To"] == "mesa@porteria.example"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime is not None
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert mail.get_content_type() == "multipart/alternative"
    assert text is not None
    assert html is not None
    assert text.get_content().splitlines() == email.text.splitlines()
    assert html.get_content().strip() == email.html


def test_a_logo_travels_beside_the_html_that_shows_it(
    send: Send, mail_server: ScriptedMailServer, email: Letter
) -> None:
    send(replace(email, logo=b"\xff\xd8\xfflogo"))
    (mail,) = mail_server.mails
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/jpeg",
    ]  # fmt: skip
    picture = list(mail.walk())[-1]
    assert (picture["Content-ID"], picture.get_content_disposition()) == (f"<{LOGO_ID}>", "inline")
    assert picture.get_content() == b"\xff\xd8\xfflogo"
    assert mail_server.contents[0].isascii()
    send(replace(email, logo=b"\xff\xd8\xfflogo", html=""))
    assert mail_server.mails[1].get_content_type() == "text/plain"


def test_an_e_mail_without_html_is_plain_text(send: Send, mail_server: ScriptedMailServer, email: Letter) -> None:
    send(replace(email, html=""))
    assert mail_server.mails[0].get_content_type() == "text/plain"


def test_answers_go_to_the_sender_where_nobody_else_is_named(mail_server: ScriptedMailServer, email: Letter) -> None:
    SmtpCarrier(MailServer("127.0.0.1", mail_server.port, "none"), SENDER).send(email)
    assert mail_server.mails[0]["Reply-To"] is None


def test_the_server_is_told_sender_and_recipient_and_is_taken_leave_of(
    send: Send, mail_server: ScriptedMailServer
) -> None:
    send()
    assert mail_server.said == [
        "ehlo porteria.example",
        "mail FROM:<avisos@porteria.example>",
        f"rcpt TO:<{MAILBOX}>",
        "DATA",
        "quit",
    ]


def test_every_byte_is_ascii_in_lines_that_servers_take(
    send: Send, mail_server: ScriptedMailServer, email: Letter
) -> None:
    send(replace(email, text="ñandú " * 500, title="ó" * 150))
    assert mail_server.contents[0].isascii()
    assert max(len(line) for line in mail_server.contents[0].splitlines()) <= 998
    assert mail_server.mails[0]["Subject"] == "ó" * 150


def test_two_e_mails_have_two_ids(send: Send) -> None:
    assert send() != send()


@pytest.mark.parametrize("text", [".", "..", ".\r\n", "a\r\n.\r\nMAIL FROM:<x@example.com>\r\n", "a\n.\nb"])
def test_a_point_alone_on_a_line_does_not_end_the_e_mail(
    send: Send, mail_server: ScriptedMailServer, email: Letter, text: str
) -> None:
    assert isinstance(send(replace(email, text=text, html="")), Accepted)
    assert mail_server.mails[0].get_content().split() == text.split()
    assert len(mail_server.contents) == 1


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x85", "\u2028"])
def test_a_title_cannot_begin_another_header(
    send: Send, mail_server: ScriptedMailServer, email: Letter, break_: str
) -> None:
    assert isinstance(send(replace(email, title=f"Visita{break_}Bcc: otro@example.com")), Accepted)
    assert mail_server.mails[0]["Subject"] == "Visita Bcc: otro@example.com"
    assert mail_server.mails[0]["Bcc"] is None


@pytest.mark.parametrize(
    "recipient",
    [
        "",
        "residente",
        "uno@example.com,dos@example.com",
        "uno@example.com dos@example.com",
        "uno@example.com\r\nRCPT TO:<dos@example.com>",
        "uno@example.com\n",
        "Uno <uno@example.com>",
        "uno@example.com>",
        '"uno dos"@example.com',
        "ñandú@example.com",
        f"{'a' * 65}@example.com",
        f"a@{'b' * 253}",
    ],
)
def test_what_is_not_one_plain_address_gets_nothing(
    send: Send, mail_server: ScriptedMailServer, email: Letter, recipient: str
) -> None:
    assert send(replace(email, recipient=recipient)) == Undeliverable(Problem.INVALID)
    assert mail_server.said == []


@pytest.mark.parametrize("recipient", ["a..b@example.com", "o'higgins+porteria@a-b.example.com", "x@localhost"])
def test_an_unusual_address_is_written_to_all_the_same(
    send: Send, mail_server: ScriptedMailServer, email: Letter, recipient: str
) -> None:
    assert isinstance(send(replace(email, recipient=recipient)), Accepted)
    assert f"rcpt TO:<{recipient}>" in mail_server.said


# Signing in and encryption


def test_the_server_is_signed_in_to(send: Send, mail_server: ScriptedMailServer) -> None:
    assert isinstance(send(server={"user": "conserje", "password": "secreto"}), Accepted)
    assert mail_server.passwords() == [("conserje", "secreto")]


@pytest.mark.usefixtures("_trusted")
def test_starttls_encrypts_before_the_password(send: Send, mail_server: ScriptedMailServer) -> None:
    assert isinstance(send(server={"tls": "starttls", "user": "conserje", "password": "secreto"}), Accepted)
    assert mail_server.encrypted == ["EHLO", "AUTH", "MAIL", "RCPT", "DATA", "QUIT"]


@pytest.mark.usefixtures("_trusted")
def test_tls_encrypts_from_the_first_byte(send: Send, mail_server: ScriptedMailServer) -> None:
    mail_server.tls_at_once = True
    assert isinstance(send(server={"tls": "tls"}), Accepted)
    assert mail_server.encrypted == ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"]


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_stops_everything(
    send: Send, mail_server: ScriptedMailServer, tls: str
) -> None:
    mail_server.tls_at_once = tls == "tls"
    outcome = send(server={"tls": tls, "user": "conserje", "password": "secreto"})
    assert outcome == Suspended(Problem.NOT_SET_UP)
    assert mail_server.passwords() == []


@pytest.mark.usefixtures("_trusted")
def test_a_server_without_the_encryption_asked_for_stops_everything(
    send: Send, mail_server: ScriptedMailServer
) -> None:
    outcome = send(server={"tls": "starttls", "user": "conserje", "password": "secreto"}, EHLO="250 AUTH PLAIN")
    assert outcome == Suspended(Problem.NOT_SET_UP)
    assert mail_server.passwords() == []


def test_a_server_that_offers_no_signing_in_stops_everything(send: Send) -> None:
    outcome = send(server={"user": "conserje", "password": "secreto"}, EHLO="250 mail.example")
    assert outcome == Suspended(Problem.NOT_SET_UP)


def test_a_refused_password_stops_everything(send: Send) -> None:
    outcome = send(server={"user": "conserje", "password": "secreto"}, AUTH="535 no")
    assert outcome == Suspended(Problem.NOT_AUTHORISED)


def test_signing_in_that_fails_for_a_while_delays(send: Send) -> None:
    outcome = send(server={"user": "conserje", "password": "secreto"}, AUTH="454 later")
    assert outcome == Delayed(Problem.CARRIER_TROUBLE)


# What the server refuses


def test_a_refused_recipient_gets_nothing(send: Send, mail_server: ScriptedMailServer) -> None:
    assert send(RCPT="550 5.1.1 no such user") == Undeliverable(Problem.REJECTED)
    assert mail_server.contents == []


@pytest.mark.parametrize("at", ["DATA", "CONTENT"])
def test_a_refused_e_mail_is_not_sent(send: Send, at: str) -> None:
    assert send(**{at: "554 looks like spam"}) == Undeliverable(Problem.REJECTED)


def test_a_refused_sender_stops_everything(send: Send) -> None:
    assert send(MAIL="550 not yours") == Suspended(Problem.NOT_AUTHORISED)


def test_a_server_that_wants_us_signed_in_stops_everything(send: Send) -> None:
    assert send(RCPT="530 sign in first") == Suspended(Problem.NOT_AUTHORISED)


def test_a_server_that_will_have_nothing_of_us_stops_everything(send: Send) -> None:
    assert send(GREETING="554 go away") == Suspended(Problem.ACCOUNT_STOPPED)


@pytest.mark.parametrize("at", ["GREETING", "MAIL", "RCPT", "DATA", "CONTENT"])
@pytest.mark.parametrize("reply", ["421 closing", "451 later"])
def test_a_server_that_says_later_delays(send: Send, at: str, reply: str) -> None:
    assert send(**{at: reply}) == Delayed(Problem.CARRIER_TROUBLE)


# What it does not say


@pytest.mark.parametrize("at", ["GREETING", "EHLO", "MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("behaviour", [SILENCE, HANGS_UP])
def test_a_server_lost_before_the_e_mail_has_not_sent_it(send: Send, at: str, behaviour: str) -> None:
    assert send(**{at: behaviour}) == Delayed(Problem.NO_CONNECTION)


@pytest.mark.parametrize("behaviour", [SILENCE, HANGS_UP])
def test_a_server_lost_after_the_e_mail_may_have_sent_it(
    send: Send, mail_server: ScriptedMailServer, behaviour: str
) -> None:
    assert send(CONTENT=behaviour) == Delayed(Problem.NO_ANSWER, may_have_gone=True)
    assert len(mail_server.contents) == 1


@pytest.mark.parametrize("behaviour", [SILENCE, HANGS_UP, "500 what?", "garbage"])
def test_leave_taken_badly_changes_nothing(send: Send, behaviour: str) -> None:
    assert isinstance(send(QUIT=behaviour), Accepted)


@pytest.mark.parametrize("garbage", ["garbage", "", "250" + "x" * 9000])
def test_a_reply_that_nobody_can_read_delays(send: Send, garbage: str) -> None:
    assert send(MAIL=garbage) == Delayed(Problem.UNREADABLE_ANSWER)
    assert send(CONTENT=garbage) == Delayed(Problem.UNREADABLE_ANSWER, may_have_gone=True)


@pytest.mark.parametrize("tls", ["none", "starttls", "tls"])
def test_where_nobody_listens_nothing_went(send: Send, dead_port: int, tls: str) -> None:
    assert send(server={"port": dead_port, "tls": tls}) == Delayed(Problem.NO_CONNECTION)


def test_a_server_of_that_name_that_is_not_found_delays(send: Send) -> None:
    assert send(server={"host": "no-such-host.invalid"}) == Delayed(Problem.NO_CONNECTION)


def test_encryption_where_the_server_speaks_plainly_delays(send: Send) -> None:
    assert send(server={"tls": "tls"}) == Delayed(Problem.NO_CONNECTION)


@pytest.mark.parametrize("reply", [f"550 <{MAILBOX}> no such user", f"451 <{MAILBOX}> later", HANGS_UP])
def test_neither_log_nor_problem_says_who_was_written_to(
    send: Send, reply: str, caplog: pytest.LogCaptureFixture
) -> None:
    outcome = send(RCPT=reply)
    assert "at recipient" in caplog.text
    assert MAILBOX not in caplog.text + repr(outcome)


def test_a_mail_server_does_not_show_its_password() -> None:
    assert "secreto" not in repr(MailServer("mail.example", password="secreto"))


# The rules alone

every_stage = pytest.mark.parametrize("stage", Stage)


@every_stage
@pytest.mark.parametrize("code", [421, 450, 451, 452, 454])
def test_a_code_from_400_means_later(stage: Stage, code: int) -> None:
    assert refusal(stage, code) == Delayed(Problem.CARRIER_TROUBLE)


@pytest.mark.parametrize(
    ("stage", "problem"),
    [
        (Stage.GREETING, Problem.ACCOUNT_STOPPED),
        (Stage.TLS, Problem.NOT_SET_UP),
        (Stage.SIGN_IN, Problem.NOT_AUTHORISED),
        (Stage.SENDER, Problem.NOT_AUTHORISED),
    ],
)
def test_a_code_from_500_before_the_recipient_stops_everything(stage: Stage, problem: Problem) -> None:
    assert refusal(stage, 554) == Suspended(problem)


@pytest.mark.parametrize("stage", [Stage.RECIPIENT, Stage.CONTENT, Stage.HANDED_OVER])
@pytest.mark.parametrize("code", [501, 550, 551, 552, 553, 554])
def test_a_code_from_500_about_recipient_or_content_is_of_this_e_mail_alone(stage: Stage, code: int) -> None:
    assert refusal(stage, code) == Undeliverable(Problem.REJECTED)


@every_stage
@pytest.mark.parametrize("code", [530, 534, 535, 538])
def test_a_code_that_wants_a_sign_in_stops_everything(stage: Stage, code: int) -> None:
    assert refusal(stage, code) == Suspended(Problem.NOT_AUTHORISED)


@every_stage
@pytest.mark.parametrize("code", [-1, 0, 220, 299, 354, 600, 999])
def test_a_code_out_of_place_says_nothing(stage: Stage, code: int) -> None:
    expected = Delayed(Problem.UNREADABLE_ANSWER, may_have_gone=stage is Stage.HANDED_OVER)
    assert refusal(stage, code) == expected


@every_stage
@pytest.mark.parametrize("error", [TimeoutError(), ConnectionRefusedError(), ssl.SSLError(), OSError()])
def test_a_lost_connection_leaves_a_doubt_only_once_the_e_mail_was_sent(stage: Stage, error: OSError) -> None:
    assert failure(stage, error) == Delayed(Problem.NO_CONNECTION, may_have_gone=stage is Stage.HANDED_OVER)


@pytest.mark.parametrize(
    "error", [smtplib.SMTPNotSupportedError(), smtplib.SMTPException(), ssl.SSLCertVerificationError()]
)
def test_what_must_be_set_up_otherwise_stops_everything(error: OSError) -> None:
    assert failure(Stage.TLS, error) == Suspended(Problem.NOT_SET_UP)
