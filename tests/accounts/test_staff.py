"""Which communities an account may enter."""

from __future__ import annotations

import pytest
from flask import Flask

from conserje.accounts import sign_in, staff
from conserje.accounts.models import Account, WebSession
from conserje.communities.models import Administration, Community
from conserje.database import db
from conserje.errors import Refused
from conserje.permissions import Profile
from tests.builders import NOON, make_account, make_administration, make_community


@pytest.fixture
def cordillera(ctx: Flask) -> Administration:
    make_community(make_administration("Gestión Andina"), "Torres del Parque")
    return make_administration()


@pytest.fixture
def communities(cordillera: Administration) -> dict[str, Community]:
    return {name: make_community(cordillera, name) for name in ("Parque", "Aromos", "Sabana")}


def names(account: Account) -> list[str]:
    return [community.name for community in staff.communities_of(account)]


def test_a_superadmin_enters_every_community_of_the_administration(
    cordillera: Administration, communities: dict[str, Community]
) -> None:
    assert names(make_account(cordillera, profile=Profile.SUPERADMIN)) == ["Aromos", "Parque", "Sabana"]


@pytest.mark.parametrize("profile", [Profile.ADMIN, Profile.CONSERJE])
def test_everybody_else_enters_the_communities_assigned(
    cordillera: Administration, communities: dict[str, Community], profile: Profile
) -> None:
    assigned = (communities["Sabana"], communities["Aromos"])
    assert names(make_account(cordillera, profile=profile, communities=assigned)) == ["Aromos", "Sabana"]


@pytest.mark.parametrize("profile", [Profile.ADMIN, Profile.CONSERJE])
def test_without_an_assignment_no_community_is_entered(
    cordillera: Administration, communities: dict[str, Community], profile: Profile
) -> None:
    make_account(cordillera, "other@demo.example", profile, tuple(communities.values()))
    assert names(make_account(cordillera, profile=profile)) == []


def test_an_assignment_to_a_community_of_another_administration_opens_nothing(
    cordillera: Administration, communities: dict[str, Community]
) -> None:
    foreign = db.session.query(Community).filter_by(name="Torres del Parque").one()
    assert names(make_account(cordillera, communities=(foreign, communities["Aromos"]))) == ["Aromos"]


@pytest.fixture
def web_session(cordillera: Administration, communities: dict[str, Community]) -> WebSession:
    account = make_account(cordillera, communities=(communities["Aromos"], communities["Parque"]))
    token = sign_in.open_session(account, address="127.0.0.1", now=NOON)
    found = sign_in.resume(token, NOON)
    assert found is not None
    return found[0]


def test_choosing_a_community_is_kept_with_the_session(
    web_session: WebSession, communities: dict[str, Community]
) -> None:
    mine = [communities["Aromos"], communities["Parque"]]
    assert staff.choose_community(web_session, communities["Parque"].id, mine) is communities["Parque"]
    db.session.refresh(web_session)
    assert web_session.community_id == communities["Parque"].id


@pytest.mark.parametrize("foreign", ["Sabana", None])
def test_choosing_a_community_that_is_not_ones_own_is_refused(
    web_session: WebSession, communities: dict[str, Community], foreign: str | None
) -> None:
    mine = [communities["Aromos"], communities["Parque"]]
    with pytest.raises(Refused) as refused:
        staff.choose_community(web_session, communities[foreign].id if foreign else 0, mine)
    assert refused.value.code == "community_unknown"
    db.session.refresh(web_session)
    assert web_session.community_id is None
