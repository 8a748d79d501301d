"""[Conservar por un incidente], as a browser sees it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from conserje import clock
from conserje.privacy.models import LegalHold
from conserje.visits.models import State, Visit
from tests.blueprints.scene import arrival, journal, only_visit, resident_of, rows, words
from tests.builders import Cast
from tests.page import Visitor, values_of

PATH = "/administracion/privacidad/personas"
FORM = "main form[method=post]"
REASON = "Robo en la bodega"


@pytest.fixture
def camila(app: Flask, cast: Cast) -> str:
    """The page of somebody who came days ago."""
    visit = arrival(app, cast.aromos, cast.units["aromos"], state=State.REJECTED, ago=timedelta(days=3))
    return f"{PATH}/registro/{visit.visitor_id}"


def in_days(days: int) -> date:
    return clock.local(clock.now(), "America/Santiago").date() + timedelta(days=days)


def typed(**values: str) -> dict[str, str]:
    return {"reason": REASON, "last_day": in_days(90).isoformat(), **values}


def test_a_person_is_kept_not_erased_and_let_go(app: Flask, cast: Cast, admin: Visitor, camila: str) -> None:
    admin.get(camila).click("Conservar por un incidente")
    form = admin.page
    for _ in range(2):
        admin.page = form
        admin.submit(FORM, **typed())
        assert (admin.status, admin.answer.location) == (303, camila)
    told = words(admin.follow())
    for each in (f"hasta el {in_days(90):%d-%m-%Y}.", REASON, "Lo pidió Paula Pino"):
        assert each in told
    kept = admin.get(f"{camila}.json").answer.get_json()["conservado_por_incidente"]
    assert kept == {"motivo": REASON, "hasta": in_days(90).isoformat()}

    erasure = f"{camila}/borrar"
    assert not admin.get(erasure).page.select(FORM)
    assert "no se borra nada mientras tanto" in words(admin)
    admin.get(PATH)
    assert admin.post(erasure, {"key": "once"}).status == 409
    assert f"se conservan por un incidente hasta el {in_days(90):%d-%m-%Y}: no se pueden" in words(admin)
    assert only_visit(app, cast).full_name == "Camila Soto Díaz"

    admin.get(camila).click("Dejar de conservar")
    form = admin.page
    for _ in range(2):
        admin.page = form
        admin.submit(FORM)
        assert (admin.status, admin.answer.location) == (303, camila)
    assert "Conservar por un incidente" in words(admin.follow())
    assert admin.get(f"{camila}.json").answer.get_json()["conservado_por_incidente"] is None
    assert (len(journal(app, "privacy.held")), len(journal(app, "privacy.released"))) == (1, 1)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"reason": " "}, "Escriba el motivo."),
        ({"reason": "x" * 141}, "El texto admite hasta 140 caracteres."),
        ({"last_day": ""}, "Elija el último día."),
        ({"last_day": "mañana"}, "Ingrese una fecha válida."),
        ({"last_day": "2026-01-01"}, "Elija el último día desde hoy y hasta 180 días más."),
    ],
)
def test_what_will_not_do_is_said_and_stays_in_the_form(
    app: Flask, cast: Cast, admin: Visitor, camila: str, wrong: dict[str, str], said: str
) -> None:
    fields = typed(**wrong)
    admin.get(f"{camila}/conservar").submit(FORM, **fields)
    assert admin.status == 422
    assert said in admin.text(".summary")
    values = values_of(admin.one(FORM))
    assert (values["reason"], values["last_day"]) == (fields["reason"].strip(), fields["last_day"])
    assert not rows(app, cast.aromos, LegalHold)


def test_in_two_tabs_the_second_is_told_what_the_first_did(app: Flask, cast: Cast, admin: Visitor, camila: str) -> None:
    stale = admin.get(f"{camila}/conservar").page
    admin.get(f"{camila}/conservar").submit(FORM, **typed())
    admin.page = stale
    admin.submit(FORM, **typed(reason="Otro"))
    assert admin.status == 409
    assert "ya se conservan hasta el" in admin.text(".summary")
    stale = admin.get(f"{camila}/dejar-de-conservar").page
    admin.get(f"{camila}/dejar-de-conservar").submit(FORM)
    admin.page = stale
    admin.submit(FORM)
    assert admin.status == 409
    assert "ya no se conservan" in admin.text("main [role=alert]")


def test_only_whoever_is_in_the_register_is_kept(app: Flask, cast: Cast, admin: Visitor) -> None:
    path = f"{PATH}/residente/{resident_of(app, cast.aromos, cast.units['aromos'])}"
    assert "Conservar" not in words(admin.get(path))
    foreign: Visit = arrival(app, cast.parque, cast.units["parque"])
    for person in (path, f"{PATH}/registro/{foreign.visitor_id}"):
        for act in ("conservar", "dejar-de-conservar"):
            assert admin.get(f"{person}/{act}").status == 404
            admin.get(PATH)
            assert admin.post(f"{person}/{act}", {"key": "k", **typed()}).status == 404
    assert not rows(app, cast.parque, LegalHold)
