"""Who of the unit may approve, in which order they are asked, and one's own telephones."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conserje import tenancy
from conserje.audit.journal import Actor
from conserje.communities import resident_upkeep
from conserje.communities.models import Community, Resident, ResidentKind, Unit
from conserje.database import db
from conserje.errors import Refused
from conserje.portal import contacts, household
from conserje.portal.household import Wish
from tests.builders import NOON, make_resident
from tests.portal.scene import MAIL, PHONE, THERE, House, ask, journal, messages, people

BY = Actor(None, None, THERE)


@pytest.fixture
def at_home(house: House) -> Iterator[tuple[Unit, Resident, Resident]]:
    with tenancy.acting_for(house.community):
        _, unit, ana, pedro = people(house)
        yield unit, ana, pedro


def settle(unit: Unit, who: Resident, wishes: dict[Resident, Wish], seen: dict[int, str] | None = None) -> None:
    shown = {each.id: resident_upkeep.version(each) for each in wishes} if seen is None else seen
    household.settle(who, unit, {each.id: wish for each, wish in wishes.items()}, shown, by=BY, now=NOON)


def test_the_principal_says_who_approves_and_in_which_order(at_home: tuple[Unit, Resident, Resident]) -> None:
    unit, ana, pedro = at_home
    settle(unit, ana, {ana: Wish(True, 2), pedro: Wish(True, 1)})
    assert [(each.may_approve, each.contact_order) for each in (ana, pedro)] == [(True, 2), (True, 1)]
    (line,) = journal("portal.household_settled")
    assert (line.account_id, line.subject_id) == (None, ana.id)
    assert {line.subject_id for line in journal("resident.changed")} == {ana.id, pedro.id}


def test_without_a_principal_any_owner_does(at_home: tuple[Unit, Resident, Resident]) -> None:
    unit, ana, pedro = at_home
    assert (household.settles(ana, unit), household.settles(pedro, unit)) == (True, False)
    pedro.kind = ResidentKind.OWNER
    assert not household.settles(pedro, unit)
    ana.is_principal = False
    assert (household.settles(ana, unit), household.settles(pedro, unit)) == (True, True)


def test_nobody_else_does(at_home: tuple[Unit, Resident, Resident]) -> None:
    unit, ana, pedro = at_home
    with pytest.raises(Refused, match="household_not_yours"):
        settle(unit, pedro, {ana: Wish(False, 0), pedro: Wish(True, 0)})
    assert not pedro.may_approve


def test_a_form_that_shows_other_people_is_refused(at_home: tuple[Unit, Resident, Resident]) -> None:
    unit, ana, pedro = at_home
    wishes = {ana: Wish(True, 0), pedro: Wish(True, 1)}
    luz = make_resident(unit, "Luz", "Vera")
    with pytest.raises(Refused, match="household_changed"):
        settle(unit, ana, wishes)
    with pytest.raises(Refused, match="household_changed"):
        settle(unit, ana, {ana: Wish(True, 0)})
    settle(unit, ana, {**wishes, luz: Wish(False, 2)})


def test_a_form_older_than_a_change_is_refused_and_one_posted_twice_is_not(
    at_home: tuple[Unit, Resident, Resident],
) -> None:
    unit, ana, pedro = at_home
    wishes = {ana: Wish(True, 0), pedro: Wish(True, 1)}
    seen = {each.id: resident_upkeep.version(each) for each in wishes}
    settle(unit, ana, wishes, seen)
    settle(unit, ana, wishes, seen)
    assert len(journal("portal.household_settled")) == 1
    with pytest.raises(Refused, match="resident_changed"):
        settle(unit, ana, {**wishes, pedro: Wish(False, 5)}, seen)


def test_an_order_beyond_the_limits_is_refused(at_home: tuple[Unit, Resident, Resident]) -> None:
    unit, ana, pedro = at_home
    with pytest.raises(Refused, match="setting_out_of_range"):
        settle(unit, ana, {ana: Wish(True, 0), pedro: Wish(True, 100)})


def test_others_see_no_telephone_in_full(at_home: tuple[Unit, Resident, Resident]) -> None:
    unit, *_ = at_home
    members = household.members(unit)
    assert [member.full_name for member in members] == ["Ana Rojas", "Pedro Rojas"]
    assert members[1].phones == ("+56 9 ···· 3333",)


# One's own telephones


def change_phones(resident: Resident, *numbers: str, seen: str | None = None) -> None:
    version = resident_upkeep.version(resident) if seen is None else seen
    community = db.session.get_one(Community, resident.community_id)
    household.change_phones(resident, community, numbers, seen=version, by=BY, now=NOON)


def test_a_resident_changes_the_own_telephones(at_home: tuple[Unit, Resident, Resident]) -> None:
    _, ana, _ = at_home
    change_phones(ana, "", "9 6123 4567", "+56 9 6123 4567", " ")
    assert resident_upkeep.numbers_of(ana) == ("+56961234567",)
    assert [line.subject_id for line in journal("portal.phones_changed")] == [ana.id]
    assert ana.may_approve


def test_a_telephone_that_is_none_is_told_beside_its_field(at_home: tuple[Unit, Resident, Resident]) -> None:
    _, ana, _ = at_home
    with pytest.raises(Refused, match="phone_malformed") as refused:
        change_phones(ana, PHONE, "12")
    assert refused.value.field == "phone_2"
    assert resident_upkeep.numbers_of(ana) == (PHONE,)


def test_five_are_too_many(at_home: tuple[Unit, Resident, Resident]) -> None:
    _, ana, _ = at_home
    with pytest.raises(Refused, match="phones_too_many"):
        change_phones(ana, *(f"9 6123 456{n}" for n in range(5)))


def test_posted_twice_they_are_changed_once_and_an_older_form_is_refused(
    at_home: tuple[Unit, Resident, Resident],
) -> None:
    _, ana, _ = at_home
    seen = resident_upkeep.version(ana)
    for _ in range(2):
        change_phones(ana, "9 6123 4567", seen=seen)
    assert len(journal("portal.phones_changed")) == 1
    for old in (seen, ""):
        with pytest.raises(Refused, match="resident_changed"):
            change_phones(ana, "9 6123 0000", seen=old)


def test_a_new_telephone_opens_the_portal_by_a_link_that_was_sent_to_it_and_the_old_one_no_more(house: House) -> None:
    with tenancy.acting_for(house.community):
        change_phones(people(house)[2], "9 6123 4567")
    ask(PHONE)
    assert messages() == []
    ask("+56961234567")
    assert [message.recipient for message in messages()] == ["+56961234567"]
    assert [home.resident_id for home in contacts.homes(MAIL)] == [house.ana]
