"""The Spanish words for what the audit journal holds."""

from __future__ import annotations

from conserje.localisation import N_, gettext

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
    "units.exported": N_("descargó los inmuebles en Excel"),
    "communities.exported": N_("descargó las comunidades en Excel"),
    "staff.exported": N_("descargó los usuarios en Excel"),
    "watch_list.exported": N_("descargó la lista de vigilancia en Excel"),
    "portal.exported": N_("descargó los accesos de residentes en Excel"),
    "sms.exported": N_("descargó las compras de SMS en Excel"),
    "journal.exported": N_("descargó la bitácora en Excel"),
    "access_list.added": N_("ingresó a alguien a una lista de acceso"),
    "access_list.moved": N_("cambió a alguien de lista de acceso"),
    "access_list.removed": N_("sacó a alguien de una lista de acceso"),
    "access_list.amended": N_("cambió cuándo vale un acceso"),
    "access_list.renamed": N_("corrigió un nombre de una lista de acceso"),
    "access_list.imported": N_("importó una lista de acceso"),
    "access_lists.exported": N_("descargó las listas de acceso en Excel"),
    "watch.added": N_("agregó a alguien a la lista de vigilancia"),
    "watch.changed": N_("cambió una entrada de la lista de vigilancia"),
    "watch.removed": N_("sacó a alguien de la lista de vigilancia"),
    "community.created": N_("creó la comunidad"),
    "community.changed": N_("cambió los datos de la comunidad"),
    "administration.changed": N_("cambió la configuración de la administración"),
    "settings.changed": N_("cambió las configuraciones"),
    "privacy.purged": N_("borró los datos personales cuyo plazo venció"),
    "privacy.searched": N_("buscó los datos de una persona"),
    "privacy.viewed": N_("vio todos los datos de una persona"),
    "privacy.exported": N_("descargó los datos de una persona"),
    "privacy.corrected": N_("corrigió los datos de una persona"),
    "privacy.erased": N_("borró los datos de una persona"),
    "privacy.request_opened": N_("registró una solicitud sobre datos personales"),
    "privacy.request_closed": N_("cerró una solicitud sobre datos personales"),
    "privacy.requests_exported": N_("descargó las solicitudes sobre datos personales en Excel"),
    "privacy.held": N_("conservó las visitas de una persona por un incidente"),
    "privacy.released": N_("dejó de conservar las visitas de una persona"),
    "logo.chosen": N_("cambió el logo de la comunidad"),
    "logo.of_administration": N_("cambió el logo de la administración"),
    "logo.inherited": N_("trajo el logo de la administración del sistema de contabilidad"),
    "sms.bought": N_("compró una bolsa de SMS"),
    "account.created": N_("creó una cuenta"),
    "account.reactivated": N_("reactivó una cuenta"),
    "account.changed": N_("cambió una cuenta"),
    "account.deactivated": N_("eliminó una cuenta"),
    "password.changed": N_("cambió su contraseña"),
    "password.reset": N_("eligió una contraseña nueva"),
    "password.reset_asked": N_("pidió una contraseña nueva"),
    "password.temporary_sent": N_("envió una contraseña temporal"),
    "second_factor.begun": N_("comenzó a configurar la verificación en dos pasos"),
    "second_factor.on": N_("activó la verificación en dos pasos"),
    "second_factor.off": N_("desactivó la verificación en dos pasos"),
    "second_factor.codes_renewed": N_("creó códigos de respaldo nuevos"),
    "second_factor.recovered": N_("ingresó con un código de respaldo"),
    "sign_in": N_("ingresó al sistema"),
    "sign_in.failed": N_("no pudo ingresar al sistema"),
    "sign_out": N_("salió del sistema"),
    "access.denied": N_("intentó algo sin permiso"),
    "installation.founded": N_("creó la instalación"),
    "demo.filled": N_("instaló la demostración"),
}
_BY_RESIDENTS = ("link.", "portal.", "visit.disowned")
_SUBJECTS = {
    "visit": N_("Visita"),
    "visitor": N_("Visitante"),
    "unit": N_("Unidad"),
    "resident": N_("Residente"),
    "approval_link": N_("Enlace"),
    "portal_access": N_("Portal de residentes"),
    "access_list_entry": N_("Lista de acceso"),
    "watch_entry": N_("Lista de vigilancia"),
    "data_request": N_("Solicitud de datos"),
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


def person(who: str, code: str) -> str:
    """Who did it; a resident, who has no account, is not named in the journal."""
    return who or (gettext("Residente") if code.startswith(_BY_RESIDENTS) else gettext("Sistema"))


def subject(code: str) -> str:
    return gettext(_SUBJECTS[code])


def act_kind(code: str) -> str:
    return gettext(_ACT_KINDS[code])
