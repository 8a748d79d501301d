"""How long each kind of personal data is kept: the law asks for a limit, each community sets its own within a range."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from conserje.audit.journal import Actor, record
from conserje.communities.models import Community
from conserje.database import db
from conserje.errors import Refused


class Kind(StrEnum):
    """What a community sets days for."""

    VISITS = "visits"
    DOCUMENTS = "documents"
    PHOTOS = "photos"
    PLATES = "plates"
    MESSAGES = "messages"
    JOURNAL = "journal"


class After(StrEnum):
    """What becomes of the data once their days are over."""

    ANONYMISED = "anonymised"
    DELETED = "deleted"


@dataclass(frozen=True)
class Term:
    """Days that a kind of data is kept where the community says nothing, and the least and most that it may say."""

    default: int
    least: int
    most: int
    after: After


# Neither Chile nor Colombia names a number; these follow what comparable countries allow for registers of visitors.
TERMS = {
    Kind.VISITS: Term(90, 30, 365, After.ANONYMISED),
    Kind.DOCUMENTS: Term(90, 0, 90, After.DELETED),
    Kind.PHOTOS: Term(30, 0, 90, After.DELETED),
    Kind.PLATES: Term(90, 0, 90, After.DELETED),
    Kind.MESSAGES: Term(90, 30, 180, After.ANONYMISED),
    # The database itself refuses to delete a line of the journal that is younger than a year (migrations/env.py).
    Kind.JOURNAL: Term(730, 365, 1825, After.DELETED),
}
_PARTS_OF_A_VISIT = frozenset({Kind.DOCUMENTS, Kind.PHOTOS, Kind.PLATES})
# The gate works with what arrived during the last day: even what is not to be kept lives that long.
AT_LEAST = timedelta(hours=24)
# What no community sets: links that ask about a visit, after its window; finished jobs; runs of the purge itself.
LINKS_KEPT = timedelta(hours=24)
JOBS_KEPT = timedelta(days=7)
RUNS_KEPT = timedelta(days=365)
# Whoever was taken off a unit and does not live in another: what he entered the portal with.
PORTAL_ACCESS_KEPT = timedelta(days=30)


def days(community: Community, kind: Kind) -> int:
    """For how many days the community keeps this kind."""
    return community.retention.get(kind, TERMS[kind].default)


def all_days(community: Community) -> dict[Kind, int]:
    return {kind: days(community, kind) for kind in Kind}


def told_days(community: Community) -> dict[Kind, int]:
    """For how many days each kind is really there, as people are told: what is part of a visit goes with it."""
    kept = all_days(community)
    return {kind: min(n, kept[Kind.VISITS]) if kind in _PARTS_OF_A_VISIT else n for kind, n in kept.items()}


def settle(community: Community, said: Mapping[Kind, int], *, by: Actor, now: datetime) -> Community:
    """Keep these kinds for so many days from the next purge on. The journal names which were changed.

    Refuses: `setting_out_of_range` (facts: least, most), with the kind as its field.
    """
    for kind, wanted in said.items():
        term = TERMS[kind]
        if not term.least <= wanted <= term.most:
            raise Refused("setting_out_of_range", field=kind, least=term.least, most=term.most)
    community = db.session.get_one(Community, community.id)
    changed = sorted(kind for kind, wanted in said.items() if days(community, kind) != wanted)
    if changed:
        wanted_days = all_days(community) | dict(said)
        community.retention = {k.value: n for k, n in wanted_days.items() if n != TERMS[k].default}
        facts = {"settings": [f"retention.{kind}" for kind in changed]}
        record("settings.changed", "community", community.id, by=by, at=now, facts=facts)
        db.session.flush()
    return community
