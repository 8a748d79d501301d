"""The way to every screen of the access lists and the watch list, and to the journal that tells of them."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page, expect

from conserje import clock
from conserje.access_lists import schedules, upkeep, watch_list
from conserje.access_lists.matching import Listing
from conserje.access_lists.schedules import ALWAYS, Validity
from conserje.access_lists.watch_list import Watch
from conserje.accounts.models import Account
from conserje.communities.models import Community, Unit
from conserje.database import db
from conserje.identity.documents import Document, DocumentType
from tests.builders import actor, run_number
from tests.journeys.administration_screens import UNITS, enter
from tests.journeys.gatehouse import Gatehouse

WATCH_LIST = "/administracion/vigilancia"


def listed(gatehouse: Gatehouse, listing: Listing, body: int, name: str, validity: Validity = ALWAYS) -> Document:
    """Somebody whom the superadmin put on a list of 1204 before; gives the document."""
    document = Document(DocumentType.RUN, run_number(body))
    with gatehouse.filling():
        unit = db.session.get_one(Unit, gatehouse.cast.units["1204"])
        community = db.session.get_one(Community, gatehouse.cast.aromos)
        by = actor(db.session.get_one(Account, gatehouse.cast.accounts["super"]), community)
        upkeep.add(unit, document, name, listing, validity=validity, by=by, now=clock.now())
    return document


def lists_of(gatehouse: Gatehouse) -> str:
    """The address of the access lists of 1204."""
    return f"{UNITS}/{gatehouse.cast.units['1204']}/accesos"


def access_lists_empty(gatehouse: Gatehouse, page: Page) -> None:
    enter(gatehouse, page, lists_of(gatehouse))
    expect(page.get_by_role("link", name="Ingresar acceso")).to_be_visible()


def both_lists(gatehouse: Gatehouse) -> None:
    tuesdays = Validity(
        clock.local(clock.now(), "America/Santiago").date(),
        days=schedules.days_of([1, 3]),
        from_minute=9 * 60,
        until_minute=13 * 60,
    )
    listed(gatehouse, Listing.AUTHORISED, 12_345_678, "Camila Soto Díaz", tuesdays)
    listed(gatehouse, Listing.UNAUTHORISED, 9_876_543, "Maximiliano Valenzuela de la Fuente Sepúlveda")


def access_lists(gatehouse: Gatehouse, page: Page) -> None:
    both_lists(gatehouse)
    enter(gatehouse, page, lists_of(gatehouse))
    expect(page.get_by_role("button", name="Cambiar tipo de acceso de Camila Soto Díaz")).to_be_visible()


def access_lists_consulted(gatehouse: Gatehouse, page: Page) -> None:
    both_lists(gatehouse)
    gatehouse.enter(page, "prueba", lists_of(gatehouse))
    expect(page.get_by_role("button", name="Ingresar acceso")).to_be_disabled()


def access_form(gatehouse: Gatehouse, page: Page) -> None:
    access_lists_empty(gatehouse, page)
    page.get_by_role("link", name="Ingresar acceso").click()
    expect(page.get_by_label("Tipo de acceso")).to_be_focused()


def access_form_refused(gatehouse: Gatehouse, page: Page) -> None:
    access_form(gatehouse, page)
    page.get_by_role("button", name="Continuar").click()
    expect(page.get_by_role("alert")).to_contain_text("Revise lo siguiente")


def fill_access(page: Page, listing: str, number: str, name: str) -> None:
    """[Ingresar acceso], from the unit's lists up to the review."""
    page.get_by_role("link", name="Ingresar acceso").click()
    page.get_by_label("Tipo de acceso").select_option(listing)
    page.get_by_label("Tipo de documento").select_option("RUN")
    page.get_by_label("Número de documento").fill(number)
    page.get_by_label("Nombre completo").fill(name)
    page.get_by_role("button", name="Continuar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Revise los datos del acceso")


def access_review(gatehouse: Gatehouse, page: Page) -> None:
    access_lists_empty(gatehouse, page)
    fill_access(page, "No autorizado", "12.345.678-5", "Camila Soto Díaz")


