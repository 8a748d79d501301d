"""The purge as a worker and a person at a terminal run it: in short batches, and with its files."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from conserje import clock, purging, tenancy
from conserje.accounts import sign_in
from conserje.accounts.models import Account, SignInLock, WebSession
from conserje.audit.journal import Actor, record
from conserje.communities.models import Administration, Community, Unit
from conserje.database import db
from conserje.jobs import Interrupted, JobRunner
from conserje.photos.images import DIGEST_LENGTH
from conserje.photos.storage import StorageUnavailable, photo_key, thumbnail_key
from conserje.portal.models import PortalAccess
from conserje.privacy import purge
from conserje.privacy.models import PurgeRun
from conserje.visits.models import FORGOTTEN, Visit
from tests.blueprints.scene import arrival, journal
from tests.builders import Cast, make_resident
from tests.visits.scene import make_visit, make_visitor

YEAR = timedelta(days=365)
OLD, YOUNG = "a" * DIGEST_LENGTH, "b" * DIGEST_LENGTH


@pytest.fixture
def ctx(app: Flask, cast: Cast) -> Flask:
    with app.app_context():
        yield app


def old_visits(cast: Cast, count: int, **values: object) -> None:
    with tenancy.acting_for(cast.aromos):
        visitor = make_visitor(db.session.get_one(Unit, cast.units["aromos"]), last_visit_at=clock.now() - YEAR)
        for _ in range(count):
            make_visit(visitor, clock.now() - YEAR, **values)
    db.session.commit()


def founded_days_ago() -> None:
    for community in db.session.scalars(select(Community)):
        community.created_at = clock.now() - timedelta(days=3)
    db.session.commit()


def names(cast: Cast) -> set[str]:
    with tenancy.acting_for(cast.aromos):
        return set(db.session.scalars(select(Visit.full_name)))


def runs() -> list[PurgeRun]:
    return list(db.session.scalars(select(PurgeRun)))


def stored(app: Flask, *keys: str, aged: timedelta = timedelta(days=2)) -> list[Path]:
    """Files in the store, saved so long ago."""
    paths = []
    for key in keys:
        app.extensions["photos"].save(key, b"x")
        paths.append(Path(app.config["PHOTO_FOLDER"]) / key)
        then = (clock.now() - aged).timestamp()
        os.utime(paths[-1], (then, then))
    return paths


def test_more_than_a_batch_goes_and_the_run_is_written_down(
    ctx: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purge, "BATCH", 3)
    monkeypatch.setattr(purging, "BREATH", 0)
    old_visits(cast, 8)
    counts = purging.purge_community(cast.aromos)
    assert (counts["visits"], counts["register"]) == (8, 1)
    assert names(cast) == {FORGOTTEN}
    (run,) = runs()
    assert (run.community_id, run.counts) == (cast.aromos, counts)
    (line,) = journal(ctx, "privacy.purged")
    assert (line.community_id, line.account_id, line.facts["visits"]) == (cast.aromos, None, 8)


def test_a_purge_is_of_one_community(ctx: Flask, cast: Cast) -> None:
    old_visits(cast, 1)
    purging.purge_community(cast.parque)
    assert names(cast) == {"Camila Soto Díaz"}


def test_no_batch_holds_the_writer_for_long(ctx: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gate that saves waits for one batch at most: less than 200 ms, whatever the machine's mood, on average."""
    monkeypatch.setattr(purging, "BREATH", 0)
    old_visits(cast, 600, plate="BBCL23", photo=OLD)
    held: list[float] = []
    begin = purging.begin_writing

    def timed() -> None:
        begin()
        held.append(-clock.now().timestamp())

    commit = db.session.commit

    def ended() -> None:
        commit()
        if held and held[-1] < 0:
            held[-1] += clock.now().timestamp()

    monkeypatch.setattr(purging, "begin_writing", timed)
    monkeypatch.setattr(db.session, "commit", ended)
    purging.purge_community(cast.aromos)
    assert len(held) > 6
    assert sorted(held)[len(held) // 2] < 0.2, held


def test_what_would_be_purged_is_told_and_stays(ctx: Flask, cast: Cast) -> None:
    old_visits(cast, 2)
    (path,) = stored(ctx, photo_key(cast.aromos, OLD))
    told = purging.would_purge(cast.aromos)
    assert (told["visits"], told["files"]) == (2, 1)
    assert names(cast) == {"Camila Soto Díaz"}
    assert path.exists()
    assert runs() == []


def test_files_that_no_row_names_go_and_others_stay(ctx: Flask, cast: Cast) -> None:
    arrival(ctx, cast.aromos, cast.units["aromos"], photo=YOUNG)
    db.session.get_one(Community, cast.aromos).logo = "c" * DIGEST_LENGTH
    db.session.get_one(Administration, 1).inherited_logo = "b" * DIGEST_LENGTH
    db.session.commit()
    gone = stored(
        ctx,
        photo_key(cast.aromos, OLD),
        thumbnail_key(cast.aromos, OLD),
        f"logos/1/{'d' * DIGEST_LENGTH}.jpg",
    ) + stored(
        ctx, f"imports/{cast.aromos}/{'e' * 32}", f"letters/{cast.aromos}/{'e' * 32}.pdf", aged=timedelta(days=8)
    )
    kept = stored(
        ctx,
        photo_key(cast.aromos, YOUNG),
        thumbnail_key(cast.aromos, YOUNG),
        photo_key(cast.parque, OLD),
        f"logos/1/{'c' * DIGEST_LENGTH}.jpg",
        f"logos/1/{'c' * DIGEST_LENGTH}-bar.jpg",
        f"logos/1/{'b' * DIGEST_LENGTH}.jpg",
        f"imports/{cast.aromos}/{'f' * 32}",
    ) + stored(ctx, photo_key(cast.aromos, "0" * DIGEST_LENGTH), aged=timedelta(hours=1))
    # Of a draft that waits for somebody to apply it.
    kept += stored(ctx, f"logos/1/{'a' * DIGEST_LENGTH}.jpg", aged=timedelta(hours=25))
    assert purging.purge_community(cast.aromos)["files"] == len(gone)
    assert [path.exists() for path in gone] == [False] * len(gone)
    assert [path.exists() for path in kept] == [True] * len(kept)


def test_a_store_that_is_away_leaves_the_run_unfinished(
    ctx: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    founded_days_ago()
    old_visits(cast, 1)
    monkeypatch.setattr(ctx.extensions["photos"], "listed", _away)
    purging.purge_what_is_due(lambda: False)
    assert names(cast) == {FORGOTTEN}
    assert runs() == []
    assert "StorageUnavailable" in caplog.text


def _away(prefix: str) -> None:
    raise StorageUnavailable(prefix)


def test_a_worker_that_ends_leaves_off(ctx: Flask, cast: Cast) -> None:
    old_visits(cast, 1)
    with pytest.raises(Interrupted):
        purging.purge_community(cast.aromos, lambda: True)
    db.session.rollback()
    assert names(cast) == {"Camila Soto Díaz"}
    assert runs() == []


def test_a_worker_purges_what_is_due_while_no_job_waits(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        founded_days_ago()
        old_visits(cast, 1)
    chore = purging.NightlyPurge()
    runner = JobRunner(app, {}, "test", chore)
    runner.idle()
    with app.app_context():
        assert runs() == [], "messages come first where a worker begins"
    monkeypatch.setattr(chore, "_next_look", 0.0)
    runner.idle()
    runner.idle()
    with app.app_context():
        assert {run.community_id for run in runs()} == {cast.aromos, cast.parque, cast.torres}
        assert len(runs()) == 3
        assert names(cast) == {FORGOTTEN}


def test_what_has_ended_is_forgotten_and_what_goes_on_is_kept(ctx: Flask, cast: Cast) -> None:
    account = db.session.get_one(Account, cast.accounts["conserje"])
    sign_in.open_session(account, address="127.0.0.1", now=clock.now())
    db.session.add(WebSession(account_id=account.id, token_digest="y" * 64, started_at=clock.now() - YEAR,
                              seen_at=clock.now() - YEAR, ends_at=clock.now() - YEAR))  # fmt: skip
    db.session.add(SignInLock(email_digest="x" * 64, failures=1, failed_at=clock.now() - timedelta(days=2)))
    db.session.add(SignInLock(email_digest="z" * 64, failures=1, failed_at=clock.now()))
    db.session.commit()
    purging.forget_ended()
    assert db.session.scalars(select(WebSession.started_at)).one() > clock.now() - YEAR
    assert db.session.scalars(select(SignInLock.email_digest)).all() == ["z" * 64]


def test_what_a_former_resident_entered_the_portal_with_is_forgotten(ctx: Flask, cast: Cast) -> None:
    with tenancy.acting_for(cast.aromos):
        unit = db.session.get_one(Unit, cast.units["aromos"])
        make_resident(unit, phones=("+56961234567",), email="vive@correo.example")
    old = clock.now() - timedelta(days=31)
    for contact, entered in (
        ("vive@correo.example", old),
        ("+56961234567", None),
        ("se-fue@correo.example", old),
        ("+56900000001", None),
        ("volvio-ayer@correo.example", clock.now() - timedelta(days=1)),
    ):
        db.session.add(PortalAccess(contact=contact, created_at=old, last_access_at=entered))
    db.session.commit()
    purging.forget_ended()
    kept = set(db.session.scalars(select(PortalAccess.contact)))
    assert kept == {"vive@correo.example", "+56961234567", "volvio-ayer@correo.example"}


def test_the_journal_ends_after_its_term_also_where_it_is_of_no_community(ctx: Flask, cast: Cast) -> None:
    by, nobody = Actor(None, cast.aromos), Actor(None, None)
    for days in (731, 729):
        for actor in (by, nobody):
            record("sign_in", "account", days, by=actor, at=clock.now() - timedelta(days=days))
    db.session.commit()
    assert purging.purge_community(cast.aromos)["journal"] == 1
    purging.forget_ended()
    assert {line.subject_id for line in journal(ctx, "sign_in")} == {729}
    assert len(journal(ctx, "sign_in")) == 2


def test_at_a_terminal_the_counts_are_told_before_and_after(ctx: Flask, cast: Cast) -> None:
    old_visits(cast, 2)
    before = ctx.test_cli_runner().invoke(args=["purge", "--dry-run"])
    assert (before.exit_code, names(cast)) == (0, {"Camila Soto Díaz"})
    assert "Edificio Los Aromos: documents 0, photos 0, plates 0, visits 2, register 1" in before.output
    after = ctx.test_cli_runner().invoke(args=["purge"])
    assert (after.exit_code, after.output) == (0, before.output)
    assert names(cast) == {FORGOTTEN}
