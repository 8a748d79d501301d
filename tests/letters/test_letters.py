"""Ordering letters, and what the worker makes of the order."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO

import pytest
from flask import Flask, current_app
from sqlalchemy import select

from conserje import jobs, tenancy
from conserje.audit.journal import Actor
from conserje.communities.models import Community, Unit
from conserje.database import begin_writing, db
from conserje.errors import Refused
from conserje.jobs import Job, JobRunner, JobState
from conserje.letters import ordering, wording
from conserje.letters.ordering import MOST_UNITS, Form, order_mail, order_paper, settle_text
from conserje.messages.models import Fate, Message, Purpose
from conserje.works import WORKS
from tests.builders import NOON, Cast, make_resident, make_unit


@pytest.fixture
def community(ctx: Flask, cast: Cast) -> Iterator[Community]:
    """Los Aromos, with 101 (Ana, without an e-mail), 102 (nobody) and 103 (Eva, by e-mail)."""
    begin_writing()
    with tenancy.acting_for(cast.aromos):
        make_resident(make_unit("103", "Torre A"), "Eva", "Ñandú", is_principal=True, email="eva@correo.example")
        db.session.commit()
        yield db.session.get_one(Community, cast.aromos)


@pytest.fixture
def by(cast: Cast) -> Actor:
    return Actor(cast.accounts["admin"], cast.aromos)


def every_unit() -> list[int]:
    return list(db.session.scalars(select(Unit.id).order_by(Unit.number)))


def done(app: Flask, job: Job) -> Job:
    """What the worker made of it."""
    job_id, community_id = job.id, job.community_id
    db.session.commit()
    assert JobRunner(app, WORKS, "test").turn()
    tenancy.bind(community_id)
    return db.session.get_one(Job, job_id, populate_existing=True)


def mails() -> list[Message]:
    return list(db.session.scalars(select(Message).where(Message.purpose == Purpose.LETTER).order_by(Message.id)))


def test_one_file_holds_the_letters_of_all_units(ctx: Flask, community: Community, by: Actor) -> None:
    job = done(ctx, order_paper(community, every_unit(), Form.ONE_FILE, by=by, now=NOON))
    assert (job.state, job.result["letters"], job.result["name"]) == (JobState.DONE, 3, "cartas-de-bienvenida.pdf")
    body = current_app.extensions["photos"].load(job.result["file"])
    assert body.startswith(b"%PDF-")


def test_a_file_for_each_unit_is_named_after_it(ctx: Flask, community: Community, by: Actor) -> None:
    units = every_unit()
    job = done(ctx, order_paper(community, units, Form.FILE_EACH, by=by, now=NOON))
    body = current_app.extensions["photos"].load(job.result["file"])
    with zipfile.ZipFile(BytesIO(body)) as archive:
        assert archive.namelist() == [f"torre-a-10{n}-{unit_id}.pdf" for n, unit_id in enumerate(units, 1)]
        assert archive.read(archive.namelist()[0]).startswith(b"%PDF-")


def test_mail_goes_to_whoever_has_an_address_and_the_others_are_named(
    ctx: Flask, community: Community, by: Actor
) -> None:
    units = every_unit()
    job = done(ctx, order_mail(community, units, by=by, now=NOON))
    assert job.result == {"sent": 1, "without_email": units[:2]}
    (mail,) = mails()
    assert (mail.recipient, mail.unit_id) == ("eva@correo.example", units[2])
    assert "Estimado(a) Eva Ñandú" in mail.facts["text"]
    assert "http://localhost/residentes/" in mail.facts["text"]
    assert ordering.unreached(job) == ["Torre A · 101", "Torre A · 102"]
    mail.fate = Fate.FAILED
    db.session.flush()
    assert ordering.unreached(job) == ["Torre A · 101", "Torre A · 102", "Torre A · 103"]


def test_work_that_is_taken_up_again_mails_nobody_twice(ctx: Flask, community: Community, by: Actor) -> None:
    job = done(ctx, order_mail(community, every_unit(), by=by, now=NOON))
    begin_writing()
    job.state, job.result = JobState.WAITING, {"sent": 1, "without_email": [], "upto": 25}
    job = done(ctx, job)
    assert job.result["sent"] == 1
    assert len(mails()) == 1


def test_the_community_s_own_text_is_what_goes_out(ctx: Flask, community: Community, by: Actor) -> None:
    begin_writing()
    settle_text(community, "Hola, {nombre}.", by=by, now=NOON)
    done(ctx, order_mail(community, every_unit(), by=by, now=NOON))
    assert [mail.facts["text"] for mail in mails()] == ["Hola, Eva Ñandú."]


def test_the_suggested_text_kept_as_it_is_stays_the_suggested_one(community: Community, by: Actor) -> None:
    settle_text(community, "La nuestra", by=by, now=NOON)
    assert community.letter == "La nuestra"
    settle_text(community, wording.SUGGESTED, by=by, now=NOON)
    assert community.letter == ""


def test_without_units_nothing_is_ordered(community: Community, by: Actor) -> None:
    with pytest.raises(Refused, match="letters_none"):
        order_mail(community, [], by=by, now=NOON)


def test_more_than_a_community_has_is_not_ordered(community: Community, by: Actor) -> None:
    with pytest.raises(Refused, match="letters_too_many"):
        order_mail(community, range(MOST_UNITS + 1), by=by, now=NOON)


def test_while_letters_are_made_no_others_are_ordered(community: Community, by: Actor) -> None:
    order_mail(community, every_unit(), by=by, now=NOON)
    with pytest.raises(Refused, match="letters_under_way"):
        order_paper(community, every_unit(), Form.ONE_FILE, by=by, now=NOON)


def test_the_latest_order_is_the_communitys_own(community: Community, cast: Cast, by: Actor) -> None:
    assert ordering.latest(community) is None
    jobs.order(ordering.MAKE, {"form": "pdf"}, community_id=cast.parque, account_id=cast.accounts["admin"], now=NOON)
    assert ordering.latest(community) is None
    job = order_paper(community, every_unit(), Form.ONE_FILE, by=by, now=NOON)
    assert ordering.latest(community) == job
