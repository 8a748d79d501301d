"""The Spanish words for the codes of the rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from conserje.access_lists.matching import Listing
from conserje.communities.models import ColumnNames, Origin, ResidentKind, UnitKind
from conserje.identity.countries import Country
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


_ACTIONS = {
    "visit.announced": N_("registró una visita"),
    "visit.accepted": N_("aceptó la visita"),
    "visit.rejected": N_("rechazó la visita"),
    "visit.entered": N_("marcó el ingreso"),
    "visit.left": N_("marcó la salida"),
    "visit.asked_again": N_("reenvió la pregunta al residente"),
    "link.answered": N_("respondió por el enlace"),
    "visit.disowned": N_("dijo que la visita no era para su unidad"),
    "portal.answered": N_("respondió en el portal de residentes"),
    "portal.link_asked": N_("pidió un enlace al portal de residentes"),
    "portal.entered": N_("entró al portal de residentes"),
    "portal.left": N_("salió del portal de residentes"),
    "portal.password_changed": N_("eligió su contraseña del portal"),
    "portal.household_settled": N_("eligió quiénes autorizan en su unidad"),
    "portal.phones_changed": N_("cambió sus propios teléfonos"),
    "letters.ordered": N_("pidió cartas de bienvenida"),
    "letters.sent": N_("envió las cartas de bienvenida"),
    "portal.invited": N_("envió el acceso al portal de residentes"),
    "portal.invitations_ordered": N_("envió el acceso al portal a los propietarios"),
    "phones.viewed": N_("vio los teléfonos"),
    "profile.viewed": N_("vio el perfil de un visitante"),
    "unit.number_set": N_("puso el número de avisos"),
    "unit.number_deleted": N_("eliminó el número de avisos"),
    "unit.added": N_("agregó un inmueble"),
    "unit.changed": N_("cambió un inmueble"),
    "unit.deleted": N_("eliminó un inmueble"),
    "units.imported": N_("importó inmuebles y residentes"),
    "resident.added": N_("agregó a un residente"),
    "resident.changed": N_("cambió a un residente"),
    "resident.deleted": N_("eliminó a un residente"),
    "residents.exported": N_("descargó los residentes en Excel"),
    "access_list.added": N_("ingresó a alguien a una lista de acceso"),
    "access_list.moved": N_("cambió a alguien de lista de acceso"),
    "access_list.removed": N_("sacó a alguien de una lista de acceso"),
    "access_list.amended": N_("cambió cuándo vale un acceso"),
    "watch.added": N_("agregó a alguien a la lista de vigilancia"),
    "watch.changed": N_("cambió una entrada de la lista de vigilancia"),
    "watch.removed": N_("sacó a alguien de la lista de vigilancia"),
    "community.created": N_("creó la comunidad"),
    "community.changed": N_("cambió los datos de la comunidad"),
    "settings.changed": N_("cambió las configuraciones"),
    "privacy.purged": N_("borró los datos personales cuyo plazo venció"),
    "privacy.searched": N_("buscó los datos de una persona"),
    "privacy.viewed": N_("vio todos los datos de una persona"),
    "privacy.exported": N_("descargó los datos de una persona"),
    "privacy.corrected": N_("corrigió los datos de una persona"),
    "privacy.erased": N_("borró los datos de una persona"),
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
    "resident": N_("Residente"),
    "approval_link": N_("Enlace"),
    "portal_access": N_("Portal de residentes"),
    "access_list_entry": N_("Lista de acceso"),
    "watch_entry": N_("Lista de vigilancia"),
    "community": N_("Comunidad"),
    "administration": N_("Administración"),
    "sms_purchase": N_("Compra"),
    "account": N_("Cuenta"),
    "installation": N_("Instalación"),
}
_ACT_KINDS = {
    "visits": N_("Visitas"),
    "views": N_("Datos personales vistos"),
    "privacy": N_("Datos personales: plazos y solicitudes"),
    "units": N_("Unidades y listas de acceso"),
    "settings": N_("Configuraciones y logos"),
    "portal": N_("Portal de residentes"),
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
