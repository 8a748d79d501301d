"""SNS and SES of moto: what the real boto3 sends is what such a service takes."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any
from urllib.request import urlopen
from uuid import uuid4

import boto3
import pytest

from conserje.messages.carriers import Accepted, Letter, Undeliverable
from conserje.messages.carriers.aws import AwsPlace
from conserje.messages.carriers.errors import Problem
from conserje.messages.carriers.ses import SesCarrier
from conserje.messages.carriers.sns import SnsCarrier
from tests.aws import AWS_REGION
from tests.messages.carriers.conftest import MAILBOX, PHONE


def arrived(aws_server: str, service: str, kind: str) -> list[dict[str, Any]]:
    with urlopen(f"{aws_server}/moto-api/data.json") as answer:
        return list(json.load(answer).get(service, {}).get(kind, []))


@pytest.fixture
def sender(aws_server: str) -> str:
    address = f"avisos-{uuid4().hex}@porteria.example"
    client = boto3.client("sesv2", endpoint_url=aws_server, region_name=AWS_REGION)
    client.create_email_identity(EmailIdentity=address)
    return address


def test_an_sms_arrives_at_sns(aws_server: str, sms: Letter) -> None:
    letter = replace(sms, text=f"Los Aromos: ñandú € {uuid4().hex}")
    outcome = SnsCarrier(AwsPlace(AWS_REGION, aws_server), Decimal("0.20"), "56221234567").send(letter)
    (one,) = [sms for sms in arrived(aws_server, "sns", "SMS") if sms["message"] == letter.text]
    assert outcome == Accepted(one["message_id"])
    assert one["phone_number"] == PHONE


def test_sns_refuses_what_is_too_long_for_it(aws_server: str, sms: Letter) -> None:
    letter = replace(sms, text="a" * 1601)
    assert SnsCarrier(AwsPlace(AWS_REGION, aws_server), Decimal("0.20")).send(letter) == Undeliverable(Problem.INVALID)


def test_an_e_mail_arrives_at_ses(aws_server: str, sender: str, email: Letter) -> None:
    title = f"Visita en portería {uuid4().hex}"
    outcome = SesCarrier(AwsPlace(AWS_REGION, aws_server), sender).send(replace(email, title=title, logo=b"logo"))
    (one,) = [message for message in arrived(aws_server, "ses", "Message") if message.get("subject") == title]
    assert isinstance(outcome, Accepted)
    assert outcome.carrier_id == one["id"]
    assert one["source"] == sender
    assert one["destinations"]["ToAddresses"] == [MAILBOX]


def test_ses_rejects_a_sender_that_it_does_not_know(aws_server: str, email: Letter) -> None:
    carrier = SesCarrier(AwsPlace(AWS_REGION, aws_server), "nadie@otra.example")
    assert carrier.send(email) == Undeliverable(Problem.REJECTED)
