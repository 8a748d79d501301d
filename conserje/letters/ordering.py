"""The community's own text, and ordering letters: on paper or by e-mail. The worker makes them (`letter_jobs`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from conserje import jobs
from conserje.audit.journal import Actor, record
from conserje.communities.models import Community, Unit, unit_label
from conserje.database import db
from conserje.errors import Refused
from conserje.jobs import Job
from conserje.letters import wording
from conserje.messages.models import Fate, Message, Purpose

MAKE, SEND = "letters.make", "letters.send"
MOST_UNITS = 5_000


class Form(StrEnum):
    """How letters come on paper: all in one file, or each unit's in a file of its own."""

    ONE_FILE = "pdf"
    FILE_EACH = "zip"


def settle_text(community: Community, typed: str, *, by: Actor, now: datetime) -> Community:
    """Write the community's own letter from here on (T16); the suggested text as it is counts as none of its own.

    Refuses what `wording.parse` refuses.
    """
    text = wording.parse(typed)
    own = "" if text in (wording.SUGGESTED, wording.SUGGESTED_WITHOUT_PORTAL) else text
    community = db.session.get_one(Community, community.id)
    if community.letter != own:
        community.letter = own
        record("settings.changed", "community", community.id, by=by, at=now, facts={"settings": ["letter"]})
    db.session.flush()
    return community


def order_paper(community: Community, unit_ids: Sequence[int], form: Form, *, by: Actor, now: datetime) -> Job:
    """Have the letters of these units made as a file to download (T12, T14). Refuses what `_ordered` refuses."""
    return _ordered(MAKE, community, unit_ids, {"form": form.value}, by=by, now=now)


def order_mail(community: Community, unit_ids: Sequence[int], *, by: Actor, now: datetime) -> Job:
    """Have the letters of these units sent by e-mail (T12, T14). Refuses what `_ordered` refuses."""
    return _ordered(SEND, community, unit_ids, {}, by=by, now=now)


def latest(community: Community) -> Job | None:
    """The letters that were ordered last, on paper or by e-mail."""
    found = [jobs.latest(kind, community.id) for kind in (MAKE, SEND)]
    return max((job for job in found if job is not None), key=lambda job: job.id, default=None)


def unreached(job: Job) -> list[str]:
    """The units whose letter did not go by e-mail: without an address, or refused by the recipient's side."""
    refused = select(Message.unit_id).where(
        Message.community_id == job.community_id,
        Message.purpose == Purpose.LETTER,
        Message.created_at >= job.created_at,
        Message.fate.in_((Fate.FAILED, Fate.UNCERTAIN)),
    )
    ids = {*job.result.get("without_email", ()), *db.session.scalars(refused)}
    found = db.session.execute(
        select(Unit.tower, Unit.number).order_by(Unit.tower, Unit.number).where(Unit.id.in_(ids))
    )
    return [unit_label(tower, number) for tower, number in found]


def _ordered(
    kind: str, community: Community, unit_ids: Sequence[int], more: dict[str, str], *, by: Actor, now: datetime
) -> Job:
    """Refuses: `letters_none` where no unit was chosen; `letters_too_many` (facts: most); `letters_under_way` while
    others are being made."""
    if not unit_ids:
        raise Refused("letters_none")
    if len(unit_ids) > MOST_UNITS:
        raise Refused("letters_too_many", most=MOST_UNITS)
    before = latest(community)
    if before is not None and not before.is_over:
        raise Refused("letters_under_way")
    job = jobs.order(
        kind, {"units": list(unit_ids), **more}, community_id=community.id, account_id=_account(by), now=now
    )
    facts = {"units": len(unit_ids), "form": more.get("form", "mail")}
    record("letters.ordered", "community", community.id, by=by, at=now, facts=facts)
    return job


def _account(by: Actor) -> int:
    if by.account_id is None:
        raise ValueError("letters are ordered by somebody with an account")
    return by.account_id
