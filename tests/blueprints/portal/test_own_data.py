"""Who of the unit approves, and one's own telephones and password."""

from __future__ import annotations

import pytest

from conserje.communities.models import Community, Resident
from conserje.database import db
from tests.blueprints.portal.arrivals import came
from tests.blueprints.portal.conftest import PEDROS, Portal
from tests.blueprints.scene import rows


def test_the_principal_settles_who_approves(portal: Portal) -> None:
    browser = portal.entered().get("/residentes/mi-unidad")
    fields = {f"approves-{portal.pedro}": "y", f"order-{portal.pedro}": "0", f"order-{portal.ana}": "1"}
    browser.submit("main form", "Guardar", **fields)
    assert "Quedó guardado" in browser.follow().text("[role=status]")
    by_id = {each.id: each for each in rows(portal.app, portal.cast.aromos, Resident)}
    assert [(by_id[each].may_approve, by_id[each].contact_order) for each in (portal.ana, portal.pedro)] == [
        (True, 1),
        (True, 0),
    ]


@pytest.mark.parametrize("order", ["", "-1", "100", "x", "٣"])
def test_an_order_that_is_none_is_refused(portal: Portal, order: str) -> None:
    browser = portal.entered().get("/residentes/mi-unidad")
    browser.submit("main form", "Guardar", **{f"order-{portal.ana}": order})
    assert browser.status == 422
    assert "entre 0 y 99" in browser.text("[role=alert]")


def test_others_read_who_approves_and_settle_nothing(portal: Portal) -> None:
    browser = portal.entered(PEDROS).get("/residentes/mi-unidad")
    assert not browser.page.select("main form")
    assert "+56 9 ···· 4321" in browser.text("main")
    browser.post("/residentes/mi-unidad", {f"order-{portal.ana}": "0", f"approves-{portal.pedro}": "y"})
    assert browser.status == 403
    assert not next(
        each for each in rows(portal.app, portal.cast.aromos, Resident) if each.id == portal.pedro
    ).may_approve


def test_an_old_form_is_told_so(portal: Portal) -> None:
    browser = portal.entered().get("/residentes/mi-unidad")
    portal.change(portal.pedro, contact_order=7)
    browser.submit("main form", "Guardar", **{f"approves-{portal.pedro}": "y"})
    assert browser.status == 409
    assert browser.text("[role=alert]")


def test_ones_own_telephones_are_changed_and_a_wrong_one_is_asked_for_again(portal: Portal) -> None:
    browser = portal.entered().get("/residentes/mis-datos")
    browser.submit("form[action$=telefonos]", "", phone_1="12")
    assert (browser.status, browser.one("#phone_1")["value"]) == (422, "12")
    browser.submit("form[action$=telefonos]", "", phone_1="9 6123 4567", phone_2="9 6123 0000")
    assert browser.follow().one("#phone_2")["value"] == "+56 9 6123 0000"


def test_in_colombia_dates_and_numbers_are_colombian(portal: Portal) -> None:
    with portal.app.app_context():
        community = db.session.get_one(Community, portal.cast.aromos)
        community.country, community.locale, community.time_zone = "CO", "es_CO", "America/Bogota"
        db.session.commit()
    came(portal)
    browser = portal.entered()
    assert " m." in browser.text("ul.list")
    browser.get("/residentes/mis-datos").submit("form[action$=telefonos]", "", phone_1="300 123 4567")
    assert browser.follow().one("#phone_1")["value"] == "+57 300 123 4567"


def test_an_older_form_of_telephones_is_told_so(portal: Portal) -> None:
    browser = portal.entered().get("/residentes/mis-datos")
    portal.change(portal.ana, contact_order=7)
    browser.submit("form[action$=telefonos]", "", phone_1="9 6123 4567")
    assert (browser.status, "mientras tanto" in browser.text(".summary")) == (422, True)


def test_a_password_is_judged_like_the_staffs(portal: Portal) -> None:
    browser = portal.entered().get("/residentes/mis-datos")
    assert not browser.page.select("#current_password")
    browser.submit("form[action$=clave]", "", new_password="corta", repeated="corta")
    assert browser.status == 422
    assert "15 caracteres" in browser.text(".summary")
