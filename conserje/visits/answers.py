"""A resident answers about a visit by the link that was sent to him. Opening the link changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from conserje.approval_links.models import ApprovalLink
from conserje.audit.journal import Actor, record
from conserje.communities.models import Community, Resident, Unit
from conserje.database import db
from conserje.errors import Refused
from conserje.messages.models import Channel
from conserje.visits.approval import decide, state_of
from conserje.visits.models import Method, State, Visit

# How long after the end the page still says what became of the visit.
STATUS_SHOWN_FOR = timedelta(hours=24)
_METHODS = {Channel.SMS: Method.SMS, Channel.EMAIL: Method.EMAIL}


class Answer(StrEnum):
    AUTHORISE = "authorise"
    REJECT = "reject"
    # «No conozco a esta persona»: a refusal that the gate is told apart.
    STRANGER = "stranger"


@dataclass(frozen=True)
class Question:
    """What the page of a link shows. The visitor is shown while the question is open, and not afterwards."""

    visit: Visit
    unit: Unit
    community: Community
    link: ApprovalLink
    state: State

    @property
    def is_open(self) -> bool:
        return self.state is State.PENDING

    @property
    def ended_at(self) -> datetime:
        return self.visit.decided_at or self.visit.answer_by


def question(link: ApprovalLink, *, now: datetime) -> Question:
    """What the link asks, and how it stands. Refuses: `link_over` a day after the end."""
    visit = db.session.get_one(Visit, link.visit_id)
    asked = Question(
        visit,
        db.session.get_one(Unit, visit.unit_id),
        db.session.get_one(Community, visit.community_id),
        link,
        state_of(visit, now),
    )
    if not asked.is_open and asked.ended_at + STATUS_SHOWN_FOR <= now:
        raise Refused("link_over")
    return asked


def answer(asked: Question, said: Answer, reason: str, *, by: Actor, agent: str, now: datetime) -> Visit:
    """The resident's answer becomes the visit's state, by the means that the link went by. The first answer wins.

    `reason` is optional; `by` carries the address the answer came from, `agent` the browser's name for the journal.
    Refuses: `visit_already_decided`; `answer_too_late` once the window has closed; `visit_no_longer_valid`.
    """
    visit, link = asked.visit, asked.link
    resident = db.session.get(Resident, link.resident_id) if link.resident_id else None
    take(
        visit,
        said,
        reason,
        method=_METHODS[Channel(link.channel)],
        answered_by=resident.full_name if resident else "",
        by=by,
        now=now,
    )
    facts = {"visit": visit.id, "answer": said.value, "channel": link.channel, "agent": agent[:120]}
    record("link.answered", "approval_link", link.id, by=by, at=now, facts=facts)
    return visit


def take(
    visit: Visit, said: Answer, reason: str, *, method: Method, answered_by: str, by: Actor, now: datetime
) -> Visit:
    """A resident's word becomes the visit's state, by whichever means it came. The first answer wins.

    Refuses: `visit_already_decided`; `answer_too_late` once the window has closed; `visit_no_longer_valid`.
    """
    if state_of(visit, now) is State.EXPIRED:
        raise Refused("answer_too_late")
    if visit.valid_until <= now:
        raise Refused("visit_no_longer_valid")
    decide(
        visit,
        State.ACCEPTED if said is Answer.AUTHORISE else State.REJECTED,
        by=by,
        now=now,
        is_answer=True,
        method=method,
        decision_note=reason,
        answered_by=answered_by,
        is_stranger=said is Answer.STRANGER,
    )
    return visit
