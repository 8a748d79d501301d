"""SMS by Amazon SNS."""

from __future__ import annotations

from decimal import Decimal

from conserje.messages.carriers import Letter, Outcome
from conserje.messages.carriers.aws import AwsPlace, AwsService
from conserje.messages.models import Channel


class SnsCarrier:
    """Hands each SMS to SNS as a transactional one.

    `most_dollars` is what one SMS may cost (USD); SNS does not send a dearer one. It knows no time to live, and answers
    with an id also where the spend limit is reached or the recipient opted out: only its delivery log knows better.
    """

    name = "sns"
    channel = Channel.SMS

    def __init__(self, place: AwsPlace, most_dollars: Decimal, origination: str = "") -> None:
        self._service = AwsService("sns", place)
        attributes = {
            "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"},
            "AWS.SNS.SMS.MaxPrice": {"DataType": "Number", "StringValue": f"{most_dollars:.5f}"},
        }
        if origination:
            attributes["AWS.MM.SMS.OriginationNumber"] = {"DataType": "String", "StringValue": origination}
        self._attributes = attributes

    def send(self, letter: Letter) -> Outcome:
        """Hand the SMS over once."""
        return self._service.hand_over(
            "publish", PhoneNumber=letter.recipient, Message=letter.text, MessageAttributes=self._attributes
        )
