"""The database that is measured: one community whose chosen unit has exactly what the goals name.

Rows are inserted directly, past the acts and the tenancy guard. Every id is `place * spread + 1`, which leaves room
for `spread - 1` further communities whose rows lie between them, as those of a real installation do (growth.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import Connection, Table, func, insert, select, text

from bench import people
from conserje import create_app
from conserje.access_lists.matching import Listing
from conserje.accounts.models import Account, Membership
from conserje.accounts.passwords import hash_password
from conserje.accounts.sign_in import email_key
from conserje.communities import residents, units
from conserje.communities.models import Administration, Community, Resident, ResidentKind, ResidentPhone, Unit
from conserje.database import Base, db
from conserje.identity.countries import Country
from conserje.permissions import Profile
from conserje.photos.drawn import draw_portrait
from conserje.photos.images import prepare
from conserje.photos.storage import keep
from conserje.visits.models import MANUAL_METHODS, Method, State, Visit, Visitor, VisitorKind

EMAIL, PASSWORD = "conserje@bench.example", "conserje-demo-2026"
COMMUNITY_NAME, TOWERS, UNITS = "Edificio Los Aromos", ("Torre A", "Torre B"), 100
VISITS = 1_000
# Each repetition of a measurement that changes something takes a fresh one of these alike units.
CHOSEN_UNITS = 12
# The chosen unit: what the goals name.
VISITORS_TODAY, RESIDENTS, DEACTIVATED = 12, 4, 20
# Those of today who were turned away or whose deadline passed: they stand among the deactivated as well.
GONE_TODAY = 2
PHOTOS = 16
ELSEWHERE_TODAY = 40
_NOTES = ("Trae una caja", "Viene por la lavadora", "Pide estacionar", "Con un perro chico", "Trae las llaves")


@dataclass(frozen=True)
class ChosenUnit:
    """One unit of the shape that the goals name, with what can be done in it."""

    id: int
    typed: str
    pending_visit_ids: tuple[int, ...]
    inside_visit_ids: tuple[int, ...]
    deactivated_ids: tuple[int, ...]
    photos: tuple[str, ...]


@dataclass(frozen=True)
class Scene:
    """Where the measured things are."""

    database_url: str
    photo_folder: Path
    units: tuple[ChosenUnit, ...]

    @property
    def unit(self) -> ChosenUnit:
        """The one that is only looked at."""
        return self.units[0]


def application(scene: Scene) -> Flask:
    """The application over the scene's database, in this process."""
    return _app(scene.database_url, scene.photo_folder)


def fill(database_url: str, photo_folder: Path, spread: int = 1) -> Scene:
    """Migrate an empty database and fill it."""
    app = _app(database_url, photo_folder)
    with app.app_context():
        upgrade()
        digests = [
            keep(app.extensions["photos"], 1, prepare(BytesIO(draw_portrait(number)))) for number in range(PHOTOS)
        ]
        rows = _Rows(spread, digests, datetime.now(UTC).replace(microsecond=0))
        with db.engine.begin() as connection:
            for table, some in rows.by_table():
                if some:
                    connection.execute(insert(table), some)
            _move_sequences(connection)
        if db.engine.dialect.name == "postgresql":
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("ANALYZE"))
        db.engine.dispose()
    return rows.scene(database_url, photo_folder)


def _app(database_url: str, photo_folder: Path) -> Flask:
    return create_app(
        {
            "CONSERJE_MODE": "demo",
            "SECRET_KEY": "bench-" * 8,
            "DATABASE_URL": database_url,
            "PHOTO_FOLDER": str(photo_folder),
            "LOG_LEVEL": "WARNING",
        }
    )


def table_of(model: type[Base]) -> Table:
    """The model's table, for statements past the tenancy guard."""
    table = model.__table__
    assert isinstance(table, Table)
    return table


