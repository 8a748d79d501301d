"""The layout in which a list of who may and who may not enter comes: a line for each person of a unit
(docs/import.md)."""

from __future__ import annotations

from enum import StrEnum

from conserje.importing.layout import Layout


class ListColumn(StrEnum):
    """What a line may say."""

    TOWER = "tower"
    NUMBER = "number"
    LISTING = "listing"
    DOCUMENT_TYPE = "document_type"
    DOCUMENT_NUMBER = "document_number"
    GIVEN_NAMES = "given_names"
    SURNAMES = "surnames"
    EXPIRES_ON = "expires_on"
    DAYS = "days"
    FROM_HOUR = "from_hour"
    UNTIL_HOUR = "until_hour"


LAYOUT = Layout(
    titles={
        ListColumn.TOWER: "Torre",
        ListColumn.NUMBER: "Número",
        ListColumn.LISTING: "Tipo de acceso",
        ListColumn.DOCUMENT_TYPE: "Tipo de documento",
        ListColumn.DOCUMENT_NUMBER: "Número de documento",
        ListColumn.GIVEN_NAMES: "Nombres",
        ListColumn.SURNAMES: "Apellidos",
        ListColumn.EXPIRES_ON: "Válido hasta",
        ListColumn.DAYS: "Días",
        ListColumn.FROM_HOUR: "Desde las",
        ListColumn.UNTIL_HOUR: "Hasta las",
    },
    # What the same columns are called in lists that administrators already have.
    also={
        ListColumn.TOWER: ("Bloque", "Edificio", "Torre/Bloque"),
        ListColumn.NUMBER: (
            "N°", "Nº", "Nro", "Unidad", "Inmueble", "Departamento", "Depto", "Apartamento", "Apto", "Casa",
        ),
        ListColumn.LISTING: ("Tipo", "Acceso", "Lista"),
        ListColumn.DOCUMENT_TYPE: ("Tipo documento", "Tipo doc"),
        ListColumn.DOCUMENT_NUMBER: (
            "Documento", "Número documento", "N° documento", "Nº documento", "N° de documento", "Nº de documento",
            "RUN", "RUT", "Cédula",
        ),
        ListColumn.GIVEN_NAMES: ("Nombre", "Nombre completo"),
        ListColumn.SURNAMES: ("Apellido",),
        ListColumn.EXPIRES_ON: ("Vence", "Vence el", "Vencimiento", "Hasta el"),
        ListColumn.FROM_HOUR: ("Desde", "Desde hora", "Hora desde"),
        ListColumn.UNTIL_HOUR: ("Hasta", "Hasta hora", "Hora hasta"),
    },
    needed=ListColumn.DOCUMENT_NUMBER,
)  # fmt: skip
