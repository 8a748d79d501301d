"""Which logo a community shows."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from conserje.audit.models import AuditLine
from conserje.communities.branding import choose_logo, logo_of, set_administration_logo
from conserje.communities.models import Administration, Community, LogoChoice
from conserje.database import db
from conserje.errors import Refused
from tests.builders import NOON, actor, make_administration, make_community

OWN, NEW, OF_ALL = "a" * 20, "b" * 20, "c" * 20


@pytest.fixture
def administration(ctx: Flask) -> Administration:
    return make_administration()


@pytest.fixture
def community(administration: Administration) -> Community:
    return make_community(administration)


def choose(community: Community, choice: LogoChoice, uploaded: str | None = None) -> str | None:
    choose_logo(community, choice, uploaded, by=actor(None, community), now=NOON)
    return logo_of(community)


def upload_for_all(community: Community, digest: str = OF_ALL) -> None:
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
