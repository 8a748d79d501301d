"""What stands in the database before a screen is asked for, and what stands there afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar

from flask import Flask
from sqlalchemy import select

from conserje import clock, jobs, tenancy
from conserje.access_lists import upkeep, watch_list
from conserje.access_lists.matching import Listing
from conserje.access_lists.models import AccessListEntry, WatchEntry
from conserje.access_lists.schedules import ALWAYS, Validity
from conserje.access_lists.watch_list import Watch
from conserje.accounts.models import Account
from conserje.audit.models import AuditLine
from conserje.communities.models import Administration, Community, Unit
from conserje.database import Base, begin_writing, db
from conserje.identity.countries import Country
from conserje.identity.documents import Document, DocumentType
from conserje.jobs import Job, JobState
from conserje.letters import ordering
from conserje.privacy import data_requests
from conserje.privacy.data_requests import Asked
from conserje.privacy.models import DataRequest, RequestKind
from conserje.sms_wallet import catalogue
from conserje.visits import registration
from conserje.visits.models import Method, State, Visit
from tests.builders import RUN, Cast, actor, announcement, make_account, make_resident, make_unit, run_number
from tests.page import Visitor

Row = TypeVar("Row", bound=Base)


def arrival(
    app: Flask,
    community_id: int,
    unit_id: int,
    name: str = "Camila Soto Díaz",
    document: Document | None = RUN,
    *,
    state: State = State.PENDING,
    ago: timedelta = timedelta(0),
    inside: bool = True,
    **values: object,
) -> Visit:
    """Somebody who was announced at a unit so long ago; an accepted one came in at that moment, unless not `inside`."""
    with app.app_context(), tenancy.acting_for(community_id):
        then = clock.now() - ago
        said = announcement(name, document, then, **values)
        visit = registration.announce(db.session.get_one(Unit, unit_id), said, by=actor(), now=then)
        visit.state = state
        if state is State.ACCEPTED:
            visit.method, visit.decided_at, visit.entered_at = Method.CALL, then, then if inside else None
        db.session.flush()
        db.session.commit()
        return visit


def somebody(number: int) -> Document:
    """A document of their own for each number."""
    return Document(DocumentType.RUN, run_number(7_000_000 + number))


def rows(app: Flask, community_id: int, model: type[Row]) -> Sequence[Row]:
    """Every row that the community has of this kind, in the order in which they were made."""
    with app.app_context(), tenancy.acting_for(community_id):
        return db.session.scalars(select(model).order_by(*model.__mapper__.primary_key)).all()


def only_visit(app: Flask, cast: Cast) -> Visit:
    """The one visit of Aromos."""
    (visit,) = rows(app, cast.aromos, Visit)
    return visit


def journal(app: Flask, action: str = "") -> Sequence[AuditLine]:
    """The audit journal's lines, of one kind of act or of all."""
    with app.app_context():
        lines = db.session.scalars(select(AuditLine).order_by(AuditLine.id)).all()
    return [line for line in lines if not action or line.action == action]


def work_in(browser: Visitor, community_id: int) -> Visitor:
    """Choose the community in the top bar."""
    browser.get("/porteria/")
    browser.post("/comunidades", {"community": str(community_id)})
    assert browser.status == 303
    return browser.get("/porteria/")


def bundle_on_sale(app: Flask, country: Country) -> int:
    """The id of the first bundle of SMS that communities of this country can buy."""
    with app.app_context():
        begin_writing()
        catalogue.install_default()
        db.session.commit()
        return next(bundle.id for bundle in catalogue.catalogue() if bundle.country == country)


def listed_person(
    app: Flask,
    community_id: int,
    unit_id: int,
    account_id: int,
    document: Document = RUN,
    name: str = "Camila Soto Díaz",
    listing: Listing = Listing.AUTHORISED,
    validity: Validity = ALWAYS,
) -> AccessListEntry:
    """Somebody whom this account put on a list of the unit."""
    with app.app_context(), tenancy.acting_for(community_id):
        by = actor(db.session.get_one(Account, account_id))
        unit = db.session.get_one(Unit, unit_id)
        entry = upkeep.add(unit, document, name, listing, validity=validity, by=by, now=clock.now())
        db.session.commit()
        return entry


