"""Until when an access holds and at which hours: typed, reviewed, shown, amended, and by whom it may not be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask

from conserje import clock, tenancy
from conserje.access_lists.matching import Listing
from conserje.access_lists.models import AccessListEntry
from conserje.access_lists.schedules import ALWAYS, Validity, days_of
from conserje.database import db
from tests.blueprints.scene import journal, listed_person, rows, somebody, words
from tests.builders import RUN, Cast
from tests.page import Visitor, values_of

FORM = "main form[method=post]"
TYPED = {"document_type": "run", "document_number": "12345678-5", "full_name": "Camila Soto Díaz"}
TUESDAYS = Validity(days=days_of([1]), from_minute=9 * 60, until_minute=13 * 60)


def path_of(cast: Cast) -> str:
    return f"/administracion/inmuebles/{cast.units['aromos']}/accesos"


def put(
    app: Flask, cast: Cast, validity: Validity = ALWAYS, listing: Listing = Listing.AUTHORISED, number: int = 0
) -> AccessListEntry:
    document = somebody(number) if number else RUN
    unit_id, account_id = cast.units["aromos"], cast.accounts["super"]
    return listed_person(app, cast.aromos, unit_id, account_id, document, listing=listing, validity=validity)


def today() -> date:
    return clock.local(clock.now(), "America/Santiago").date()


def only_entry(app: Flask, cast: Cast) -> AccessListEntry:
    (entry,) = rows(app, cast.aromos, AccessListEntry)
    return entry


def let_pass(app: Flask, entry: AccessListEntry) -> None:
    """As the days would: the entry's last one was the day before yesterday."""
    with app.app_context(), tenancy.acting_for(entry.community_id):
        db.session.get_one(AccessListEntry, entry.id).expires_on = today() - timedelta(days=2)
        db.session.commit()


def test_somebody_is_listed_for_some_days_and_hours_after_a_review(app: Flask, cast: Cast, admin: Visitor) -> None:
    last_day = today() + timedelta(days=30)
    typed = {"expires_on": last_day.isoformat(), "days": ["1", "3"], "from_hour": "09:00", "until_hour": "13:30"}
    admin.get(f"{path_of(cast)}/nuevo").submit(FORM, "Continuar", listing="authorised", **TYPED, **typed)
    for each in (last_day.strftime("%d-%m-%Y"), "los martes y jueves de 9:00 a 13:30", "a otra hora preguntará"):
        assert each in words(admin)
    admin.submit(FORM, "Corregir")
    assert {name: values_of(admin.one(FORM))[name] for name in typed} == typed
    admin.submit(FORM, "Continuar").submit(FORM, "Ingresar")
    assert admin.status == 303
    assert only_entry(app, cast).validity == Validity(last_day, days_of([1, 3]), 540, 810)
    row = admin.follow().text("tbody tr")
    assert last_day.strftime("%d-%m-%Y") in row
    assert "los martes y jueves de 9:00 a 13:30" in row


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"expires_on": "2026-01-01"}, "Esa fecha ya pasó."),
        ({"expires_on": "nunca"}, "Ingrese una fecha válida."),
        ({"days": "7"}, "Elija una opción de la lista."),
        ({"days": "martes"}, "Elija una opción de la lista."),
        ({"from_hour": "9:00"}, "Ingrese las dos horas, o ninguna."),
        ({"until_hour": "9:00"}, "Ingrese las dos horas, o ninguna."),
        ({"from_hour": "9:00", "until_hour": "09:00"}, "Las dos horas son iguales."),
        ({"from_hour": "25:00", "until_hour": "9:00"}, "Ingrese una hora válida, como 9:30."),
        ({"listing": "unauthorised", "days": "1"}, "son solo para el acceso autorizado."),
    ],
)
@pytest.mark.parametrize("step", ["/revisar", ""], ids=["form", "review tampered with"])
def test_what_will_not_do_is_said_and_lists_nobody(
    app: Flask, cast: Cast, admin: Visitor, typed: dict[str, str], said: str, step: str
) -> None:
    fields = values_of(admin.get(f"{path_of(cast)}/nuevo").one(FORM)) | TYPED | {"listing": "authorised"} | typed
    admin.post(f"{path_of(cast)}{step}", fields)
    assert admin.status == 422
    assert said in admin.text(".summary")
    assert values_of(admin.one(FORM))["document_number"] == "12345678-5"
    assert not rows(app, cast.aromos, AccessListEntry)


def test_an_access_is_amended_with_what_it_says_now_in_the_form(app: Flask, cast: Cast, admin: Visitor) -> None:
    put(app, cast, TUESDAYS)
    admin.get(path_of(cast)).click("Editar", within="tbody")
    assert admin.text("h1") == "Editar el acceso de Camila Soto Díaz"
    values = values_of(admin.one(FORM))
    assert (values["days"], values["from_hour"], values["until_hour"]) == ("1", "09:00", "13:00")
    form = admin.page
    for _ in range(2):
        admin.page = form
        admin.submit(FORM, "Guardar", days=["5", "6"], from_hour="22:00", until_hour="06:00")
        assert (admin.status, admin.answer.location) == (303, path_of(cast))
        assert "los sábados y domingos de 22:00 a 6:00" in admin.follow().text("tbody tr")
    assert only_entry(app, cast).validity == Validity(None, days_of([5, 6]), 22 * 60, 6 * 60)
    assert len(journal(app, "access_list.amended")) == 1


