"""Visits whose window to answer closed: nobody writes that down, so whoever shows them has to look."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from conserje.visits.models import State, Visit

_LAPSED = select(Visit.community_id, Visit.id).where(
    Visit.state == State.PENDING, Visit.answer_by > bindparam("after"), Visit.answer_by <= bindparam("until")
)


def lapsed(session: Session, after: datetime, until: datetime) -> Sequence[Row[int, int]]:
    """Community and visit of everything that turned from Pendiente to Vencido after `after`, up to `until` (UTC).

    `session` reads every community: `tenancy.everywhere()`.
    """
    return session.execute(_LAPSED, {"after": after, "until": until}).all()
