"""The same seed makes the same demo."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect, select

from conserje import database, tenancy
from conserje.communities.models import Community, Resident, ResidentPhone, Unit
from conserje.database import db
from conserje.demo import filling
from conserje.visits.models import Visit, Visitor
from tests.databases import SQLITE
from tests.demo.conftest import FILLED_AT
from tests.demo.small import make_small

# What is invented, no database has a part in.
pytestmark = [
    pytest.mark.usefixtures("_small"),
    pytest.mark.parametrize("database_kind", [SQLITE], indirect=True, scope="session"),
]


@pytest.fixture
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    make_small(monkeypatch)


Row = dict[str, Any]
# What differs from one filling to the next: ids, and the accounts that they point to.
IDS = {"id", "community_id", "unit_id", "resident_id", "visitor_id", "announced_by", "decided_by"}


def everything(app: Flask, seed: int, now: datetime = FILLED_AT) -> dict[str, list[Row]]:
    """All that is invented, by table, as filled into the empty database and then undone."""
    materials = filling.prepare(seed)
    database.begin_writing()
    filling.fill(materials, app.extensions["photos"], seed=seed, now=now)
    invented: defaultdict[str, list[Row]] = defaultdict(list)
    for community_id in db.session.scalars(select(Community.id).order_by(Community.id)).all():
        with tenancy.acting_for(community_id):
            for model in (Unit, Resident, ResidentPhone, Visitor, Visit):
                wanted = [column.key for column in inspect(model).column_attrs if column.key not in IDS]
                for row in db.session.scalars(select(model).order_by(model.id)):
                    invented[model.__tablename__].append({name: getattr(row, name) for name in wanted})
    database.abandon_writing()
    return invented


def test_the_same_seed_makes_the_same_people_visits_and_photographs(ctx: Flask) -> None:
    first, second = everything(ctx, seed=7), everything(ctx, seed=7)
    assert first.keys() == {"unit", "resident", "resident_phone", "visitor", "visit"}
    assert first == second


def test_another_seed_makes_other_people(ctx: Flask) -> None:
    people = [{(row["given_names"], row["surnames"]) for row in everything(ctx, seed)["resident"]} for seed in (7, 8)]
    assert len(people[0] & people[1]) < len(people[0]) / 4


def test_later_on_the_same_day_the_days_before_are_the_same(ctx: Flask) -> None:
    a_day_ago = FILLED_AT - timedelta(days=1)
    early, late = (
        [
            (row["announced_at"], row["full_name"], row["document_number"], row["state"])
            for row in everything(ctx, 7, now)["visit"]
            if row["announced_at"] < a_day_ago
        ]
        for now in (FILLED_AT, FILLED_AT + timedelta(hours=2))
    )
    assert len(early) > 100
    assert early == late
