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


_ACTIONS = {
    "visit.announced": N_("registró una visita"),
    "visit.accepted": N_("aceptó la visita"),
    "visit.rejected": N_("rechazó la visita"),
    "visit.entered": N_("marcó el ingreso"),
    "visit.left": N_("marcó la salida"),
    "visit.asked_again": N_("reenvió la pregunta al residente"),
    "link.answered": N_("respondió por el enlace"),
    "phones.viewed": N_("vio los teléfonos"),
    "profile.viewed": N_("vio el perfil de un visitante"),
    "unit.number_set": N_("puso el número de avisos"),
    "unit.number_deleted": N_("eliminó el número de avisos"),
    "access_list.added": N_("ingresó a alguien a una lista de acceso"),
    "access_list.moved": N_("cambió a alguien de lista de acceso"),
    "access_list.removed": N_("sacó a alguien de una lista de acceso"),
    "settings.changed": N_("cambió las configuraciones"),
    "logo.chosen": N_("cambió el logo de la comunidad"),
    "logo.of_administration": N_("cambió el logo de la administración"),
    "sms.bought": N_("compró una bolsa de SMS"),
    "account.created": N_("creó una cuenta"),
    "account.reactivated": N_("reactivó una cuenta"),
    "account.changed": N_("cambió una cuenta"),
    "account.deactivated": N_("eliminó una cuenta"),
    "password.changed": N_("cambió su contraseña"),
    "password.reset": N_("eligió una contraseña nueva"),
    "password.reset_asked": N_("pidió una contraseña nueva"),
    "password.temporary_sent": N_("envió una contraseña temporal"),
    "sign_in": N_("ingresó al sistema"),
    "sign_in.failed": N_("no pudo ingresar al sistema"),
    "sign_out": N_("salió del sistema"),
    "access.denied": N_("intentó algo sin permiso"),
    "installation.founded": N_("creó la instalación"),
    "demo.filled": N_("instaló la demostración"),
}
_SUBJECTS = {
    "visit": N_("Visita"),
    "visitor": N_("Visitante"),
    "unit": N_("Unidad"),
    "approval_link": N_("Enlace"),
    "access_list_entry": N_("Lista de acceso"),
    "community": N_("Comunidad"),
    "administration": N_("Administración"),
    "sms_purchase": N_("Compra"),
    "account": N_("Cuenta"),
    "installation": N_("Instalación"),
}
_ACT_KINDS = {
    "visits": N_("Visitas"),
    "views": N_("Datos personales vistos"),
    "units": N_("Unidades y listas de acceso"),
    "settings": N_("Configuraciones y logos"),
    "sms": N_("Bolsas de SMS"),
    "accounts": N_("Cuentas e ingresos"),
    "refusals": N_("Intentos sin permiso"),
}


def action(code: str) -> str:
    """What the audit journal's code says, as the end of a sentence about a person."""
    return gettext(_ACTIONS[code])


def subject(code: str) -> str:
    return gettext(_SUBJECTS[code])


def act_kind(code: str) -> str:
    return gettext(_ACT_KINDS[code])


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
