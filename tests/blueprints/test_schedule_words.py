"""How the days and hours of an access are said, on both sides of the Andes."""

from __future__ import annotations

import pytest
from flask import Flask

from conserje.access_lists.schedules import ALWAYS, Validity, days_of
from conserje.blueprints.schedule_words import schedule
from conserje.identity.countries import Country
from conserje.localisation import be_in
from tests.builders import make_administration, make_community

MORNING = {"from_minute": 9 * 60, "until_minute": 13 * 60 + 5}


@pytest.mark.parametrize(
    ("validity", "said"),
    [
        (ALWAYS, ""),
        (Validity(days=days_of([1])), "los martes"),
        (Validity(days=days_of([1, 3])), "los martes y jueves"),
        (Validity(days=days_of([0, 1])), "los lunes y martes"),
        (Validity(days=days_of([0, 2, 4])), "los lunes, miércoles y viernes"),
        (Validity(days=days_of(range(5))), "de lunes a viernes"),
        (Validity(days=days_of([5, 6])), "los sábados y domingos"),
        (Validity(days=days_of([4, 5, 6])), "de viernes a domingo"),
        (Validity(days=days_of([1]), **MORNING), "los martes de 9:00 a 13:05"),
        (Validity(from_minute=22 * 60, until_minute=0), "todos los días de 22:00 a 0:00"),
    ],
)
def test_days_and_hours_are_said_as_one_says_them(app: Flask, validity: Validity, said: str) -> None:
    with app.test_request_context():
        assert schedule(validity) == said


def test_in_colombia_hours_are_said_by_half_days(ctx: Flask) -> None:
    community = make_community(make_administration(), country=Country.CO)
    with ctx.test_request_context():
        be_in(community)
        assert schedule(Validity(days=days_of([1]), **MORNING)) == "los martes de 9:00 a. m. a 1:05 p. m."
