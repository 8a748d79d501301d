"""How the services of AWS are asked: one client of each per process, one attempt, little time."""

from __future__ import annotations

import logging
import re
import threading
from dataclasses import dataclass
from typing import Any

from conserje.messages.carriers import Accepted, Delayed, Outcome
from conserje.messages.carriers.errors import No, Problem, failure

log = logging.getLogger("conserje")


@dataclass(frozen=True)
class AwsPlace:
    """Which AWS is asked, and for how many seconds it is waited for. `endpoint_url` is another than AWS's own."""

    region: str | None = None
    endpoint_url: str | None = None
    connect_seconds: float = 3
    read_seconds: float = 8


class AwsService:
    """A service of AWS that takes messages. Its client is made at the first message, and shared by all threads.

    One attempt: botocore's own would repeat after a read time-out what may have gone; the outbox knows what may be
    repeated, and when.
    """

    def __init__(self, service: str, place: AwsPlace) -> None:
        self.service = service
        self.place = place
        self._made: Any = None
        self._making = threading.Lock()

    def hand_over(self, operation: str, **arguments: object) -> Outcome:
        """Ask once, and tell what became of it. The log says the service's code, never what was sent or to whom."""
        from botocore.exceptions import BotoCoreError

        try:
            client = self._client()
        except BotoCoreError as error:
            return self._told(failure(error), error)
        try:
            answer = getattr(client, operation)(**arguments)
        # Of all kinds: what botocore cannot read it meets with KeyError, UnicodeDecodeError and the like.
        except Exception as error:
            return self._told(failure(error), error)
        # An answer that is no answer of this service can pass for one: only the id tells.
        carrier_id = answer.get("MessageId")
        if not isinstance(carrier_id, str) or not carrier_id:
            return self._told(Delayed(Problem.UNREADABLE_ANSWER, may_have_gone=True))
        return Accepted(carrier_id)

    def _told(self, outcome: No, error: Exception | None = None) -> Outcome:
        log.warning("%s: %s (%s)", self.service, outcome.problem, _said(error) if error else "no id")
        return outcome

    def _client(self) -> Any:
        with self._making:
            if self._made is None:
                # Imported here: an installation that sends nothing through AWS does not pay for boto3's memory.
                from boto3.session import Session
                from botocore.config import Config

                self._made = Session().client(
                    self.service,
                    endpoint_url=self.place.endpoint_url,
                    region_name=self.place.region,
                    config=Config(
                        connect_timeout=self.place.connect_seconds,
                        read_timeout=self.place.read_seconds,
                        retries={"mode": "standard", "total_max_attempts": 1},
                        max_pool_connections=16,
                    ),
                )
            return self._made


def _said(error: Exception) -> str:
    """The error's code or kind for the log, if it is a mere word: an answer from elsewhere could quote a telephone."""
    response = getattr(error, "response", None)
    if not isinstance(response, dict):
        return type(error).__name__
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    words = (str(response.get("Error", {}).get("Code", "")), str(response.get("Reason", "")))
    return " ".join([str(status), *(word for word in words if re.fullmatch(r"[A-Za-z_]{1,80}", word))])
