"""The administration's screens."""

from __future__ import annotations

from typing import NamedTuple

from flask import Blueprint, g, url_for

from conserje.localisation import N_, gettext
from conserje.permissions import Permission
from conserje.sms_wallet.money import money

administration = Blueprint("administration", __name__, url_prefix="/administracion")

from conserje.blueprints.administration import (  # noqa: E402 - register routes
    access_amending,  # noqa: F401
    access_lists,  # noqa: F401
    bitacora,  # noqa: F401
    branding,  # noqa: F401
    communities,  # noqa: F401
    imports,  # noqa: F401
    letters,  # noqa: F401
    list_imports,  # noqa: F401
    listed_people,  # noqa: F401
    notice_numbers,  # noqa: F401
    portal_invitations,  # noqa: F401
    privacy,  # noqa: F401
    privacy_holds,  # noqa: F401
    privacy_people,  # noqa: F401
    privacy_requests,  # noqa: F401
    resident_upkeep,  # noqa: F401
    residents,  # noqa: F401
    settings,  # noqa: F401
    sms_bundles,  # noqa: F401
    staff,  # noqa: F401
    unit_upkeep,  # noqa: F401
    units,  # noqa: F401
    watch_list,  # noqa: F401
)

# What the side menu offers, in its order: a heading, and the modules under it.
_MENU = (
    (
        N_("Unidades y personas"),
        (
            (N_("Inmuebles"), "administration.units", Permission.SEE_UNITS),
            (N_("Residentes"), "administration.residents", Permission.SEE_UNITS),
            (N_("Acceso de residentes"), "administration.portal_invitations", Permission.SEE_PORTAL_ACCESS),
            (N_("Carta de bienvenida"), "administration.letters", Permission.SEE_LETTERS),
        ),
    ),
    (
        N_("Portería"),
        (
            (N_("Listas de acceso"), "administration.listed_people", Permission.SEE_ACCESS_LISTS),
            (N_("Lista de vigilancia"), "administration.watch_list", Permission.SEE_ACCESS_LISTS),
            (N_("Bolsas de SMS"), "administration.sms_bundles", Permission.SEE_SMS_BUNDLES),
        ),
    ),
    (
        N_("Sistema"),
        (
            (N_("Usuarios"), "administration.staff", Permission.SEE_STAFF),
            (N_("Comunidades"), "administration.communities", Permission.MANAGE_COMMUNITIES),
            (N_("Administración"), "administration.branding", Permission.MANAGE_BRANDING),
            (N_("Configuraciones"), "administration.settings", Permission.MANAGE_SETTINGS),
            (N_("Bitácora"), "administration.audit_journal", Permission.SEE_AUDIT),
            (N_("Datos personales"), "administration.privacy", Permission.SEE_PRIVACY),
        ),
    ),
)


class Module(NamedTuple):
    """An entry of the side menu."""

    label: str
    url: str


class Group(NamedTuple):
    """Modules of the side menu under one heading."""

    label: str
    modules: list[Module]


@administration.app_template_global("administration_menu")
def menu() -> list[Group]:
    """The modules that whoever is signed in may see, in their groups; none for a conserje (K030, K105)."""
    groups = [
        Group(gettext(heading), [_module(label, view) for label, view, needed in modules if g.access.may(needed)])
        for heading, modules in _MENU
    ]
    return [group for group in groups if group.modules]


def _module(label: str, view: str) -> Module:
    return Module(gettext(label), url_for(view))


@administration.app_template_filter("grouped")
def grouped(number: int) -> str:
    """1284 as 1.284, as both countries write it."""
    return f"{number:,}".replace(",", ".")


administration.add_app_template_filter(money)
