"""What `flask worker` clears away every few minutes: what has served its purpose and may hold personal data."""

from __future__ import annotations

from datetime import datetime

from conserje import change_feed, database
from conserje.database import db
from conserje.importing import drafts
from conserje.tenancy import acting_for


def tidy_up(now: datetime) -> None:
    """Forget old news of the live screens, and drafts of imports that nobody answered; each in a transaction."""
    for community_id in drafts.communities_with_old(now):
        with acting_for(community_id):
            database.begin_writing()
            drafts.forget_old(now)
            db.session.commit()
    database.begin_writing()
    change_feed.forget_old(now)
    db.session.commit()
