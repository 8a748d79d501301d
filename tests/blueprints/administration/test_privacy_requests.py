"""[Solicitudes]: entered, listed by their day, closed, warned of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask

from conserje import clock
from conserje.privacy.models import DataRequest
from tests.blueprints.scene import data_request, journal, rows, words
from tests.builders import Cast
from tests.page import Visitor, values_of

PRIVACY = "/administracion/privacidad"
PATH = f"{PRIVACY}/solicitudes"
FORM = "main form[method=post]"
ASKER = "Camila Soto, camila@correo.example"


def today() -> date:
    return clock.local(clock.now(), "America/Santiago").date()


def in_days(days: int) -> str:
    return (today() + timedelta(days=days)).strftime("%d-%m-%Y")


def typed(**values: str) -> dict[str, str]:
    return {"kind": "erasure", "asker": ASKER, "received_on": today().isoformat(), **values}


def put(app: Flask, cast: Cast, days_ago: int = 0, where: str = "aromos") -> DataRequest:
    return data_request(app, getattr(cast, where), cast.accounts["super"], ASKER, days_ago=days_ago)


def test_a_request_is_entered_answered_and_told_on_the_way(app: Flask, cast: Cast, admin: Visitor) -> None:
    admin.get(PRIVACY).click("Solicitudes", within="main")
    assert "Nadie ha pedido nada." in words(admin)
    admin.click("Registrar solicitud", within="main")
    assert values_of(admin.one(FORM))["received_on"] == today().isoformat()
    form = admin.page
    for _ in range(2):
        admin.page = form
        admin.submit(FORM, **typed())
        assert (admin.status, admin.answer.location) == (303, PATH)
        assert f"Respóndala hasta el {in_days(30)}." in words(admin.follow())
    assert (len(rows(app, cast.aromos, DataRequest)), len(journal(app, "privacy.request_opened"))) == (1, 1)
    for each in ("Supresión", ASKER, in_days(0), in_days(30), "Por responder", "Paula"):
        assert each in admin.text("tbody tr")
    assert f"1 solicitud por responder : la más urgente, hasta el {in_days(30)}." in words(admin.get(PRIVACY))

    admin.get(PATH).click("Cerrar", within="tbody")
    form = admin.page
    for _ in range(2):
        admin.page = form
        admin.submit(FORM, outcome="answered", note="Se borró")
        assert (admin.status, admin.answer.location) == (303, PATH)
    assert "quedó cerrada" in words(admin.follow())
    assert "Respondida" in admin.text("tbody tr")
    assert "Se borró" in admin.text("tbody tr")
    assert len(journal(app, "privacy.request_closed")) == 1
    assert "No hay solicitudes por responder." in words(admin.get(PRIVACY))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"kind": ""}, "Elija qué pide."),
        ({"kind": "money"}, "Elija una opción de la lista."),
        ({"asker": " "}, "Escriba quién pide y cómo responderle."),
        ({"asker": "x" * 141}, "El texto admite hasta 140 caracteres."),
        ({"received_on": ""}, "Elija el día en que llegó."),
        ({"received_on": "ayer"}, "Ingrese una fecha válida."),
        ({"received_on": "2090-01-01"}, "Elija el día en que llegó: hoy o antes, y no más de 365 días atrás."),
    ],
)
def test_what_will_not_do_is_said_and_stays_in_the_form(
    app: Flask, cast: Cast, admin: Visitor, wrong: dict[str, str], said: str
) -> None:
    fields = typed(**wrong)
    admin.get(f"{PATH}/nueva").submit(FORM, **fields)
    assert admin.status == 422
    assert said in admin.text(".summary")
    values = values_of(admin.one(FORM))
    assert (values["asker"], values["received_on"]) == (fields["asker"].strip(), fields["received_on"])
    assert not rows(app, cast.aromos, DataRequest)


def test_a_form_that_was_saved_and_now_says_something_else_is_shown_again(
    app: Flask, cast: Cast, admin: Visitor
) -> None:
    form = admin.get(f"{PATH}/nueva").page
    admin.submit(FORM, **typed())
    admin.page = form
    admin.submit(FORM, **typed(kind="access"))
    assert admin.status == 409
    assert "Ya se registró una solicitud con este formulario." in words(admin)
    admin.submit(FORM)
    assert len(rows(app, cast.aromos, DataRequest)) == 2


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"outcome": ""}, "Elija el resultado."),
        ({"outcome": "lost"}, "Elija una opción de la lista."),
        ({"outcome": "refused", "note": ""}, "Escriba el motivo."),
        ({"outcome": "answered", "note": "x" * 141}, "El texto admite hasta 140 caracteres."),
    ],
)
def test_a_request_is_closed_with_an_outcome_and_refused_with_a_reason(
    app: Flask, cast: Cast, admin: Visitor, said: dict[str, str], told: str
) -> None:
    request = put(app, cast)
    admin.get(f"{PATH}/{request.id}/cerrar").submit(FORM, **said)
    assert admin.status == 422
    assert told in admin.text(".summary")
    assert rows(app, cast.aromos, DataRequest)[0].closed_at is None


def test_one_that_somebody_else_closed_meanwhile_shows_what_became_of_it(
    app: Flask, cast: Cast, admin: Visitor
) -> None:
    request = put(app, cast)
    form = admin.get(f"{PATH}/{request.id}/cerrar").page
    admin.submit(FORM, outcome="refused", note="No es su documento")
    admin.get(f"{PATH}/{request.id}/cerrar")
    assert not admin.page.select(FORM)
    admin.page = form
    admin.submit(FORM, outcome="answered")
    assert admin.status == 409
    assert "ya fue cerrada" in admin.text(".summary")
    assert "Rechazada" in admin.text("dl.facts")
    assert "No es su documento" in admin.text("dl.facts")


def test_what_is_late_is_marked_and_said_on_every_page(app: Flask, cast: Cast, admin: Visitor) -> None:
    warning = "Venció el plazo para responder 1 solicitud"
    put(app, cast, days_ago=30)
    assert warning not in words(admin.get("/administracion/inmuebles"))
    put(app, cast, days_ago=31)
    put(app, cast, days_ago=31, where="parque")
    admin.get("/administracion/inmuebles").click("Solicitudes", within=".overdue")
    assert warning in words(admin)
    assert ["Vencida" in row.get_text() for row in admin.page.select("tbody tr")] == [True, False]
    assert warning not in words(admin.get("/porteria/"))


def test_a_test_user_sees_days_and_nobodys_name(app: Flask, cast: Cast, visit_as: Callable[[str], Visitor]) -> None:
    """K121."""
    request = put(app, cast)
    browser = visit_as("prueba").get(PATH)
    assert in_days(30) in browser.text("tbody tr")
    assert "Camila" not in words(browser)
    assert [button.has_attr("disabled") for button in browser.page.select("main button[title]")] == [True] * 3
    for path in (f"{PATH}.xlsx", f"{PATH}/nueva", f"{PATH}/{request.id}/cerrar"):
        assert browser.get(path).status == 403
    browser.get(PRIVACY)
    for path in (f"{PATH}/nueva", f"{PATH}/{request.id}/cerrar"):
        assert browser.post(path, {**typed(), "key": "k", "outcome": "answered"}).status == 403
    assert rows(app, cast.aromos, DataRequest)[0].closed_at is None


def test_another_communitys_request_is_not_found(app: Flask, cast: Cast, admin: Visitor) -> None:
    request = put(app, cast, where="parque")
    assert "Camila" not in words(admin.get(PATH))
    assert admin.get(f"{PATH}/{request.id}/cerrar").status == 404
    admin.get(PRIVACY)
    assert admin.post(f"{PATH}/{request.id}/cerrar", {"key": "k", "outcome": "answered"}).status == 404
    assert rows(app, cast.parque, DataRequest)[0].closed_at is None
