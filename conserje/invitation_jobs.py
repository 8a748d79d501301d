"""The job of [Generar usuarios]: mailing the owners of a community their access to the residents' portal (T17)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conserje import clock
from conserje.audit.journal import Actor
from conserje.communities.models import Resident
from conserje.database import begin_writing, db, end_reading
from conserje.errors import Refused
from conserje.jobs import Task
from conserje.portal import invitations
from conserje.tenancy import acting_for

# The outbox of a batch is written at once; others write between two of them.
BATCH = 25


def invite(task: Task) -> Mapping[str, Any]:
    """Send the links, batch by batch. Whoever has one waiting is passed over: done twice, it mails nobody twice.

    Gives the counts: sent, already_in, waiting (invited before), without_email.
    """
    by, sent = Actor(task.account_id, task.community_id), 0
    with acting_for(task.community_id):
        found = invitations.owners(now=clock.now())
        end_reading()
        for start in range(0, len(found.due), BATCH):
            task.advance(start, len(found.due))
            begin_writing()
            sent += sum(_invited(resident_id, by) for resident_id in found.due[start : start + BATCH])
            db.session.commit()
    return {
        "sent": sent,
        "already_in": found.already_in,
        "waiting": found.waiting,
        "without_email": found.without_email,
    }


def _invited(resident_id: int, by: Actor) -> bool:
    """Whether the resident was mailed; not where he has left meanwhile, or was just mailed by somebody else."""
    resident = db.session.get(Resident, resident_id)
    if resident is None:
        return False
    try:
        invitations.send(resident, by=by, now=clock.now())
    except Refused:
        return False
    return True
