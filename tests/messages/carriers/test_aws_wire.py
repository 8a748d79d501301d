"""SNS, End User Messaging and SES over the wire, on good days and bad ones."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from conserje.messages.carriers import LOGO_ID, Accepted, Carrier, Delayed, Letter, Outcome, Suspended, Undeliverable
from conserje.messages.carriers.aws import AwsPlace
from conserje.messages.carriers.end_user_messaging import EndUserMessagingCarrier, time_to_live
from conserje.messages.carriers.errors import Problem
from conserje.messages.carriers.ses import SesCarrier
from conserje.messages.carriers.sns import SnsCarrier
from tests.aws import AWS_REGION
from tests.messages.carriers.conftest import MAILBOX, PHONE
from tests.messages.carriers.misbehaving import (
    BREAKS_OFF,
    HANGS_UP,
    SILENCE,
    Answer,
    Behaviour,
    MisbehavingServer,
    accepted,
    refused,
)

CENTS = Decimal("0.20")
SENDER = "Portería <avisos@porteria.example>"
NAMES = ("sns", "eum", "ses")


def make(name: str, endpoint_url: str, region: str | None = AWS_REGION, patience: float = 0.5) -> Carrier:
    place = AwsPlace(region, endpoint_url, connect_seconds=patience, read_seconds=patience)
    if name == "sns":
        return SnsCarrier(place, CENTS, "56221234567")
    if name == "eum":
        return EndUserMessagingCarrier(place, CENTS, "pool-1", "events")
    return SesCarrier(place, SENDER, "mesa@porteria.example", "events")


@pytest.fixture(scope="module")
def carriers(identity: None, _server: MisbehavingServer) -> dict[str, Carrier]:
    """One carrier of each kind for the whole file, as a process has one."""
    return {name: make(name, _server.address) for name in NAMES}


@pytest.fixture
def send(carriers: dict[str, Carrier], server: MisbehavingServer, sms: Letter, email: Letter) -> Any:
    """`send("sns", behaviour)`: what the carrier makes of a server that behaves so. It is asked exactly once."""

    def sent(name: str, behaviour: Behaviour) -> Outcome:
        server.behaviour = behaviour
        outcome = carriers[name].send(email if name == "ses" else sms)
        assert len(server.asked) == 1
        return outcome

    return sent


Send = Callable[[str, Behaviour], Outcome]
each = pytest.mark.parametrize("name", NAMES)


# What is asked


@each
def test_what_was_accepted_has_the_carriers_id(send: Send, name: str) -> None:
    assert send(name, accepted(name, "id-1")) == Accepted("id-1")


def test_sns_is_asked_for_a_transactional_sms_of_a_limited_price(send: Send, server: MisbehavingServer) -> None:
    send("sns", accepted("sns", "1"))
    form = server.asked[0].form
    assert (form["Action"], form["PhoneNumber"]) == ("Publish", PHONE)
    assert form["Message"] == "Los Aromos: Ana llega al 1204. https://p.example/a/x"
    attributes = {
        form[f"MessageAttributes.entry.{number}.Name"]: (
            form[f"MessageAttributes.entry.{number}.Value.DataType"],
            form[f"MessageAttributes.entry.{number}.Value.StringValue"],
        )
        for number in (1, 2, 3)
    }
    assert attributes == {
        "AWS.SNS.SMS.SMSType": ("String", "Transactional"),
        "AWS.SNS.SMS.MaxPrice": ("Number", "0.20000"),
        "AWS.MM.SMS.OriginationNumber": ("String", "56221234567"),
    }


def test_end_user_messaging_is_asked_for_an_sms_that_dies_with_the_question(
    send: Send, server: MisbehavingServer
) -> None:
    send("eum", accepted("eum", "1"))
    assert server.asked[0].headers["X-Amz-Target"] == "PinpointSMSVoiceV2.SendTextMessage"
    assert server.asked[0].json == {
        "DestinationPhoneNumber": PHONE,
        "MessageBody": "Los Aromos: Ana llega al 1204. https://p.example/a/x",
        "MessageType": "TRANSACTIONAL",
        "TimeToLive": 600,
        "MaxPrice": "0.20000",
        "OriginationIdentity": "pool-1",
        "ConfigurationSetName": "events",
    }


def test_ses_is_asked_for_an_e_mail_as_text_and_html(send: Send, server: MisbehavingServer, email: Letter) -> None:
    send("ses", accepted("ses", "1"))
    assert server.asked[0].path == "/v2/email/outbound-emails"
    assert server.asked[0].json == {
        "FromEmailAddress": "=?utf-8?b?UG9ydGVyw61h?= <avisos@porteria.example>",
        "ReplyToAddresses": ["mesa@porteria.example"],
        "ConfigurationSetName": "events",
        "Destination": {"ToAddresses": [MAILBOX]},
        "Content": {
            "Simple": {
                "Subject": {"Data": "Visita en portería", "Charset": "UTF-8"},
                "Body": {
                    "Text": {"Data": email.text, "Charset": "UTF-8"},
                    "Html": {"Data": email.html, "Charset": "UTF-8"},
                },
            }
        },
    }


def test_what_is_not_set_is_not_asked(identity: None, server: MisbehavingServer, sms: Letter, email: Letter) -> None:
    place = AwsPlace(AWS_REGION, server.address)
    for carrier in (SnsCarrier(place, CENTS), EndUserMessagingCarrier(place, CENTS), SesCarrier(place, SENDER)):
        server.behaviour = accepted(carrier.name, "1")
        assert carrier.send(replace(email, html="") if carrier.name == "ses" else sms) == Accepted("1")
    sns, eum, ses = server.asked
    assert "OriginationNumber" not in sns.body
    assert not {"OriginationIdentity", "ConfigurationSetName"} & set(eum.json)
    assert not {"ReplyToAddresses", "ConfigurationSetName"} & set(ses.json)
    assert set(ses.json["Content"]["Simple"]["Body"]) == {"Text"}


@pytest.mark.parametrize(
    ("worth", "seconds"),
    [
        (timedelta(0), 5),
        (timedelta(seconds=-3), 5),
        (timedelta(seconds=5), 5),
        (timedelta(seconds=6.9), 6),
        (timedelta(minutes=10), 600),
        (timedelta(days=3), 259_200),
        (timedelta(days=4), 259_200),
    ],
)
def test_an_sms_lives_as_long_as_it_is_worth_within_what_the_carrier_allows(worth: timedelta, seconds: int) -> None:
    assert time_to_live(worth) == seconds


def test_a_logo_goes_to_ses_as_a_part_of_the_e_mail_that_its_html_shows(
    carriers: dict[str, Carrier], server: MisbehavingServer, email: Letter
) -> None:
    server.behaviour = accepted("ses", "1")
    carriers["ses"].send(replace(email, logo=b"logo"))
    carriers["ses"].send(email)
    with_logo, without = (each.json["Content"]["Simple"] for each in server.asked)
    (part,) = with_logo["Attachments"]
    assert (part["ContentId"], part["ContentDisposition"], part["ContentType"]) == (LOGO_ID, "INLINE", "image/jpeg")
    assert base64.b64decode(part["RawContent"]) == b"logo"
    assert "Attachments" not in without


def test_a_title_of_two_lines_becomes_one(
    carriers: dict[str, Carrier], server: MisbehavingServer, email: Letter
) -> None:
    server.behaviour = accepted("ses", "1")
    carriers["ses"].send(replace(email, title="Visita\r\nBcc: otro@example.com"))
    assert server.asked[0].json["Content"]["Simple"]["Subject"]["Data"] == "Visita Bcc: otro@example.com"


def test_an_e_mail_to_what_could_be_two_recipients_is_not_even_asked_for(
    carriers: dict[str, Carrier], server: MisbehavingServer, email: Letter
) -> None:
    outcome = carriers["ses"].send(replace(email, recipient="uno@example.com,dos@example.com"))
    assert outcome == Undeliverable(Problem.INVALID)
    assert server.asked == []


# What may go later


@each
def test_throttling_delays(send: Send, name: str) -> None:
    code = "TooManyRequestsException" if name == "ses" else "ThrottlingException"
    assert send(name, refused(name, code, 429 if name == "ses" else 400)) == Delayed(Problem.THROTTLED)


@each
def test_an_error_of_the_server_delays(send: Send, name: str) -> None:
    code = "InternalError" if name == "sns" else "InternalServerException"
    assert send(name, refused(name, code, 500)) == Delayed(Problem.CARRIER_TROUBLE)


@each
def test_an_error_of_the_server_without_a_code_delays(send: Send, name: str) -> None:
    assert send(name, Answer(503, b"")) == Delayed(Problem.CARRIER_TROUBLE)


@each
def test_a_gateway_that_lost_the_service_delays_what_may_have_gone(send: Send, name: str) -> None:
    assert send(name, Answer(504, b"")) == Delayed(Problem.CARRIER_TROUBLE, may_have_gone=True)


@each
def test_an_unknown_error_delays(send: Send, name: str) -> None:
    assert send(name, refused(name, "SomethingNewException")) == Delayed(Problem.UNKNOWN)


@each
def test_where_nobody_listens_nothing_went(
    identity: None, name: str, sms: Letter, email: Letter, dead_port: int
) -> None:
    carrier = make(name, f"http://127.0.0.1:{dead_port}")
    assert carrier.send(email if name == "ses" else sms) == Delayed(Problem.NO_CONNECTION)


# What may have gone


@each
def test_a_server_that_never_answers_may_have_sent(send: Send, name: str) -> None:
    began = time.monotonic()
    assert send(name, SILENCE) == Delayed(Problem.NO_ANSWER, may_have_gone=True)
    assert time.monotonic() - began < 3


@each
def test_a_server_that_hangs_up_after_the_request_may_have_sent(send: Send, name: str) -> None:
    assert send(name, HANGS_UP) == Delayed(Problem.NO_ANSWER, may_have_gone=True)


@each
def test_an_answer_that_breaks_off_may_have_been_a_yes(send: Send, name: str) -> None:
    assert send(name, BREAKS_OFF) == Delayed(Problem.UNREADABLE_ANSWER, may_have_gone=True)


@each
@pytest.mark.parametrize("garbage", [b"", b"\x00\xff garbage", b"<html>captive portal</html>", b"{}", b"<a/>"])
def test_an_answer_that_nobody_can_read_may_have_been_a_yes(send: Send, name: str, garbage: bytes) -> None:
    assert send(name, Answer(200, garbage)) == Delayed(Problem.UNREADABLE_ANSWER, may_have_gone=True)


# What never goes to this recipient


@each
def test_a_recipient_that_the_carrier_finds_invalid_gets_nothing(send: Send, name: str) -> None:
    code = {"sns": "InvalidParameter", "eum": "ValidationException", "ses": "BadRequestException"}[name]
    assert send(name, refused(name, code)) == Undeliverable(Problem.INVALID)


def test_who_opted_out_of_sms_gets_nothing(send: Send) -> None:
    answer = refused("eum", "ConflictException", reason="DESTINATION_PHONE_NUMBER_OPTED_OUT")
    assert send("eum", answer) == Undeliverable(Problem.OPTED_OUT)


def test_an_sms_that_would_cost_more_than_we_allow_is_not_sent(send: Send) -> None:
    answer = refused("eum", "ValidationException", reason="PRICE_OVER_THRESHOLD")
    assert send("eum", answer) == Undeliverable(Problem.TOO_EXPENSIVE)


def test_an_e_mail_that_ses_rejects_is_not_sent(send: Send) -> None:
    assert send("ses", refused("ses", "MessageRejected")) == Undeliverable(Problem.REJECTED)


@pytest.mark.parametrize("name", ["sns", "eum"])
def test_what_botocore_itself_refuses_is_never_asked(
    carriers: dict[str, Carrier], server: MisbehavingServer, sms: Letter, name: str
) -> None:
    bad: Any = None if name == "sns" else ""
    assert carriers[name].send(replace(sms, recipient=bad)) == Undeliverable(Problem.INVALID)
    assert server.asked == []


# What stops everything


@each
def test_a_refused_identity_stops_everything(send: Send, name: str) -> None:
    code = "AuthorizationError" if name == "sns" else "AccessDeniedException"
    assert send(name, refused(name, code, 403)) == Suspended(Problem.NOT_AUTHORISED)


def test_a_spend_limit_stops_everything(send: Send) -> None:
    reason = "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT"
    answer = refused("eum", "ServiceQuotaExceededException", 402, reason)
    assert send("eum", answer) == Suspended(Problem.SPEND_LIMIT)


@pytest.mark.parametrize("code", ["AccountSuspendedException", "SendingPausedException"])
def test_an_account_that_may_not_send_e_mail_stops_everything(send: Send, code: str) -> None:
    assert send("ses", refused("ses", code)) == Suspended(Problem.ACCOUNT_STOPPED)


@each
def test_without_an_identity_nothing_is_asked_and_everything_stops(
    identity: None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    server: MisbehavingServer,
    sms: Letter,
    email: Letter,
    name: str,
) -> None:
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(variable)
    for variable in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(variable, str(tmp_path / "none"))
    outcome = make(name, server.address).send(email if name == "ses" else sms)
    assert outcome == Suspended(Problem.NOT_AUTHORISED)
    assert server.asked == []


def test_a_profile_that_there_is_not_stops_everything(
    identity: None, monkeypatch: pytest.MonkeyPatch, server: MisbehavingServer, sms: Letter
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    assert make("sns", server.address).send(sms) == Suspended(Problem.NOT_SET_UP)
    assert server.asked == []


# The client


@each
def test_a_process_makes_one_client_that_its_threads_share(
    identity: None, server: MisbehavingServer, name: str
) -> None:
    service: Any = make(name, server.address)._service  # type: ignore[attr-defined]
    start, clients = threading.Barrier(4), []

    def ask() -> None:
        start.wait()
        clients.append(service._client())

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(clients) == 4
    assert len({id(client) for client in clients}) == 1


@each
def test_eight_threads_send_at_once(
    identity: None, server: MisbehavingServer, sms: Letter, email: Letter, name: str
) -> None:
    server.behaviour = accepted(name, "1")
    outcomes: list[Outcome] = []
    letter, carrier = email if name == "ses" else sms, make(name, server.address, patience=10)
    threads = [threading.Thread(target=lambda: outcomes.append(carrier.send(letter))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [Accepted("1")] * 8
    assert len(server.asked) == 8


def test_a_carrier_is_given_little_time_and_one_attempt(identity: None) -> None:
    config = SnsCarrier(AwsPlace(AWS_REGION), CENTS)._service._client().meta.config
    assert (config.connect_timeout, config.read_timeout, config.max_pool_connections) == (3, 8, 16)
    assert (config.retries["mode"], config.retries["total_max_attempts"]) == ("standard", 1)


@each
@pytest.mark.parametrize("behaviour", ["no", HANGS_UP, "garbage", "quoting code"])
def test_neither_log_nor_problem_says_who_was_written_to(
    send: Send, name: str, behaviour: str, caplog: pytest.LogCaptureFixture
) -> None:
    quoting = f"to {PHONE} or {MAILBOX}"
    answers: dict[str, Behaviour] = {
        "no": refused(name, "ValidationException", text=quoting),
        "garbage": Answer(200, quoting.encode()),
        "quoting code": refused(name, PHONE, reason=MAILBOX),
    }
    outcome = send(name, answers.get(behaviour, behaviour))
    said = caplog.text + repr(outcome)
    assert caplog.records
    assert PHONE not in said
    assert MAILBOX not in said
    assert "Aromos" not in said
