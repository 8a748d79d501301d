"""What conserjes write beside a visit."""

from __future__ import annotations

from random import Random

from conserje.visits.models import Method, VisitorKind

_NOTES = {
    VisitorKind.VISIT: ("Trae un regalo", "Viene a almorzar", "Viene a una reunión", "Se queda a cenar"),
    VisitorKind.FAMILY: ("Trae maletas", "Viene con coche de bebé", "Viene a buscar a los niños", "Se queda a dormir"),
    VisitorKind.DOMESTIC: ("Tiene llaves", "Sale antes hoy", "Viene en reemplazo"),
    VisitorKind.SUPPLIER: ("Trae materiales", "Viene a medir", "Trae un mueble", "Pide usar el ascensor de carga"),
    VisitorKind.DELIVERY: ("Deja el pedido abajo", "Comida", "Supermercado", "Farmacia", "Sube a la puerta", "Paquete"),
    VisitorKind.TECHNICIAN: ("Internet", "Revisión de gas", "Lavadora", "Agua caliente", "Filtración en el baño"),
    VisitorKind.TRANSPORT: ("Espera en la entrada", "Viene a buscar a un residente", "Traslado al aeropuerto"),
    VisitorKind.OTHER: ("Trae una notificación", "Encuesta", "Viene a ver la unidad"),
}
_REASONS = (
    "El residente no espera a nadie",
    "El residente no conoce a la persona",
    "Se equivocó de unidad",
    "Pide que vuelva mañana",
    "No está en casa y no autoriza el ingreso",
)
_DELIVERY_REASONS = ("El residente baja a buscar", "El pedido no es de esta unidad", "Se equivocó de unidad")
_REMARKS = {
    Method.CALL: ("Contestó a la segunda", "Autoriza sin observaciones", "Pide ayuda para subir las cosas"),
    Method.INTERCOM: ("Autoriza por citófono", "Baja a recibir", "Pide ayuda con los paquetes"),
    Method.IN_PERSON: ("El residente bajó a recibir", "Llegaron juntos"),
    Method.ADMINISTRATION: ("Autoriza la administración", "Trabajo coordinado con la administración"),
}


def note(chance: Random, kind: VisitorKind) -> str:
    """What the conserje writes on announcing somebody: mostly nothing."""
    return chance.choice(_NOTES[kind]) if chance.random() < 0.22 else ""


def remark(chance: Random, method: Method) -> str:
    """What is written beside a yes: mostly nothing."""
    return chance.choice(_REMARKS[method]) if chance.random() < 0.15 else ""


def reason(chance: Random, kind: VisitorKind) -> str:
    """Why somebody is turned away: always given."""
    return chance.choice(_DELIVERY_REASONS if kind is VisitorKind.DELIVERY else _REASONS)
