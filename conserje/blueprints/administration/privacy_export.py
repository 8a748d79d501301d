"""What a community holds of a person, as a file: for the person, in the words that he reads on paper."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from conserje import clock
from conserje.blueprints import labels
from conserje.communities.models import Community
from conserje.identity import documents
from conserje.identity.documents import Document
from conserje.localisation import time_zone
from conserje.privacy import retention
from conserje.privacy.dossier import Dossier
from conserje.privacy.holds import Held
from conserje.privacy.retention import Kind
from conserje.visits.models import document_of


def as_json(person: Dossier, held: Held | None, community: Community, now: datetime) -> dict[str, Any]:
    """Everything of the dossier, and what the law wants told beside it: origin, purpose, recipients, period."""
    return {
        "comunidad": community.name,
        "generado": _at(now),
        "finalidad": "Control de acceso y seguridad de la comunidad",
        "origen": "La persona misma, en la portería; los residentes; la administración",
        "destinatarios": ["La administración y la portería", "Los residentes de la unidad visitada"],
        "plazos_en_dias": {_TERMS[kind]: days for kind, days in retention.told_days(community).items()},
        "conservado_por_incidente": _hold(held),
        "persona": {"nombre": person.name, "documento": _document(person.document)},
        "residente": _resident(person),
        "registro_de_visitantes": [
            {
                "unidad": person.units.get(each.unit_id),
                "nombre": each.full_name,
                "documento": _document(each.document),
                "tipo": labels.kind(each.kind),
                "patente": each.plate,
                "tiene_foto": each.photo is not None,
                "ultima_visita": _at(each.last_visit_at),
            }
            for each in person.register
        ],
        "visitas": [
            {
                "unidad": person.units.get(each.unit_id),
                "nombre": each.full_name,
                "documento": _document(each.document),
                "tipo": labels.kind(each.kind),
                "acompanantes": each.companions,
                "patente": each.plate,
                "observacion": each.note,
                "tiene_foto": each.photo is not None,
                "registrada": _at(each.announced_at),
                "estado": labels.state(each.state),
                "decidida": _at(each.decided_at),
                "ingreso": _at(each.entered_at),
                "salida": _at(each.left_at),
            }
            for each in person.visits
        ],
        "listas_de_acceso": [
            {
                "unidad": person.units.get(each.unit_id),
                "nombre": each.full_name,
                "documento": _document(each.document),
                "tipo": labels.listing(each.listing),
                "desde": _at(each.listed_at),
            }
            for each in person.listed
        ],
        "lista_de_vigilancia": [
            {
                "nombre": each.full_name,
                "documento": _document(document_of(each.document_type, each.document_number)),
                "motivo": each.reason,
                "desde": _at(each.added_at),
            }
            for each in person.watched
        ],
        "mensajes": [
            {"canal": each.channel, "destinatario": each.recipient, "estado": each.fate, "creado": _at(each.created_at)}
            for each in person.messages
        ],
    }


_TERMS = {
    Kind.VISITS: "visitas",
    Kind.DOCUMENTS: "documentos",
    Kind.PHOTOS: "fotos",
    Kind.PLATES: "patentes",
    Kind.MESSAGES: "mensajes",
    Kind.JOURNAL: "bitacora",
}


def _hold(held: Held | None) -> dict[str, Any] | None:
    return {"motivo": held.hold.reason, "hasta": held.hold.last_day.isoformat()} if held else None


def _resident(person: Dossier) -> dict[str, Any] | None:
    if person.resident is None:
        return None
    return {
        "unidad": person.units.get(person.resident.unit_id),
        "nombres": person.resident.given_names,
        "apellidos": person.resident.surnames,
        "tipo": labels.resident_kind(person.resident.kind),
        "correo": person.resident.email,
        "telefonos": list(person.phones),
        "movilidad_reducida": person.resident.reduced_mobility,
        "electrodependiente": person.resident.electro_dependent,
    }


def _document(document: Document | None) -> str | None:
    return documents.display(document) if document else None


def _at(moment: datetime | None) -> str | None:
    """By the community's wall clock, with how far that is from UTC."""
    return clock.local(moment, time_zone()).isoformat(timespec="seconds") if moment else None
