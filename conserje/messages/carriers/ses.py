"""E-mail by Amazon SES v2."""

from __future__ import annotations

from conserje.messages.carriers import LOGO_ID, Letter, Outcome, Undeliverable
from conserje.messages.carriers.aws import AwsPlace, AwsService
from conserje.messages.carriers.errors import Problem
from conserje.messages.carriers.mailboxes import as_header, is_address, one_line
from conserje.messages.models import Channel


class SesCarrier:
    """Hands each e-mail to SES, as text and, where the letter has it, as HTML. SES must know the `sender`."""

    name = "ses"
    channel = Channel.EMAIL

    def __init__(self, place: AwsPlace, sender: str, reply_to: str = "", configuration_set: str = "") -> None:
        self._service = AwsService("sesv2", place)
        self._always: dict[str, object] = {"FromEmailAddress": as_header(sender)}
        if reply_to:
            self._always["ReplyToAddresses"] = [as_header(reply_to)]
        if configuration_set:
            self._always["ConfigurationSetName"] = configuration_set

    def send(self, letter: Letter) -> Outcome:
        """Hand the e-mail over once. What is not one plain address gets nothing: SES would read a comma as two."""
        if not is_address(letter.recipient):
            return Undeliverable(Problem.INVALID)
        body = {"Text": _utf8(letter.text)}
        if letter.html:
            body["Html"] = _utf8(letter.html)
        content: dict[str, object] = {"Subject": _utf8(one_line(letter.title)), "Body": body}
        if letter.logo:
            content["Attachments"] = [_inline(letter.logo)]
        return self._service.hand_over(
            "send_email",
            Destination={"ToAddresses": [letter.recipient]},
            Content={"Simple": content},
            **self._always,
        )


def _inline(logo: bytes) -> dict[str, object]:
    """The logo as a part of the e-mail that its HTML shows. Not as a raw message: that needs one more permission."""
    return {
        "RawContent": logo,
        "ContentDisposition": "INLINE",
        "ContentId": LOGO_ID,
        "ContentType": "image/jpeg",
        "ContentTransferEncoding": "BASE64",
        "FileName": "logo.jpg",
    }


def _utf8(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
