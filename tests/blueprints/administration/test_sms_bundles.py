"""[Bolsas de SMS]: the summary, the bundles, and the purchase of one: once, on its conditions, and with word of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from conserje import clock, paging, tenancy
from conserje.communities.models import Community
from conserje.database import begin_writing, db
from conserje.identity.countries import Country
from conserje.messages.models import Message, Purpose
from conserje.sms_wallet import catalogue, purchases
from conserje.sms_wallet.models import SmsBundle, SmsPurchase
from conserje.sms_wallet.notices import month_in_words
from tests.blueprints.scene import journal, rows, words, work_in
from tests.builders import Cast
from tests.page import Visitor, values_of

MODULE = "/administracion/bolsas-de-sms"
HISTORY = f"{MODULE}/historial"
NAMES = ["100 SMS", "300 SMS", "500 SMS", "1.000 SMS"]


def path_of(bundles: dict[str, int], name: str = "300 SMS") -> str:
    return f"{MODULE}/{bundles[name]}/comprar"


def figures(browser: Visitor) -> dict[str, str]:
    browser.get(MODULE)
    return {
        tag.get_text(): tag.find_next("dd").get_text(" ", strip=True)  # type: ignore[union-attr]
        for tag in browser.page.select("dl.stat dt")
    }


def bought(app: Flask, cast: Cast) -> Sequence[SmsPurchase]:
    return rows(app, cast.aromos, SmsPurchase)


def mailed(app: Flask) -> list[str]:
    with app.app_context():
        wanted = select(Message.recipient).where(Message.purpose == Purpose.PURCHASE).order_by(Message.recipient)
        return list(db.session.scalars(wanted))


def bought_earlier(app: Flask, cast: Cast, days_ago: int, name: str = "100 SMS", community: str = "aromos") -> None:
    with app.app_context(), tenancy.acting_for(getattr(cast, community)):
        begin_writing()
        here = db.session.get_one(Community, getattr(cast, community))
        bundle = next(each for each in purchases.bundles_on_sale(here) if each.name == name)
        purchases.enter(here, bundle, cast.accounts["super"], clock.now() - timedelta(days=days_ago))
        db.session.commit()


def day(days_ago: int) -> str:
    return (clock.local(clock.now(), "America/Santiago").date() - timedelta(days=days_ago)).isoformat()


@pytest.fixture
def at_the_confirmation(admin: Visitor, bundles: dict[str, int]) -> Visitor:
    return admin.get(path_of(bundles))


def test_the_module_shows_what_there_is_and_what_is_on_sale(admin: Visitor, bundles: dict[str, int]) -> None:
    shown = figures(admin)
    assert shown["SMS disponibles"] == "30"
    assert shown["Bolsas compradas"] == "0"
    assert "Próximo vencimiento: 30 SMS" in shown
    assert "Quedan pocos SMS." in words(admin)
    assert [tag.get_text() for tag in admin.page.select("td.main")] == NAMES
    assert [tag["href"] for tag in admin.page.select("td.act a")] == [path_of(bundles, name) for name in NAMES]
    assert "$ 15.990" in words(admin)


def test_an_installation_that_sells_nothing_says_so(admin: Visitor) -> None:
    admin.get(MODULE)
    assert "Por ahora no hay bolsas en venta." in words(admin)


@pytest.mark.parametrize(("who", "status"), [("conserje", 403), ("admin", 200), ("super", 200), ("prueba", 200)])
def test_only_administrators_see_bundles(
    visit_as: Callable[[str], Visitor], bundles: dict[str, int], who: str, status: int
) -> None:
    browser = visit_as(who)
    assert browser.get(MODULE).status == status
    assert browser.get(HISTORY).status == status


def test_a_test_user_finds_the_purchase_disabled(
    app: Flask, cast: Cast, visit_as: Callable[[str], Visitor], bundles: dict[str, int]
) -> None:
    browser = visit_as("prueba").get(MODULE)
    tools = browser.page.select("td.act > *")
    assert [(tag.name, tag.has_attr("disabled")) for tag in tools] == [("button", True)] * len(NAMES)
    fields = {"csrf_token": browser.csrf_token(), "key": "k", "accept": "y"}
    assert browser.get(path_of(bundles)).status == 403
    assert browser.post(path_of(bundles), fields).status == 403
    assert not bought(app, cast)


def test_the_confirmation_names_bundle_cost_period_and_conditions(at_the_confirmation: Visitor) -> None:
    page = at_the_confirmation
    period = month_in_words(purchases.billing_period(clock.now(), "America/Santiago"))
    assert page.text("h1") == "¿Comprar la bolsa 300 SMS?"
    facts = [tag.get_text() for tag in page.page.select("dl.facts > *")]
    assert facts == [
        *("Comunidad", "Edificio Los Aromos"),
        *("Bolsa", "300 SMS"),
        *("Número de mensajes", "300 SMS"),
        *("Costo", "$ 15.990"),
        *("Período de cobro", period),
    ]
    conditions = page.text("ul.conditions")
    for told in ("30 SMS que el contrato incluye cada mes", period, "se acumulan", "vencen a los 6 meses"):
        assert told in conditions
    box, button = page.one("input[name=accept]"), page.one("main form button")
    assert not box.has_attr("checked")
    assert button.get_text() == "Confirmar la compra"
    assert not button.has_attr("disabled"), "without script nothing would enable it"


def test_the_purchase_can_be_cancelled(app: Flask, cast: Cast, at_the_confirmation: Visitor) -> None:
    at_the_confirmation.click("Cancelar")
    assert at_the_confirmation.text("h1") == "Bolsas de SMS"
    assert not bought(app, cast)


def test_without_the_conditions_nothing_is_bought(app: Flask, cast: Cast, at_the_confirmation: Visitor) -> None:
    page = at_the_confirmation
    page.submit()
    assert page.status == 422
    assert "Para comprar, marque «Acepto las condiciones»." in page.text("#accept-error")
    assert page.one("#accept")["aria-invalid"] == "true"
    assert not bought(app, cast)
    assert not mailed(app)
    assert page.submit(accept="y").status == 303
    assert len(bought(app, cast)) == 1


def test_a_purchase_is_announced_by_a_window_and_adds_to_what_there_is(
    app: Flask, cast: Cast, at_the_confirmation: Visitor, bundles: dict[str, int]
) -> None:
    page = at_the_confirmation
    page.submit(accept="y")
    assert (page.status, page.answer.location) == (303, MODULE)
    page.follow()
    window = page.one("main > dialog[open]")
    assert window.get_text(" ", strip=True).startswith("La compra se realizó con éxito: 300 SMS por $ 15.990.")
    assert page.one("main > dialog form[method=dialog] button")["aria-label"] == "Cerrar"
    shown = figures(page)
    assert (shown["SMS disponibles"], shown["Bolsas compradas"]) == ("330", "1")
    assert not page.page.select("dialog"), "the window is there once"
    assert "Quedan pocos SMS." not in words(page)
    page.get(path_of(bundles, "100 SMS")).submit(accept="y")
    shown = figures(page)
    assert (shown["SMS disponibles"], shown["Bolsas compradas"]) == ("430", "2")
    first, _ = bought(app, cast)
    assert (first.bundle_name, first.parts, first.price, first.bought_by) == (
        "300 SMS",
        300,
        15_990,
        cast.accounts["admin"],
    )


def test_everybody_named_is_told_once_of_a_purchase(app: Flask, cast: Cast, at_the_confirmation: Visitor) -> None:
    at_the_confirmation.submit(accept="y")
    vendor = [app.config["VENDOR_EMAIL"]] if app.config["VENDOR_EMAIL"] else []
    assert mailed(app) == sorted([cast.emails["admin"], cast.emails["super"], *vendor])


def test_a_purchase_posted_twice_is_one_purchase_and_one_answer(
    app: Flask, cast: Cast, at_the_confirmation: Visitor
) -> None:
    form, answers = at_the_confirmation.page, []
    for _ in range(2):
        at_the_confirmation.page = form
        at_the_confirmation.submit(accept="y")
        answers.append((at_the_confirmation.status, at_the_confirmation.answer.location))
        at_the_confirmation.follow()
        assert "La compra se realizó con éxito" in at_the_confirmation.text("dialog")
    assert answers == [(303, MODULE)] * 2
    assert len(bought(app, cast)) == 1
    assert len(mailed(app)) == len(set(mailed(app)))
    assert len(journal(app, "sms.bought")) == 1
    assert figures(at_the_confirmation)["SMS disponibles"] == "330"


def test_the_form_of_one_bundle_does_not_answer_for_another(
    app: Flask, cast: Cast, at_the_confirmation: Visitor, bundles: dict[str, int]
) -> None:
    fields = {**values_of(at_the_confirmation.one("main form")), "accept": "y"}
    for name in ("300 SMS", "100 SMS"):
        assert at_the_confirmation.post(path_of(bundles, name), fields).status == 303
    assert sorted(purchase.parts for purchase in bought(app, cast)) == [100, 300]


@pytest.mark.parametrize("bundle", ["0", "-1", "-300", "999999", "2147483648", "99999999999999999999", "1.5", "abc"])
def test_an_absurd_bundle_is_not_found(
    app: Flask, cast: Cast, admin: Visitor, bundles: dict[str, int], bundle: str
) -> None:
    fields = {"csrf_token": admin.csrf_token(), "key": "k", "accept": "y"}
    assert admin.get(f"{MODULE}/{bundle}/comprar").status == 404
    assert admin.post(f"{MODULE}/{bundle}/comprar", fields).status == 404
    assert not bought(app, cast)


def test_a_bundle_of_another_country_or_off_sale_is_not_found(
    app: Flask, cast: Cast, admin: Visitor, bundles: dict[str, int]
) -> None:
    with app.app_context():
        begin_writing()
        catalogue.take_off_sale(Country.CL, "100 SMS")
        db.session.commit()
    fields = {"csrf_token": admin.csrf_token(), "key": "k", "accept": "y"}
    for name in ("100 SMS", "CO 300 SMS"):
        assert admin.get(path_of(bundles, name)).status == 404
        assert admin.post(path_of(bundles, name), fields).status == 404
    assert not bought(app, cast)
    admin.get(MODULE)
    assert "100 SMS" not in admin.text("table")


def test_a_bundle_that_goes_off_sale_at_the_last_moment_is_not_bought(
    app: Flask, cast: Cast, at_the_confirmation: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The route found it on sale; the rule, in the transaction that writes, no more."""
    look_up = purchases.bundle

    def look_up_and_lose(community: Community, bundle_id: int) -> SmsBundle | None:
        found = look_up(community, bundle_id)
        begin_writing()
        catalogue.take_off_sale(Country.CL, "300 SMS")
        db.session.commit()
        return found

    monkeypatch.setattr(purchases, "bundle", look_up_and_lose)
    at_the_confirmation.submit(accept="y")
    assert at_the_confirmation.status == 409
    assert "ya no está a la venta" in words(at_the_confirmation)
    assert not bought(app, cast)


