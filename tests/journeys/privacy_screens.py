"""The way to the screens of [Datos personales], as `screens.py` has it for the gate."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page, expect

from conserje import clock
from conserje.accounts.models import Account
from conserje.communities.models import Community
from conserje.database import db
from conserje.privacy import data_requests
from conserje.privacy.data_requests import Asked
from conserje.privacy.models import Outcome, PurgeRun, RequestKind
from conserje.visits.models import State
from tests.builders import actor
from tests.journeys.administration_screens import enter
from tests.journeys.gatehouse import Gatehouse

PRIVACY = "/administracion/privacidad"
LONG = "Maximiliano Valenzuela de la Fuente Sepúlveda"


def purged(gatehouse: Gatehouse, hours_ago: int) -> None:
    """The last purge ended so long ago, in a community that is older."""
    counts = {"visits": 1284, "register": 312, "documents": 0, "photos": 87, "files": 174}
    with gatehouse.filling():
        community = db.session.get_one(Community, gatehouse.cast.aromos)
        community.created_at = clock.now() - timedelta(days=90)
        community.address, community.gate_phone = "Avenida Los Aromos 1200, Ñuñoa", "+56221234567"
        ran_at = clock.now() - timedelta(hours=hours_ago)
        db.session.add(PurgeRun(community_id=community.id, ran_at=ran_at, counts=counts))


def privacy_overdue(gatehouse: Gatehouse, page: Page) -> None:
    purged(gatehouse, hours_ago=40)
    enter(gatehouse, page, PRIVACY)
    expect(page.locator("main")).to_contain_text("Hace más de 36 horas")
    page.get_by_label("Visitas").fill("7")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("alert")).to_contain_text("entre 30 y 365")


def privacy_notice(gatehouse: Gatehouse, page: Page) -> None:
    purged(gatehouse, hours_ago=4)
    enter(gatehouse, page, f"{PRIVACY}/aviso")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sus datos personales en esta portería")


def privacy_found(gatehouse: Gatehouse, page: Page) -> None:
    purged(gatehouse, hours_ago=4)
    gatehouse.came(LONG, 12_345_678, hours_ago=30, state=State.REJECTED)
    gatehouse.came("Maximiliano Paz", hours_ago=50, state=State.REJECTED)
    enter(gatehouse, page, f"{PRIVACY}/personas")
    page.get_by_label("Documento, teléfono, correo o nombre").fill("maximiliano")
    page.get_by_role("button", name="Buscar", exact=True).click()
    expect(page.get_by_role("link", name=f"Ver los datos de {LONG}")).to_be_visible()


def privacy_person(gatehouse: Gatehouse, page: Page) -> None:
    gatehouse.came(
        LONG, 12_345_678, hours_ago=60, state=State.REJECTED, note="Viene a retirar las llaves.", plate="BBCL23"
    )
    gatehouse.came(LONG, 12_345_678, hours_ago=80, state=State.REJECTED, unit="1204")
    privacy_found(gatehouse, page)
    page.get_by_role("link", name=f"Ver los datos de {LONG}").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(LONG)


def asked(gatehouse: Gatehouse) -> None:
    """Somebody asked too long ago, somebody yesterday, and a third was answered."""
    with gatehouse.filling():
        community = db.session.get_one(Community, gatehouse.cast.aromos)
        by = actor(db.session.get_one(Account, gatehouse.cast.accounts["admin"]), community)
        for days_ago, kind in ((40, RequestKind.ERASURE), (1, RequestKind.ACCESS), (9, RequestKind.RECTIFICATION)):
            day = clock.now().date() - timedelta(days=days_ago)
            said = Asked(kind, f"{LONG}, maximiliano.valenzuela@correo.example", day)
            request = data_requests.open_request(community, said, by=by, now=clock.now())
        data_requests.close(request, Outcome.REFUSED, "No mostró su documento.", by=by, now=clock.now())


def privacy_requests(gatehouse: Gatehouse, page: Page) -> None:
    asked(gatehouse)
    purged(gatehouse, hours_ago=40)
    enter(gatehouse, page, f"{PRIVACY}/solicitudes")
    expect(page.get_by_role("heading", level=1)).to_have_text("Solicitudes")


SCREENS = {
    opener.__name__: (opener, status)
    for opener, status in (
        (privacy_overdue, 422),
        (privacy_notice, None),
        (privacy_found, None),
        (privacy_person, None),
        (privacy_requests, None),
    )
}
