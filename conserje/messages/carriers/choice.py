"""Which carriers this installation sends through."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from conserje.messages.carriers import Carrier
from conserje.messages.carriers.aws import AwsPlace
from conserje.messages.carriers.console import ConsoleCarrier
from conserje.messages.carriers.end_user_messaging import EndUserMessagingCarrier
from conserje.messages.carriers.ses import SesCarrier
from conserje.messages.carriers.smtp import MailServer, SmtpCarrier
from conserje.messages.carriers.sns import SnsCarrier
from conserje.messages.models import Channel


def carriers_for(config: Mapping[str, object]) -> dict[Channel, Carrier]:
    """The carrier of each channel, as the settings say (`conserje.config` has checked and completed them).

    Call it once per process: carriers keep their connections, and serve all threads. Raises ValueError where a setting
    names a carrier that there is not.
    """
    place = AwsPlace(_text(config, "AWS_REGION") or None, _text(config, "AWS_ENDPOINT_URL") or None)
    return {Channel.SMS: _sms(config, place), Channel.EMAIL: _email(config, place)}


def _sms(config: Mapping[str, object], place: AwsPlace) -> Carrier:
    kind = _text(config, "SMS_CARRIER")
    if kind == "console":
        return ConsoleCarrier(Channel.SMS)
    if kind not in ("sns", "eum"):
        raise ValueError(f"SMS_CARRIER is {kind!r}: it must be sns, eum or console")
    price, origination = Decimal(_text(config, "SMS_MAX_PRICE")), _text(config, "SMS_ORIGINATION")
    if kind == "sns":
        return SnsCarrier(place, price, origination)
    return EndUserMessagingCarrier(place, price, origination, _text(config, "SMS_CONFIGURATION_SET"))


def _email(config: Mapping[str, object], place: AwsPlace) -> Carrier:
    kind = _text(config, "EMAIL_CARRIER")
    if kind == "console":
        return ConsoleCarrier(Channel.EMAIL)
    if kind not in ("ses", "smtp"):
        raise ValueError(f"EMAIL_CARRIER is {kind!r}: it must be ses, smtp or console")
    sender, reply_to = _text(config, "MAIL_FROM"), _text(config, "MAIL_REPLY_TO")
    if kind == "ses":
        return SesCarrier(place, sender, reply_to, _text(config, "MAIL_CONFIGURATION_SET"))
    server = MailServer(
        host=_text(config, "SMTP_HOST"),
        port=int(_text(config, "SMTP_PORT")),
        tls=_text(config, "SMTP_TLS"),
        user=_text(config, "SMTP_USER"),
        password=_text(config, "SMTP_PASSWORD"),
    )
    return SmtpCarrier(server, sender, reply_to)


def _text(config: Mapping[str, object], name: str) -> str:
    value = config.get(name)
    return "" if value is None else str(value)
