"""Which of many sessions are still open, for what serves a browser longer than a request takes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from conserje.accounts.models import Account, WebSession
from conserje.accounts.sign_in import LIMITS
from conserje.permissions import Profile

_WATCHED = (
    select(WebSession.id, WebSession.community_id, WebSession.seen_at, Account.profile)
    .join(Account, Account.id == WebSession.account_id)
    .where(Account.is_active)
)


def still_open(session: Session, ids: Iterable[int], now: datetime) -> dict[int, int | None]:
    """Of these sessions the ones that have not ended, and the community chosen in each (None: none yet).

    What has ended: signed out, past its end, idle for too long (`sign_in.LIMITS`), or its account deactivated.
    """
    found = session.execute(_WATCHED.where(WebSession.id.in_(list(ids)), WebSession.ends_at > now))
    return {each.id: each.community_id for each in found if not _is_idle(each.profile, each.seen_at, now)}


def _is_idle(profile: str, seen_at: datetime, now: datetime) -> bool:
    idle = LIMITS[Profile(profile)].idle
    return idle is not None and seen_at + idle <= now
