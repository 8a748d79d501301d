"""Whose accounts somebody sees in [Usuarios], in which order, and which of them he manages."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask

from conserje import paging
from conserje.accounts import directory
from conserje.accounts.models import Account
from conserje.communities.models import Administration, Community
from conserje.permissions import Profile
from tests.builders import NOON, make_account, make_administration, make_community


@dataclass
class House:
    administration: Administration
    communities: dict[str, Community]
    accounts: dict[str, Account]


@pytest.fixture
def house(ctx: Flask) -> House:
    andina, cordillera = make_administration("Gestión Andina"), make_administration()
    torres = make_community(andina, "Torres del Parque")
    here = {name: make_community(cordillera, name) for name in ("Aromos", "Parque")}
    aromos, parque = here["Aromos"], here["Parque"]
    people = (
        ("super", Profile.SUPERADMIN, (), "Silvia", "Soto"),
        ("both", Profile.ADMIN, (aromos, parque), "Paula", "Pino"),
        ("admin", Profile.ADMIN, (aromos,), "Íñigo", "Núñez"),
        ("conserje", Profile.CONSERJE, (aromos,), "Gustavo", "Ávila"),
        ("parque", Profile.CONSERJE, (parque,), "Pedro", "Peña"),
    )
    accounts = {
        name: make_account(
            cordillera, f"{name}@demo.example", profile, held, given_name=given, paternal_surname=surname
        )
        for name, profile, held, given, surname in people
    }
    accounts["gone"] = make_account(cordillera, "gone@demo.example", communities=(aromos,), is_active=False)
    accounts["andina"] = make_account(andina, "andina@demo.example", communities=(torres,))
    return House(cordillera, here | {"Torres": torres}, accounts)


def seen(house: House, viewer: str, **narrowed: object) -> set[str]:
    page = directory.listed(house.accounts[viewer], **narrowed)  # type: ignore[arg-type]
    assert page.count == len(page.rows)
    return {row.email.partition("@")[0] for row in page.rows}


@pytest.mark.parametrize(
    ("viewer", "whom"),
    [
        ("super", {"super", "both", "admin", "conserje", "parque"}),
        ("both", {"both", "admin", "conserje", "parque"}),
        ("admin", {"both", "admin", "conserje"}),
        ("andina", {"andina"}),
    ],
)
def test_one_sees_the_accounts_of_ones_own_communities(house: House, viewer: str, whom: set[str]) -> None:
    """K115, K116, K154. A Súper Administrador sees the administration's."""
    assert seen(house, viewer) == whom
    for name, account in house.accounts.items():
        found = directory.find(account.id, house.accounts[viewer])
        assert (found is not None) == (name in whom or (name == "gone" and viewer != "andina"))


def test_they_are_filtered_by_community(house: House) -> None:
    """K117."""
    parque = house.communities["Parque"].id
    assert seen(house, "super", community_id=parque) == {"super", "both", "parque"}
    assert seen(house, "both", community_id=parque) == {"both", "parque"}
    assert seen(house, "admin", community_id=house.communities["Torres"].id) == set()


@pytest.mark.parametrize(
    ("typed", "whom"),
    [
        ("NUNEZ", {"admin"}),
        ("ñúñez iñigo", {"admin"}),
        ("avila", {"conserje"}),
        ("Peña", {"parque"}),
        ("parque@demo", {"parque"}),
        ("pin", {"both"}),
        ("pino pedro", set()),
        ("100%", set()),
        ("_", {"super", "both", "admin", "conserje", "parque"}),
        ("   ", {"super", "both", "admin", "conserje", "parque"}),
    ],
)
def test_they_are_found_by_name_or_email(house: House, typed: str, whom: set[str]) -> None:
    """K118: whatever accents and capitals."""
    assert seen(house, "super", typed=typed) == whom


def test_a_row_says_what_the_columns_show(house: House) -> None:
    """K119."""
    account = house.accounts["conserje"]
    account.last_access_at, account.maternal_surname = NOON, "Ruiz"
    (row,) = directory.listed(house.accounts["admin"], typed="gustavo").rows
    assert (row.full_name, row.email, row.profile, row.last_access_at) == (
        "Gustavo Ávila Ruiz", "conserje@demo.example", "conserje", NOON,
    )  # fmt: skip
    assert (row.is_own, row.is_test, row.managed) == (False, False, True)


@pytest.mark.parametrize(
    ("manager", "whom"),
    [
        ("super", {"super", "both", "admin", "conserje", "parque", "gone"}),
        ("both", {"both", "admin", "conserje", "parque", "gone"}),
        ("admin", {"admin", "conserje", "gone"}),
        ("parque", {"parque"}),
    ],
)
def test_one_manages_whoever_holds_nothing_that_one_does_not_hold(house: House, manager: str, whom: set[str]) -> None:
    viewer = house.accounts[manager]
    assert {name for name, each in house.accounts.items() if directory.manages(viewer, each)} == whom
    for row in directory.listed(viewer).rows:
        assert row.managed == (row.email.partition("@")[0] in whom)


def test_an_assignment_beyond_the_administration_takes_nobody_out_of_reach(house: House) -> None:
    account = make_account(
        house.administration, "odd@demo.example", communities=(house.communities["Aromos"], house.communities["Torres"])
    )
    assert directory.manages(house.accounts["admin"], account)
    (row,) = directory.listed(house.accounts["admin"], typed="odd").rows
    assert row.managed


def test_pages_follow_each_other_without_gap_or_repetition(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "ROWS_SHOWN", 2)
    viewer, shown, after = house.accounts["super"], [], None
    for _ in range(3):
        page = directory.listed(viewer, after=after)
        assert page.count == 5
        shown += [row.id for row in page.rows]
        after = page.next
    assert after is None
    assert len(shown) == len(set(shown)) == 5


def test_a_page_after_an_unknown_account_is_the_first(house: House) -> None:
    viewer = house.accounts["super"]
    assert directory.listed(viewer, after=999_999).rows == directory.listed(viewer).rows


@pytest.mark.parametrize("profile", Profile)
def test_nobody_manages_an_account_of_another_administration(house: House, profile: Profile) -> None:
    stranger = make_account(house.administration, "stranger@demo.example", profile)
    assert not directory.manages(stranger, house.accounts["andina"])
