"""[Carta de bienvenida], as a browser sees it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from conserje.jobs import Job, JobRunner
from conserje.letters import wording
from conserje.works import WORKS
from tests.blueprints.scene import rows_of_jobs, words
from tests.builders import Cast
from tests.page import Visitor

LETTERS, ORDERED, TEXT = "/administracion/cartas", "/administracion/cartas/avance", "/administracion/cartas/texto"
FORM = "form[action='/administracion/cartas'][method=post]"


def order(browser: Visitor, *units: int, act: str = "pdf", **typed: Any) -> Visitor:
    browser.get(LETTERS)
    return browser.submit(FORM, unit=[str(unit) for unit in units], act=act, **typed)


def work(app: Flask) -> None:
    assert JobRunner(app, WORKS, "test").turn()


def test_the_letters_of_the_units_ticked_can_be_downloaded(app: Flask, cast: Cast, admin: Visitor) -> None:
    order(admin, cast.units["aromos"])
    assert admin.answer.location == ORDERED
    assert "En espera" in admin.get(ORDERED).text("main")
    work(app)
    assert "1 carta está lista" in admin.get(ORDERED).text("main")
    admin.click("Descargar", within="main")
    assert admin.answer.mimetype == "application/pdf"
    assert admin.answer.data.startswith(b"%PDF-")


def test_all_of_the_list_are_those_that_were_searched_for(app: Flask, admin: Visitor) -> None:
    admin.get(f"{LETTERS}?q=102")
    admin.submit(FORM, which="all", act="zip")
    work(app)
    assert "1 carta está lista" in admin.get(ORDERED).text("main")


def test_who_could_not_be_reached_is_named(app: Flask, cast: Cast, admin: Visitor) -> None:
    order(admin, act="mail", which="all")
    work(app)
    told = admin.get(ORDERED).text("main")
    assert "0 cartas salieron por correo" in told
    assert "Torre A · 101" in told
    assert "Torre A · 102" in told


def test_without_a_mark_nothing_is_ordered_and_the_list_is_shown_again(admin: Visitor) -> None:
    order(admin)
    assert admin.status == 422
    assert "Marque al menos un inmueble" in words(admin)


@pytest.mark.parametrize(("act", "which"), [("", "all"), ("fax", "all"), ("pdf", "nadie")])
def test_nonsense_orders_nothing(app: Flask, cast: Cast, admin: Visitor, act: str, which: str) -> None:
    order(admin, cast.units["aromos"], act=act, which=which)
    assert admin.status == 422
    assert rows_of_jobs(app) == []


def test_another_communitys_units_get_no_letter(app: Flask, cast: Cast, admin: Visitor) -> None:
    order(admin, cast.units["torres"])
    assert "Marque al menos un inmueble" in words(admin)
    assert rows_of_jobs(app) == []


def test_the_same_order_posted_twice_is_one(app: Flask, cast: Cast, admin: Visitor) -> None:
    admin.get(LETTERS)
    page = admin.page
    for _ in range(2):
        admin.page = page
        admin.submit(FORM, unit=[str(cast.units["aromos"])], act="pdf")
        assert admin.answer.location == ORDERED
    assert len(rows_of_jobs(app)) == 1


def test_another_communitys_file_is_not_found(app: Flask, cast: Cast, admin: Visitor, visit_as: Any) -> None:
    order(admin, cast.units["aromos"])
    work(app)
    job: Job = rows_of_jobs(app)[0]
    stranger = visit_as("super")
    stranger.post("/comunidades", {"community": str(cast.parque)})
    assert stranger.get(f"{LETTERS}/{job.id}/archivo").status == 404
    assert admin.get(f"{LETTERS}/{job.id}/archivo").status == 200


def test_a_file_that_is_not_ready_is_not_found(app: Flask, cast: Cast, admin: Visitor) -> None:
    order(admin, cast.units["aromos"])
    assert admin.get(f"{LETTERS}/{rows_of_jobs(app)[0].id}/archivo").status == 404


def test_the_text_can_be_seen_before_it_is_kept(admin: Visitor) -> None:
    admin.get(TEXT)
    admin.submit(text="Hola, {nombre}, de {inmueble}.", preview="1")
    assert "Hola, Ana Rojas Aromos, de Torre A · 101." in admin.text("#preview")
    assert wording.SUGGESTED[:20] in admin.get(TEXT).text("main")


def test_the_own_text_is_kept_and_can_be_given_up(admin: Visitor) -> None:
    admin.get(TEXT)
    admin.submit(text="Hola, {nombre}.").follow()
    assert "usa su propia carta" in admin.text("main")
    assert admin.one("textarea").get_text(strip=True) == "Hola, {nombre}."
    admin.submit(restore="1").follow()
    assert "Esta es la carta sugerida" in admin.text("main")


def test_a_text_that_is_refused_stays_in_its_field(admin: Visitor) -> None:
    admin.get(TEXT)
    admin.submit(text="Hola, {apodo}.")
    assert admin.status == 422
    assert "«{apodo}» no es un campo de la carta" in words(admin)
    assert "Hola, {apodo}." in admin.text("textarea")