def test_a_form_without_a_key_buys_nothing(app: Flask, cast: Cast, at_the_confirmation: Visitor) -> None:
    assert at_the_confirmation.submit(accept="y", key="").status == 409
    assert not bought(app, cast)


def test_what_cannot_be_announced_is_not_bought(
    app: Flask, cast: Cast, at_the_confirmation: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The purchase and the word of it are one act: both are written, or neither."""

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("nothing goes out")

    monkeypatch.setattr("conserje.sms_wallet.notices.announce_purchase", fail)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    assert at_the_confirmation.submit(accept="y").status == 500
    assert not bought(app, cast)


def test_another_community_of_the_same_administrator_is_not_charged(
    app: Flask, cast: Cast, at_the_confirmation: Visitor
) -> None:
    at_the_confirmation.submit(accept="y")
    work_in(at_the_confirmation, cast.parque)
    assert figures(at_the_confirmation)["SMS disponibles"] == "30"
    at_the_confirmation.get(HISTORY)
    assert "Esta comunidad todavía no ha comprado bolsas." in words(at_the_confirmation)


def test_the_history_shows_every_column(app: Flask, at_the_confirmation: Visitor) -> None:
    page = at_the_confirmation
    page.submit(accept="y")
    page.get(MODULE).click("Historial de compras")
    assert [tag.get_text() for tag in page.page.select("th")] == [
        "Fecha de compra",
        "Bolsa",
        "Número de SMS",
        "Costo",
        "Usuario",
    ]
    date, *others = (cell.get_text(strip=True) for cell in page.page.select("tbody td"))
    assert others == ["300 SMS", "300", "$ 15.990", "Paula Pino"]
    assert date.startswith(clock.local(clock.now(), "America/Santiago").strftime("%d-%m-%Y "))


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        ("", "", ["500 SMS", "300 SMS", "100 SMS"]),
        (day(10), day(10), ["300 SMS"]),
        (day(10), "", ["500 SMS", "300 SMS"]),
        ("", day(10), ["300 SMS", "100 SMS"]),
        (day(9), day(1), []),
    ],
)
def test_the_history_is_consulted_by_period(
    app: Flask, cast: Cast, admin: Visitor, bundles: dict[str, int], since: str, until: str, found: list[str]
) -> None:
    for days_ago, name in ((40, "100 SMS"), (10, "300 SMS"), (0, "500 SMS")):
        bought_earlier(app, cast, days_ago, name)
    bought_earlier(app, cast, 10, "1.000 SMS", "parque")
    admin.get(f"{HISTORY}?since={since}&until={until}")
    assert [tag.get_text() for tag in admin.page.select("td.main")] == found
    assert ("No hay compras en este período." in words(admin)) is (not found)
    assert admin.one("input[name=since]").get("value", "") == since


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("since=2026-11-05&until=2026-11-01", "La fecha «hasta» debe ser igual o posterior"),
        ("since=ayer", "Ingrese una fecha válida."),
        ("until=2026-13-45", "Ingrese una fecha válida."),
        ("since=0001-01-01", "Ingrese una fecha válida."),
    ],
)
def test_an_impossible_period_is_said_beside_its_field(admin: Visitor, query: str, said: str) -> None:
    admin.get(f"{HISTORY}?{query}")
    assert admin.status == 422
    assert said in admin.text(".error")


def test_the_history_goes_on_page_by_page_and_keeps_the_period(
    app: Flask, cast: Cast, admin: Visitor, bundles: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "ROWS_SHOWN", 2)
    for days_ago, name in ((40, "100 SMS"), (10, "300 SMS"), (5, "500 SMS"), (3, "1.000 SMS")):
        bought_earlier(app, cast, days_ago, name)
    admin.get(f"{HISTORY}?since={day(20)}")
    assert [tag.get_text() for tag in admin.page.select("td.main")] == ["1.000 SMS", "500 SMS"]
    admin.click("Anteriores")
    assert [tag.get_text() for tag in admin.page.select("td.main")] == ["300 SMS"]
    admin.click("Volver al inicio de la lista")
    assert [tag.get_text() for tag in admin.page.select("td.main")] == ["1.000 SMS", "500 SMS"]


def test_whoever_goes_back_and_buys_again_is_told_of_the_first(
    app: Flask, cast: Cast, at_the_confirmation: Visitor
) -> None:
    assert not at_the_confirmation.page.select(".note")
    path = at_the_confirmation.answer.request.path
    at_the_confirmation.submit(accept="y")
    at_the_confirmation.get(path)
    assert "ya compró esta bolsa hoy" in at_the_confirmation.text(".note")
    assert not at_the_confirmation.one("#accept").has_attr("checked")
