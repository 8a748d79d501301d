"""From the order to the rows: the two jobs of an import, over both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from conserje import clock, import_jobs, jobs, tenancy
from conserje.communities.models import Community, ImportDraft, Origin, Resident, ResidentPhone, Unit
from conserje.database import begin_writing, db
from conserje.errors import Refused
from conserje.importing import applying, drafts
from conserje.jobs import Job, JobRunner, JobState
from conserje.worker import Worker
from conserje.works import WORKS
from tests.blueprints.scene import journal, rows
from tests.builders import Cast, actor
from tests.importing.books import ANA, HEADINGS, LUIS, SHORT, workbook

KEY = "imports/1/file"
BAD = ("Torre A", "103", "Eva", "Ríos", "malo")


class Desk:
    """Somebody who imports into Aromos, and the worker beside."""

    def __init__(self, app: Flask, cast: Cast) -> None:
        self.app = app
        self.community_id, self.account_id = cast.aromos, cast.accounts["admin"]

    def __call__(self, order: Callable[..., Job], *arguments: Any, **options: Any) -> Job:
        """Order it and have it done."""
        with tenancy.acting_for(self.community_id):
            begin_writing()
            by = actor()
            by = type(by)(self.account_id, self.community_id)
            try:
                community = db.session.get_one(Community, self.community_id)
                job_id = order(community, *arguments, by=by, now=clock.now(), **options).id
                db.session.commit()
            finally:
                db.session.rollback()
        self.work()
        db.session.rollback()
        with db.session.session_factory() as another:
            return another.get_one(Job, job_id)

    def work(self) -> bool:
        return JobRunner(self.app, WORKS, "test").turn()

    def read(self, *lines: tuple[object, ...], body: bytes = b"") -> Job:
        self.app.extensions["photos"].save(KEY, body or workbook(*lines))
        return self(drafts.order_file, KEY, "inmuebles.xlsx")

    def apply(self, *, leaves_out: bool = False) -> Job:
        draft = self.draft()
        assert draft is not None
        return self(drafts.order_applying, drafts.mark(draft), leaves_out=leaves_out)

    def draft(self) -> ImportDraft | None:
        with tenancy.acting_for(self.community_id):
            return drafts.current(clock.now())

    def all(self, model: type[Any]) -> list[Any]:
        db.session.rollback()
        return list(rows(self.app, self.community_id, model))


@pytest.fixture
def desk(ctx: Flask, cast: Cast) -> Desk:
    """Aromos has the units 101, with Ana Rojas Aromos and a telephone, and 102, both made by hand."""
    return Desk(ctx, cast)


def test_reading_stores_nothing_but_a_draft_and_the_file_is_gone(desk: Desk, photo_folder: Path) -> None:
    job = desk.read((*SHORT, "RUT"), (*ANA, "1-9"), BAD)
    draft = desk.draft()
    assert draft is not None
    assert (job.state, job.result) == (JobState.DONE, {"draft": draft.id, "unknown": ["RUT"]})
    assert (draft.origin, draft.name, len(draft.units), draft.problems[0]["at"]) == ("file", "inmuebles.xlsx", 1, "E3")
    assert [resident.given_names for resident in desk.all(Resident)] == ["Ana"]
    assert desk.app.extensions["photos"].load(KEY) is None


def test_applying_adds_changes_and_keeps(desk: Desk) -> None:
    line = (
        "torre a", 101, 1, "casa", "", "Ana", "Rojas Aromos", "propietario", "sí", "no", 3, "ana@correo.example",
        961234567, "", "sí", "no",
    )  # fmt: skip
    desk.read(HEADINGS, line, ("Torre B", "1", *[""] * 3, "Eva", "Ríos", *[""] * 5, 987654321, "", "", ""))
    job = desk.apply()
    assert (job.state, job.result["units_new"], job.result["residents_changed"]) == (JobState.DONE, 1, 1)
    first, second, new = desk.all(Unit)
    assert (first.tower, first.kind, first.floor, first.origin) == ("torre a", "house", "1", Origin.FILE)
    assert first.notice_phone == "+56961234567", "kept where the file leaves it empty"
    assert (second.origin, new.label, new.search, new.origin) == ("hand", "Torre B · 1", " torre b 1", "file")
    ana, eva = desk.all(Resident)
    assert (ana.kind, ana.is_principal, ana.may_approve, ana.contact_order) == ("owner", True, False, 3)
    assert (ana.email_key, ana.reduced_mobility, ana.origin) == ("ana@correo.example", True, Origin.FILE)
    assert (eva.unit_id, eva.search, eva.origin) == (new.id, " eva rios", Origin.FILE)
    phones = {phone.resident_id: phone.number for phone in desk.all(ResidentPhone)}
    assert phones == {ana.id: "+56961234567", eva.id: "+56987654321"}
    assert desk.draft() is None
    (line_in_journal,) = journal(desk.app, "units.imported")
    assert line_in_journal.facts == {"origin": "file", **job.result}
    assert line_in_journal.account_id == desk.account_id


def test_the_same_file_again_changes_nothing(desk: Desk) -> None:
    for _ in range(2):
        desk.read(SHORT, ANA, LUIS)
        job = desk.apply()
    assert {name: count for name, count in job.result.items() if count} == {
        "units_unchanged": 2,
        "residents_unchanged": 2,
    }
    assert (len(desk.all(Unit)), len(desk.all(Resident))) == (2, 3)


def test_it_is_compared_anew_with_what_is_there_when_it_is_applied(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.read(SHORT, ("Torre C", "7", "Eva", "Ríos", ""))
    made = applying.new_rows

    def meanwhile(plan: Any) -> Any:
        monkeypatch.undo()
        found = made(plan)
        db.session.rollback()
        with db.session.session_factory() as other:
            other.info["community_id"] = desk.community_id
            other.add(Unit(tower="TORRE C", number="7", search=" torre c 7", community_id=desk.community_id))
            other.commit()
        return found

    monkeypatch.setattr(applying, "new_rows", meanwhile)
    job = desk.apply()
    assert (job.state, job.result["units_new"], job.result["units_changed"]) == (JobState.DONE, 0, 1)
    assert [unit.label for unit in desk.all(Unit)] == ["Torre A · 101", "Torre A · 102", "Torre C · 7"]


def test_lines_in_error_are_left_out_only_where_that_was_said(desk: Desk) -> None:
    desk.read(SHORT, BAD, LUIS)
    with pytest.raises(Refused, match="import_has_errors"):
        desk.apply()
    assert desk.apply(leaves_out=True).state == JobState.DONE
    assert [resident.given_names for resident in desk.all(Resident)] == ["Ana", "Luis"]


def test_a_file_that_cannot_be_read_ends_the_job_with_its_reason_and_is_gone(desk: Desk) -> None:
    job = desk.read(body=workbook(("una", "carta")))
    assert (job.state, job.problem) == (JobState.FAILED, "import_no_headings")
    assert (desk.app.extensions["photos"].load(KEY), desk.draft()) == (None, None)


def test_a_file_that_is_gone_is_told(desk: Desk) -> None:
    job = desk(drafts.order_file, "imports/1/none", "a.xlsx")
    assert job.problem == "import_file_gone"


def test_while_the_database_is_away_the_file_stays_for_the_next_attempt(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError("", {}, Exception())

    with monkeypatch.context() as patched:
        patched.setattr(drafts, "keep", away)
        with pytest.raises(OperationalError):
            desk.read(SHORT, ANA)
    assert desk.app.extensions["photos"].load(KEY) is not None
    after_the_lease = clock.now() + jobs.LEASE + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: after_the_lease)
    assert desk.work()
    assert desk.draft() is not None


def test_a_worker_that_dies_after_applying_leaves_it_applied_once(desk: Desk) -> None:
    desk.read(SHORT, LUIS)
    job = desk.apply()
    db.session.rollback()
    task = jobs.Task(job, "another", lambda: False)
    assert import_jobs.apply(task) == job.result
    assert len(desk.all(Resident)) == 2


def test_one_import_at_a_time(desk: Desk) -> None:
    desk.app.extensions["photos"].save(KEY, workbook(SHORT, ANA))
    with tenancy.acting_for(desk.community_id):
        begin_writing()
        jobs.order(drafts.READ, {}, community_id=desk.community_id, account_id=desk.account_id, now=clock.now())
        db.session.commit()
    with pytest.raises(Refused, match="import_running"):
        desk(drafts.order_file, KEY, "a.xlsx")


def test_a_draft_is_replaced_by_the_next_and_the_old_one_is_not_applied(desk: Desk) -> None:
    desk.read(SHORT, ANA)
    old = desk.draft()
    desk.read(SHORT, LUIS)
    assert old is not None
    with pytest.raises(Refused, match="import_gone"):
        desk(drafts.order_applying, drafts.mark(old), leaves_out=False)
    assert len(desk.all(ImportDraft)) == 1


def test_after_a_day_a_draft_waits_no_longer(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.read(SHORT, ANA)
    draft = desk.draft()
    assert draft is not None
    tomorrow = clock.now() + drafts.LIVES
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    assert desk.draft() is None
    with pytest.raises(Refused, match="import_gone"):
        desk(drafts.order_applying, drafts.mark(draft), leaves_out=False)


def test_the_worker_erases_a_draft_that_waits_no_longer(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.read(SHORT, ANA)
    day = drafts.LIVES
    now = clock.now()
    for later, left in ((day / 2, 1), (day + timedelta(minutes=1), 0)):
        monkeypatch.setattr(clock, "now", lambda later=later: now + later)
        Worker(desk.app, {}).turn()
        assert len(desk.all(ImportDraft)) == left


def test_a_draft_is_the_communitys_own(desk: Desk, cast: Cast) -> None:
    desk.read(SHORT, ANA)
    with tenancy.acting_for(cast.parque):
        assert drafts.current(clock.now()) is None
        assert drafts.latest(db.session.get_one(Community, cast.parque)) is None


def test_what_is_discarded_is_gone_and_nothing_was_stored(desk: Desk) -> None:
    desk.read(SHORT, LUIS)
    draft = desk.draft()
    assert draft is not None
    with tenancy.acting_for(desk.community_id):
        begin_writing()
        community = db.session.get_one(Community, desk.community_id)
        drafts.discard(community, drafts.mark(draft), now=clock.now())
        with pytest.raises(Refused, match="import_gone"):
            drafts.discard(community, drafts.mark(draft), now=clock.now())
        db.session.commit()
        assert list(db.session.scalars(select(ImportDraft))) == []
    assert len(desk.all(Resident)) == 1
