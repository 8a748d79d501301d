"""Answering whoever asks what is held of him, as a browser sees it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from conserje.photos.images import DIGEST_LENGTH
from conserje.photos.storage import photo_key
from conserje.visits.models import FORGOTTEN, State, Visit
from tests.blueprints.scene import arrival, journal, listed_person, only_visit, resident_of, rows, words, work_in
from tests.builders import OTHER_RUN, RUN, Cast
from tests.page import Visitor

PATH = "/administracion/privacidad/personas"
PHOTO = "a" * DIGEST_LENGTH
AGO = timedelta(days=3)


@pytest.fixture
def admin(cast: Cast, visit_as: Callable[[str], Visitor]) -> Visitor:
    return work_in(visit_as("admin"), cast.aromos).get(PATH)


@pytest.fixture
def camila(app: Flask, cast: Cast) -> Visit:
    """Somebody who came days ago, with a photograph."""
    return arrival(
        app, cast.aromos, cast.units["aromos"], state=State.REJECTED, ago=AGO, photo=PHOTO, note="Trae flores"
    )


def path_of(visit: Visit) -> str:
    return f"{PATH}/registro/{visit.visitor_id}"


def test_a_person_is_searched_for_and_looked_at(app: Flask, admin: Visitor, camila: Visit) -> None:
    admin.submit("main form", text="12345678-5")
    assert admin.status == 200
    assert admin.text("tbody").startswith("Camila Soto Díaz 12.345.678-5 Registro de visitantes")
    admin.click("Ver", within="tbody")
    for told in ("Camila Soto Díaz", "12.345.678-5", "Torre A · 101", "Trae flores", "30 días corridos"):
        assert told in admin.text("main")
    (searched,), (viewed,) = journal(app, "privacy.searched"), journal(app, "privacy.viewed")
    assert searched.facts == {"found": 1}
    assert (viewed.subject, viewed.subject_id) == ("visitor", camila.visitor_id)
    assert "12345678" not in str([searched.facts, viewed.facts])


def test_nobody_and_too_little_are_told(admin: Visitor) -> None:
    assert "no tiene datos de nadie así" in admin.submit("main form", text="Zacarías").text("main")
    admin.submit("main form", text="x")
    assert admin.status == 422
    assert "Escriba al menos 3" in admin.text(".summary")


def test_what_is_searched_for_lies_in_no_address(admin: Visitor) -> None:
    assert admin.one("main form[role=search]")["method"] == "post"
    assert admin.get(f"{PATH}?text=camila").page.select("tbody tr") == []


def test_the_export_holds_everything_and_is_noted(app: Flask, admin: Visitor, camila: Visit) -> None:
    admin.get(f"{path_of(camila)}.json")
    assert admin.answer.mimetype == "application/json"
    assert "attachment" in admin.answer.headers["Content-Disposition"]
    data = admin.answer.get_json()
    assert data["persona"] == {"nombre": "Camila Soto Díaz", "documento": "12.345.678-5"}
    assert [visit["observacion"] for visit in data["visitas"]] == ["Trae flores"]
    assert data["plazos_en_dias"]["visitas"] == 90
    assert len(journal(app, "privacy.exported")) == 1


def test_a_resident_is_exported_and_sent_to_the_residents_page_to_be_corrected(
    app: Flask, cast: Cast, admin: Visitor
) -> None:
    resident_id = resident_of(app, cast.aromos, cast.units["aromos"], phones=("+56977701234",))
    path = f"{PATH}/residente/{resident_id}"
    assert admin.get(f"{path}.json").answer.get_json()["residente"]["telefonos"] == ["+56977701234"]
    assert admin.get(path).click("Corregir").status == 200
    assert "Sigue siendo residente de Torre A · 101" in admin.get(f"{path}/borrar").text("main")
    admin.post(f"{path}/borrar", {"key": "once"})
    assert (admin.status, journal(app, "privacy.erased")) == (409, [])


def test_a_person_is_corrected(app: Flask, cast: Cast, admin: Visitor, camila: Visit) -> None:
    admin.get(path_of(camila)).click("Corregir")
    assert (admin.one("#full_name")["value"], admin.one("#document_number")["value"]) == (
        "Camila Soto Díaz",
        "12.345.678-5",
    )
    admin.submit("main form", document_number="11.111.111-2", full_name="Camila S. Díaz")
    assert admin.status == 422
    assert admin.one("#full_name")["value"] == "Camila S. Díaz"
    admin.submit("main form", document_number="11.111.111-1")
    assert admin.status == 303
    visit = only_visit(app, cast)
    assert (visit.full_name, visit.document) == ("Camila S. Díaz", OTHER_RUN)


def test_a_correction_posted_twice_counts_once(app: Flask, admin: Visitor, camila: Visit) -> None:
    said = {"key": "twice", "full_name": "Camila Paz", "document_type": "run", "document_number": "11.111.111-1"}
    for _ in range(2):
        assert admin.post(f"{path_of(camila)}/corregir", said).status == 303
    assert len(journal(app, "privacy.corrected")) == 1


def test_a_person_is_erased_with_the_photograph_and_it_is_asked_first(
    app: Flask, cast: Cast, admin: Visitor, camila: Visit, photo_folder: Path
) -> None:
    app.extensions["photos"].save(photo_key(cast.aromos, PHOTO), b"x")
    listed_person(app, cast.aromos, cast.units["aromos"], cast.accounts["super"], RUN)
    admin.get(path_of(camila)).click("Borrar")
    assert "1 visita queda sin nombre" in admin.text("main ul")
    assert only_visit(app, cast).full_name == "Camila Soto Díaz"
    admin.submit("main form")
    assert (admin.status, admin.answer.location) == (303, PATH)
    assert "quedaron borrados" in words(admin.follow())
    assert only_visit(app, cast).full_name == FORGOTTEN
    assert not (photo_folder / photo_key(cast.aromos, PHOTO)).exists()
    assert admin.get(path_of(camila)).status == 404
    assert admin.get(f"/porteria/visitas/{camila.id}").status == 200
    (line,) = journal(app, "privacy.erased")
    assert "Camila" not in str(line.facts)


def test_an_erasure_posted_twice_is_told_to_be_done(app: Flask, admin: Visitor, camila: Visit) -> None:
    for _ in range(2):
        assert admin.post(f"{path_of(camila)}/borrar", {"key": "twice"}).status == 303
    assert len(journal(app, "privacy.erased")) == 1


def test_a_photograph_that_another_visit_shows_as_well_stays(
    app: Flask, cast: Cast, admin: Visitor, camila: Visit, photo_folder: Path
) -> None:
    arrival(app, cast.aromos, cast.units["aromos-102"], "Bruno Vera", OTHER_RUN, photo=PHOTO)
    app.extensions["photos"].save(photo_key(cast.aromos, PHOTO), b"x")
    admin.post(f"{path_of(camila)}/borrar", {"key": "once"})
    assert (photo_folder / photo_key(cast.aromos, PHOTO)).exists()


def test_whoever_waits_at_the_gate_is_not_erased(app: Flask, cast: Cast, admin: Visitor) -> None:
    waiting = arrival(app, cast.aromos, cast.units["aromos"])
    admin.get(f"{path_of(waiting)}/borrar").submit("main form")
    assert admin.status == 409
    assert "Tiene una visita en curso" in admin.text("main [role=alert]")
    assert only_visit(app, cast).full_name == "Camila Soto Díaz"


@pytest.mark.parametrize("source", ["registro", "lista", "vigilancia", "residente", "mensaje", "otra"])
def test_what_the_community_does_not_have_is_not_found(app: Flask, cast: Cast, admin: Visitor, source: str) -> None:
    foreign = arrival(app, cast.parque, cast.units["parque"])
    number = foreign.visitor_id if source == "registro" else 2**31 - 1
    for path in (f"{PATH}/{source}/{number}", f"{PATH}/{source}/{number}.json", f"{PATH}/{source}/{2**40}/borrar"):
        assert admin.get(path).status == 404
    admin.get(PATH)
    assert admin.post(f"{PATH}/{source}/{number}/borrar", {"key": "x"}).status == 404
    assert rows(app, cast.parque, Visit)[0].full_name == "Camila Soto Díaz"
