"""Nothing accepted is lost or doubled: a form posted twice counts once, and the second answer is the first one's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from conserje import clock
from conserje.database import db
from conserje.idempotency import SubmissionKey
from conserje.visits.models import State, Visit
from tests.blueprints.scene import arrival, changed, journal, only_visit, rows, words
from tests.builders import Cast
from tests.page import Visitor, values_of
from tests.photos.pictures import encoded, halves

GOOD = {"document_type": "run", "document_number": "12.345.678-5", "full_name": "Camila Soto Díaz", "kind": "visit"}
WAYS = pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])


@pytest.fixture
def at_the_form(cast: Cast, visit_as: Callable[[str], Visitor]) -> Visitor:
    return visit_as("conserje").get(f"/porteria/unidades/{cast.units['aromos']}/visitantes/nuevo")


def _post_twice(browser: Visitor, again: dict[str, object] | None = None, *, htmx: bool = False) -> list[str]:
    """The same form posted twice, the second time with what else was typed; what each answer said."""
    form, answers = browser.page, []
    for more in ({}, again or {}):
        browser.page = form
        browser.submit("#visitor-form", **{**GOOD, **more}, htmx=htmx)
        answers.append(f"{browser.status} {browser.answer.location} {words(browser) if htmx else ''}")
    return answers


@WAYS
def test_the_same_form_twice_is_one_visit_and_the_same_answer(
    app: Flask, cast: Cast, at_the_form: Visitor, htmx: bool
) -> None:
    first, second = _post_twice(at_the_form, htmx=htmx)
    assert second == first
    only_visit(app, cast)
    assert len(journal(app, "visit.announced")) == 1
    if not htmx:
        assert at_the_form.follow().text("#visits").count("Camila Soto Díaz") == 1


@WAYS
def test_the_same_form_twice_is_one_visit_even_after_the_first_was_decided(
    app: Flask, cast: Cast, at_the_form: Visitor, htmx: bool
) -> None:
    """A retry on a thin line may come minutes later: without the key it would announce the visitor anew."""
    form = at_the_form.page
    at_the_form.submit("#visitor-form", **GOOD, htmx=htmx)
    changed(app, only_visit(app, cast), state=State.REJECTED)
    at_the_form.page = form
    at_the_form.submit("#visitor-form", **GOOD, htmx=htmx)
    assert at_the_form.status == (200 if htmx else 303)
    assert only_visit(app, cast).state == State.REJECTED


def test_the_same_photograph_twice_is_the_same_form(app: Flask, cast: Cast, at_the_form: Visitor) -> None:
    form = at_the_form.page
    for _ in range(2):
        at_the_form.page = form
        at_the_form.submit("#visitor-form", **GOOD, photo=(encoded(halves()), "foto.jpg"))
        assert at_the_form.status == 303
    only_visit(app, cast)


OTHER_FIELDS = {
    "another person": {"document_number": "11.111.111-1", "full_name": "Rosa Peña"},
    "another unit's remark": {"note": "Viene también por la tarde"},
    "a photograph": {"photo": (encoded(halves()), "foto.jpg")},
}


@WAYS
@pytest.mark.parametrize("other", OTHER_FIELDS.values(), ids=OTHER_FIELDS)
def test_the_same_form_with_other_content_is_shown_again_with_what_was_typed(
    app: Flask, cast: Cast, at_the_form: Visitor, other: dict[str, object], htmx: bool
) -> None:
    key = values_of(at_the_form.one("#visitor-form"))["key"]
    _post_twice(at_the_form, other, htmx=htmx)
    assert at_the_form.status == 409
    assert "Ya se guardó una visita con este formulario." in words(at_the_form)
    shown = values_of(at_the_form.one("#visitor-form"))
    assert shown["key"] not in (key, "")
    typed = {**GOOD, **{name: value for name, value in other.items() if name != "photo"}}
    assert {name: shown[name] for name in typed} == typed
    only_visit(app, cast)


@WAYS
def test_saving_what_was_shown_again_works(app: Flask, cast: Cast, at_the_form: Visitor, htmx: bool) -> None:
    _post_twice(at_the_form, OTHER_FIELDS["another person"], htmx=htmx)
    at_the_form.submit("#visitor-form", htmx=htmx)
    assert at_the_form.status == (200 if htmx else 303)
    assert [visit.full_name for visit in rows(app, cast.aromos, Visit)] == ["Camila Soto Díaz", "Rosa Peña"]


def test_a_refusal_keeps_nothing_so_the_corrected_form_has_the_same_key(
    app: Flask, cast: Cast, at_the_form: Visitor
) -> None:
    key = values_of(at_the_form.one("#visitor-form"))["key"]
    at_the_form.submit("#visitor-form", **{**GOOD, "full_name": ""})
    assert _keys(app) == []
    assert values_of(at_the_form.one("#visitor-form"))["key"] == key
    assert at_the_form.submit("#visitor-form", full_name="Camila Soto Díaz").status == 303
    assert len(_keys(app)) == 1


def test_a_refusal_by_the_rules_keeps_nothing_either(app: Flask, cast: Cast, at_the_form: Visitor) -> None:
    at_the_form.submit("#visitor-form", **GOOD, valid_until="2020-01-01T10:00")
    assert at_the_form.status == 422
    assert _keys(app) == []


def test_two_forms_of_the_same_person_are_one_visit(app: Flask, cast: Cast, at_the_form: Visitor) -> None:
    """Announcing someone who is already pending for that unit shows that visit instead of making a second."""
    at_the_form.submit("#visitor-form", **GOOD)
    at_the_form.get(f"/porteria/unidades/{cast.units['aromos']}/visitantes/nuevo")
    assert at_the_form.submit("#visitor-form", **GOOD).status == 303
    only_visit(app, cast)


def test_two_accounts_may_happen_to_have_the_same_key(
    app: Flask, cast: Cast, at_the_form: Visitor, visit_as: Callable[[str], Visitor]
) -> None:
    admin = visit_as("admin")
    admin.press("Edificio Los Aromos")
    admin.get(f"/porteria/unidades/{cast.units['aromos']}/visitantes/nuevo")
    other = {**GOOD, **OTHER_FIELDS["another person"]}
    assert at_the_form.submit("#visitor-form", **GOOD, key="same").status == 303
    assert admin.submit("#visitor-form", **other, key="same").status == 303
    assert len(rows(app, cast.aromos, Visit)) == 2


def test_a_key_is_forgotten_after_a_day(app: Flask, cast: Cast, at_the_form: Visitor) -> None:
    form = at_the_form.page
    at_the_form.submit("#visitor-form", **GOOD)
    changed(app, only_visit(app, cast), state=State.REJECTED)
    with app.app_context():
        db.session.execute(update(SubmissionKey).values(created_at=clock.now() - timedelta(hours=25)))
        db.session.commit()
    at_the_form.page = form
    assert at_the_form.submit("#visitor-form", **GOOD).status == 303
    assert len(rows(app, cast.aromos, Visit)) == 2
    assert len(_keys(app)) == 1


def test_what_is_kept_of_a_form_is_nothing_of_a_person(app: Flask, cast: Cast, at_the_form: Visitor) -> None:
    at_the_form.submit("#visitor-form", **GOOD)
    (kept,) = _keys(app)
    said = " ".join(str(getattr(kept, column.name)) for column in SubmissionKey.__table__.columns)
    assert "Camila" not in said
    assert "12345678" not in said


@WAYS
@pytest.mark.parametrize("button", ["Guardar", "Rechazar"])
def test_a_decision_posted_twice_is_taken_once(
    app: Flask, cast: Cast, visit_as: Callable[[str], Visitor], button: str, htmx: bool
) -> None:
    visit = arrival(app, cast.aromos, cast.units["aromos"])
    conserje = visit_as("conserje").get(f"/porteria/visitas/{visit.id}/decidir")
    form, answers = conserje.page, []
    for _ in range(2):
        conserje.page = form
        conserje.submit("form.open", button, method="call", note="Habló la señora Ana", htmx=htmx)
        answers.append((conserje.status, conserje.answer.location, words(conserje) if htmx else ""))
    assert answers[0][0] == (200 if htmx else 303)
    assert answers[1] == answers[0]
    assert len(journal(app, "visit.accepted") + journal(app, "visit.rejected")) == 1  # type: ignore[operator]


@WAYS
def test_a_decision_posted_again_with_another_answer_is_not_taken(
    app: Flask, cast: Cast, visit_as: Callable[[str], Visitor], htmx: bool
) -> None:
    visit = arrival(app, cast.aromos, cast.units["aromos"])
    conserje = visit_as("conserje").get(f"/porteria/visitas/{visit.id}/decidir")
    form = conserje.page
    conserje.submit("form.open", method="call", htmx=htmx)
    conserje.page = form
    conserje.submit("form.open", method="intercom", htmx=htmx)
    assert conserje.status == 409
    assert "Llamada telefónica" in words(conserje)
    assert only_visit(app, cast).method == "call"


ROW_BUTTONS = {
    "Marcar salida": ({"state": State.ACCEPTED}, "visit.left"),
    "Marcar ingreso": ({"state": State.ACCEPTED, "inside": False}, "visit.entered"),
    "Activar": ({"state": State.REJECTED}, "visit.announced"),
}


@WAYS
@pytest.mark.parametrize(("button", "how", "action"), [(b, *rest) for b, rest in ROW_BUTTONS.items()])
def test_a_button_of_a_row_pressed_twice_has_one_effect(
    app: Flask,
    cast: Cast,
    visit_as: Callable[[str], Visitor],
    button: str,
    how: dict[str, object],
    action: str,
    htmx: bool,
) -> None:
    arrival(app, cast.aromos, cast.units["aromos"], ago=timedelta(minutes=5), **how)  # type: ignore[arg-type]
    before = len(journal(app, action))
    conserje = visit_as("conserje").get(f"/porteria/unidades/{cast.units['aromos']}")
    page, answers = conserje.page, []
    for _ in range(2):
        conserje.page = page
        conserje.press(button, htmx=htmx)
        answers.append((conserje.status, conserje.answer.location, words(conserje) if htmx else ""))
    assert answers[0][0] == (200 if htmx else 303)
    assert answers[1] == answers[0]
    assert len(journal(app, action)) == before + 1


def test_a_visitor_may_go_out_and_in_again(app: Flask, cast: Cast, visit_as: Callable[[str], Visitor]) -> None:
    """The key of a row's buttons changes with the row, so the second exit is not taken for the first one again."""
    arrival(app, cast.aromos, cast.units["aromos"], state=State.ACCEPTED, ago=timedelta(minutes=5))
    conserje = visit_as("conserje").get(f"/porteria/unidades/{cast.units['aromos']}")
    for button in ("Marcar salida", "Marcar ingreso", "Marcar salida"):
        conserje.press(button).follow()
    assert len(journal(app, "visit.left")) == 2
    visit = only_visit(app, cast)
    assert visit.entered_at is not None
    assert visit.left_at is not None
    assert visit.left_at > visit.entered_at


def _keys(app: Flask) -> list[SubmissionKey]:
    with app.app_context():
        return list(db.session.scalars(select(SubmissionKey)))
