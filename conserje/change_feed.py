"""What changed, for the screens that show it: a line for every change of a visit, in the change's own transaction."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ForeignKey, Index, bindparam, delete, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from conserje.database import Base, UtcDateTime, db

# Longer than any screen that comes back asks for; one away for longer is drawn anew.
KEPT_FOR = timedelta(hours=1)
# PostgreSQL hands out ids before the commit, so a lower one may appear after a higher one: as late as the longest
# statement (30 s), and then some.
LATEST_ARRIVAL = timedelta(seconds=45)
# A screen that joins is told again what changed so shortly before: a lower id may have appeared while it was drawn.
TOLD_AGAIN = timedelta(seconds=10)
# Who missed more than that is quicker served by drawing its lists anew.
MOST_MISSED = 200


class Change(Base):
    """A visit of a community changed. Holds ids only. Not `Owned`: one reader serves every community's screens."""

    __tablename__ = "change"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    visit_id: Mapped[int]
    # Whether a resident answered: the gate sounds.
    is_answer: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    __table_args__ = (
        Index(None, "community_id", "id"),
        # An id that was deleted never comes again: screens remember the last one they saw.
        {"sqlite_autoincrement": True},
    )


class News(NamedTuple):
    """A change as screens are told of it."""

    id: int
    community_id: int
    visit_id: int
    is_answer: bool


_NEWEST = select(func.max(Change.id))
_ENDS = select(select(func.min(Change.id)).scalar_subquery(), _NEWEST.scalar_subquery())
_COLUMNS = (Change.id, Change.community_id, Change.visit_id, Change.is_answer, Change.at)
_ABOVE = select(*_COLUMNS).where(Change.id > bindparam("floor")).order_by(Change.id)
_LAST_SETTLED = (
    select(Change.id).where(Change.at < bindparam("settled")).order_by(Change.at.desc(), Change.id.desc()).limit(1)
)
_MISSED = (
    select(*_COLUMNS)
    .where(
        Change.community_id == bindparam("community_id"),
        or_(Change.id > bindparam("since"), Change.at > bindparam("lately")),
    )
    .order_by(Change.id)
    .limit(MOST_MISSED + 1)
)


def note(community_id: int, visit_id: int, *, at: datetime, is_answer: bool = False) -> None:
    """Have every screen that shows the visit draw it anew once this transaction is committed."""
    db.session.add(Change(community_id=community_id, visit_id=visit_id, at=at, is_answer=is_answer))


def forget_old(now: datetime) -> None:
    """Delete what no screen asks for any more."""
    db.session.execute(delete(Change).where(Change.at < now - KEPT_FOR))


def latest_id() -> int:
    """From where on a screen that is drawn now must be told; to be read before what the screen shows.

    Of all communities: a quiet one's own last change may be forgotten already, and what cannot be found any more
    would look like something missed.
    """
    return db.session.scalar(_NEWEST) or 0


def missed(session: Session, community_id: int, since: int, now: datetime) -> Sequence[News] | None:
    """What a screen has not shown that last heard of change `since`, each visit once, the oldest first.

    What is older than `since` and told all the same is never marked as an answer: the gate sounded then. None where
    that cannot be told, or where it is so much that the screen is better drawn anew.
    """
    oldest, newest = session.execute(_ENDS).one()
    if since < 0 or (newest is not None and not oldest - 1 <= since <= newest):
        return None
    if newest is None:
        return []
    values = {"community_id": community_id, "since": since, "lately": now - TOLD_AGAIN}
    found = session.execute(_MISSED, values).all()
    if len(found) > MOST_MISSED:
        return None
    of_visit: dict[int, News] = {}
    for row in found:
        before = of_visit.pop(row.visit_id, None)
        is_answer = (row.is_answer and row.id > since) or (before is not None and before.is_answer)
        of_visit[row.visit_id] = News(row.id, row.community_id, row.visit_id, is_answer)
    return list(of_visit.values())


class Reader:
    """Follows the feed and gives every change once, whatever the order in which they are committed.

    It asks for everything above a floor that rises late, and remembers what it has given since. `tick` is a clock in
    seconds that never goes back.
    """

    def __init__(self) -> None:
        self._floor = 0
        self._given: set[tuple[int, datetime]] = set()
        self._heights: deque[tuple[float, int]] = deque()

    def begin(self, session: Session, now: datetime) -> None:
        """Follow from here on; what lies there already counts as given."""
        self._floor = session.scalar(_LAST_SETTLED, {"settled": now - LATEST_ARRIVAL}) or 0
        self._given = {(row.id, row.at) for row in session.execute(_ABOVE, {"floor": self._floor})}
        self._heights.clear()

    def news(self, session: Session, now: datetime, tick: float) -> list[News]:
        """What was committed since the last time."""
        rows = session.execute(_ABOVE, {"floor": self._floor}).all()
        if not rows and (session.scalar(_NEWEST) or 0) < self._floor:
            self.begin(session, now)  # all forgotten, or the database was put back to an earlier state
            return []
        fresh = [row for row in rows if (row.id, row.at) not in self._given]
        self._given.update((row.id, row.at) for row in fresh)
        self._raise_floor(tick, rows[-1].id if rows else self._floor)
        return [News(row.id, row.community_id, row.visit_id, row.is_answer) for row in fresh]

    def _raise_floor(self, tick: float, height: int) -> None:
        before = self._floor
        self._heights.append((tick, height))
        while self._heights[0][0] <= tick - LATEST_ARRIVAL.total_seconds():
            self._floor = max(self._floor, self._heights.popleft()[1])
        if self._floor > before:
            self._given = {given for given in self._given if given[0] > self._floor}
