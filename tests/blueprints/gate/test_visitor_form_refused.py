"""Whatever is typed wrong in the visitor form is said beside its field, and nothing of it is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from conserje import clock
from conserje.database import db
from conserje.idempotency import SubmissionKey
from conserje.visits.models import Visit
from conserje.visits.models import Visitor as Registered
from tests.blueprints.scene import journal, rows
from tests.builders import Cast
from tests.page import Visitor

GOOD = {
    "document_type": "run",
    "document_number": "12.345.678-5",
    "full_name": "Camila Soto Díaz",
    "kind": "delivery",
    "companions": "2",
    "plate": "BCDF12",
    "note": "Trae un paquete",
}


def at_the_gate(**later: float) -> str:
    """So much later than now, as the gate's clock shows it and the browser's control sends it."""
    moment = clock.now() + timedelta(**later)
    return moment.astimezone(ZoneInfo("America/Santiago")).strftime("%Y-%m-%dT%H:%M")


A_NAME = "Ingrese el nombre completo."
A_LONG_NAME = "El nombre admite hasta 80 caracteres."
SIGNS = "El nombre lleva solo letras, números y los signos habituales."
A_CHOICE = "Elija una opción de la lista."
A_NUMBER = "Los acompañantes son un número entre 0 y 30."
LETTERS = "El número de documento no es válido. Revíselo."
A_MOMENT = "Ingrese una fecha y una hora válidas."
AFTER = "La fecha «hasta» debe ser posterior a la fecha «desde»."
A_PLATE = "La patente lleva solo letras y números, hasta 10."
NOT_SHOWN = "El texto tiene caracteres que no se pueden mostrar."

REFUSED: list[tuple[str, str, str]] = [
    ("full_name", "", A_NAME),
    ("full_name", "   \t ", A_NAME),
    ("full_name", "á" * 5000, A_LONG_NAME),
    ("full_name", "Ana 😀 Rojas", SIGNS),
    ("full_name", "Ana\x07Rojas", SIGNS),
    ("full_name", "Ana\x00", SIGNS),
    ("full_name", "Ana \u202esajoR", SIGNS),
    ("full_name", "Ana\u200bRojas", SIGNS),
    ("full_name", "<script>alert(1)</script>", SIGNS),
    ("full_name", "...", SIGNS),
    ("document_number", "", "Ingrese el número de documento."),
    ("document_number", "12.345.678-9", "El dígito verificador del RUN no corresponde. Revise el número."),
    ("document_number", "12.345.67%-5", LETTERS),
    ("document_number", "1234😀", LETTERS),
    ("document_number", "12345678\x005", LETTERS),
    ("document_number", "1-9", "Al número de documento le faltan caracteres: lleva al menos 7."),
    ("document_number", "9" * 5000, "El número de documento tiene demasiados caracteres: lleva a lo más 8."),
    ("document_type", "cc", A_CHOICE),
    ("document_type", "nonsense", A_CHOICE),
    ("document_type", "", A_CHOICE),
    ("kind", "nonsense", A_CHOICE),
    ("kind", "", A_CHOICE),
    ("companions", "-1", A_NUMBER),
    ("companions", "31", A_NUMBER),
    ("companions", "9" * 30, A_NUMBER),
    ("companions", "9" * 5000, A_NUMBER),
    ("companions", "dos", A_NUMBER),
    ("companions", "1.5", A_NUMBER),
    ("plate", "ÑÑÑ", A_PLATE),
    ("plate", "A" * 11, A_PLATE),
    ("plate", "BC😀DF", A_PLATE),
    ("note", "x" * 141, "El texto admite hasta 140 caracteres."),
    ("note", "\u202eotxet", NOT_SHOWN),
    ("note", "un\x1b[31m rojo", NOT_SHOWN),
    ("valid_from", "mañana", A_MOMENT),
    ("valid_from", "2026-13-45T10:00", A_MOMENT),
    ("valid_from", "0001-01-01T00:00", A_MOMENT),
    ("valid_from", "99999-01-01T00:00", A_MOMENT),
    ("valid_from", "2026-11-21", A_MOMENT),
    ("valid_until", "9999-12-31T23:59", A_MOMENT),
    ("valid_until", at_the_gate(hours=-2), AFTER),
    ("valid_until", at_the_gate(days=800), "La vigencia puede alcanzar hasta 366 días."),
]


@pytest.mark.parametrize(("field", "typed", "says"), REFUSED, ids=[f"{f}-{n}" for n, (f, *_) in enumerate(REFUSED)])
def test_a_field_is_refused_beside_itself_and_in_the_summary(
    app: Flask, cast: Cast, at_the_form: Visitor, field: str, typed: str, says: str
) -> None:
    form = at_the_form.page
    for htmx in (False, True):
        at_the_form.page = form
        at_the_form.submit("#visitor-form", **{**GOOD, field: typed}, htmx=htmx)
        assert at_the_form.status == 422
        error = at_the_form.one(f"#{field}-error")
        assert " ".join(error.get_text().split()) == says
        control = at_the_form.one(f"#{field}")
        assert control["aria-invalid"] == "true"
        assert f"{field}-error" in str(control["aria-describedby"]).split()
        (link,) = at_the_form.page.select(".summary a")
        assert (link["href"], link.get_text()) == (f"#{field}", says)
        others = {name: value for name, value in GOOD.items() if name != field}
        assert _typed(at_the_form, others) == others
        if control.name == "input":
            assert control.get("value", "") == typed
    _nothing_is_stored(app, cast)


def test_everything_wrong_is_said_at_once_in_the_order_of_the_form(
    app: Flask, cast: Cast, at_the_form: Visitor
) -> None:
    wrong = {"document_number": "12.345.678-9", "full_name": "", "companions": "-1", "note": "x" * 200}
    at_the_form.submit("#visitor-form", **{**GOOD, **wrong})
    links = [link["href"] for link in at_the_form.page.select(".summary a")]
    assert links == ["#document_number", "#full_name", "#companions", "#note"]
    _nothing_is_stored(app, cast)


def test_the_corrected_form_is_saved(app: Flask, cast: Cast, at_the_form: Visitor) -> None:
    at_the_form.submit("#visitor-form", **{**GOOD, "document_number": "12.345.678-9"})
    at_the_form.submit("#visitor-form", document_number="12.345.678-5")
    assert at_the_form.status == 303
    (visit,) = rows(app, cast.aromos, Visit)
    assert (visit.full_name, visit.companions, visit.plate) == ("Camila Soto Díaz", 2, "BCDF12")


def test_a_vigencia_that_is_over_is_refused(app: Flask, cast: Cast, at_the_form: Visitor) -> None:
    over = {"valid_from": at_the_gate(hours=-5), "valid_until": at_the_gate(hours=-1)}
    at_the_form.submit("#visitor-form", **{**GOOD, **over})
    assert at_the_form.status == 422
    assert "Elija una fecha «hasta» futura" in at_the_form.text("#valid_until-error")
    _nothing_is_stored(app, cast)


@pytest.mark.parametrize("without", [{"key": ""}, {}], ids=["empty", "missing"])
def test_a_form_without_its_key_is_refused_once_and_then_works(
    app: Flask, cast: Cast, at_the_form: Visitor, without: dict[str, str]
) -> None:
    at_the_form.post(f"/porteria/unidades/{cast.units['aromos']}/visitantes", {**GOOD, **without})
    assert at_the_form.status == 422
    assert "El formulario venció. Vuelva a intentarlo." in at_the_form.text(".summary")
    _nothing_is_stored(app, cast)
    at_the_form.submit("#visitor-form")
    assert at_the_form.status == 303
    assert len(rows(app, cast.aromos, Visit)) == 1


def test_an_overlong_key_is_refused(app: Flask, cast: Cast, at_the_form: Visitor) -> None:
    assert at_the_form.submit("#visitor-form", **GOOD, key="k" * 65).status == 422
    _nothing_is_stored(app, cast)


def test_fields_that_no_form_has_change_nothing(app: Flask, cast: Cast, at_the_form: Visitor) -> None:
    """Mass assignment (ASVS 15.3.3)."""
    extra = {"state": "accepted", "community_id": str(cast.torres), "unit_id": str(cast.units["torres"]), "id": "77"}
    at_the_form.submit("#visitor-form", **GOOD, **extra)
    (visit,) = rows(app, cast.aromos, Visit)
    assert (visit.state, visit.unit_id) == ("pending", cast.units["aromos"])


def test_a_name_may_be_written_as_people_write_it(app: Flask, cast: Cast, at_the_form: Visitor) -> None:
    at_the_form.submit("#visitor-form", **{**GOOD, "full_name": "  María-José  O'Higgins   Ñuñoa (2º) "})
    assert rows(app, cast.aromos, Visit)[0].full_name == "María-José O'Higgins Ñuñoa (2º)"


def test_a_remark_may_hold_an_emoji_and_is_shown_as_text(app: Flask, cast: Cast, at_the_form: Visitor) -> None:
    at_the_form.submit("#visitor-form", **{**GOOD, "note": "<b>torta</b> 🎂 & más"})
    assert "«<b>torta</b> 🎂 & más»" in at_the_form.follow().text("#visits")


def test_empty_dates_mean_from_now_for_a_day(app: Flask, cast: Cast, at_the_form: Visitor) -> None:
    at_the_form.submit("#visitor-form", **GOOD, valid_from="", valid_until="")
    (visit,) = rows(app, cast.aromos, Visit)
    assert visit.valid_until - visit.valid_from == timedelta(hours=24)
    assert clock.now() - visit.valid_from < timedelta(minutes=1)


def test_what_is_typed_as_a_date_is_the_gates_own_time(app: Flask, cast: Cast, at_the_form: Visitor) -> None:
    typed = at_the_gate(hours=3)
    at_the_form.submit("#visitor-form", **GOOD, valid_until=typed)
    local = datetime.fromisoformat(typed).replace(tzinfo=ZoneInfo("America/Santiago"))
    assert rows(app, cast.aromos, Visit)[0].valid_until == local


def _typed(browser: Visitor, names: Iterable[str]) -> dict[str, str]:
    """What stands in the form's controls now."""
    form, shown = browser.one("#visitor-form"), {}
    for name in names:
        control = form.select_one(f"[name={name}]")
        assert control is not None
        chosen = control.select_one("option[selected]")
        shown[name] = str(chosen["value"]) if chosen else str(control.get("value", ""))
    return shown


def _nothing_is_stored(app: Flask, cast: Cast) -> None:
    assert not rows(app, cast.aromos, Visit)
    assert not rows(app, cast.aromos, Registered)
    assert not journal(app, "visit.announced")
    with app.app_context():
        assert not db.session.scalars(select(SubmissionKey)).all()


@pytest.fixture
def at_the_form(cast: Cast, visit_as: Callable[[str], Visitor]) -> Visitor:
    return visit_as("conserje").get(f"/porteria/unidades/{cast.units['aromos']}/visitantes/nuevo")
