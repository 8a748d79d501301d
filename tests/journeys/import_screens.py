"""The way to the screens of [Importar datos], as `screens.py` has it for the gate."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from conserje import clock
from conserje.access_lists.importing import Terms
from conserje.access_lists.importing import keep as keep_list
from conserje.access_lists.importing import understand as understand_list
from conserje.access_lists.list_layout import LAYOUT
from conserje.communities.models import Community
from conserje.database import db
from conserje.identity.countries import Country
from conserje.importing import drafts
from conserje.importing.files import FileSource
from conserje.importing.reading import understand
from conserje.importing.standing import KnownUnits, held_units
from tests.builders import actor
from tests.importing.books import SHORT, workbook
from tests.importing.lists import CAMILA_RUN, LUIS_RUN
from tests.importing.lists import SHORT as LIST_SHORT
from tests.journeys.access_screens import both_lists
from tests.journeys.administration_screens import enter
from tests.journeys.gatehouse import Gatehouse

PATH = "/administracion/inmuebles/importar"
LISTS_PATH = "/administracion/listas-de-acceso"
LIST_LINES = (
    (*LIST_SHORT, "Vence", "Días"),
    ("Torre B", "1204", "no autorizado", CAMILA_RUN, "Camila Soto Díaz", "", ""),
    ("Torre B", "1204", "no autorizado", LUIS_RUN, "Maximiliano Valenzuela de la Fuente Sepúlveda", "", ""),
    ("Torre A", "101", "autorizado", CAMILA_RUN, "Camila Soto Díaz", "31/12/2099", "lunes a viernes"),
    ("Torre A", "101", "autorizado", "12.345.678-9", "Eva Ríos", "", ""),
    ("Torre Z", "9", "autorizado", LUIS_RUN, "Luis Peña", "", ""),
)
LINES = (
    (*SHORT, "Celular de avisos", "RUT"),
    ("Torre A", "101", "Ana", "Rojas Aromos", "ana@correo.example", "987654321", ""),
    ("Torre A", "102", "Luis", "Peña Díaz", "luis@correo.example", "", ""),
    ("Torre C", "1501", "Eva", "Ríos Cea", f"{'eva.del.apellido.largo' * 2}@correo.example", "961234567", ""),
    ("Torre C", "1502", "Iván", "Soto Lara", "sin arroba", "12", ""),
)


def with_draft(gatehouse: Gatehouse) -> None:
    """A draft with something of everything waits in Aromos."""
    source = FileSource("Inmuebles y residentes.xlsx", workbook(*LINES))
    reading = understand(source.read().lines, Country.CL)
    with gatehouse.filling():
        drafts.keep(source, reading, {}, account_id=gatehouse.cast.accounts["admin"], now=clock.now())


def imports(gatehouse: Gatehouse, page: Page) -> None:
    enter(gatehouse, page, PATH)
    expect(page.get_by_role("heading", level=1)).to_have_text("Importar datos")


def import_refused(gatehouse: Gatehouse, page: Page) -> None:
    imports(gatehouse, page)
    page.get_by_role("button", name="Leer archivo").click()
    expect(page.get_by_role("alert")).to_contain_text("Elija el archivo")


def import_running(gatehouse: Gatehouse, page: Page) -> None:
    with gatehouse.filling():
        community = db.session.get_one(Community, gatehouse.cast.aromos)
        by = type(actor())(gatehouse.cast.accounts["admin"], community.id)
        job = drafts.order_file(community, "imports/1/none", "Inmuebles.xlsx", by=by, now=clock.now())
        job.state, job.done, job.total = "running", 3_400, 12_000
    enter(gatehouse, page, PATH)
    expect(page.get_by_role("progressbar")).to_be_visible()


def import_preview(gatehouse: Gatehouse, page: Page) -> None:
    with_draft(gatehouse)
    enter(gatehouse, page, PATH)
    expect(page.get_by_role("link", name="Con error: 2")).to_be_visible()


def listed_people(gatehouse: Gatehouse, page: Page) -> None:
    """The lists of all units, with everything that a row may say."""
    both_lists(gatehouse)
    enter(gatehouse, page, LISTS_PATH)
    expect(page.get_by_role("row", name="Maximiliano")).to_be_visible()


def list_import_preview(gatehouse: Gatehouse, page: Page) -> None:
    """A list with something of everything waits in Aromos."""
    both_lists(gatehouse)
    source = FileSource("Listas de acceso.xlsx", workbook(*LIST_LINES))
    with gatehouse.filling():
        terms = Terms(Country.CL, KnownUnits(held_units()), clock.now().date())
        reading = understand_list(source.read_as(LAYOUT).lines, terms)
        keep_list(source.name, reading, account_id=gatehouse.cast.accounts["admin"], now=clock.now())
    enter(gatehouse, page, f"{LISTS_PATH}/importar?ver=cambian-de-lista")
    expect(page.get_by_role("link", name="Con error: 2")).to_be_visible()


SCREENS = {
    opener.__name__: (opener, status)
    for opener, status in (
        (imports, None),
        (import_refused, 422),
        (import_running, None),
        (import_preview, None),
        (listed_people, None),
        (list_import_preview, None),
    )
}
