"""Links by which residents answer about a visit: one for each recipient, the same whenever it is sent again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from conserje import tokens
from conserje.approval_links.models import ApprovalLink
from conserje.database import db
from conserje.messages.models import Channel
from conserje.tenancy import everywhere


def issue(visit_id: int, channel: Channel, recipient: str, resident_id: int | None, *, now: datetime) -> ApprovalLink:
    """The link of this recipient about this visit; a second request finds the first one's."""
    known = db.session.scalars(
        select(ApprovalLink).where(
            ApprovalLink.visit_id == visit_id,
            ApprovalLink.channel == channel,
            ApprovalLink.recipient == recipient,
        )
    ).one_or_none()
    if known is not None:
        return known
    seed = tokens.new_seed("visit")
    link = ApprovalLink(
        visit_id=visit_id,
        resident_id=resident_id,
        channel=channel,
        recipient=recipient,
        seed=seed,
        token_digest=tokens.digest(tokens.derive(seed)),
        created_at=now,
    )
    db.session.add(link)
    db.session.flush()
    return link


def find(token: str) -> tuple[int, int] | None:
    """The community and the id of the link with this token; None for a token that never was or is malformed."""
    if len(token) != tokens.LENGTH or not token.isascii() or not token.isalnum():
        return None
    with everywhere() as session:
        row = session.execute(
            select(ApprovalLink.community_id, ApprovalLink.id).where(ApprovalLink.token_digest == tokens.digest(token))
        ).one_or_none()
    return (row[0], row[1]) if row else None


def get(link_id: int) -> ApprovalLink:
    """The bound community's link of this id."""
    return db.session.get_one(ApprovalLink, link_id)
