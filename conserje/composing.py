"""From a row of the outbox to the letter that a carrier is handed: its words, its link, and the community's logo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import current_app

from conserje import tokens
from conserje.communities import branding
from conserje.communities.models import Community
from conserje.database import db
from conserje.messages import wording
from conserje.messages.carriers import Letter
from conserje.messages.models import Channel, Message, Purpose
from conserje.photos.logos import bar_key
from conserje.photos.storage import PhotoStore, StorageUnavailable

# Where links lead; those of SMS are short.
_WAYS = {
    Purpose.PASSWORD_RESET: ("PUBLIC_BASE_URL", "/clave/"),
    Purpose.WELCOME: ("PUBLIC_BASE_URL", "/clave/temporal/"),
    Purpose.PORTAL_LINK: ("LINK_BASE_URL", "/r/"),
    Purpose.PORTAL_WELCOME: ("PUBLIC_BASE_URL", "/residentes/entrar/"),
}


@dataclass(frozen=True)
class Composed:
    """A letter, and where the logo lies that belongs above its text; empty where it has none."""

    letter: Letter
    logo: str = ""
    community: str = ""

    def with_logo(self, store: PhotoStore) -> Letter:
        """The letter complete. It waits for the store, so it is for a carrier's thread; without a logo it goes too."""
        try:
            picture = store.load(self.logo) if self.logo else None
        except StorageUnavailable:
            picture = None
        if picture is None:
            return self.letter
        return replace(self.letter, html=wording.with_logo(self.letter.html, self.community), logo=picture)


def compose(message: Message, now: datetime) -> Composed:
    """What goes out for a message. Raises whatever a message raises that is spoilt, or of another version."""
    purpose, channel = Purpose(message.purpose), Channel(message.channel)
    link = _link(purpose, message.link_seed)
    worth = message.worthless_at - now
    if channel is Channel.SMS:
        text = wording.sms(purpose, message.facts, link)
        return Composed(Letter(channel, message.recipient, text, worth, link=link, community_id=message.community_id))
    mail = wording.mail(purpose, _facts(purpose, message), link)
    letter = Letter(
        channel,
        message.recipient,
        mail.text,
        worth,
        title=mail.title,
        html=mail.html,
        link=link,
        community_id=message.community_id,
    )
    community = db.session.get(Community, message.community_id) if message.community_id is not None else None
    digest = branding.logo_of(community) if community is not None else None
    if community is None or digest is None:
        return Composed(letter)
    return Composed(letter, bar_key(community.administration_id, digest), community.name)


def _facts(purpose: Purpose, message: Message) -> Mapping[str, Any]:
    """What the message says. A temporary password lies in no table: it follows from the seed, like the link."""
    if purpose is Purpose.WELCOME and message.link_seed is not None:
        return message.facts | {"password": tokens.legible(message.link_seed)}
    return message.facts


def _link(purpose: Purpose, seed: str | None) -> str:
    base, path = _WAYS.get(purpose, ("LINK_BASE_URL", "/a/"))
    return f"{current_app.config[base]}{path}{tokens.derive(seed)}" if seed is not None else ""
