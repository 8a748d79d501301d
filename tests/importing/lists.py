"""Lists of who may and who may not enter, as administrators have them."""

from __future__ import annotations

from datetime import date

from conserje.access_lists.importing import ListReading, Terms, understand
from conserje.access_lists.list_layout import LAYOUT
from conserje.identity.countries import Country
from conserje.identity.documents import display, run
from conserje.importing.files import FileSource
from conserje.importing.standing import HeldUnit, KnownUnits
from tests.importing.books import workbook

HEADINGS = tuple(LAYOUT.titles.values())
SHORT = ("Torre", "Número", "Tipo de acceso", "RUN", "Nombre completo")
CAMILA_RUN, LUIS_RUN = display(run(12_345_678)), display(run(9_876_543))
CAMILA = ("Torre A", "101", "autorizado", CAMILA_RUN, "Camila Soto Díaz")
LUIS = ("Torre A", "102", "no autorizado", LUIS_RUN, "Luis Peña")
TODAY = date(2026, 11, 20)
UNITS = KnownUnits(
    [HeldUnit(n, "Torre A", str(100 + n), "1", "apartment", None, "hand") for n in (1, 2)]
    + [HeldUnit(3, "", "Casa 12", "", "house", None, "hand")]
)


def read(body: bytes, name: str = "lista.xlsx", country: Country = Country.CL) -> ListReading:
    return understand(FileSource(name, body).read_as(LAYOUT).lines, Terms(country, UNITS, TODAY))


def read_rows(*rows: tuple[object, ...], country: Country = Country.CL) -> ListReading:
    return read(workbook(*rows), country=country)


def problems(reading: ListReading) -> list[tuple[str, str]]:
    """Where each problem is, and which."""
    return [(problem.at, problem.code) for problem in reading.problems]
