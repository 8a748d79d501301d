"""What a unit's lists say of whoever shows a document."""

from __future__ import annotations

import pytest
from flask import Flask

from conserje import tenancy
from conserje.access_lists import upkeep
from conserje.access_lists.matching import LISTS, Listing, matching
from conserje.communities.models import Community, Unit
from conserje.database import db
from conserje.identity import documents
from conserje.identity.documents import Document, DocumentType
from tests.builders import NOON, OTHER_RUN, RUN, actor, make_account, make_administration, make_community, make_unit


@pytest.fixture
def unit(ctx: Flask) -> Unit:
    administration = make_administration()
    community = make_community(administration)
    make_account(administration, communities=(community,))
    tenancy.bind(community.id)
    return make_unit()


def put(unit: Unit, document: Document, listing: Listing) -> None:
    community = db.session.get_one(Community, unit.community_id)
    account = make_account(
        make_administration(f"Otra {document.number}"), f"{document.number}@demo.example", communities=(community,)
    )
    upkeep.add(unit, document, "Camila Soto", listing, by=actor(account, community), now=NOON)


@pytest.mark.parametrize("document", [RUN, Document(DocumentType.PASSPORT, "AB123456"), None])
def test_on_empty_lists_stands_nobody(unit: Unit, document: Document | None) -> None:
    assert matching(unit, document) is Listing.NOT_LISTED


@pytest.mark.parametrize("listing", LISTS)
def test_the_list_is_told_on_which_the_document_stands(unit: Unit, listing: Listing) -> None:
    put(unit, RUN, listing)
    assert matching(unit, RUN) is listing
    assert matching(unit, OTHER_RUN) is Listing.NOT_LISTED
    assert matching(unit, None) is Listing.NOT_LISTED


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
    assert matching(unit, documents.parse(kind, shown)) is Listing.AUTHORISED


def test_the_same_number_of_another_kind_of_document_is_somebody_else(unit: Unit) -> None:
    put(unit, Document(DocumentType.PASSPORT, "12345678"), Listing.AUTHORISED)
    assert matching(unit, Document(DocumentType.FOREIGN_ID, "12345678")) is Listing.NOT_LISTED


def test_the_lists_of_one_unit_say_nothing_of_another(unit: Unit) -> None:
    put(unit, RUN, Listing.UNAUTHORISED)
    assert matching(make_unit("1205"), RUN) is Listing.NOT_LISTED