def watched_person(
    app: Flask,
    community_id: int,
    account_id: int,
    document: Document | None = RUN,
    name: str = "Camila Soto Díaz",
    reason: str = "Amenazó al conserje",
) -> WatchEntry:
    """Somebody whom this account put on the community's watch list."""
    with app.app_context(), tenancy.acting_for(community_id):
        community = db.session.get_one(Community, community_id)
        by = actor(db.session.get_one(Account, account_id))
        review_on = clock.local(clock.now(), community.time_zone).date() + timedelta(days=30)
        said = Watch(document, name, reason, review_on)
        entry = watch_list.add(community, said, by=by, now=clock.now())
        db.session.commit()
        return entry


def data_request(
    app: Flask,
    community_id: int,
    account_id: int,
    asker: str = "Rosa Peña, rosa@correo.example",
    kind: RequestKind = RequestKind.ACCESS,
    days_ago: int = 0,
) -> DataRequest:
    """What somebody asked about her data so many days ago."""
    with app.app_context(), tenancy.acting_for(community_id):
        community = db.session.get_one(Community, community_id)
        by = actor(db.session.get_one(Account, account_id))
        received_on = clock.local(clock.now(), community.time_zone).date() - timedelta(days=days_ago)
        request = data_requests.open_request(community, Asked(kind, asker, received_on), by=by, now=clock.now())
        db.session.commit()
        return request


def somebody_of(app: Flask, community_id: int, email: str, **values: object) -> Account:
    """A conserje of the community, beside its cast."""
    with app.app_context():
        community = db.session.get_one(Community, community_id)
        administration = db.session.get_one(Administration, community.administration_id)
        account = make_account(administration, email, communities=(community,), **values)
        db.session.commit()
        return account


def unit_of(app: Flask, community_id: int, number: str, tower: str = "", **values: object) -> int:
    """The id of a further unit of the community, in which nobody lives."""
    with app.app_context(), tenancy.acting_for(community_id):
        unit = make_unit(number, tower, **values)
        db.session.commit()
        return unit.id


def resident_of(
    app: Flask, community_id: int, unit_id: int, given_names: str = "Eva", surnames: str = "Soto", **values: object
) -> int:
    """The id of a further resident of the unit."""
    with app.app_context(), tenancy.acting_for(community_id):
        resident = make_resident(db.session.get_one(Unit, unit_id), given_names, surnames, **values)
        db.session.commit()
        return resident.id


def rows_of_jobs(app: Flask) -> Sequence[Job]:
    """The long work that was ordered, of every community."""
    with app.app_context():
        return db.session.scalars(select(Job).order_by(Job.id)).all()


def letters_made(app: Flask, community_id: int, account_id: int) -> int:
    """A file of letters that waits to be downloaded; gives the job's id."""
    key = f"letters/{community_id}/{'a' * 32}.pdf"
    app.extensions["photos"].save(key, b"%PDF-1.4")
    with app.app_context():
        begin_writing()
        job = jobs.order(ordering.MAKE, {}, community_id=community_id, account_id=account_id, now=clock.now())
        job.state, job.result = JobState.DONE, {"file": key, "name": "cartas.pdf", "letters": 1}
        db.session.commit()
        return job.id


def words(browser: Visitor) -> str:
    """What the last page or fragment says, as a person reads it."""
    return " ".join(browser.page.get_text(" ").split())


def changed(app: Flask, visit: Visit, **values: object) -> Visit:
    """The same visit with other values in its row, as time or somebody else would have changed it."""
    with app.app_context(), tenancy.acting_for(visit.community_id):
        row = db.session.get_one(Visit, visit.id)
        for name, value in values.items():
            setattr(row, name, value)
        db.session.flush()
        db.session.commit()
        return row