def access_already_listed(gatehouse: Gatehouse, page: Page) -> None:
    access_lists(gatehouse, page)
    fill_access(page, "No autorizado", "12.345.678-5", "Camila Soto Díaz")
    page.get_by_role("button", name="Ingresar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ya está en una lista")


def access_removal(gatehouse: Gatehouse, page: Page) -> None:
    access_lists(gatehouse, page)
    page.get_by_role("link", name="Eliminar el acceso de Camila Soto Díaz").click()
    expect(page.get_by_role("link", name="Cancelar")).to_be_focused()


def somebody_unauthorised(gatehouse: Gatehouse, page: Page) -> None:
    listed(gatehouse, Listing.UNAUTHORISED, 9_876_543, "Camila Soto Díaz")
    gatehouse.came("Camila Soto Díaz", 9_876_543, unit="1204", hours_ago=0.02)
    gatehouse.enter_unit(page, unit="1204")
    row = page.locator("tbody.alarm")
    expect(row).to_contain_text("Lista de acceso: no autorizado")
    row.get_by_role("link", name="Pendiente").click()
    expect(row.get_by_role("alert")).to_contain_text("está en la lista «No autorizado» de la unidad.")


def access_amend(gatehouse: Gatehouse, page: Page) -> None:
    access_lists(gatehouse, page)
    page.get_by_role("link", name="Editar el acceso de Camila Soto Díaz").click()
    expect(page.get_by_label("Vence el")).to_be_focused()


def watched(gatehouse: Gatehouse, body: int | None, name: str, review_in: int = 30) -> None:
    """Somebody whom the superadmin put on the watch list of Aromos, to be reviewed in so many days."""
    document = Document(DocumentType.RUN, run_number(body)) if body else None
    now = clock.now()
    with gatehouse.filling():
        community = db.session.get_one(Community, gatehouse.cast.aromos)
        by = actor(db.session.get_one(Account, gatehouse.cast.accounts["super"]), community)
        reason = "Amenazó al conserje del turno de noche y volvió al día siguiente"
        said = Watch(document, name, reason, clock.local(now, community.time_zone).date())
        watch_list.add(community, said, by=by, now=now).review_on += timedelta(days=review_in)


def watch_list_screen(gatehouse: Gatehouse, page: Page) -> None:
    watched(gatehouse, 9_876_543, "Nelson Barría Godoy")
    watched(gatehouse, None, "Maximiliano Valenzuela de la Fuente Sepúlveda", review_in=-3)
    enter(gatehouse, page, WATCH_LIST)
    expect(page.get_by_text("Por revisar", exact=True)).to_be_visible()


def watch_form_refused(gatehouse: Gatehouse, page: Page) -> None:
    enter(gatehouse, page, f"{WATCH_LIST}/nueva")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("alert")).to_contain_text("Revise lo siguiente")


def somebody_watched(gatehouse: Gatehouse, page: Page) -> None:
    watched(gatehouse, 9_876_543, "Nelson Barría Godoy")
    gatehouse.came("Nelson Barría Godoy", 9_876_543, unit="1204", hours_ago=0.02)
    gatehouse.enter_unit(page, unit="1204")
    row = page.locator("tbody.alarm")
    expect(row).to_contain_text("Avise a la administración")
    row.get_by_role("link", name="Pendiente").click()
    expect(row.get_by_role("alert")).to_contain_text("está en la lista de vigilancia de la comunidad.")


def bitacora(gatehouse: Gatehouse, page: Page) -> None:
    listed(gatehouse, Listing.AUTHORISED, 9_876_543, "Camila Soto Díaz")
    enter(gatehouse, page, "/administracion/bitacora")
    expect(page.locator("tbody tr")).to_have_count(1)


SCREENS = {
    opener.__name__: (opener, status)
    for opener, status in (
        (access_lists_empty, None),
        (access_lists, None),
        (access_lists_consulted, None),
        (access_form, None),
        (access_form_refused, 422),
        (access_review, None),
        (access_already_listed, 409),
        (access_removal, None),
        (somebody_unauthorised, None),
        (access_amend, None),
        (watch_list_screen, None),
        (watch_form_refused, 422),
        (somebody_watched, None),
        (bitacora, None),
    )
}
