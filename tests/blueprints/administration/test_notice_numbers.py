"""The SMS tool: entering, changing and deleting a unit's number, twice, too late, and without script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from conserje import tenancy
from conserje.communities.models import Unit
from conserje.database import db
from tests.blueprints.scene import journal, words, work_in
from tests.builders import Cast
from tests.page import Visitor, values_of

WAYS = pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
HELD, OTHER = "+56961234567", "+56987654321"
CHANGED = "El número de esta unidad cambió mientras tanto."


def path_of(cast: Cast, unit: str = "aromos") -> str:
    return f"/administracion/inmuebles/{cast.units[unit]}"


def held(app: Flask, cast: Cast, unit: str = "aromos") -> str | None:
    with app.app_context(), tenancy.acting_for(cast.aromos):
        return db.session.get_one(Unit, cast.units[unit]).notice_phone


def somebody_else_puts(app: Flask, cast: Cast, number: str | None) -> None:
    with app.app_context(), tenancy.acting_for(cast.aromos):
        db.session.get_one(Unit, cast.units["aromos"]).notice_phone = number
        db.session.commit()


@pytest.fixture
def at_the_form(cast: Cast, admin: Visitor) -> Visitor:
    """Before the form of 101, which has a number."""
    return admin.get(f"{path_of(cast)}/numero")


@WAYS
def test_a_unit_gets_its_number(app: Flask, cast: Cast, admin: Visitor, htmx: bool) -> None:
    admin.get(f"{path_of(cast, 'aromos-102')}/numero", htmx=htmx)
    admin.submit("form.open", phone="9 8765 4321", htmx=htmx)
    if not htmx:
        assert (admin.status, admin.answer.location) == (303, path_of(cast, "aromos-102"))
        admin.follow()
    assert admin.status == 200
    assert admin.text(f"#unit-{cast.units['aromos-102']} .num") == "+56 9 ···· 4321"
    assert "Los avisos de Torre A · 102 llegarán al +56 9 ···· 4321." in words(admin)
    assert not admin.page.select("form.open")
    assert held(app, cast, "aromos-102") == OTHER


def test_the_field_is_empty_when_a_number_is_changed_and_the_number_there_stands_masked_beside_it(
    at_the_form: Visitor,
) -> None:
    assert at_the_form.one("input[name=phone]").get("value", "") == ""
    assert at_the_form.text("form.open .now") == "Número actual +56 9 ···· 4567"
    assert "61234567" not in at_the_form.answer.text


@WAYS
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Ingrese el número de teléfono."),
        ("123", "El número de teléfono no es válido."),
        ("+57 300 123 4567", "El número de teléfono no es de este país."),
        ("800 200 200", "A ese número no llegan SMS. Ingrese un celular."),
    ],
)
def test_a_number_that_will_not_do_is_said_beside_the_field_and_stays_in_it(
    app: Flask, cast: Cast, at_the_form: Visitor, typed: str, said: str, htmx: bool
) -> None:
    at_the_form.submit("form.open", phone=typed, htmx=htmx)
    assert at_the_form.status == 422
    field = at_the_form.one("input[name=phone]")
    assert field.get("value", "") == typed
    assert field["aria-invalid"] == "true"
    assert said in at_the_form.text(f"#{field['aria-describedby'].split()[-1]}")  # type: ignore[union-attr]
    assert held(app, cast) == HELD
    at_the_form.submit("form.open", phone="9 8765 4321", htmx=htmx)
    assert at_the_form.status == (200 if htmx else 303)
    assert held(app, cast) == OTHER


@WAYS
def test_the_same_form_twice_sets_the_number_once(app: Flask, cast: Cast, at_the_form: Visitor, htmx: bool) -> None:
    form, answers = at_the_form.page, []
    for _ in range(2):
        at_the_form.page = form
        at_the_form.submit("form.open", phone="9 8765 4321", htmx=htmx)
        answers.append((at_the_form.status, at_the_form.answer.location, words(at_the_form) if htmx else ""))
    assert answers[0] == answers[1]
    assert answers[0][0] == (200 if htmx else 303)
    assert len(journal(app, "unit.number_set")) == 1


@WAYS
def test_the_same_form_with_another_number_is_shown_again_with_how_things_are(
    app: Flask, cast: Cast, at_the_form: Visitor, htmx: bool
) -> None:
    form, key = at_the_form.page, values_of(at_the_form.one("form.open"))["key"]
    at_the_form.submit("form.open", phone="9 8765 4321", htmx=htmx)
    at_the_form.page = form
    at_the_form.submit("form.open", phone="9 6123 0000", htmx=htmx)
    assert at_the_form.status == 409
    assert CHANGED in words(at_the_form)
    assert held(app, cast) == OTHER
    shown = values_of(at_the_form.one("form.open"))
    assert shown["key"] not in (key, "")
    assert shown["phone"] == "9 6123 0000"
    at_the_form.submit("form.open", phone="9 6123 4567", htmx=htmx)
    assert held(app, cast) == HELD


@WAYS
@pytest.mark.parametrize("now_there", [OTHER, None], ids=["changed", "deleted"])
def test_a_form_that_is_older_than_the_number_changes_nothing(
    app: Flask, cast: Cast, at_the_form: Visitor, now_there: str | None, htmx: bool
) -> None:
    somebody_else_puts(app, cast, now_there)
    at_the_form.submit("form.open", phone="9 6123 0000", htmx=htmx)
    assert at_the_form.status == 409
    assert CHANGED in words(at_the_form)
    assert held(app, cast) == now_there
    assert values_of(at_the_form.one("form.open"))["seen"] == ("+56 9 ···· 4321" if now_there else "")


@WAYS
def test_deleting_asks_first_and_then_leaves_no_number(
    app: Flask, cast: Cast, at_the_form: Visitor, htmx: bool
) -> None:
    at_the_form.click("Eliminar número", htmx=htmx)
    assert "¿Eliminar el número +56 9 ···· 4567 de Torre A · 101?" in words(at_the_form)
    assert held(app, cast) == HELD
    at_the_form.submit("form.open", htmx=htmx)
    if not htmx:
        assert at_the_form.status == 303
        at_the_form.follow()
    assert at_the_form.text(f"#unit-{cast.units['aromos']} .num") == "Sin número"
    assert "Torre A · 101 quedó sin número de avisos." in words(at_the_form)
    assert held(app, cast) is None


@WAYS
@pytest.mark.parametrize("step", ["numero", "numero/eliminar"])
def test_cancelling_keeps_the_number(app: Flask, cast: Cast, admin: Visitor, step: str, htmx: bool) -> None:
    admin.get(f"{path_of(cast)}/{step}", htmx=htmx)
    admin.click("Cancelar", within="tbody", htmx=htmx)
    assert admin.status == 200
    assert not admin.page.select("form.open")
    assert admin.text(f"#unit-{cast.units['aromos']} .num") == "+56 9 ···· 4567"
    assert held(app, cast) == HELD
    assert not journal(app, "unit.number_deleted")


@WAYS
def test_a_deletion_posted_twice_is_one_deletion(app: Flask, cast: Cast, admin: Visitor, htmx: bool) -> None:
    form = admin.get(f"{path_of(cast)}/numero/eliminar").page
    for _ in range(2):
        admin.page = form
        assert admin.submit("form.open", htmx=htmx).status == (200 if htmx else 303)
    assert len(journal(app, "unit.number_deleted")) == 1
    assert held(app, cast) is None


@WAYS
def test_a_number_that_changed_after_the_question_is_not_deleted(
    app: Flask, cast: Cast, admin: Visitor, htmx: bool
) -> None:
    admin.get(f"{path_of(cast)}/numero/eliminar", htmx=htmx)
    somebody_else_puts(app, cast, OTHER)
    admin.submit("form.open", htmx=htmx)
    assert admin.status == 409
    assert CHANGED in words(admin)
    assert "+56 9 ···· 4321" in words(admin)
    assert held(app, cast) == OTHER


def test_where_there_is_no_number_deleting_is_neither_offered_nor_asked(cast: Cast, admin: Visitor) -> None:
    admin.get(f"{path_of(cast, 'aromos-102')}/numero")
    assert "Eliminar número" not in admin.text("main")
    admin.get(f"{path_of(cast, 'aromos-102')}/numero/eliminar")
    assert admin.status == 200
    assert not admin.page.select("form.open")


def test_a_form_without_a_key_is_refused(app: Flask, cast: Cast, at_the_form: Visitor) -> None:
    at_the_form.submit("form.open", phone="9 8765 4321", key="")
    assert at_the_form.status == 409
    assert held(app, cast) == HELD


def test_what_is_written_in_the_journal_holds_no_number(app: Flask, cast: Cast, at_the_form: Visitor) -> None:
    at_the_form.submit("form.open", phone="9 8765 4321")
    (line,) = journal(app, "unit.number_set")
    assert (line.subject_id, line.account_id) == (cast.units["aromos"], cast.accounts["admin"])
    assert "8765" not in str(line.facts)


def test_a_tab_that_still_shows_another_community_changes_nothing(app: Flask, cast: Cast, at_the_form: Visitor) -> None:
    """In another tab Paula switched to Parque: the form's key says where it was shown, and htmx a header."""
    form = at_the_form.page
    work_in(at_the_form, cast.parque)
    at_the_form.page = form
    assert at_the_form.submit("form.open", phone="9 8765 4321").status == 409
    at_the_form.page = form
    fields = {**values_of(at_the_form.one("form.open")), "phone": "9 8765 4321"}
    at_the_form.post(f"{path_of(cast)}/numero", fields, htmx=True, **{"Conserje-Community": str(cast.aromos)})
    assert at_the_form.status == 409
    assert "En otra pestaña cambió a Condominio Parque Mirador." in words(at_the_form)
    assert held(app, cast) == HELD


