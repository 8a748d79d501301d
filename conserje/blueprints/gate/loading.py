"""The loader is the check: what the bound community does not have is not found."""

from __future__ import annotations

from typing import TypeVar

from flask import abort

from conserje.communities.models import Resident, Unit
from conserje.database import Base, db
from conserje.jobs import Job
from conserje.tenancy import bound_community_id
from conserje.visits.models import Visit, Visitor

Row = TypeVar("Row", bound=Base)


def unit_or_404(unit_id: int) -> Unit:
    return _or_404(Unit, unit_id)


def resident_or_404(resident_id: int) -> Resident:
    return _or_404(Resident, resident_id)


def visitor_or_404(visitor_id: int) -> Visitor:
    return _or_404(Visitor, visitor_id)


def visit_or_404(visit_id: int) -> Visit:
    return _or_404(Visit, visit_id)


def job_or_404(job_id: int, kind: str) -> Job:
    """Jobs are no rows of the bound community: which community's one is, is asked here."""
    job = _or_404(Job, job_id)
    if (job.kind, job.community_id) != (kind, bound_community_id()):
        abort(404)
    return job


def _or_404(model: type[Row], row_id: int) -> Row:
    found = db.session.get(model, row_id)
    if found is None:
        abort(404)
    return found
