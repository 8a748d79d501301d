"""The demonstration's carrier: messages are kept, and shown on [Bandeja de salida]; nothing leaves the machine."""

from __future__ import annotations

import logging

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from conserje import clock, database
from conserje.messages.carriers import Accepted, Delayed, Letter, Outcome
from conserje.messages.carriers.errors import Problem
from conserje.messages.models import Channel, ConsoleMessage

log = logging.getLogger("conserje")


class ConsoleCarrier:
    """Keeps each message, in a transaction of its own; works within an application context, as any writing does."""

    name = "console"

    def __init__(self, channel: Channel) -> None:
        self.channel = channel

    def send(self, letter: Letter) -> Outcome:
        """Keep the message; its id there is the carrier's. A database that cannot be written now may be later."""
        kept = ConsoleMessage(
            community_id=letter.community_id,
            channel=letter.channel,
            recipient=letter.recipient,
            title=letter.title[: ConsoleMessage.title.type.length],
            text=letter.text,
            link=letter.link,
            at=clock.now(),
        )

        def keep(session: Session) -> None:
            session.add(kept)

        try:
            database.in_own_transaction(keep)
        except DBAPIError as error:
            log.warning("console: not kept (%s)", type(error.orig).__name__)
            return Delayed(Problem.CARRIER_TROUBLE)
        return Accepted(str(kept.id))
