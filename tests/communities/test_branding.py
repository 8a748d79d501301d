"""Which logo a community shows."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from conserje.audit.models import AuditLine
from conserje.communities.branding import (
    administration_logo,
    choose_logo,
    community_showing,
    inherit_logo,
    logo_of,
    set_administration_logo,
)
from conserje.communities.models import Administration, Community, LogoChoice
from conserje.database import db
from conserje.errors import Refused
from tests.builders import NOON, actor, make_administration, make_community

OWN, NEW, OF_ALL, GIVEN = "a" * 20, "b" * 20, "c" * 20, "d" * 20


@pytest.fixture
def administration(ctx: Flask) -> Administration:
    return make_administration()


@pytest.fixture
def community(administration: Administration) -> Community:
    return make_community(administration)


def choose(community: Community, choice: LogoChoice, uploaded: str | None = None) -> str | None:
    choose_logo(community, choice, uploaded, by=actor(None, community), now=NOON)
    return logo_of(community)


def inherit(community: Community, digest: str | None = GIVEN) -> None:
    inherit_logo(community, digest, by=actor(None, community), now=NOON)


def upload_for_all(community: Community, digest: str | None = OF_ALL) -> None:
    set_administration_logo(community, digest, by=actor(None, community), now=NOON)


def test_at_first_there_is_none(community: Community) -> None:
    assert logo_of(community) is None


def test_the_administrations_logo_shows_in_all_its_communities(
    administration: Administration, community: Community
) -> None:
    other = make_community(administration, "Parque Mirador")
    upload_for_all(other)
    assert (logo_of(community), logo_of(other)) == (OF_ALL, OF_ALL)


def test_it_shows_in_no_other_administrations(community: Community) -> None:
    stranger = make_community(make_administration("Gestión Andina"))
    upload_for_all(community)
    assert logo_of(stranger) is None


def test_a_communitys_own_shows_in_it_alone_and_instead_of_the_administrations(
    administration: Administration, community: Community
) -> None:
    other = make_community(administration, "Parque Mirador")
    upload_for_all(community)
    assert choose(community, LogoChoice.COMMUNITY, OWN) == OWN
    assert logo_of(other) == OF_ALL


def test_one_uploaded_but_not_chosen_is_kept_and_not_shown(community: Community) -> None:
    upload_for_all(community)
    assert choose(community, LogoChoice.ADMINISTRATION, OWN) == OF_ALL
    assert choose(community, LogoChoice.COMMUNITY) == OWN


def test_without_a_logo_none_is_shown_and_none_is_lost(community: Community) -> None:
    choose(community, LogoChoice.COMMUNITY, OWN)
    assert choose(community, LogoChoice.NONE) is None
    assert choose(community, LogoChoice.COMMUNITY) == OWN


def test_it_can_be_changed_at_any_time(community: Community) -> None:
    choose(community, LogoChoice.COMMUNITY, OWN)
    assert choose(community, LogoChoice.COMMUNITY, NEW) == NEW


def test_a_logo_that_was_never_uploaded_cannot_be_chosen(community: Community) -> None:
    with pytest.raises(Refused, match="logo_missing"):
        choose(community, LogoChoice.COMMUNITY)


def test_each_change_is_a_line_and_no_change_is_none(community: Community) -> None:
    for _ in range(2):
        choose(community, LogoChoice.COMMUNITY, OWN)
        upload_for_all(community)
    lines = db.session.scalars(select(AuditLine).order_by(AuditLine.id)).all()
    assert [line.action for line in lines] == ["logo.chosen", "logo.of_administration"]


# The one that the accounting product keeps (K057, K058)


def test_an_inherited_logo_shows_in_all_the_administrations_communities_and_no_other(
    administration: Administration, community: Community
) -> None:
    other = make_community(administration, "Parque Mirador")
    stranger = make_community(make_administration("Gestión Andina"))
    inherit(community)
    assert [logo_of(each) for each in (community, other, stranger)] == [GIVEN, GIVEN, None]


def test_an_inherited_logo_changes_and_goes_with_its_source(community: Community) -> None:
    for digest in (GIVEN, NEW, None):
        inherit(community, digest)
        assert logo_of(community) == digest


@pytest.mark.parametrize("uploaded_first", [True, False])
def test_one_uploaded_for_the_administration_stands_before_the_inherited_one(
    community: Community, uploaded_first: bool
) -> None:
    acts = (upload_for_all, inherit) if uploaded_first else (inherit, upload_for_all)
    for act in acts:
        act(community)
    assert logo_of(community) == OF_ALL


def test_an_inherited_logo_is_replaced_or_hidden_in_one_community(community: Community) -> None:
    inherit(community)
    assert choose(community, LogoChoice.COMMUNITY, OWN) == OWN
    assert choose(community, LogoChoice.NONE) is None
    assert administration_logo(community) == GIVEN


def test_back_to_the_inherited_logo_the_uploaded_one_goes(community: Community) -> None:
    inherit(community)
    upload_for_all(community)
    upload_for_all(community, None)
    assert logo_of(community) == GIVEN


def test_there_is_no_way_back_to_an_inherited_logo_that_there_is_not(community: Community) -> None:
    upload_for_all(community)
    with pytest.raises(Refused, match="logo_not_inherited"):
        upload_for_all(community, None)
    assert logo_of(community) == OF_ALL


def test_the_same_inherited_logo_again_is_no_line(community: Community) -> None:
    for digest in (GIVEN, GIVEN, None, None):
        inherit(community, digest)
    lines = db.session.scalars(select(AuditLine).order_by(AuditLine.id)).all()
    assert [(line.action, line.facts) for line in lines] == [
        ("logo.inherited", {"given": True}),
        ("logo.inherited", {"given": False}),
    ]


def test_a_logo_is_anybodys_to_see_only_while_a_community_shows_it(community: Community) -> None:
    inherit(community)
    upload_for_all(community)
    choose(community, LogoChoice.ADMINISTRATION, OWN)
    assert community_showing(OF_ALL) == community
    assert [community_showing(each) for each in (GIVEN, OWN, NEW)] == [None, None, None]
    choose(community, LogoChoice.NONE)
    assert community_showing(OF_ALL) is None
