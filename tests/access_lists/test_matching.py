"""What a unit's lists say of whoever shows a document."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from conserje import tenancy
from conserje.access_lists import upkeep
from conserje.access_lists.matching import LISTS, Listing, matching
from conserje.access_lists.schedules import ALWAYS, Validity, days_of
from conserje.communities.models import Community, Unit
from conserje.database import db
from conserje.identity import documents
from conserje.identity.documents import Document, DocumentType
from conserje.visits.models import Visit
from tests.builders import NOON, OTHER_RUN, RUN, actor, make_account, make_administration, make_community, make_unit


@pytest.fixture
def unit(ctx: Flask) -> Unit:
    administration = make_administration()
    community = make_community(administration)
    make_account(administration, communities=(community,))
    tenancy.bind(community.id)
    return make_unit()


def put(unit: Unit, document: Document, listing: Listing, validity: Validity = ALWAYS) -> None:
    community = db.session.get_one(Community, unit.community_id)
    account = make_account(
        make_administration(f"Otra {document.number}"), f"{document.number}@demo.example", communities=(community,)
    )
    by = actor(account, community)
    upkeep.add(unit, document, "Camila Soto", listing, validity=validity, by=by, now=NOON)


@pytest.mark.parametrize("document", [RUN, Document(DocumentType.PASSPORT, "AB123456"), None])
def test_on_empty_lists_stands_nobody(unit: Unit, document: Document | None) -> None:
    assert matching(unit, document, NOON) is Listing.NOT_LISTED


@pytest.mark.parametrize("listing", LISTS)
def test_the_list_is_told_on_which_the_document_stands(unit: Unit, listing: Listing) -> None:
    put(unit, RUN, listing)
    assert matching(unit, RUN, NOON) is listing
    assert matching(unit, OTHER_RUN, NOON) is Listing.NOT_LISTED
    assert matching(unit, None, NOON) is Listing.NOT_LISTED


@pytest.mark.parametrize(
    ("kind", "listed", "shown"),
    [
        (DocumentType.RUN, "7.654.321-6", "076543216"),
        (DocumentType.RUN, "16.000.004-k", " 16000004K "),
        (DocumentType.PASSPORT, "ab 123-456", "AB.123456"),
        (DocumentType.CC, "01.020.345.678", "1020345678"),
    ],
)
def test_however_the_number_is_typed_it_is_the_same_document(
    unit: Unit, kind: DocumentType, listed: str, shown: str
) -> None:
    put(unit, documents.parse(kind, listed), Listing.AUTHORISED)
    assert matching(unit, documents.parse(kind, shown), NOON) is Listing.AUTHORISED


def test_the_same_number_of_another_kind_of_document_is_somebody_else(unit: Unit) -> None:
    put(unit, Document(DocumentType.PASSPORT, "12345678"), Listing.AUTHORISED)
    assert matching(unit, Document(DocumentType.FOREIGN_ID, "12345678"), NOON) is Listing.NOT_LISTED


def test_the_lists_of_one_unit_say_nothing_of_another(unit: Unit) -> None:
    put(unit, RUN, Listing.UNAUTHORISED)
    assert matching(make_unit("1205"), RUN, NOON) is Listing.NOT_LISTED


# NOON is Friday, 20 November 2026, 12:00 in Santiago.
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("listing", LISTS)
def test_an_entry_counts_until_the_end_of_its_last_day_on_the_communitys_calendar(unit: Unit, listing: Listing) -> None:
    put(unit, RUN, listing, Validity(date(2026, 11, 20)))
    assert matching(unit, RUN, NOON + 11 * HOUR) is listing
    assert matching(unit, RUN, NOON + 12 * HOUR) is Listing.NOT_LISTED


def test_whoever_is_authorised_is_so_on_the_days_and_at_the_hours_said(unit: Unit) -> None:
    put(unit, RUN, Listing.AUTHORISED, Validity(days=days_of([4]), from_minute=12 * 60, until_minute=14 * 60))
    assert matching(unit, RUN, NOON) is Listing.AUTHORISED
    assert matching(unit, RUN, NOON + 2 * HOUR) is Listing.OFF_HOURS
    assert matching(unit, RUN, NOON + DAY) is Listing.OFF_HOURS
    assert matching(unit, RUN, NOON + 7 * DAY) is Listing.AUTHORISED


def test_whose_authorisation_is_over_is_not_said_to_come_at_another_hour(unit: Unit) -> None:
    put(unit, RUN, Listing.AUTHORISED, Validity(date(2026, 11, 20), days=days_of([4])))
    assert matching(unit, RUN, NOON + 7 * DAY) is Listing.NOT_LISTED


def test_who_is_barred_and_who_is_watched() -> None:
    assert {each for each in Listing if each.is_watched} == {Listing.WATCHED, Listing.WATCHED_NAME}
    assert {each for each in Listing if each.is_barred} == {
        Listing.UNAUTHORISED,
        Listing.WATCHED,
        Listing.WATCHED_NAME,
    }
    assert max(map(len, Listing)) <= Visit.__table__.c.listing.type.length
