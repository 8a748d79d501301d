"""The Spanish words for the codes of the rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from conserje.access_lists.matching import Listing
from conserje.communities.models import ColumnNames, Origin, ResidentKind, UnitKind
from conserje.identity.countries import Country
from conserje.identity.documents import DocumentType
from conserje.localisation import N_, gettext, hour
from conserje.permissions import Module, Profile
from conserje.visits.asked import Asked, Progress
from conserje.visits.models import Method, State, VisitorKind

_KINDS = {
    VisitorKind.VISIT: N_("Visita"),
    VisitorKind.FAMILY: N_("Familiar"),
    VisitorKind.DOMESTIC: N_("Servicio doméstico"),
    VisitorKind.SUPPLIER: N_("Proveedor"),
    VisitorKind.DELIVERY: N_("Delivery"),
    VisitorKind.TECHNICIAN: N_("Técnico"),
    VisitorKind.TRANSPORT: N_("Transporte"),
    VisitorKind.OTHER: N_("Otro"),
}
_STATES = {
    State.PENDING: N_("Pendiente"),
    State.ACCEPTED: N_("Aceptado"),
    State.REJECTED: N_("Rechazado"),
    State.EXPIRED: N_("Vencido"),
}
_METHODS = {
    Method.CALL: N_("Llamada telefónica"),
    Method.INTERCOM: N_("Citófono"),
    Method.IN_PERSON: N_("Presencial"),
    Method.ADMINISTRATION: N_("Administración"),
    Method.SMS: N_("SMS"),
    Method.EMAIL: N_("Correo"),
    Method.PORTAL: N_("Portal del residente"),
    Method.ACCESS_LIST: N_("Lista de acceso"),
    Method.PASS: N_("Pase QR"),
}
_DOCUMENT_TYPES = {
    DocumentType.RUN: N_("RUN"),
    DocumentType.PASSPORT: N_("Pasaporte"),
    DocumentType.FOREIGN_ID: N_("Documento extranjero"),
    DocumentType.OTHER: N_("Otro documento"),
    DocumentType.CC: N_("Cédula de ciudadanía"),
    DocumentType.CE: N_("Cédula de extranjería"),
    DocumentType.TI: N_("Tarjeta de identidad"),
    DocumentType.PPT: N_("Permiso por protección temporal"),
}
_RESIDENT_KINDS = {
    ResidentKind.OWNER: N_("Propietario"),
    ResidentKind.TENANT: N_("Arrendatario"),
    ResidentKind.OCCUPANT: N_("Residente"),
}
_UNIT_KINDS = {
    UnitKind.APARTMENT: N_("Departamento"),
    UnitKind.HOUSE: N_("Casa"),
    UnitKind.OFFICE: N_("Oficina"),
    UnitKind.SHOP: N_("Local"),
    UnitKind.PARKING: N_("Estacionamiento"),
    UnitKind.STORAGE: N_("Bodega"),
    UnitKind.OTHER: N_("Otro"),
}
_ORIGINS = {
    Origin.HAND: N_("A mano"),
    Origin.FILE: N_("Importado: archivo"),
    Origin.HTTP: N_("Importado: contabilidad"),
}
_ORDERS = {
    "unit": N_("Inmueble"),
    "name": N_("Nombre"),
    "units": N_("Cantidad de inmuebles"),
    "profile": N_("Perfil"),
    "last_access": N_("Último acceso"),
    "review": N_("Fecha de revisión"),
    "due": N_("Plazo para responder"),
    "latest": N_("Más reciente"),
    "oldest": N_("Más antiguo"),
}
_MISSING = {"given_names": N_("nombres"), "surnames": N_("apellidos"), "email": N_("correo")}
_COUNTRIES = {Country.CL: N_("Chile"), Country.CO: N_("Colombia")}
_TIME_ZONES = {
    "America/Santiago": N_("Chile continental"),
    "America/Punta_Arenas": N_("Magallanes"),
    "Pacific/Easter": N_("Isla de Pascua"),
    "America/Bogota": N_("Colombia"),
}
_PROFILES = {
    Profile.SUPERADMIN: N_("Súper Administrador"),
    Profile.ADMIN: N_("Administrador"),
    Profile.CONSERJE: N_("Conserje"),
}
_MODULES = {
    Module.ACCESS_LISTS: (
        N_("Listas de acceso y de vigilancia"),
        N_("Sin este módulo la portería pregunta por todos. Las listas se guardan para cuando se active."),
    ),
    Module.PORTAL: (
        N_("Portal de residentes"),
        N_("Sin este módulo los residentes no entran al portal. Siguen respondiendo por SMS y correo."),
    ),
    Module.LETTERS: (
        N_("Carta de bienvenida"),
        N_("Sin este módulo no se preparan ni se envían cartas. El texto propio se guarda."),
    ),
}
_LISTINGS = {
    Listing.NOT_LISTED: N_("En ninguna lista"),
    Listing.AUTHORISED: N_("Acceso autorizado"),
    Listing.UNAUTHORISED: N_("No autorizado"),
    Listing.OFF_HOURS: N_("Autorizado en otro horario"),
    Listing.WATCHED: N_("Lista de vigilancia"),
    Listing.WATCHED_NAME: N_("Lista de vigilancia"),
}
_ASKED = {
    Progress.QUEUED: N_("%(channel)s en cola"),
    Progress.DELAYED: N_("%(channel)s demorado: llame al residente"),
    Progress.SENT: N_("%(channel)s enviado %(at)s"),
    Progress.FAILED: N_("%(channel)s no se pudo enviar: llame al residente"),
    Progress.NO_CONTACT: N_("Sin número para avisar: llame al residente"),
    Progress.NO_BALANCE: N_("Sin saldo de SMS: llame al residente"),
    Progress.LIMIT: N_("Límite de SMS del día: llame al residente"),
    Progress.SWITCHED_OFF: N_("Sin avisos por mensaje: llame al residente"),
}
_CHANNELS = {"sms": N_("SMS"), "email": N_("Correo"), "": ""}


def asked(how: Asked) -> str:
    """How asking the resident fares, and what the gate is to do where no message goes."""
    return gettext(_ASKED[how.progress], channel=gettext(_CHANNELS[how.channel]), at=hour(how.at) if how.at else "")


def kind(code: str) -> str:
    return gettext(_KINDS[VisitorKind(code)])


def state(code: str) -> str:
    return gettext(_STATES[State(code)])


def method(code: str) -> str:
    return gettext(_METHODS[Method(code)])


def document_type(code: str) -> str:
    return gettext(_DOCUMENT_TYPES[DocumentType(code)])


def listing(code: str) -> str:
    return gettext(_LISTINGS[Listing(code)])


def resident_kind(code: str) -> str:
    return gettext(_RESIDENT_KINDS[ResidentKind(code)])


class PeopleNames(NamedTuple):
    """What the people of a unit are called, after the accounting product that the community uses (K108, K109)."""

    both: str
    principal: str
    others: str
    principal_email: str
    other_emails: str


def people(code: str) -> PeopleNames:
    if code == ColumnNames.DEBT:
        return PeopleNames(
            gettext("Responsable de deuda / Asociados"),
            gettext("Responsable de deuda"),
            gettext("Asociados"),
            gettext("Correo del responsable de deuda"),
            gettext("Correos de asociados"),
        )
    return PeopleNames(
        gettext("Usuario principal / Usuarios secundarios"),
        gettext("Usuario principal"),
        gettext("Secundarios"),
        gettext("Correo del usuario principal"),
        gettext("Correos de secundarios"),
    )


def unit_kind(code: str) -> str:
    return gettext(_UNIT_KINDS[UnitKind(code)])


def origin(code: str) -> str:
    """Where a unit or a resident came from."""
    return gettext(_ORIGINS[Origin(code)])


def order(code: str) -> str:
    """What a list is sorted by."""
    return gettext(_ORDERS[code])


def completeness(missing: Sequence[str]) -> str:
    """Whether everything that must be known of a user is (T11), or what is not."""
    if not missing:
        return gettext("Completos")
    return gettext("Falta: %(what)s", what=", ".join(gettext(_MISSING[each]) for each in missing))


def country(code: str) -> str:
    return gettext(_COUNTRIES[Country(code)])


def time_zone(name: str) -> str:
    return gettext(_TIME_ZONES[name])


def profile(code: str) -> str:
    return gettext(_PROFILES[Profile(code)])


def module(code: str) -> tuple[str, str]:
    """What a module is called, and what becomes of the community without it."""
    name, without = _MODULES[Module(code)]
    return gettext(name), gettext(without)
