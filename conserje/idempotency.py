"""A form that was posted twice is carried out once.

Every rendered form that writes carries a random key. The key is written first, in the same transaction as the act:
a second post waits for the first, finds the key and is given the first one's result again. A refused act rolls its
key back with everything else, so the corrected form may use it. Kept are the result's kind and id: never personal data.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from conserje.database import Base, UtcDateTime, db

KEPT_FOR = timedelta(hours=24)


class SubmissionKey(Base):
    __tablename__ = "submission_key"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    result_id: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class AlreadySubmitted(Exception):
    """The key has been used. `same` tells whether with the same fields; `result_id` is the row that came of it."""

    def __init__(self, *, same: bool, result_id: int | None) -> None:
        super().__init__("already submitted")
        self.same = same
        self.result_id = result_id


def fingerprint(fields: Mapping[str, object]) -> str:
    """What a form said, as one digest: parsed values, and files by their own digest."""
    return hashlib.sha256(json.dumps(fields, sort_keys=True, default=str).encode()).hexdigest()


def claim(account_id: int, key: str, said: str, now: datetime) -> None:
    """Take the key for this transaction, or raise AlreadySubmitted. Keys older than 24 hours are gone."""
    session = db.session()
    session.execute(delete(SubmissionKey).where(SubmissionKey.created_at < now - KEPT_FOR))
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    taken = session.execute(
        insert(SubmissionKey)
        .values(account_id=account_id, key=key, fingerprint=said, created_at=now)
        .on_conflict_do_nothing()
        .returning(SubmissionKey.key)
    )
    if taken.scalar_one_or_none() is not None:
        return
    first = session.execute(
        select(SubmissionKey).where(SubmissionKey.account_id == account_id, SubmissionKey.key == key)
    ).scalar_one()
    raise AlreadySubmitted(same=first.fingerprint == said, result_id=first.result_id)


def settle(account_id: int, key: str, result_id: int) -> None:
    """Remember what came of the form, for whoever posts it again."""
    db.session.execute(
        update(SubmissionKey)
        .where(SubmissionKey.account_id == account_id, SubmissionKey.key == key)
        .values(result_id=result_id)
    )
