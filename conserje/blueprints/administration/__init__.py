"""The administration's screens."""

from __future__ import annotations

from typing import NamedTuple

from flask import Blueprint, g, url_for

from conserje.localisation import N_, gettext
from conserje.permissions import Permission
from conserje.sms_wallet.money import money

administration = Blueprint("administration", __name__, url_prefix="/administracion")

from conserje.blueprints.administration import (  # noqa: E402 - register routes
    access_lists,  # noqa: F401
    bitacora,  # noqa: F401
    branding,  # noqa: F401
    notice_numbers,  # noqa: F401
    settings,  # noqa: F401
    sms_bundles,  # noqa: F401
    staff,  # noqa: F401
    units,  # noqa: F401
)

# What the side menu offers, in its order.
_MODULES = (
    (N_("Inmuebles"), "administration.units", Permission.SEE_UNITS),
    (N_("Usuarios"), "administration.staff", Permission.SEE_STAFF),
    (N_("Bolsas de SMS"), "administration.sms_bundles", Permission.SEE_SMS_BUNDLES),
    (N_("Administración"), "administration.branding", Permission.MANAGE_BRANDING),
    (N_("Bitácora"), "administration.audit_journal", Permission.SEE_AUDIT),
    (N_("Configuraciones"), "administration.settings", Permission.MANAGE_SETTINGS),
)


class Module(NamedTuple):
    """An entry of the side menu."""

    label: str
    url: str


@administration.app_template_global("administration_modules")
def modules() -> list[Module]:
    """The modules that whoever is signed in may see; none for a conserje (K030, K105)."""
    may = g.access.may
    return [Module(gettext(label), url_for(endpoint)) for label, endpoint, needed in _MODULES if may(needed)]


@administration.app_template_filter("grouped")
def grouped(number: int) -> str:
    """1284 as 1.284, as both countries write it."""
    return f"{number:,}".replace(",", ".")


administration.add_app_template_filter(money)