@pytest.mark.parametrize("step", ["", "/numero", "/numero/eliminar"])
@pytest.mark.parametrize("unit_id", ["0", "-1", "999999", "2147483648", "99999999999999999999", "abc"])
def test_an_unknown_unit_is_not_found(admin: Visitor, unit_id: str, step: str) -> None:
    fields = {"csrf_token": admin.csrf_token(), "key": "k", "phone": "9 6123 4567"}
    assert admin.get(f"/administracion/inmuebles/{unit_id}{step}").status == 404
    if step:
        assert admin.post(f"/administracion/inmuebles/{unit_id}{step}", fields).status == 404


@pytest.mark.parametrize("who", ["conserje", "prueba"])
def test_whoever_may_not_manage_units_changes_no_number(
    app: Flask, cast: Cast, visit_as: Callable[[str], Visitor], who: str
) -> None:
    browser = visit_as(who).get("/porteria/")
    fields = {"csrf_token": browser.csrf_token(), "key": "k", "phone": "9 8765 4321", "seen": "+56 9 ···· 4567"}
    for step in ("numero", "numero/eliminar"):
        assert browser.get(f"{path_of(cast)}/{step}").status == 403
        assert browser.post(f"{path_of(cast)}/{step}", fields).status == 403
    assert held(app, cast) == HELD
