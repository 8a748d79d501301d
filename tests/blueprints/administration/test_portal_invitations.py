"""[Acceso de residentes]: sending a resident the portal's first link, and all owners theirs (T10, T17)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from conserje.database import db
from conserje.jobs import Job, JobRunner
from conserje.messages.models import Message
from conserje.portal import invitations
from conserje.works import WORKS
from tests.blueprints.scene import journal, resident_of
from tests.builders import Cast
from tests.page import Visitor

PAGE = "/administracion/accesos-de-residentes"
MAIL = "eva@correo.example"


@pytest.fixture
def eva(app: Flask, cast: Cast) -> int:
    return resident_of(app, cast.aromos, cast.units["aromos"], email=MAIL, is_principal=False, kind="owner")


@pytest.fixture
def admin(visit_as: Callable[[str], Visitor], eva: int) -> Visitor:
    return visit_as("admin").get(PAGE)


def owed(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        return [(m.purpose, m.recipient) for m in db.session.scalars(select(Message).order_by(Message.id))]


def work(app: Flask) -> None:
    JobRunner(app, WORKS, "one").turn()


def test_enviar_acceso_mails_the_resident_and_says_so(app: Flask, admin: Visitor, eva: int) -> None:
    admin.press("Enviar acceso")
    assert f"Le enviamos a {MAIL}" in admin.follow().text("#notices")
    assert "Invitado; el enlace vence" in admin.text("tbody")
    assert owed(app) == [("portal_welcome", MAIL)]
    assert [line.subject_id for line in journal(app, "portal.invited")] == [eva]


def test_a_second_post_counts_once_and_another_press_is_told_to_wait(app: Flask, admin: Visitor) -> None:
    path = str(admin.one("button[form=invite]")["formaction"])
    for _ in range(2):
        assert admin.post(path, {"key": "one"}).status == 303
    admin.get(PAGE).press("Enviar acceso")
    assert (admin.status, "hace menos de 10 minutos" in admin.text("main")) == (409, True)
    assert len(owed(app)) == 1


def test_a_resident_without_an_email_is_told_so(app: Flask, cast: Cast, admin: Visitor) -> None:
    nobody = resident_of(app, cast.aromos, cast.units["aromos"])
    admin.post(f"{PAGE}/{nobody}", {"key": "one"})
    assert (admin.status, "no tiene correo" in admin.text("main")) == (409, True)


def test_the_list_is_searched_and_says_when_nothing_is_found(admin: Visitor) -> None:
    assert "1 residente con correo" in admin.text("main")
    assert "Eva Soto" in admin.get(f"{PAGE}?q=ÉVA+101").text("tbody")
    assert "Ningún residente con correo coincide" in admin.get(f"{PAGE}?q=zzz&desde=x").text("main")


def test_generar_usuarios_is_one_job_whose_progress_and_counts_are_shown(app: Flask, admin: Visitor) -> None:
    assert "Aún no se ha usado" in admin.get(f"{PAGE}/generar").text("main")
    for _ in range(2):
        admin.get(PAGE).submit(".bar form", "Generar usuarios")
        assert admin.status == 303
    with app.app_context():
        assert [job.kind for job in db.session.scalars(select(Job))] == [invitations.JOB]
    assert "espera su turno" in admin.follow().text("main")
    assert "espera su turno" in admin.get(f"{PAGE}/generar/actual", htmx=True).text("[role=status]")
    work(app)
    said = admin.get(f"{PAGE}/generar").text("main")
    # Ana, the unit's principal, has no e-mail.
    for told in ("1 acceso enviado", "0 ya habían entrado", "1 propietario sin correo"):
        assert told in said
    assert owed(app) == [("portal_welcome", MAIL)]
    assert len(journal(app, "portal.invitations_ordered")) == 1


def test_who_only_consults_sees_the_list_and_sends_nothing(
    app: Flask, visit_as: Callable[[str], Visitor], eva: int
) -> None:
    consults = visit_as("prueba").get(PAGE)
    buttons = [
        button for button in consults.page.select("main button") if button.text in ("Enviar acceso", "Generar usuarios")
    ]
    assert len(buttons) == 2
    assert all(button.has_attr("disabled") for button in buttons)
    for path in (f"{PAGE}/{eva}", f"{PAGE}/generar"):
        consults.get(PAGE)
        assert consults.post(path, {"key": "one"}).status == 403
    assert owed(app) == []


def test_another_communitys_resident_is_not_found(app: Flask, cast: Cast, admin: Visitor) -> None:
    foreign = resident_of(app, cast.torres, cast.units["torres"], "Obsidiana", email="o@correo.example")
    assert "Obsidiana" not in admin.text()
    assert admin.post(f"{PAGE}/{foreign}", {"key": "one"}).status == 404
    assert owed(app) == []
