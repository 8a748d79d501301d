"""[Lista de vigilancia]: added, edited, deleted, searched; what the gate then says, and to whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask

from conserje import clock, paging, tenancy
from conserje.access_lists.models import WatchEntry
from conserje.database import db
from conserje.visits.models import State
from tests.blueprints.scene import arrival, journal, only_visit, rows, somebody, watched_person, words, work_in
from tests.builders import RUN, Cast
from tests.page import Visitor, values_of

PATH = "/administracion/vigilancia"
FORM = "main form[method=post]"
NAME, REASON = "Camila Soto Díaz", "Amenazó al conserje"


def today() -> date:
    return clock.local(clock.now(), "America/Santiago").date()


def typed(**values: str) -> dict[str, str]:
    return {
        "document_type": "run",
        "document_number": "12345678-5",
        "full_name": f"  {NAME} ",
        "reason": REASON,
        "review_on": (today() + timedelta(days=90)).isoformat(),
        **values,
    }


def put(app: Flask, cast: Cast, name: str = NAME, number: int = 0, where: str = "aromos") -> WatchEntry:
    document = somebody(number) if number else RUN
    return watched_person(app, getattr(cast, where), cast.accounts["super"], document, name, REASON)


def entries(app: Flask, cast: Cast) -> list[tuple[str | None, str, str]]:
    return [(each.document_number, each.full_name, each.reason) for each in rows(app, cast.aromos, WatchEntry)]


# Keeping it


def test_the_menu_leads_to_the_list_and_somebody_is_added(app: Flask, cast: Cast, admin: Visitor) -> None:
    admin.get("/administracion/inmuebles").click("Lista de vigilancia", within=".side")
    assert "No hay nadie en la lista de vigilancia." in words(admin)
    admin.click("Agregar a la lista", within="main")
    form = admin.page
    for _ in range(2):
        admin.page = form
        admin.submit(FORM, **typed())
        assert (admin.status, admin.answer.location) == (303, PATH)
        assert f"{NAME} quedó en la lista de vigilancia." in words(admin.follow())
    assert entries(app, cast) == [("12345678-5", NAME, REASON)]
    assert len(journal(app, "watch.added")) == 1
    shown = admin.text("tbody tr")
    for each in ("12.345.678-5", "RUN", NAME, REASON, (today() + timedelta(days=90)).strftime("%d-%m-%Y"), "Paula"):
        assert each in shown
    assert "1 persona" in words(admin)


def test_somebody_without_a_document_is_watched_for_by_name(app: Flask, cast: Cast, admin: Visitor) -> None:
    admin.get(f"{PATH}/nueva").submit(FORM, **typed(document_number=""))
    assert "sin documento: por el nombre" in admin.follow().text("tbody tr")
    assert entries(app, cast) == [(None, NAME, REASON)]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"full_name": " "}, "Ingrese el nombre completo."),
        ({"document_number": "12345678-9"}, "El dígito verificador del RUN no corresponde."),
        ({"reason": ""}, "Escriba el motivo."),
        ({"reason": " \t"}, "Escriba el motivo."),
        ({"reason": "x" * 141}, "El texto admite hasta 140 caracteres."),
        ({"review_on": ""}, "Elija la fecha de revisión."),
        ({"review_on": "mañana"}, "Ingrese una fecha válida."),
        ({"review_on": "2026-01-01"}, "Elija una fecha de revisión desde hoy y hasta 180 días más."),
        ({"review_on": "2090-01-01"}, "Elija una fecha de revisión desde hoy y hasta 180 días más."),
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
    assert (values["document_number"], values["review_on"]) == (fields["document_number"], fields["review_on"])
    assert entries(app, cast) == []


def test_a_document_that_is_on_the_list_is_said_to_be(app: Flask, cast: Cast, admin: Visitor) -> None:
    put(app, cast, "Camila Soto")
    admin.get(f"{PATH}/nueva").submit(FORM, **typed())
    assert admin.status == 422
    assert "ya está en la lista de vigilancia, a nombre de Camila Soto." in words(admin)
    assert len(entries(app, cast)) == 1


def test_a_form_that_was_saved_and_now_says_something_else_is_shown_again(
    app: Flask, cast: Cast, admin: Visitor
) -> None:
    form = admin.get(f"{PATH}/nueva").page
    admin.submit(FORM, **typed())
    admin.page = form
    admin.submit(FORM, **typed(document_number="11.111.111-1", full_name="Elena Paz"))
    assert admin.status == 409
    assert "Ya se guardó a alguien con este formulario." in words(admin)
    admin.submit(FORM)
    assert len(entries(app, cast)) == 2


def test_an_entry_is_edited_with_what_it_says_now_in_the_form(app: Flask, cast: Cast, admin: Visitor) -> None:
    put(app, cast)
    admin.get(PATH).click("Editar", within="tbody")
    values = values_of(admin.one(FORM))
    assert (values["document_number"], values["full_name"], values["reason"]) == ("12.345.678-5", NAME, REASON)
    old = admin.page
    admin.submit(FORM, reason="Tiene una orden de alejamiento")
    assert admin.status == 303
    assert entries(app, cast) == [("12345678-5", NAME, "Tiene una orden de alejamiento")]
    (entry,) = rows(app, cast.aromos, WatchEntry)
    assert entry.added_by == cast.accounts["super"]
    admin.get(f"{PATH}/{entry.id}")
    fresh_key = values_of(admin.one(FORM))["key"]
    admin.page = old
    admin.submit(FORM, reason="Otra cosa", key=fresh_key)
    assert admin.status == 422
    assert "Otra persona cambió esta entrada mientras tanto." in words(admin)
    admin.submit(FORM, reason=" ")
    assert admin.status == 422
    assert entries(app, cast) == [("12345678-5", NAME, "Tiene una orden de alejamiento")]


def test_deleting_asks_first_and_counts_once(app: Flask, cast: Cast, admin: Visitor) -> None:
    put(app, cast)
    admin.get(PATH).click("Eliminar", within="tbody")
    assert admin.text("h1") == f"¿Eliminar a {NAME} de la lista de vigilancia?"
    question = admin.page
    admin.click("Cancelar", within="main")
    assert len(entries(app, cast)) == 1
    for _ in range(2):
        admin.page = question
        admin.submit(FORM, "Aceptar")
        assert (admin.status, admin.answer.location) == (303, PATH)
    assert entries(app, cast) == []
    assert len(journal(app, "watch.removed")) == 1


# Reading it


def test_the_list_is_searched_paged_and_tells_what_is_to_be_reviewed(
    app: Flask, cast: Cast, admin: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "ROWS_SHOWN", 2)
    for number, name in enumerate(("Ana Núñez", "Bruno Núñez", "Celia Núñez", "Diego Paz"), 1):
        put(app, cast, name, number)
    with app.app_context(), tenancy.acting_for(cast.aromos):
        db.session.get_one(WatchEntry, rows(app, cast.aromos, WatchEntry)[2].id).review_on = today() - timedelta(days=1)
        db.session.commit()
    admin.get(f"{PATH}?q=nunez")
    assert [b.get_text() for b in admin.page.select("tbody b")] == ["Celia Núñez", "Ana Núñez"]
    assert "3 personas para «nunez» · 1 por revisar" in words(admin)
    assert "Por revisar" in admin.text("tbody tr")
    admin.click("Siguientes", within=".pager")
    assert [b.get_text() for b in admin.page.select("tbody b")] == ["Bruno Núñez"]
    assert admin.click("Volver al inicio", within=".pager").status == 200
    assert "Nadie coincide." in words(admin.get(f"{PATH}?q=zzz"))


@pytest.mark.parametrize("question", ["q=%00%25_", "desde=x", "desde=1-99999999999999999999", "q=" + "x" * 500])
def test_nonsense_in_the_address_is_passed_over(app: Flask, cast: Cast, admin: Visitor, question: str) -> None:
    put(app, cast)
    assert admin.get(f"{PATH}?{question}").status == 200


# At the gate


@pytest.mark.parametrize(("document", "says_name"), [(RUN, False), (None, True)], ids=["by document", "by name"])
def test_the_gate_warns_and_only_the_administration_reads_why_and_lets_in(
    app: Flask, cast: Cast, admin: Visitor, visit_as: Callable[[str], Visitor], document: object, says_name: bool
) -> None:
    put(app, cast)
    work_in(admin, cast.aromos).get("/administracion/configuraciones").submit("main form", document_required="")
    visit = arrival(app, cast.aromos, cast.units["aromos"], NAME.upper(), document)  # type: ignore[arg-type]
    conserje = visit_as("conserje").get(f"/porteria/unidades/{cast.units['aromos']}")
    row = conserje.text("tbody.alarm")
    assert "Lista de vigilancia" in row
    assert "Avise a la administración" in row
    assert ("Coincide el nombre" in row) is says_name
    assert REASON not in conserje.answer.text
    conserje.click("Pendiente").submit("form.open", method="call", note="Insiste")
    assert conserje.status == 409
    assert "Está en la lista de vigilancia. Solo un administrador puede aceptar." in words(conserje)
    assert REASON not in conserje.answer.text

    admin.get(f"/porteria/visitas/{visit.id}")
    assert REASON in admin.text("tbody.alarm")
    assert "Avise a la administración" not in words(admin)
    admin.click("Pendiente").submit("form.open", method="administration")
    assert "Escriba el motivo." in words(admin)
    admin.submit("form.open", method="administration", note="Viene con Carabineros")
    assert only_visit(app, cast).state == State.ACCEPTED
    after = words(conserje.get(f"/porteria/visitas/{visit.id}"))
    assert "Lista de vigilancia" in after
    assert "Avise" not in after


# Who may


def test_a_test_user_consults_and_changes_nothing(app: Flask, cast: Cast, visit_as: Callable[[str], Visitor]) -> None:
    entry = put(app, cast)
    browser = visit_as("prueba").get(PATH)
    assert REASON in words(browser)
    tools = browser.page.select("main td.act button, main .bar button")
    assert [tool.get_text() for tool in tools] == ["Descargar Excel", "Agregar a la lista", "Editar", "Eliminar"]
    assert all(tool.has_attr("disabled") for tool in tools)
    _may_not(app, cast, browser, entry)


def test_a_conserje_neither_sees_nor_changes_the_list(
    app: Flask, cast: Cast, visit_as: Callable[[str], Visitor]
) -> None:
    entry = put(app, cast)
    browser = visit_as("conserje")
    assert browser.get(PATH).status == 403
    _may_not(app, cast, browser.get("/porteria/"), entry)


def test_an_entry_of_another_community_is_not_found(app: Flask, cast: Cast, admin: Visitor) -> None:
    entry = put(app, cast, where="parque")
    token = admin.csrf_token()
    for step in ("", "/eliminar"):
        assert admin.get(f"{PATH}/{entry.id}{step}").status == 404
        assert admin.post(f"{PATH}/{entry.id}{step}", {**typed(), "key": "k", "csrf_token": token}).status == 404
    assert NAME not in words(admin.get(PATH))
    assert len(rows(app, cast.parque, WatchEntry)) == 1


def _may_not(app: Flask, cast: Cast, browser: Visitor, entry: WatchEntry) -> None:
    token = browser.csrf_token()
    for step in ("nueva", f"{entry.id}", f"{entry.id}/eliminar"):
        assert browser.get(f"{PATH}/{step}").status == 403
        assert browser.post(f"{PATH}/{step}", {**typed(), "key": "k", "csrf_token": token}).status == 403
    assert entries(app, cast) == [("12345678-5", NAME, REASON)]
