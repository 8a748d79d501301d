"""Until units have lists, nobody stands on one."""

from __future__ import annotations

import pytest
from flask import Flask

from conserje import tenancy
from conserje.access_lists.matching import Listing, matching
from conserje.identity.documents import Document, DocumentType
from tests.builders import RUN, make_administration, make_community, make_unit


@pytest.mark.parametrize("document", [RUN, Document(DocumentType.PASSPORT, "AB123456"), None])
def test_nobody_is_listed(ctx: Flask, document: Document | None) -> None:
    tenancy.bind(make_community(make_administration()).id)
    assert matching(make_unit(), document) is Listing.NOT_LISTED
