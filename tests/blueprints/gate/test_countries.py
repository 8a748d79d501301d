"""The same gate in Chile and in Colombia: each with its documents, its clock and its way of writing dates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from conserje import clock, tenancy
from conserje.communities.models import Administration
from conserje.database import db
from conserje.identity.countries import Country
from conserje.identity.documents import Document, DocumentType
from conserje.visits.models import State, Visit
from tests.blueprints.scene import arrival, changed, rows, words
from tests.builders import Cast, make_account, make_community, make_resident, make_unit
from tests.page import Visitor, values_of

OFFERED = {
    Country.CL: ["RUN", "Pasaporte", "Documento extranjero", "Otro documento"],
    Country.CO: [
        "Cédula de ciudadanía",
        "Cédula de extranjería",
        "Tarjeta de identidad",
        "Permiso por protección temporal",
        "Pasaporte",
        "Otro documento",
    ],
}
ZONES = {Country.CL: "America/Santiago", Country.CO: "America/Bogota"}
# Country, document as typed, as the list shows it, as the register masks it.
DOCUMENTS = [
    (Country.CL, "run", "123456785", "12.345.678-5", "12.***.***-5"),
    (Country.CL, "run", "6.k", None, None),
    (Country.CL, "passport", "ab 123456", "AB123456", "AB*****6"),
    (Country.CL, "foreign_id", "x-99.887", "X99887", "X9***7"),
    (Country.CO, "cc", "1020345678", "1.020.345.678", "10*******8"),
    (Country.CO, "cc", "1.020.345.678", "1.020.345.678", "10*******8"),
    (Country.CO, "ce", "E 123456", "E123456", "E1****6"),
    (Country.CO, "ti", "1098765432", "1098765432", "10*******2"),
    (Country.CO, "ppt", "7654321", "7654321", "76****1"),
    (Country.CO, "run", "12.345.678-5", None, None),
]


class Place:
    """A community of a country, its unit, and a conserje at the gate."""

    def __init__(self, app: Flask, country: Country) -> None:
        self.app, self.country = app, country
        with app.app_context():
            administration = db.session.query(Administration).first()
            assert administration is not None
            community = make_community(administration, f"Conjunto {country}", country)
            with tenancy.acting_for(community.id):
                unit = make_unit("301", "Torre 2")
                make_resident(unit, phones=("+573001234567" if country is Country.CO else "+56961234567",))
                self.community_id, self.unit_id = community.id, unit.id
            make_account(administration, "puerta@demo.example", communities=(community,))
            db.session.commit()
        self.browser = Visitor(app)
        self.browser.sign_in("puerta@demo.example")

    def open_form(self) -> Visitor:
        return self.browser.get(f"/porteria/unidades/{self.unit_id}/visitantes/nuevo")


@pytest.fixture
def chile(app: Flask, cast: Cast) -> Place:
    return Place(app, Country.CL)


@pytest.fixture
def colombia(app: Flask, cast: Cast) -> Place:
    return Place(app, Country.CO)


@pytest.fixture(params=[Country.CL, Country.CO])
def place(request: pytest.FixtureRequest, app: Flask, cast: Cast) -> Place:
    return Place(app, request.param)


def test_the_form_offers_the_documents_of_the_country(place: Place) -> None:
    options = place.open_form().page.select("#document_type option")
    assert [option.get_text() for option in options] == OFFERED[place.country]


@pytest.mark.parametrize(("country", "kind", "typed", "shown", "masked"), DOCUMENTS)
def test_a_document_of_the_country_is_read_shown_and_masked(
    app: Flask, cast: Cast, country: Country, kind: str, typed: str, shown: str | None, masked: str | None
) -> None:
    place = Place(app, country)
    browser = place.open_form()
    browser.submit("#visitor-form", document_type=kind, document_number=typed, full_name="Camila Soto")
    if shown is None:
        assert browser.status == 422
        assert not rows(app, place.community_id, Visit)
        return
    assert shown in browser.follow().text("#visits")
    changed(app, rows(app, place.community_id, Visit)[0], state=State.REJECTED)
    browser.get(f"/porteria/unidades/{place.unit_id}")
    assert f"{masked} ·" in browser.text("#register")


def test_a_new_form_says_from_now_for_a_day_by_the_gates_clock(place: Place) -> None:
    shown = values_of(place.open_form().one("#visitor-form"))
    zone = ZoneInfo(ZONES[place.country])
    local = (datetime.fromisoformat(shown[name]) for name in ("valid_from", "valid_until"))
    valid_from, valid_until = (moment.replace(tzinfo=zone).astimezone(UTC) for moment in local)
    assert timedelta(0) <= clock.now() - valid_from < timedelta(minutes=2)
    assert valid_until - valid_from == timedelta(hours=24)


def test_what_is_typed_as_an_hour_is_the_gates_hour(place: Place) -> None:
    zone = ZoneInfo(ZONES[place.country])
    until = (clock.now() + timedelta(hours=5)).astimezone(zone).replace(second=0, microsecond=0)
    kind = "run" if place.country is Country.CL else "cc"
    place.open_form().submit(
        "#visitor-form",
        document_type=kind,
        document_number="12345678-5" if kind == "run" else "12345678",
        full_name="Camila Soto",
        valid_until=until.strftime("%Y-%m-%dT%H:%M"),
    )
    assert rows(place.app, place.community_id, Visit)[0].valid_until == until


# A moment in UTC, and how each country writes it.
WRITTEN = {
    "in the afternoon": (datetime(2026, 11, 21, 19, 32, tzinfo=UTC), "21-11-2026 16:32", "21/11/2026 2:32 p. m."),
    "in the morning": (datetime(2026, 11, 21, 13, 5, tzinfo=UTC), "21-11-2026 10:05", "21/11/2026 8:05 a. m."),
    "at noon": (datetime(2026, 6, 1, 17, 0, tzinfo=UTC), "01-06-2026 13:00", "01/06/2026 12:00 p. m."),
    "after midnight": (datetime(2026, 6, 1, 5, 9, tzinfo=UTC), "01-06-2026 01:09", "01/06/2026 12:09 a. m."),
}


@pytest.mark.parametrize(("at", "in_chile", "in_colombia"), WRITTEN.values(), ids=WRITTEN)
def test_a_moment_is_written_as_the_country_writes_it(
    place: Place, at: datetime, in_chile: str, in_colombia: str
) -> None:
    visit = arrival(place.app, place.community_id, place.unit_id, document=Document(DocumentType.PASSPORT, "AB123456"))
    changed(place.app, visit, announced_at=at, valid_from=at, valid_until=at + timedelta(hours=24))
    place.browser.get(f"/porteria/visitantes/{visit.visitor_id}")
    assert (in_chile if place.country is Country.CL else in_colombia) in words(place.browser)


def test_telephones_are_grouped_as_the_country_groups_them(chile: Place) -> None:
    browser = chile.browser.get(f"/porteria/unidades/{chile.unit_id}").press("Ver Teléfonos")
    assert "+56 9 6123 4567" in words(browser)
    assert browser.page.select_one('a[href="tel:+56961234567"]')


def test_telephones_of_colombia_too(colombia: Place) -> None:
    browser = colombia.browser.get(f"/porteria/unidades/{colombia.unit_id}").press("Ver Teléfonos")
    assert "+57 300 123 4567" in words(browser)
    assert browser.page.select_one('a[href="tel:+573001234567"]')


def test_a_plate_is_called_as_the_country_calls_it(place: Place) -> None:
    label = place.open_form().one('label[for="plate"]').get_text()
    assert label.split()[0] == {Country.CL: "Patente", Country.CO: "Placa"}[place.country]


def test_a_document_of_the_other_country_is_not_offered_by_tampering(colombia: Place) -> None:
    browser = colombia.open_form()
    browser.submit("#visitor-form", document_type="run", document_number="12.345.678-5", full_name="Camila Soto")
    assert browser.text("#document_type-error") == "Elija una opción de la lista."
