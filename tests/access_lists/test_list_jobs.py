"""From the file to the units' lists: reading and applying one, over both databases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, event

from conserje import clock, jobs, list_import_jobs, tenancy
from conserje.access_lists import applying, upkeep
from conserje.access_lists.importing import LISTS
from conserje.access_lists.matching import Listing
from conserje.access_lists.models import AccessListEntry
from conserje.access_lists.schedules import ALWAYS, Validity, days_of
from conserje.audit.journal import Actor
from conserje.communities.models import ImportDraft, Unit
from conserje.database import begin_writing, db
from conserje.errors import Refused
from conserje.identity.documents import Document, DocumentType
from conserje.importing import drafts
from conserje.jobs import Job, JobState
from tests.at_once import held_up
from tests.blueprints.scene import journal, listed_person
from tests.builders import Cast, run_number
from tests.importing.books import ANA, workbook
from tests.importing.books import SHORT as UNITS_SHORT
from tests.importing.lists import CAMILA, LUIS, SHORT
from tests.importing.test_jobs import KEY, Desk

AUTHORISED, UNAUTHORISED = Listing.AUTHORISED, Listing.UNAUTHORISED
CAMILA_DOCUMENT = Document(DocumentType.RUN, run_number(12_345_678))
LUIS_DOCUMENT = Document(DocumentType.RUN, run_number(9_876_543))
BAD = ("Torre A", "101", "autorizado", "12.345.678-9", "Eva Ríos")


class ListDesk(Desk):
    """Somebody who imports lists into Aromos, and the worker beside."""

    def read(self, *lines: tuple[object, ...], body: bytes = b"") -> Job:
        self.app.extensions["photos"].save(KEY, body or workbook(*lines))
        return self(drafts.order_file, KEY, "lista.xlsx", of=LISTS)

    def apply(self, *, leaves_out: bool = False) -> Job:
        draft = self.draft()
        assert draft is not None
        return self(drafts.order_applying, drafts.mark(draft), leaves_out=leaves_out, of=LISTS)

    def draft(self) -> ImportDraft | None:
        with tenancy.acting_for(self.community_id):
            return drafts.current(clock.now(), of=LISTS)

    def listed(self) -> list[tuple[str, str]]:
        return [(entry.full_name, entry.listing) for entry in self.all(AccessListEntry)]


@pytest.fixture
def desk(ctx: Flask, cast: Cast) -> ListDesk:
    """Aromos has the units 101 and 102 of Torre A, with nobody on their lists."""
    return ListDesk(ctx, cast)


def already(desk: ListDesk, cast: Cast, document: Document, name: str, listing: Listing, **said: Any) -> None:
    """Somebody whom the superadmin put on a list of 101 before."""
    unit, by = cast.units["aromos"], cast.accounts["super"]
    listed_person(desk.app, cast.aromos, unit, by, document, name, listing, Validity(**said))


def counted(new: int = 0, moved: int = 0, changed: int = 0, unchanged: int = 0) -> Mapping[str, int]:
    return {"new": new, "moved": moved, "changed": changed, "unchanged": unchanged}


def test_reading_stores_nothing_but_a_draft_of_its_own(desk: ListDesk) -> None:
    job = desk.read((*SHORT, "Patente"), (*CAMILA, "ABCD12"), BAD)
    draft = desk.draft()
    assert draft is not None
    assert (job.state, job.result) == (JobState.DONE, {"draft": draft.id, "unknown": ["Patente"]})
    assert (draft.name, len(draft.units), draft.problems[0]["at"]) == ("lista.xlsx", 1, "D3")
    assert desk.listed() == []
    assert desk.app.extensions["photos"].load(KEY) is None
    with tenancy.acting_for(desk.community_id):
        assert drafts.current(clock.now()) is None, "no draft of units and residents"


def test_a_draft_of_units_and_one_of_lists_wait_beside_each_other(desk: ListDesk, cast: Cast) -> None:
    units = Desk(desk.app, cast)
    desk.read(SHORT, CAMILA)
    units.read(UNITS_SHORT, ANA)
    assert (desk.draft() is None, units.draft() is None) == (False, False)
    assert desk.apply().result == counted(new=1)
    assert units.draft() is not None


def test_applying_adds_moves_changes_and_keeps(desk: ListDesk, cast: Cast) -> None:
    eva, ivan = (Document(DocumentType.RUN, run_number(number)) for number in (8_000_001, 8_000_002))
    tomorrow = (clock.now() + timedelta(days=1)).date()
    already(desk, cast, LUIS_DOCUMENT, "Luis", AUTHORISED, days=days_of([1]))
    already(desk, cast, eva, "Eva Rios", AUTHORISED, from_minute=540, until_minute=600)
    already(desk, cast, ivan, "Iván Soto", UNAUTHORISED)
    headings = (*SHORT, "Vence", "Días")
    desk.read(
        headings,
        (*CAMILA, "", "martes"),
        ("Torre A", "101", *LUIS[2:], "", ""),
        ("Torre A", "101", "autorizado", eva.number, "Eva Ríos", f"{tomorrow:%d/%m/%Y}", ""),
        ("Torre A", "101", "no autorizado", ivan.number, "Iván Soto", "", ""),
    )
    job = desk.apply()
    assert (job.state, job.result) == (JobState.DONE, counted(1, 1, 1, 1))
    by_name = {entry.full_name: entry for entry in desk.all(AccessListEntry)}
    assert by_name["Camila Soto Díaz"].validity == Validity(days=days_of([1]))
    assert by_name["Camila Soto Díaz"].listed_by == desk.account_id
    luis = by_name["Luis Peña"]
    assert (luis.listing, luis.validity, luis.listed_by) == (UNAUTHORISED, ALWAYS, desk.account_id)
    changed = by_name["Eva Ríos"]
    assert (changed.validity, changed.listed_by) == (Validity(tomorrow, from_minute=540, until_minute=600),
                                                     cast.accounts["super"])  # fmt: skip
    lines = [line for line in journal(desk.app) if line.account_id == desk.account_id]
    assert sorted(line.action for line in lines) == [
        f"access_list.{act}" for act in ("added", "amended", "imported", "moved", "renamed")
    ]
    assert next(line for line in lines if line.action == "access_list.imported").facts == job.result
    assert desk.draft() is None


def test_the_same_list_again_changes_nothing(desk: ListDesk) -> None:
    for expected in (counted(new=2), counted(unchanged=2)):
        desk.read(SHORT, CAMILA, LUIS)
        assert desk.apply().result == expected
    assert desk.listed() == [("Camila Soto Díaz", AUTHORISED), ("Luis Peña", UNAUTHORISED)]


def test_lines_in_error_are_left_out_only_where_that_was_said(desk: ListDesk) -> None:
    desk.read(SHORT, BAD, LUIS)
    with pytest.raises(Refused, match="import_has_errors"):
        desk.apply()
    assert desk.apply(leaves_out=True).result == counted(new=1)


def test_a_unit_that_is_deleted_meanwhile_stops_all_of_it(desk: ListDesk, cast: Cast) -> None:
    desk.read(SHORT, CAMILA, LUIS)
    with tenancy.acting_for(cast.aromos):
        begin_writing()
        db.session.execute(delete(Unit).where(Unit.id == cast.units["aromos-102"]))
        db.session.commit()
    job = desk.apply()
    assert (job.state, job.problem, job.result) == (JobState.FAILED, "import_unit_gone", {"unit": "Torre A · 102"})
    assert desk.listed() == []
    assert desk.draft() is not None


def test_a_worker_that_dies_after_applying_leaves_it_applied_once(desk: ListDesk) -> None:
    desk.read(SHORT, LUIS)
    job = desk.apply()
    db.session.rollback()
    assert list_import_jobs.apply(jobs.Task(job, "another", lambda: False)) == job.result
    assert len(desk.listed()) == 1


def test_another_communitys_unit_is_unknown_and_its_lists_stay(desk: ListDesk, cast: Cast) -> None:
    """Parque has a 101 of Torre A as well, with Camila barred from it."""
    listed_person(
        desk.app, cast.parque, cast.units["parque"], cast.accounts["super"], CAMILA_DOCUMENT, "Camila", UNAUTHORISED
    )
    desk.read(SHORT, CAMILA)
    assert desk.apply().result == counted(new=1)
    with tenancy.acting_for(cast.parque):
        assert db.session.query(AccessListEntry).one().listing == UNAUTHORISED


def test_whoever_comes_second_sees_what_the_first_one_did(desk: ListDesk, cast: Cast) -> None:
    """K088, under a race: by hand and from a list at once a document ends on one list."""
    desk.read(SHORT, CAMILA)
    db.session.rollback()
    by_hand, from_list = partial(put_by_hand, desk, cast), partial(carry_out, desk)
    _, counts = held_up(desk.app, by_hand, from_list)
    assert counts == counted(moved=1)
    desk.read(SHORT, LUIS)
    db.session.rollback()
    counts, refusal = held_up(desk.app, from_list, partial(by_hand, LUIS_DOCUMENT))
    assert counts == counted(new=1)
    assert isinstance(refusal, Refused)
    assert refusal.code == "already_listed"


def put_by_hand(desk: ListDesk, cast: Cast, document: Document = CAMILA_DOCUMENT) -> None:
    with tenancy.acting_for(desk.community_id):
        begin_writing()
        unit_id = cast.units["aromos" if document == CAMILA_DOCUMENT else "aromos-102"]
        unit = db.session.get_one(Unit, unit_id)
        by = Actor(cast.accounts["super"], desk.community_id)
        upkeep.add(unit, document, "Camila", UNAUTHORISED, by=by, now=clock.now())


def carry_out(desk: ListDesk) -> Mapping[str, int]:
    with tenancy.acting_for(desk.community_id):
        begin_writing()
        draft = drafts.current(clock.now(), of=LISTS)
        assert draft is not None
        return applying.carry_out(draft, by=Actor(desk.account_id, desk.community_id), now=clock.now())


def test_the_writer_is_not_held_for_each_person(desk: ListDesk) -> None:
    people = [
        ("Torre A", "101", "autorizado", run_number(7_000_000 + number), f"Persona {number}") for number in range(60)
    ]
    desk.read(SHORT, *people)
    statements: list[str] = []

    def note(*arguments: Any) -> None:
        statements.append(arguments[2].split()[0])

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert carry_out(desk) == counted(new=60)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
        db.session.rollback()
    assert statements.count("SELECT") < 10, "nothing is asked for one by one"
