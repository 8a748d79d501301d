"""The table of profiles and permissions (K150 to K157), spelled out a second time."""

from __future__ import annotations

import pytest

from conserje.permissions import (
    CONSULTING,
    MODULE_OF,
    PERMISSIONS,
    Module,
    Permission,
    Profile,
    may_create,
    permissions_of,
)

# K157: the main modules (access control, correspondence, logbook, meter readings, viewing reports), no configuration.
CONSERJE = {
    "own_session",
    "change_own_password",
    "see_gate",
    "register_visitors",
    "decide_visits",
    "see_phones",
    "see_parcels",
    "handle_parcels",
    "see_logbook",
    "write_logbook",
    "see_meters",
    "read_meters",
    "see_reports",
}
# K154, K030, K055, K071, K105, K115: every main module and every configuration module.
ADMIN = CONSERJE | {
    "own_second_factor",
    "override_access_list",
    "see_sms_bundles",
    "buy_sms_bundles",
    "see_units",
    "manage_units",
    "see_portal_access",
    "invite_residents",
    "see_letters",
    "manage_letters",
    "see_access_lists",
    "manage_access_lists",
    "see_staff",
    "manage_staff",
    "manage_branding",
    "manage_settings",
    "manage_facilities",
    "manage_parking",
    "see_audit",
    "export_audit",
    "see_privacy",
    "manage_privacy",
}
# K151, K152: everything; the communities and accounts of its own profile besides.
SUPERADMIN = ADMIN | {"manage_communities", "create_superadmins", "require_second_factor"}
TABLE = {Profile.CONSERJE: CONSERJE, Profile.ADMIN: ADMIN, Profile.SUPERADMIN: SUPERADMIN}

# K121: a vendor's test user looks at what its profile sees, and touches nothing.
TEST_CONSERJE = {"own_session", "see_gate", "see_parcels", "see_logbook", "see_meters", "see_reports"}
TEST_ADMIN = TEST_CONSERJE | {
    "see_sms_bundles",
    "see_units",
    "see_portal_access",
    "see_letters",
    "see_access_lists",
    "see_staff",
    "see_audit",
    "see_privacy",
}
TEST_TABLE = {Profile.CONSERJE: TEST_CONSERJE, Profile.ADMIN: TEST_ADMIN, Profile.SUPERADMIN: TEST_ADMIN}


def test_there_are_three_profiles() -> None:
    assert {profile.value for profile in Profile} == {"superadmin", "admin", "conserje"}
    assert set(PERMISSIONS) == set(Profile)


def test_every_permission_stands_in_this_table() -> None:
    assert {permission.value for permission in Permission} == SUPERADMIN


@pytest.mark.parametrize("profile", list(Profile))
def test_a_profile_holds_what_the_table_says(profile: Profile) -> None:
    assert permissions_of(profile, is_test=False) == TABLE[profile]


@pytest.mark.parametrize("profile", list(Profile))
def test_a_test_user_of_a_profile_holds_what_the_table_says(profile: Profile) -> None:
    assert permissions_of(profile, is_test=True) == TEST_TABLE[profile]


def test_a_test_user_only_consults() -> None:
    for permission in CONSULTING - {Permission.OWN_SESSION}:
        assert permission.value.startswith("see_")
    # It shows personal data; a test user of the vendor's has no visitor to call about.
    assert Permission.SEE_PHONES not in CONSULTING


@pytest.mark.parametrize("profile", list(Profile))
def test_a_test_user_holds_nothing_that_its_profile_does_not(profile: Profile) -> None:
    assert permissions_of(profile, is_test=True) < permissions_of(profile, is_test=False)


# K003, K004: what nobody may do where a module is off, spelled out a second time.
OF_MODULES = {
    Module.ACCESS_LISTS: {"see_access_lists", "manage_access_lists"},
    Module.PORTAL: {"see_portal_access", "invite_residents"},
    Module.LETTERS: {"see_letters", "manage_letters"},
}


@pytest.mark.parametrize("module", list(Module))
@pytest.mark.parametrize("profile", list(Profile))
def test_where_a_module_is_off_nobody_holds_what_it_brings(profile: Profile, module: Module) -> None:
    assert permissions_of(profile, is_test=False, off=[module.value]) == TABLE[profile] - OF_MODULES[module]
    assert permissions_of(profile, is_test=True, off=[module.value]) == TEST_TABLE[profile] - OF_MODULES[module]


def test_a_code_that_is_no_module_switches_nothing_off() -> None:
    assert permissions_of(Profile.ADMIN, is_test=False, off=["parcels"]) == ADMIN


def test_no_module_takes_the_gate_or_its_switch_away() -> None:
    every = permissions_of(Profile.SUPERADMIN, is_test=False, off=list(Module))
    assert every == set(Permission) - set(MODULE_OF)
    assert {Permission.SEE_GATE, Permission.OVERRIDE_ACCESS_LIST, Permission.MANAGE_COMMUNITIES} <= every


@pytest.mark.parametrize(
    ("profile", "created"),
    [
        (Profile.SUPERADMIN, {"superadmin", "admin", "conserje"}),
        (Profile.ADMIN, {"admin", "conserje"}),
        (Profile.CONSERJE, set()),
    ],
)
def test_a_profile_creates_accounts_of_these(profile: Profile, created: set[str]) -> None:
    assert set(may_create(profile)) == created


@pytest.mark.parametrize("profile", list(Profile))
def test_who_creates_accounts_may_manage_staff_and_superadmins_take_a_permission_of_their_own(
    profile: Profile,
) -> None:
    held = permissions_of(profile, is_test=False)
    assert bool(may_create(profile)) == (Permission.MANAGE_STAFF in held)
    assert (Profile.SUPERADMIN in may_create(profile)) == (Permission.CREATE_SUPERADMINS in held)
