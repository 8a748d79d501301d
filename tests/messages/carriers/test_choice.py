"""The settings choose the carriers, and every setting reaches its carrier."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from conserje.config import SETTINGS, load_settings
from conserje.messages.carriers import Accepted, Carrier, Letter
from conserje.messages.carriers.aws import AwsService
from conserje.messages.carriers.choice import carriers_for
from conserje.messages.models import Channel
from tests.messages.carriers.mail_server import ScriptedMailServer
from tests.messages.carriers.misbehaving import MisbehavingServer, accepted


@pytest.fixture(autouse=True)
def _empty_environment(identity: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for setting in SETTINGS:
        monkeypatch.delenv(setting.name, raising=False)


def chosen(folder: Path, **settings: object) -> dict[Channel, Carrier]:
    """The carriers of an installation with these settings, completed as they are at its start."""
    app = Flask("conserje", instance_path=str(folder), static_folder=None)
    load_settings(app, {"CONSERJE_MODE": "demo", **settings})
    return carriers_for(app.config)


def test_the_demo_keeps_both_kinds_of_messages(tmp_path: Path) -> None:
    carriers = chosen(tmp_path)
    assert {channel: (carrier.name, carrier.channel) for channel, carrier in carriers.items()} == {
        Channel.SMS: ("console", Channel.SMS),
        Channel.EMAIL: ("console", Channel.EMAIL),
    }


@pytest.mark.parametrize("sms", ["console", "sns", "eum"])
@pytest.mark.parametrize("email", ["console", "ses", "smtp"])
def test_each_channel_has_the_carrier_that_is_named(tmp_path: Path, sms: str, email: str) -> None:
    carriers = chosen(tmp_path, SMS_CARRIER=sms, EMAIL_CARRIER=email, MAIL_FROM="a@b.example", SMTP_HOST="mail.example")
    assert {channel: carrier.name for channel, carrier in carriers.items()} == {Channel.SMS: sms, Channel.EMAIL: email}
    assert all(carrier.channel is channel for channel, carrier in carriers.items())


@pytest.mark.parametrize("setting", ["SMS_CARRIER", "EMAIL_CARRIER"])
@pytest.mark.parametrize("value", ["", "paloma"])
def test_a_carrier_that_there_is_not_is_refused(setting: str, value: str) -> None:
    with pytest.raises(ValueError, match=setting):
        carriers_for({"SMS_CARRIER": "console", "EMAIL_CARRIER": "console", setting: value})


def test_the_settings_of_sns_reach_it(tmp_path: Path, server: MisbehavingServer, sms: Letter) -> None:
    server.behaviour = accepted("sns", "1")
    carriers = chosen(
        tmp_path,
        SMS_CARRIER="sns",
        SMS_MAX_PRICE="0.07",
        SMS_ORIGINATION="890123",
        AWS_ENDPOINT_URL=server.address,
        AWS_REGION="sa-east-1",
    )
    assert carriers[Channel.SMS].send(sms) == Accepted("1")
    assert {"0.07000", "890123"} <= set(server.asked[0].form.values())
    assert "/sa-east-1/sns/" in server.asked[0].headers["Authorization"]


def test_the_settings_of_end_user_messaging_reach_it(tmp_path: Path, server: MisbehavingServer, sms: Letter) -> None:
    server.behaviour = accepted("eum", "1")
    carriers = chosen(
        tmp_path,
        SMS_CARRIER="eum",
        SMS_MAX_PRICE="0.07",
        SMS_ORIGINATION="pool-0123",
        SMS_CONFIGURATION_SET="porteria",
        AWS_ENDPOINT_URL=server.address,
    )
    assert carriers[Channel.SMS].send(sms) == Accepted("1")
    asked = server.asked[0].json
    assert (asked["MaxPrice"], asked["OriginationIdentity"]) == ("0.07000", "pool-0123")
    assert asked["ConfigurationSetName"] == "porteria"


def test_the_settings_of_ses_reach_it(tmp_path: Path, server: MisbehavingServer, email: Letter) -> None:
    server.behaviour = accepted("ses", "1")
    carriers = chosen(
        tmp_path,
        EMAIL_CARRIER="ses",
        MAIL_FROM="Conserje <a@b.example>",
        MAIL_REPLY_TO="c@d.example",
        MAIL_CONFIGURATION_SET="porteria",
        AWS_ENDPOINT_URL=server.address,
    )
    assert carriers[Channel.EMAIL].send(email) == Accepted("1")
    asked = server.asked[0].json
    assert (asked["FromEmailAddress"], asked["ReplyToAddresses"]) == ("Conserje <a@b.example>", ["c@d.example"])
    assert asked["ConfigurationSetName"] == "porteria"


def test_the_settings_of_smtp_reach_it(tmp_path: Path, email: Letter) -> None:
    mail_server = ScriptedMailServer()
    try:
        carriers = chosen(
            tmp_path,
            EMAIL_CARRIER="smtp",
            MAIL_FROM="Conserje <a@b.example>",
            MAIL_REPLY_TO="c@d.example",
            SMTP_HOST="127.0.0.1",
            SMTP_PORT=str(mail_server.port),
            SMTP_USER="conserje",
            SMTP_PASSWORD="secreto",
            SMTP_TLS="none",
        )
        assert isinstance(carriers[Channel.EMAIL].send(email), Accepted)
    finally:
        mail_server.close()
    (mail,) = mail_server.mails
    assert (mail["From"], mail["Reply-To"]) == ("Conserje <a@b.example>", "c@d.example")
    assert mail_server.passwords() == [("conserje", "secreto")]


def test_without_an_endpoint_it_is_awss_own(tmp_path: Path) -> None:
    service: AwsService = chosen(tmp_path, SMS_CARRIER="eum")[Channel.SMS]._service  # type: ignore[attr-defined]
    assert service._client().meta.endpoint_url == "https://sms-voice.us-east-1.amazonaws.com"