def test_of_somebody_not_authorised_only_the_last_day_is_asked(app: Flask, cast: Cast, admin: Visitor) -> None:
    entry = put(app, cast, listing=Listing.UNAUTHORISED)
    admin.get(f"{path_of(cast)}/{entry.id}/editar")
    assert not admin.page.select("input[name=days], input[name=from_hour]")
    admin.submit(FORM, "Guardar", expires_on=today().isoformat())
    assert only_entry(app, cast).expires_on == today()


def test_what_will_not_do_amends_nothing_and_stays_in_the_form(app: Flask, cast: Cast, admin: Visitor) -> None:
    entry = put(app, cast)
    admin.get(f"{path_of(cast)}/{entry.id}/editar").submit(FORM, "Guardar", from_hour="10:00")
    assert admin.status == 422
    assert "Ingrese las dos horas, o ninguna." in admin.text(".summary")
    assert values_of(admin.one(FORM))["from_hour"] == "10:00"
    assert only_entry(app, cast).validity == ALWAYS


def test_a_tab_older_than_somebody_elses_change_amends_nothing(app: Flask, cast: Cast, admin: Visitor) -> None:
    entry = put(app, cast)
    path = f"{path_of(cast)}/{entry.id}/editar"
    old = admin.get(path).page
    admin.get(path).submit(FORM, "Guardar", days="1")
    admin.page = old
    admin.submit(FORM, "Guardar", days="2")
    assert admin.status == 409
    assert "Otra persona cambió este acceso mientras tanto." in words(admin)
    assert only_entry(app, cast).validity == Validity(days=days_of([1]))


def test_a_form_that_was_saved_and_now_says_something_else_amends_nothing(
    app: Flask, cast: Cast, admin: Visitor
) -> None:
    entry = put(app, cast)
    form = admin.get(f"{path_of(cast)}/{entry.id}/editar").page
    for day in ("1", "2"):
        admin.page = form
        admin.submit(FORM, "Guardar", days=day)
    assert admin.status == 409
    assert only_entry(app, cast).validity == Validity(days=days_of([1]))


@pytest.mark.parametrize("unit", ["aromos", "aromos-102"])
def test_whoever_is_gone_or_of_another_unit_is_not_amended(app: Flask, cast: Cast, admin: Visitor, unit: str) -> None:
    entry_id = put(app, cast).id if unit == "aromos-102" else 77
    path = f"/administracion/inmuebles/{cast.units[unit]}/accesos/{entry_id}/editar"
    for ask in (lambda: admin.get(path), lambda: admin.post(path, {"key": "k"})):
        assert ask().status == 303
        assert "ya no está en las listas" in words(admin.follow())


def test_those_past_their_last_day_are_marked_and_shown_alone(app: Flask, cast: Cast, admin: Visitor) -> None:
    put(app, cast, number=1)
    assert "Vencidos" not in words(admin.get(path_of(cast)))
    let_pass(app, put(app, cast))
    admin.get(path_of(cast))
    options = [option.get_text() for option in admin.page.select("select[name=lista] option")]
    assert options[-1] == "Vencidos (1)"
    assert [tag.get_text() for tag in admin.page.select("tbody .state.off")] == ["Vencido"]
    admin.get(f"{path_of(cast)}?lista=vencidos")
    assert len(admin.page.select("tbody tr")) == 1
    assert admin.one("option[selected]")["value"] == "vencidos"


def test_whoever_is_listed_again_is_offered_to_be_amended(app: Flask, cast: Cast, admin: Visitor) -> None:
    let_pass(app, put(app, cast))
    admin.get(f"{path_of(cast)}/nuevo").submit(FORM, "Continuar", listing="authorised", **TYPED)
    admin.submit(FORM, "Ingresar").click("Editar cuándo vale", within="main")
    admin.submit(FORM, "Guardar", expires_on="")
    assert only_entry(app, cast).validity == ALWAYS


@pytest.mark.parametrize("who", ["prueba", "conserje"])
def test_others_amend_nothing(app: Flask, cast: Cast, visit_as: Callable[[str], Visitor], who: str) -> None:
    entry = put(app, cast)
    browser = visit_as(who).get("/porteria/")
    token = browser.csrf_token()
    assert browser.get(f"{path_of(cast)}/{entry.id}/editar").status == 403
    browser.post(f"{path_of(cast)}/{entry.id}/editar", {"key": "k", "days": "1", "csrf_token": token})
    assert browser.status == 403
    assert only_entry(app, cast).validity == ALWAYS
