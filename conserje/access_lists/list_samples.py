"""The template of a list of who may and who may not enter."""

from __future__ import annotations

from conserje.access_lists.list_layout import LAYOUT, ListColumn
from conserje.identity.countries import Country
from conserje.identity.documents import Document, DocumentType, display, run
from conserje.importing.samples import Sample

# Numbers that nobody can take for somebody's.
_DOCUMENTS = {
    Country.CL: ("RUN", tuple(display(run(number)) for number in (11_111_111, 22_222_222, 9_999_999))),
    Country.CO: (
        "Cédula de ciudadanía",
        tuple(display(Document(DocumentType.CC, number)) for number in ("1000000001", "1000000002", "1000000003")),
    ),
}
_TYPES = {
    Country.CL: "RUN, pasaporte, documento extranjero u otro. Vacía: RUN.",
    Country.CO: "Cédula de ciudadanía (CC), cédula de extranjería (CE), tarjeta de identidad (TI), PPT, pasaporte u "
    "otro. Vacía: cédula de ciudadanía.",
}
_MEANINGS = {
    ListColumn.TOWER: "Como se muestra en pantalla. Vacía donde no hay torres.",
    ListColumn.NUMBER: "Obligatorio. El inmueble debe existir: mayúsculas, acentos y espacios no cuentan.",
    ListColumn.LISTING: "Obligatorio: autorizado o no autorizado.",
    ListColumn.DOCUMENT_NUMBER: "Obligatorio, con o sin puntos y guion. Identifica a la persona en su inmueble.",
    ListColumn.GIVEN_NAMES: "Obligatorio.",
    ListColumn.SURNAMES: "Se agregan a los nombres.",
    ListColumn.EXPIRES_ON: "El último día en que vale, como 31/12/2027. Vacía en alguien nuevo: sin vencimiento.",
    ListColumn.DAYS: "Solo para autorizados: «lunes a viernes», «martes, jueves». Vacía en alguien nuevo: todos.",
    ListColumn.FROM_HOUR: "Solo para autorizados, como 9:00. Con «Hasta las», o ninguna de las dos.",
    ListColumn.UNTIL_HOUR: "Como 13:00. De 22:00 a 6:00 vale también después de medianoche.",
}
_RULES = (
    "Una fila por persona e inmueble.",
    "Una persona está a lo más en una de las dos listas de un inmueble: quien venga en la otra se cambia a ella.",
    "Una celda vacía, o una columna que no está, deja el dato como está. Un guion (-) lo borra.",
    "El archivo se puede importar otra vez: quien ya está se actualiza y no se duplica.",
    "Quienes ya no vienen se conservan en las listas.",
)


def sample(country: Country) -> Sample:
    """The template, with documents of this country."""
    meanings = _MEANINGS | {ListColumn.DOCUMENT_TYPE: _TYPES[country]}
    return Sample(
        tuple(LAYOUT.titles.values()),
        _examples(country),
        _RULES,
        tuple((title, meanings[column]) for column, title in LAYOUT.titles.items()),
    )


def _examples(country: Country) -> tuple[tuple[str, ...], ...]:
    kind, (first, second, third) = _DOCUMENTS[country]
    return (
        ("Torre A", "101", "autorizado", kind, first, "Nombre Uno", "Apellidos", "", "", "", ""),
        ("Torre A", "101", "autorizado", kind, second, "Nombre Dos", "Apellidos", "31/12/2030", "lunes a viernes",
         "9:00", "13:00"),
        ("Torre A", "102", "no autorizado", kind, third, "Nombre Tres", "Apellidos", "", "", "", ""),
        ("", "Casa 12", "autorizado", "Pasaporte", "AB123456", "Nombre Cuatro", "Apellidos", "", "martes, jueves",
         "", ""),
    )  # fmt: skip
