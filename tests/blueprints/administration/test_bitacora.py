"""[Bitácora], as a browser sees it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

import conserje
from conserje.accounts.bitacora import KINDS
from conserje.blueprints import journal_labels
from tests.blueprints.scene import arrival, work_in
from tests.builders import Cast
from tests.page import Visitor

PATH = "/administracion/bitacora"
_RECORDED = re.compile(r"""(?:_?record(?:_now)?)\(\s*"([a-z_.]+)",\s*"?([a-z_]*)""")


@pytest.fixture
def admin(cast: Cast, visit_as: Callable[[str], Visitor]) -> Visitor:
    return work_in(visit_as("admin"), cast.aromos)


def test_it_says_who_did_what_in_words_and_leads_to_the_visit(app: Flask, cast: Cast, admin: Visitor) -> None:
    visit = arrival(app, cast.aromos, cast.units["aromos"])
    admin.post(f"/porteria/visitas/{visit.id}/aceptar", {"key": "bitacora", "method": "call"})
    told = admin.get(PATH).text("table")
    assert "aceptó la visita" in told
    assert "Paula" in told
    assert admin.one("table a")["href"] == f"/porteria/visitas/{visit.id}"


def test_looking_at_telephones_is_found_by_its_kind(cast: Cast, admin: Visitor) -> None:
    admin.post(f"/porteria/unidades/{cast.units['aromos']}/telefonos", {})
    assert "vio los teléfonos" in admin.get(f"{PATH}?kind=views").text("table")
    admin.get(f"{PATH}?kind=sms")
    assert "Nada coincide" in admin.text(".empty")


@pytest.mark.parametrize("typed", ["person=999999", "kind=otro", "since=ayer", "since=2026-11-20&until=2026-11-01"])
def test_nonsense_in_the_filters_is_asked_for_again(admin: Visitor, typed: str) -> None:
    assert admin.get(f"{PATH}?{typed}").status == 422


def test_another_communitys_acts_are_not_shown(app: Flask, cast: Cast, admin: Visitor) -> None:
    arrival(app, cast.torres, cast.units["torres"], ago=timedelta(minutes=1))
    assert "registró una visita" not in admin.get(PATH).text("main")


def test_every_act_that_is_recorded_has_its_words() -> None:
    package = Path(conserje.__file__).parent
    found = [match for file in package.rglob("*.py") for match in _RECORDED.findall(file.read_text("utf-8"))]
    actions = {action for action, _ in found} | {
        "visit.accepted",
        "visit.rejected",
        "account.created",
        "account.reactivated",
    }
    assert len(actions) > 20
    assert actions <= set(journal_labels._ACTIONS)
    assert {subject for _, subject in found if subject} <= {*journal_labels._SUBJECTS, "current", "entry"}
    assert set(KINDS) == set(journal_labels._ACT_KINDS)
