"""The Spanish words for the codes of the rules."""

from __future__ import annotations

from conserje.access_lists.matching import Listing
from conserje.communities.models import ResidentKind
from conserje.identity.documents import DocumentType
from conserje.localisation import N_, gettext, hour
from conserje.permissions import Profile
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
_PROFILES = {
    Profile.SUPERADMIN: N_("Súper Administrador"),
    Profile.ADMIN: N_("Administrador"),
    Profile.CONSERJE: N_("Conserje"),
}


_LISTINGS = {
    Listing.NOT_LISTED: N_("En ninguna lista"),
    Listing.AUTHORISED: N_("Acceso autorizado"),
    Listing.UNAUTHORISED: N_("No autorizado"),
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


def profile(code: str) -> str:
    return gettext(_PROFILES[Profile(code)])