def _move_sequences(connection: Connection) -> None:
    """PostgreSQL does not notice ids that are given; the application's own inserts go on after them."""
    if connection.dialect.name != "postgresql":
        return
    for model in (Administration, Community, Account, Unit, Resident, ResidentPhone, Visitor, Visit):
        table = table_of(model)
        sequence = func.pg_get_serial_sequence(table.name, "id")
        connection.execute(select(func.setval(sequence, select(func.max(table.c.id)).scalar_subquery() + 1_000_000)))


class _Rows:
    def __init__(self, spread: int, photos: list[str], now: datetime) -> None:
        self.spread, self.photos, self.now = spread, photos, now
        self.units: list[dict[str, Any]] = []
        self.residents: list[dict[str, Any]] = []
        self.phones: list[dict[str, Any]] = []
        self.visitors: list[dict[str, Any]] = []
        self.visits: list[dict[str, Any]] = []
        for place in range(UNITS):
            self._add_unit(place)
        for place in range(CHOSEN_UNITS):
            self._fill_chosen_unit(self.units[place]["id"], timedelta(minutes=33, seconds=7) * place)
        self._fill_other_units(self.units[CHOSEN_UNITS:])

    def by_table(self) -> Iterator[tuple[Table, list[dict[str, Any]]]]:
        """In the order of their foreign keys."""
        yield table_of(Administration), [{"id": 1, "name": "Administraciones Cordillera"}]
        yield table_of(Community), [community_row(1, self.now)]
        yield (
            table_of(Account),
            [
                {
                    "id": 1, "administration_id": 1, "email": EMAIL, "email_key": email_key(EMAIL),
                    "profile": Profile.CONSERJE, "given_name": "Gustavo", "paternal_surname": "Pino",
                    "password_hash": hash_password(PASSWORD), "password_changed_at": self.now,
                }
            ],
        )  # fmt: skip
        yield table_of(Membership), [{"account_id": 1, "community_id": 1}]
        yield table_of(Unit), self.units
        yield table_of(Resident), self.residents
        yield table_of(ResidentPhone), self.phones
        yield table_of(Visitor), self.visitors
        yield table_of(Visit), self.visits

    def scene(self, database_url: str, photo_folder: Path) -> Scene:
        return Scene(database_url, photo_folder, tuple(self._chosen(unit) for unit in self.units[:CHOSEN_UNITS]))

    def _chosen(self, unit: dict[str, Any]) -> ChosenUnit:
        visits = [visit for visit in self.visits if visit["unit_id"] == unit["id"]]
        today = visits[:VISITORS_TODAY]
        return ChosenUnit(
            unit["id"],
            f"{unit['tower']} {unit['number']}",
            tuple(visit["id"] for visit in today if visit["state"] == State.PENDING and visit["answer_by"] > self.now),
            tuple(visit["id"] for visit in today if visit["entered_at"] and not visit["left_at"]),
            tuple(visit["visitor_id"] for visit in visits[VISITORS_TODAY:]),
            tuple(visit["photo"] for visit in today),
        )

    def _id(self, place: int) -> int:
        return place * self.spread + 1

    def _add_unit(self, place: int) -> None:
        tower, number = TOWERS[place % 2], f"{place // 10 + 1}{place % 10 + 1:02}"
        self.units.append(
            {
                "id": self._id(place), "community_id": 1, "tower": tower, "number": number,
                "search": units.search_text(tower, number), "notice_phone": people.mobile(place),
            }
        )  # fmt: skip
        for order in range(RESIDENTS if place < CHOSEN_UNITS else 2):
            self._add_resident(self._id(place), order)

    def _add_resident(self, unit_id: int, order: int) -> None:
        place = len(self.residents)
        given, family = people.given_name(place), people.surnames(place)
        self.residents.append(
            {
                "id": self._id(place), "community_id": 1, "unit_id": unit_id, "given_names": given, "surnames": family,
                "search": residents.search_text(given, family), "contact_order": order, "is_principal": order == 0,
                "may_approve": order < 2, "kind": ResidentKind.OWNER if order == 0 else ResidentKind.OCCUPANT,
            }
        )  # fmt: skip
        self.phones.append(
            {
                "id": self._id(place), "community_id": 1, "resident_id": self._id(place),
                "number": people.mobile(500 + place),
            }
        )  # fmt: skip

    def _fill_chosen_unit(self, unit_id: int, shift: timedelta) -> None:
        for place in range(VISITORS_TODAY):
            at = self.now - timedelta(minutes=4 + place * 25) - shift
            # Two wait, one was turned away, one was not answered in time, eight were let in; every other one has left.
            if place < 2:
                fate: dict[str, Any] = {"answer_by": self.now + timedelta(days=1)}
            elif place == 2:
                fate = self._decided(at, State.REJECTED, None) | {"decision_note": "No lo esperan"}
            elif place == 3:
                fate = {}
            else:
                fate = self._let_in(at, left=place % 2 == 0)
            self._add_visit(unit_id, at, **fate)
        for place in range(DEACTIVATED - GONE_TODAY):
            at = self.now - timedelta(days=2 + place * 3, minutes=place * 47) - shift
            self._add_visit(unit_id, at, **self._let_in(at, left=True))

    def _fill_other_units(self, others: list[dict[str, Any]]) -> None:
        for place in range(VISITS - len(self.visits)):
            unit_id = others[place * 13 % len(others)]["id"]
            at = self.now - timedelta(minutes=10 + place * 20)
            if place >= ELSEWHERE_TODAY:
                at -= timedelta(days=1, minutes=place * 110)
            self._add_visit(unit_id, at, **self._let_in(at, left=place % 3 > 0))

    def _let_in(self, at: datetime, *, left: bool) -> dict[str, Any]:
        number = len(self.visits)
        entered_at = at + timedelta(minutes=1 + number % 7)
        left_at = entered_at + timedelta(minutes=20 + number * 7 % 90) if left else None
        decided = self._decided(at, State.ACCEPTED, MANUAL_METHODS[number % len(MANUAL_METHODS)])
        return decided | {"decided_at": entered_at, "entered_at": entered_at, "left_at": left_at}

    def _decided(self, at: datetime, state: State, method: Method | None) -> dict[str, Any]:
        return {"state": state, "method": method, "decided_at": at + timedelta(minutes=2), "decided_by": 1}

    def _add_visit(self, unit_id: int, at: datetime, **fate: Any) -> None:
        """A visit and its visitor, everyone with a photograph: the heaviest case."""
        place = len(self.visits)
        person = {
            "community_id": 1, "unit_id": unit_id, "full_name": people.full_name(place), "document_type": "run",
            "document_number": people.run(place), "kind": tuple(VisitorKind)[place % 5],
            "plate": "" if place % 4 else f"KL{chr(66 + place % 20)}D{place % 90 + 10}",
            "photo": self.photos[place % len(self.photos)],
        }  # fmt: skip
        self.visitors.append(
            person | {"id": self._id(place), "identity_key": f"run:{people.run(place)}", "last_visit_at": at}
        )
        undecided = {
            "state": State.PENDING, "answer_by": at + timedelta(minutes=10), "method": None, "decided_at": None,
            "decided_by": None, "decision_note": "", "entered_at": None, "left_at": None,
        }  # fmt: skip
        self.visits.append(
            person | undecided
            | {
                "id": self._id(place), "visitor_id": self._id(place), "companions": 2 if place % 6 == 1 else 0,
                "note": _NOTES[place % 45 // 9] if place % 9 == 4 else "", "listing": Listing.NOT_LISTED,
                "announced_at": at, "announced_by": 1, "valid_from": at, "valid_until": at + timedelta(hours=24),
            }
            | fate
        )  # fmt: skip


def community_row(community_id: int, now: datetime) -> dict[str, Any]:
    """A community of Chile."""
    name = COMMUNITY_NAME if community_id == 1 else f"{COMMUNITY_NAME} {community_id}"
    return {
        "id": community_id, "administration_id": 1, "name": name, "country": Country.CL,
        "time_zone": Country.CL.time_zone, "locale": Country.CL.locale, "created_at": now,
    }  # fmt: skip
