"""The lists tool: a person is listed, reviewed, moved and removed; twice, too late, and by those who may not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from conserje import clock, paging, tenancy
from conserje.access_lists.matching import Listing
from conserje.access_lists.models import AccessListEntry
from conserje.database import db
from conserje.identity.documents import Document
from tests.blueprints.scene import journal, listed_person, rows, somebody, words, work_in
from tests.builders import RUN, Cast
from tests.page import Visitor, values_of

TYPED = {
    "listing": "authorised",
    "document_type": "run",
    "document_number": "12345678-5",
    "full_name": "  Camila   Soto Díaz ",
}
FORM = "main form[method=post]"


def path_of(cast: Cast, unit: str = "aromos") -> str:
    return f"/administracion/inmuebles/{cast.units[unit]}/accesos"


def put(
    app: Flask,
    cast: Cast,
    listing: Listing = Listing.AUTHORISED,
    document: Document = RUN,
    name: str = "Camila Soto Díaz",
) -> AccessListEntry:
    """Somebody whom the superadmin listed in 101 before."""
    return listed_person(app, cast.aromos, cast.units["aromos"], cast.accounts["super"], document, name, listing)


def listed(app: Flask, cast: Cast) -> list[tuple[str, str, str]]:
    entries = rows(app, cast.aromos, AccessListEntry)
    return [(each.document_number, each.full_name, each.listing) for each in entries]


@pytest.fixture
def at_the_review(cast: Cast, admin: Visitor) -> Visitor:
    """Paula has filled the form and pressed [Continuar]."""
    admin.get(f"{path_of(cast)}/nuevo").submit(FORM, "Continuar", **TYPED)
    assert admin.status == 200
    return admin


# The list


def test_the_tool_of_a_unit_leads_to_its_empty_lists(cast: Cast, admin: Visitor) -> None:
    admin.get("/administracion/inmuebles").click("Listas", within=f"#unit-{cast.units['aromos']}")
    assert admin.text("h1") == "Torre A · 101"
    assert "Esta unidad todavía no tiene a nadie en sus listas." in words(admin)
    assert not admin.page.select("select[name=lista]")


def test_the_list_shows_document_name_type_moment_and_who_recorded_it(app: Flask, cast: Cast, admin: Visitor) -> None:
    put(app, cast)
    admin.get(path_of(cast))
    heads = [head.get_text() for head in admin.page.select("th")]
    columns = "Nombre Documento Tipo_de_acceso Vence Horario Registrado Registrado_por Herramientas"
    assert heads == [each.replace("_", " ") for each in columns.split()]
    shown = admin.text("tbody tr")
    for each in ("Camila Soto Díaz", "12.345.678-5", "RUN", "Acceso autorizado", "super@demo.example"):
        assert each in shown
    assert clock.local(clock.now(), "America/Santiago").strftime("%d-%m-%Y") in shown


def test_the_list_is_narrowed_to_one_type(app: Flask, cast: Cast, admin: Visitor) -> None:
    put(app, cast)
    put(app, cast, Listing.UNAUTHORISED, somebody(1), "Elena Paz")
    admin.get(path_of(cast))
    options = [option.get_text() for option in admin.page.select("select[name=lista] option")]
    assert options == ["Todos (2)", "Acceso autorizado (1)", "No autorizado (1)"]
    assert len(admin.page.select("tbody tr")) == 2
    admin.get(f"{path_of(cast)}?lista=unauthorised")
    assert admin.one("option[selected]")["value"] == "unauthorised"
    assert len(admin.page.select("tbody tr")) == 1
    assert "Elena Paz" in admin.text("tbody")


@pytest.mark.parametrize("question", ["lista=nada", "lista=not_listed", "desde=x", "desde=1-99999999999999999999"])
def test_nonsense_in_the_address_is_passed_over(app: Flask, cast: Cast, admin: Visitor, question: str) -> None:
    put(app, cast)
    assert admin.get(f"{path_of(cast)}?{question}").status == 200


def test_a_long_list_has_pages(app: Flask, cast: Cast, admin: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "ROWS_SHOWN", 2)
    for number in range(3):
        put(app, cast, Listing.UNAUTHORISED, somebody(number), f"Persona {'ABC'[number]}")
    admin.get(f"{path_of(cast)}?lista=unauthorised")
    assert [b.get_text() for b in admin.page.select("tbody b")] == ["Persona C", "Persona B"]
    admin.click("Anteriores", within=".pager")
    assert [b.get_text() for b in admin.page.select("tbody b")] == ["Persona A"]
    assert admin.one("option[selected]")["value"] == "unauthorised"
    admin.click("Volver al inicio de la lista", within=".pager")
    assert len(admin.page.select("tbody tr")) == 2


# Listing somebody


def test_somebody_is_listed_after_a_review(app: Flask, cast: Cast, at_the_review: Visitor) -> None:
    review = words(at_the_review)
    for each in ("Revise los datos", "Torre A · 101", "Acceso autorizado", "RUN", "12.345.678-5", "Camila Soto Díaz"):
        assert each in review
    assert listed(app, cast) == []
    at_the_review.submit(FORM, "Ingresar")
    assert (at_the_review.status, at_the_review.answer.location) == (303, path_of(cast))
    assert "Camila Soto Díaz quedó en la lista «Acceso autorizado»." in words(at_the_review.follow())
    assert listed(app, cast) == [("12345678-5", "Camila Soto Díaz", "authorised")]
    (entry,) = rows(app, cast.aromos, AccessListEntry)
    assert entry.listed_by == cast.accounts["admin"]


def test_cancelling_the_review_saves_nothing(app: Flask, cast: Cast, at_the_review: Visitor) -> None:
    at_the_review.click("Cancelar", within="main")
    assert at_the_review.text("h1") == "Torre A · 101"
    assert listed(app, cast) == []


def test_from_the_review_one_goes_back_with_what_was_typed(app: Flask, cast: Cast, at_the_review: Visitor) -> None:
    at_the_review.submit(FORM, "Corregir")
    assert at_the_review.status == 200
    values = values_of(at_the_review.one(FORM))
    assert (values["listing"], values["document_type"], values["full_name"]) == (
        "authorised",
        "run",
        "Camila Soto Díaz",
    )
    at_the_review.submit(FORM, "Continuar", listing="unauthorised").submit(FORM, "Ingresar")
    assert listed(app, cast) == [("12345678-5", "Camila Soto Díaz", "unauthorised")]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"listing": ""}, "Elija el tipo de acceso."),
        ({"listing": "not_listed"}, "Elija una opción de la lista."),
        ({"document_type": "cc"}, "Elija una opción de la lista."),
        ({"document_number": ""}, "Ingrese el número de documento."),
        ({"document_number": "12345678-9"}, "El dígito verificador del RUN no corresponde."),
        ({"full_name": " "}, "Ingrese el nombre completo."),
        ({"full_name": "x" * 81}, "El nombre admite hasta 80 caracteres."),
    ],
)
@pytest.mark.parametrize("step", ["/revisar", ""], ids=["form", "review tampered with"])
def test_what_will_not_do_is_said_beside_its_field_and_stays(
    app: Flask, cast: Cast, at_the_review: Visitor, typed: dict[str, str], said: str, step: str
) -> None:
    fields = values_of(at_the_review.one(FORM)) | TYPED | typed
    at_the_review.post(f"{path_of(cast)}{step}", fields)
    assert at_the_review.status == 422
    assert said in at_the_review.text(".summary")
    assert values_of(at_the_review.one(FORM))["document_number"] == fields["document_number"]
    assert listed(app, cast) == []


def test_also_where_visitors_need_no_document_whoever_is_listed_needs_one(
    app: Flask, cast: Cast, at_the_review: Visitor
) -> None:
    work_in(at_the_review, cast.aromos)
    at_the_review.get("/administracion/configuraciones").submit("main form", document_required="")
    at_the_review.get(f"{path_of(cast)}/nuevo").submit(FORM, **{**TYPED, "document_number": ""})
    assert at_the_review.status == 422


def test_the_same_review_sent_twice_lists_once(app: Flask, cast: Cast, at_the_review: Visitor) -> None:
    review = at_the_review.page
    for _ in range(2):
        at_the_review.page = review
        at_the_review.submit(FORM, "Ingresar")
        assert (at_the_review.status, at_the_review.answer.location) == (303, path_of(cast))
    assert len(listed(app, cast)) == 1
    assert len(journal(app, "access_list.added")) == 1


def test_a_form_that_was_saved_and_now_says_something_else_is_shown_again(
    app: Flask, cast: Cast, at_the_review: Visitor
) -> None:
    review = at_the_review.page
    at_the_review.submit(FORM, "Ingresar")
    at_the_review.page = review
    at_the_review.submit(FORM, "Ingresar", document_number="11.111.111-1", full_name="Elena Paz")
    assert at_the_review.status == 409
    assert "Ya se guardó un acceso con este formulario." in words(at_the_review)
    assert len(listed(app, cast)) == 1
    at_the_review.submit(FORM, "Continuar").submit(FORM, "Ingresar")
    assert len(listed(app, cast)) == 2


def test_a_form_without_a_key_is_refused_and_kept(app: Flask, cast: Cast, at_the_review: Visitor) -> None:
    at_the_review.submit(FORM, "Ingresar", key="")
    assert at_the_review.status == 409
    assert "El formulario venció." in words(at_the_review)
    at_the_review.submit(FORM, "Continuar").submit(FORM, "Ingresar")
    assert len(listed(app, cast)) == 1


def test_whoever_stands_on_a_list_is_told_so_and_moved_on_confirmation(
    app: Flask, cast: Cast, at_the_review: Visitor
) -> None:
    put(app, cast, Listing.UNAUTHORISED, name="Camila Soto")
    at_the_review.submit(FORM, "Ingresar")
    assert at_the_review.status == 409
    assert "Este documento ya está en una lista de acceso de la unidad, a nombre de Camila Soto." in words(
        at_the_review
    )
    assert "¿Cambiarlo a la lista «Acceso autorizado»?" in words(at_the_review)
    assert listed(app, cast) == [("12345678-5", "Camila Soto", "unauthorised")]
    question = at_the_review.page
    at_the_review.click("Dejar como está", within="main")
    assert listed(app, cast) == [("12345678-5", "Camila Soto", "unauthorised")]
    at_the_review.page = question
    at_the_review.submit(FORM, "Cambiar")
    assert "Camila Soto quedó en la lista «Acceso autorizado»." in words(at_the_review.follow())
    assert listed(app, cast) == [("12345678-5", "Camila Soto", "authorised")]


def test_whoever_stands_on_that_very_list_may_be_moved_to_the_other(
    app: Flask, cast: Cast, at_the_review: Visitor
) -> None:
    put(app, cast)
    at_the_review.submit(FORM, "Ingresar")
    assert at_the_review.status == 409
    at_the_review.submit(FORM, "Cambiar a «No autorizado»")
    assert [each[2] for each in listed(app, cast)] == ["unauthorised"]


# Moving and removing


def test_the_type_is_changed_both_ways(app: Flask, cast: Cast, admin: Visitor) -> None:
    put(app, cast)
    for said, now_on in (("No autorizado", "unauthorised"), ("Acceso autorizado", "authorised")):
        admin.get(path_of(cast)).press("Cambiar tipo", within="tbody")
        assert (admin.status, admin.answer.location) == (303, path_of(cast))
        assert f"Camila Soto Díaz quedó en la lista «{said}»." in words(admin.follow())
        assert [each[2] for each in listed(app, cast)] == [now_on]
        assert "admin@demo.example" in admin.text("tbody")


def test_a_change_pressed_twice_or_in_an_old_tab_does_not_change_back(app: Flask, cast: Cast, admin: Visitor) -> None:
    put(app, cast)
    old = admin.get(path_of(cast)).page
    for _ in range(2):
        admin.page = old
        assert admin.press("Cambiar tipo", within="tbody").status == 303
    assert [each[2] for each in listed(app, cast)] == ["unauthorised"]
    assert len(journal(app, "access_list.moved")) == 1


def test_deleting_asks_first_and_then_takes_the_person_off(app: Flask, cast: Cast, admin: Visitor) -> None:
    put(app, cast)
    admin.get(path_of(cast)).click("Eliminar", within="tbody")
    assert admin.text("h1") == "¿Eliminar el acceso de Camila Soto Díaz?"
    question = admin.page
    admin.click("Cancelar", within="main")
    assert len(listed(app, cast)) == 1
    for _ in range(2):
        admin.page = question
        admin.submit(FORM, "Aceptar")
        assert admin.status == 303
        admin.follow()
        assert "El acceso quedó eliminado." in words(admin)
    assert listed(app, cast) == []
    assert len(journal(app, "access_list.removed")) == 1


@pytest.mark.parametrize("tool", ["autorizar", "desautorizar", "eliminar"])
def test_whoever_was_removed_meanwhile_is_said_to_be_gone(app: Flask, cast: Cast, admin: Visitor, tool: str) -> None:
    entry = put(app, cast)
    with app.app_context(), tenancy.acting_for(cast.aromos):
        db.session.delete(db.session.get_one(AccessListEntry, entry.id))
        db.session.commit()
    admin.post(f"{path_of(cast)}/{entry.id}/{tool}", {"key": "k"})
    assert (admin.status, admin.answer.location) == (303, path_of(cast))
    assert "Esa persona ya no está en las listas de acceso de la unidad." in words(admin.follow())
    if tool == "eliminar":
        assert admin.get(f"{path_of(cast)}/{entry.id}/eliminar").status == 303


@pytest.mark.parametrize("tool", ["autorizar", "desautorizar", "eliminar"])
def test_an_entry_is_not_reached_through_another_unit(app: Flask, cast: Cast, admin: Visitor, tool: str) -> None:
    entry = put(app, cast)
    admin.post(f"{path_of(cast, 'aromos-102')}/{entry.id}/{tool}", {"key": "k"})
    assert "ya no está en las listas" in words(admin.follow())
    assert [each[2] for each in listed(app, cast)] == ["authorised"]
    admin.post(f"{path_of(cast)}/{2**40}/{tool}", {"key": "k"})
    assert admin.status == 303


@pytest.mark.parametrize("step", ["", "/nuevo", "/1/eliminar"])
@pytest.mark.parametrize("unit_id", ["0", "999999", "2147483648", "abc"])
def test_an_unknown_unit_is_not_found(admin: Visitor, unit_id: str, step: str) -> None:
    assert admin.get(f"/administracion/inmuebles/{unit_id}/accesos{step}").status == 404


def test_a_tab_that_still_shows_another_community_lists_nobody(app: Flask, cast: Cast, at_the_review: Visitor) -> None:
    review = at_the_review.page
    work_in(at_the_review, cast.parque)
    at_the_review.page = review
    assert at_the_review.submit(FORM, "Ingresar").status == 409
    assert listed(app, cast) == []


# Who may


def test_a_test_user_consults_and_changes_nothing(app: Flask, cast: Cast, visit_as: Callable[[str], Visitor]) -> None:
    entry = put(app, cast)
    browser = visit_as("prueba").get(path_of(cast))
    assert browser.status == 200
    assert "12.345.678-5" in words(browser)
    tools = browser.page.select("main td.act button, main .bar button")
    assert [tool.get_text() for tool in tools] == ["Ingresar acceso", "Cambiar tipo", "Editar", "Eliminar"]
    assert all(tool.has_attr("disabled") for tool in tools)
    _may_not(app, cast, browser, entry)


def test_a_conserje_neither_sees_nor_changes_the_lists(
    app: Flask, cast: Cast, visit_as: Callable[[str], Visitor]
) -> None:
    entry = put(app, cast)
    browser = visit_as("conserje")
    assert browser.get(path_of(cast)).status == 403
    _may_not(app, cast, browser.get("/porteria/"), entry)


def _may_not(app: Flask, cast: Cast, browser: Visitor, entry: AccessListEntry) -> None:
    token = browser.csrf_token()
    here = f"/{entry.id}"
    for step in ("/nuevo", f"{here}/eliminar"):
        assert browser.get(f"{path_of(cast)}{step}").status == 403
    for step in ("", "/nuevo", "/revisar", f"{here}/autorizar", f"{here}/desautorizar", f"{here}/eliminar"):
        browser.post(f"{path_of(cast)}{step}", {**TYPED, "key": "k", "csrf_token": token})
        assert browser.status == 403
    assert [each[2] for each in listed(app, cast)] == ["authorised"]
