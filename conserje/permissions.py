"""Who may do what: three staff profiles (K150) and a table. Pure; `blueprints/access.py` enforces it."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum


class Profile(StrEnum):
    SUPERADMIN = "superadmin"
    ADMIN = "admin"
    CONSERJE = "conserje"


class Permission(StrEnum):
    # main modules (K004, K157)
    SEE_GATE = "see_gate"
    REGISTER_VISITORS = "register_visitors"
    DECIDE_VISITS = "decide_visits"
    OVERRIDE_ACCESS_LIST = "override_access_list"
    SEE_PHONES = "see_phones"
    SEE_PARCELS = "see_parcels"
    HANDLE_PARCELS = "handle_parcels"
    SEE_LOGBOOK = "see_logbook"
    WRITE_LOGBOOK = "write_logbook"
    SEE_METERS = "see_meters"
    READ_METERS = "read_meters"
    SEE_REPORTS = "see_reports"
    # configuration modules (K003, K153, K154)
    SEE_SMS_BUNDLES = "see_sms_bundles"
    BUY_SMS_BUNDLES = "buy_sms_bundles"
    SEE_UNITS = "see_units"
    MANAGE_UNITS = "manage_units"
    SEE_PORTAL_ACCESS = "see_portal_access"
    INVITE_RESIDENTS = "invite_residents"
    SEE_LETTERS = "see_letters"
    MANAGE_LETTERS = "manage_letters"
    SEE_ACCESS_LISTS = "see_access_lists"
    MANAGE_ACCESS_LISTS = "manage_access_lists"
    SEE_STAFF = "see_staff"
    MANAGE_STAFF = "manage_staff"
    MANAGE_BRANDING = "manage_branding"
    MANAGE_SETTINGS = "manage_settings"
    MANAGE_FACILITIES = "manage_facilities"
    MANAGE_PARKING = "manage_parking"
    SEE_AUDIT = "see_audit"
    EXPORT_AUDIT = "export_audit"
    SEE_PRIVACY = "see_privacy"
    MANAGE_PRIVACY = "manage_privacy"
    # the installation (K151, K152)
    MANAGE_COMMUNITIES = "manage_communities"
    CREATE_SUPERADMINS = "create_superadmins"
    REQUIRE_SECOND_FACTOR = "require_second_factor"
    # one's own
    OWN_SESSION = "own_session"
    CHANGE_OWN_PASSWORD = "change_own_password"  # noqa: S105 - the name of a permission
    OWN_SECOND_FACTOR = "own_second_factor"


P = Permission

_CONSERJE = frozenset(
    {
        P.OWN_SESSION,
        P.CHANGE_OWN_PASSWORD,
        P.SEE_GATE,
        P.REGISTER_VISITORS,
        P.DECIDE_VISITS,
        P.SEE_PHONES,
        P.SEE_PARCELS,
        P.HANDLE_PARCELS,
        P.SEE_LOGBOOK,
        P.WRITE_LOGBOOK,
        P.SEE_METERS,
        P.READ_METERS,
        P.SEE_REPORTS,
    }
)
_ADMIN = _CONSERJE | {
    P.OWN_SECOND_FACTOR,
    P.OVERRIDE_ACCESS_LIST,
    P.SEE_SMS_BUNDLES,
    P.BUY_SMS_BUNDLES,
    P.SEE_UNITS,
    P.MANAGE_UNITS,
    P.SEE_PORTAL_ACCESS,
    P.INVITE_RESIDENTS,
    P.SEE_LETTERS,
    P.MANAGE_LETTERS,
    P.SEE_ACCESS_LISTS,
    P.MANAGE_ACCESS_LISTS,
    P.SEE_STAFF,
    P.MANAGE_STAFF,
    P.MANAGE_BRANDING,
    P.MANAGE_SETTINGS,
    P.MANAGE_FACILITIES,
    P.MANAGE_PARKING,
    P.SEE_AUDIT,
    P.EXPORT_AUDIT,
    P.SEE_PRIVACY,
    P.MANAGE_PRIVACY,
}
_SUPERADMIN = frozenset(Permission)

PERMISSIONS: dict[Profile, frozenset[Permission]] = {
    Profile.CONSERJE: _CONSERJE,
    Profile.ADMIN: frozenset(_ADMIN),
    Profile.SUPERADMIN: _SUPERADMIN,
}

# What a vendor's test account keeps of its profile (K121): it consults, and its tools are disabled.
CONSULTING = frozenset(
    {
        P.OWN_SESSION,
        P.SEE_GATE,
        P.SEE_PARCELS,
        P.SEE_LOGBOOK,
        P.SEE_METERS,
        P.SEE_REPORTS,
        P.SEE_SMS_BUNDLES,
        P.SEE_UNITS,
        P.SEE_PORTAL_ACCESS,
        P.SEE_LETTERS,
        P.SEE_ACCESS_LISTS,
        P.SEE_STAFF,
        P.SEE_AUDIT,
        P.SEE_PRIVACY,
    }
)


class Module(StrEnum):
    """What a community may do without (K003, K004); every one is on until somebody switches it off there."""

    ACCESS_LISTS = "access_lists"
    PORTAL = "portal"
    LETTERS = "letters"


# Whose module a permission is; what stands nowhere here every community has. Somebody whom the lists barred while they
# were on still waits for an administrator: OVERRIDE_ACCESS_LIST is no module's.
MODULE_OF: dict[Permission, Module] = {
    P.SEE_ACCESS_LISTS: Module.ACCESS_LISTS,
    P.MANAGE_ACCESS_LISTS: Module.ACCESS_LISTS,
    P.SEE_PORTAL_ACCESS: Module.PORTAL,
    P.INVITE_RESIDENTS: Module.PORTAL,
    P.SEE_LETTERS: Module.LETTERS,
    P.MANAGE_LETTERS: Module.LETTERS,
}


def permissions_of(profile: Profile, *, is_test: bool, off: Collection[str] = ()) -> frozenset[Permission]:
    """What an account may do: its profile's row of the table, and of that only consulting for a test user (K121).

    `off`: the modules that are off where the account works; nobody holds their permissions there.
    """
    held = PERMISSIONS[profile] & CONSULTING if is_test else PERMISSIONS[profile]
    return held - {permission for permission, module in MODULE_OF.items() if module in off} if off else held


def may_create(profile: Profile) -> tuple[Profile, ...]:
    """The profiles of the accounts that this profile creates (K131, K152, K155)."""
    match profile:
        case Profile.SUPERADMIN:
            return (Profile.SUPERADMIN, Profile.ADMIN, Profile.CONSERJE)
        case Profile.ADMIN:
            return (Profile.ADMIN, Profile.CONSERJE)
        case Profile.CONSERJE:
            return ()
