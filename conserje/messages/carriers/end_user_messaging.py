"""SMS by AWS End User Messaging, which forgets an SMS that comes too late to help at the gate."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Final

from conserje.messages.carriers import Letter, Outcome
from conserje.messages.carriers.aws import AwsPlace, AwsService
from conserje.messages.models import Channel

SHORTEST_LIFE: Final = 5
LONGEST_LIFE: Final = 259_200


class EndUserMessagingCarrier:
    """Hands each SMS to `SendTextMessage` as a transactional one that lives as long as the letter is worth sending.

    `most_dollars` is what one SMS may cost (USD). Where no `origination` is named (a number, a pool or an ARN), AWS
    chooses one of the account's.
    """

    name = "eum"
    channel = Channel.SMS

    def __init__(
        self, place: AwsPlace, most_dollars: Decimal, origination: str = "", configuration_set: str = ""
    ) -> None:
        self._service = AwsService("pinpoint-sms-voice-v2", place)
        self._always: dict[str, object] = {"MessageType": "TRANSACTIONAL", "MaxPrice": f"{most_dollars:.5f}"}
        if origination:
            self._always["OriginationIdentity"] = origination
        if configuration_set:
            self._always["ConfigurationSetName"] = configuration_set

    def send(self, letter: Letter) -> Outcome:
        """Hand the SMS over once."""
        return self._service.hand_over(
            "send_text_message",
            DestinationPhoneNumber=letter.recipient,
            MessageBody=letter.text,
            TimeToLive=time_to_live(letter.worth),
            **self._always,
        )


def time_to_live(worth: timedelta) -> int:
    """Whole seconds that the carrier may try, within what it allows: 5 seconds to 3 days."""
    return min(max(int(worth.total_seconds()), SHORTEST_LIFE), LONGEST_LIFE)
