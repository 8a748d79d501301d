"""Answering by the link: by a pressed button, once, from the page itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from conserje import clock
from conserje.visits.models import Method, State
from tests.blueprints.links.conftest import ANAS, MAIL, Asked
from tests.blueprints.scene import journal
from tests.page import Visitor


def press(phone: Visitor, path: str, answer: str, **more: str) -> Visitor:
    """What the phone sends when a button is pressed."""
    return phone.post(path, {"answer": answer, "reason": "", **more})


def test_autorizar_accepts_and_says_so(asked: Asked, phone: Visitor) -> None:
    press(phone.get(asked.path()), asked.path(), "authorise")
    assert phone.status == 200
    assert "Entrada autorizada" in phone.text()
    visit = asked.visit()
    assert (visit.state, visit.method, visit.answered_by) == (State.ACCEPTED, Method.SMS, "Ana Rojas Aromos")


def test_rechazar_keeps_the_reason(asked: Asked, phone: Visitor) -> None:
    press(phone.get(asked.path()), asked.path(), "reject", reason="  Hoy   no ")
    assert "Visita rechazada" in phone.text()
    assert (asked.visit().state, asked.visit().decision_note) == (State.REJECTED, "Hoy no")


def test_a_reason_without_a_refusal_is_not_kept(asked: Asked, phone: Visitor) -> None:
    press(phone.get(asked.path()), asked.path(), "authorise", reason="Que suba")
    assert asked.visit().decision_note == ""


def test_no_conozco_a_esta_persona_rejects_and_tells_the_gate(asked: Asked, phone: Visitor) -> None:
    press(phone.get(asked.path()), asked.path(), "stranger")
    assert (asked.visit().state, asked.visit().is_stranger) == (State.REJECTED, True)


@pytest.mark.parametrize("answer", ["", "accepted", "AUTHORISE", "autorizar", "1", "x" * 999])
def test_a_post_without_a_valid_answer_changes_nothing(asked: Asked, phone: Visitor, answer: str) -> None:
    press(phone.get(asked.path()), asked.path(), answer)
    assert phone.status == 422
    assert "Elija una de las respuestas" in phone.text("[role=alert]")
    assert asked.visit().state == State.PENDING


def test_a_reason_that_is_too_long_is_asked_for_again_with_what_was_typed(asked: Asked, phone: Visitor) -> None:
    press(phone.get(asked.path()), asked.path(), "reject", reason="a" * 141)
    assert phone.status == 422
    assert phone.one("#reason")["value"] == "a" * 141
    assert asked.visit().state == State.PENDING


def test_enter_chooses_nothing(asked: Asked, phone: Visitor) -> None:
    """A browser presses the first submit button for Enter, and none where that one is disabled."""
    first = phone.get(asked.path()).page.select("form button")[0]
    assert first.has_attr("disabled")
    assert first.has_attr("hidden")
    assert "name" not in first.attrs


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://attacker.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_from_elsewhere_is_refused(asked: Asked, phone: Visitor, headers: dict[str, str]) -> None:
    phone.get(asked.path()).post(asked.path(), {"answer": "authorise"}, **headers)
    assert phone.status == 403
    assert asked.visit().state == State.PENDING


@pytest.mark.parametrize("headers", [{}, {"Origin": "http://localhost"}, {"Sec-Fetch-Site": "same-origin"}])
def test_the_pages_own_form_counts(asked: Asked, phone: Visitor, headers: dict[str, str]) -> None:
    phone.get(asked.path()).post(asked.path(), {"answer": "authorise"}, **headers)
    assert asked.visit().state == State.ACCEPTED


def test_the_same_answer_twice_counts_once(asked: Asked, phone: Visitor) -> None:
    for status in (200, 409):
        press(phone, asked.path(), "authorise")
        assert phone.status == status
    assert "Ya respondido" in phone.text()
    assert len(journal(asked.app, "link.answered")) == 1


def test_of_two_residents_the_second_sees_what_the_first_said(asked: Asked, phone: Visitor, app: Flask) -> None:
    press(phone, asked.path(ANAS), "reject")
    other = Visitor(app)
    press(other, asked.path(MAIL), "authorise", confirm="authorise")
    assert other.status == 409
    assert "rechazado" in other.text()
    assert asked.visit().state == State.REJECTED


def test_after_the_window_an_answer_changes_nothing(asked: Asked, phone: Visitor) -> None:
    asked.change(answer_by=clock.now() - timedelta(seconds=1))
    press(phone, asked.path(), "authorise")
    assert phone.status == 409
    assert "El plazo venció" in phone.text()
    assert asked.visit().state == State.PENDING


@pytest.mark.parametrize("path", ["/a/x", f"/a/{'x' * 22}"])
def test_a_forged_link_answers_nothing(asked: Asked, phone: Visitor, path: str) -> None:
    assert press(phone, path, "authorise").status == 404
    assert asked.visit().state == State.PENDING


# By mail


def test_by_mail_an_answer_is_asked_to_be_confirmed_and_changes_nothing_before(asked: Asked, phone: Visitor) -> None:
    press(phone.get(asked.path(MAIL)), asked.path(MAIL), "reject", reason="Hoy no")
    assert phone.status == 200
    assert phone.one("button[name=confirm]").get_text(strip=True) == "Confirmar"
    assert asked.visit().state == State.PENDING
    phone.submit("form", "Confirmar", confirm="reject")
    assert "Visita rechazada" in phone.text()
    visit = asked.visit()
    assert (visit.state, visit.method, visit.decision_note) == (State.REJECTED, Method.EMAIL, "Hoy no")


def test_by_mail_confirming_another_answer_than_was_chosen_confirms_nothing(asked: Asked, phone: Visitor) -> None:
    press(phone, asked.path(MAIL), "reject", confirm="authorise")
    assert asked.visit().state == State.PENDING


def test_by_sms_one_tap_is_enough(asked: Asked, phone: Visitor) -> None:
    press(phone, asked.path(ANAS), "authorise")
    assert asked.visit().state == State.ACCEPTED
