"""What a layout of lists is, and the one in which units and residents come: a line for each resident
(docs/import.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Generic, Protocol, TypeVar

from conserje.communities.models import Origin
from conserje.identity.names import fold

C = TypeVar("C", bound=StrEnum)


@dataclass(frozen=True)
class Layout(Generic[C]):
    """What the columns of a list are called, by `titles` and `also` otherwise, and which one must be there."""

    titles: Mapping[C, str]
    also: Mapping[C, Sequence[str]]
    needed: C

    def column_named(self, title: object) -> C | None:
        """The column that a heading names, accents and capitals ignored."""
        return self._by_name.get(fold(title)) if isinstance(title, str) else None

    @cached_property
    def _by_name(self) -> dict[str, C]:
        by_title = {fold(title): column for column, title in self.titles.items()}
        return by_title | {fold(name): column for column, names in self.also.items() for name in names}


class Column(StrEnum):
    """What a line may say. The codes are the names in a JSON document."""

    TOWER = "tower"
    NUMBER = "number"
    FLOOR = "floor"
    KIND = "kind"
    NOTICE_PHONE = "notice_phone"
    GIVEN_NAMES = "given_names"
    SURNAMES = "surnames"
    RESIDENT_KIND = "resident_kind"
    IS_PRINCIPAL = "is_principal"
    MAY_APPROVE = "may_approve"
    CONTACT_ORDER = "contact_order"
    EMAIL = "email"
    PHONE_1 = "phone_1"
    PHONE_2 = "phone_2"
    REDUCED_MOBILITY = "reduced_mobility"
    ELECTRO_DEPENDENT = "electro_dependent"


OF_UNIT = (Column.TOWER, Column.NUMBER, Column.FLOOR, Column.KIND, Column.NOTICE_PHONE)
OF_RESIDENT = tuple(column for column in Column if column not in OF_UNIT)

TITLES = {
    Column.TOWER: "Torre",
    Column.NUMBER: "Número",
    Column.FLOOR: "Piso",
    Column.KIND: "Tipo de unidad",
    Column.NOTICE_PHONE: "Celular de avisos",
    Column.GIVEN_NAMES: "Nombres",
    Column.SURNAMES: "Apellidos",
    Column.RESIDENT_KIND: "Tipo de residente",
    Column.IS_PRINCIPAL: "Usuario principal",
    Column.MAY_APPROVE: "Puede aprobar",
    Column.CONTACT_ORDER: "Orden de contacto",
    Column.EMAIL: "Correo",
    Column.PHONE_1: "Teléfono 1",
    Column.PHONE_2: "Teléfono 2",
    Column.REDUCED_MOBILITY: "Movilidad reducida",
    Column.ELECTRO_DEPENDENT: "Electrodependiente",
}
# What the same columns are called in lists that administrators already have.
_ALSO = {
    Column.TOWER: ("Bloque", "Edificio", "Torre/Bloque"),
    Column.NUMBER: ("N°", "Nº", "Nro", "Unidad", "Inmueble", "Departamento", "Depto", "Apartamento", "Apto", "Casa"),
    Column.KIND: ("Tipo", "Tipo unidad"),
    Column.NOTICE_PHONE: ("Número de avisos", "Celular avisos"),
    Column.GIVEN_NAMES: ("Nombre",),
    Column.SURNAMES: ("Apellido",),
    Column.RESIDENT_KIND: ("Tipo residente",),
    Column.IS_PRINCIPAL: ("Principal", "Responsable de deuda"),
    Column.CONTACT_ORDER: ("Orden",),
    Column.EMAIL: ("Correo electrónico", "E-mail", "Email", "Mail"),
    Column.PHONE_1: ("Teléfono", "Celular"),
}
UNITS_AND_RESIDENTS = Layout(TITLES, _ALSO, Column.NUMBER)


@dataclass(frozen=True, slots=True)
class Line(Generic[C]):
    """What one line says under the columns that are there, and where each of its cells stands."""

    values: Mapping[C, object]
    row: int
    place: Callable[[C], str]


@dataclass(frozen=True)
class GivenLogo:
    """What a source says of the administration's logo, not yet judged; nothing where it says that there is none."""

    value: object


@dataclass(frozen=True)
class Table(Generic[C]):
    """What a source gives: its lines one after the other, how many to expect (0: nobody knows), and what is ignored.

    `logo`: what it says of the administration's, if anything.
    """

    lines: Iterator[Line[C]]
    total: int
    unknown: Sequence[str]
    logo: GivenLogo | None = None


class Source(Protocol):
    """Where units and residents come from: a file that was uploaded, or an accounting product's address."""

    @property
    def origin(self) -> Origin: ...

    @property
    def name(self) -> str: ...

    def read(self) -> Table[Column]:
        """Open it and give its lines. Refuses, here or at any line, what cannot be read; no code begins otherwise
        than with `import_`."""
