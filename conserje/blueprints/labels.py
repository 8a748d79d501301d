"""The Spanish words for the codes of the rules."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from conserje.communities.models import ResidentKind
from conserje.identity.documents import DocumentType
from conserje.permissions import Profile
from conserje.visits.models import Method, State, VisitorKind

_KINDS = {
    VisitorKind.VISIT: _("Visita"),
    VisitorKind.FAMILY: _("Familiar"),
    VisitorKind.DOMESTIC: _("Servicio doméstico"),
    VisitorKind.SUPPLIER: _("Proveedor"),
    VisitorKind.DELIVERY: _("Delivery"),
    VisitorKind.TECHNICIAN: _("Técnico"),
    VisitorKind.TRANSPORT: _("Transporte"),
    VisitorKind.OTHER: _("Otro"),
}
_STATES = {
    State.PENDING: _("Pendiente"),
    State.ACCEPTED: _("Aceptado"),
    State.REJECTED: _("Rechazado"),
    State.EXPIRED: _("Vencido"),
}
_METHODS = {
    Method.CALL: _("Llamada telefónica"),
    Method.INTERCOM: _("Citófono"),
    Method.IN_PERSON: _("Presencial"),
    Method.ADMINISTRATION: _("Administración"),
    Method.SMS: _("SMS"),
    Method.EMAIL: _("Correo"),
    Method.PORTAL: _("Portal del residente"),
    Method.ACCESS_LIST: _("Lista de acceso"),
    Method.PASS: _("Pase QR"),
}
_DOCUMENT_TYPES = {
    DocumentType.RUN: _("RUN"),
    DocumentType.PASSPORT: _("Pasaporte"),
    DocumentType.FOREIGN_ID: _("Documento extranjero"),
    DocumentType.OTHER: _("Otro documento"),
    DocumentType.CC: _("Cédula de ciudadanía"),
    DocumentType.CE: _("Cédula de extranjería"),
    DocumentType.TI: _("Tarjeta de identidad"),
    DocumentType.PPT: _("Permiso por protección temporal"),
}
_RESIDENT_KINDS = {
    ResidentKind.OWNER: _("Propietario"),
    ResidentKind.TENANT: _("Arrendatario"),
    ResidentKind.OCCUPANT: _("Residente"),
}
_PROFILES = {
    Profile.SUPERADMIN: _("Súper Administrador"),
    Profile.ADMIN: _("Administrador"),
    Profile.CONSERJE: _("Conserje"),
}


def kind(code: str) -> str:
    return str(_KINDS[VisitorKind(code)])


def state(code: str) -> str:
    return str(_STATES[State(code)])


def method(code: str) -> str:
    return str(_METHODS[Method(code)])


def document_type(code: str) -> str:
    return str(_DOCUMENT_TYPES[DocumentType(code)])


def resident_kind(code: str) -> str:
    return str(_RESIDENT_KINDS[ResidentKind(code)])


def profile(code: str) -> str:
    return str(_PROFILES[Profile(code)])
