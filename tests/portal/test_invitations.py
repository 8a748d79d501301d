"""The administration sends residents their access, one by one or to all owners at once (T10, T17)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from conserje import clock, invitation_jobs, jobs, paging, tenancy
from conserje.audit.journal import Actor
from conserje.communities.models import Administration, Community, Resident, ResidentKind, Unit
from conserje.database import begin_writing, db
from conserje.errors import Refused
from conserje.jobs import Job, JobRunner, JobState
from conserje.messages.models import Channel, Purpose
from conserje.portal import invitations, links
from conserje.portal.invitations import BETWEEN_TWO, VALID_FOR
from conserje.portal.models import PortalAccess
from tests.builders import NOON, make_account, make_resident, make_unit
from tests.messages.scene import Watch
from tests.portal.scene import MAIL, House, build_house, journal, latest_token, messages


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    now = Watch()
    monkeypatch.setattr(clock, "now", now)
    return now


@pytest.fixture
def paula(house: House) -> Actor:
    community = db.session.get_one(Community, house.community)
    administration = db.session.get_one(Administration, community.administration_id)
    account = make_account(administration, given_name="Paula", communities=(community,))
    db.session.commit()
    return Actor(account.id, house.community)


def invite(house: House, by: Actor, resident_id: int, *, now: object = NOON) -> None:
    begin_writing()
    with tenancy.acting_for(house.community):
        invitations.send(db.session.get_one(Resident, resident_id), by=by, now=now)  # type: ignore[arg-type]
    db.session.commit()


def test_a_resident_is_mailed_who_invites_to_what(house: House, paula: Actor) -> None:
    invite(house, paula, house.ana)
    (message,) = messages()
    assert (message.purpose, message.channel) == (Purpose.PORTAL_WELCOME, Channel.EMAIL)
    assert (message.recipient, message.worthless_at) == ("Ana@Correo.example", NOON + VALID_FOR)
    assert message.facts == {
        "name": "Ana",
        "community": "Edificio Los Aromos",
        "unit": "Torre B · 1204",
        "inviter": "Paula Pino",
        "hours": "72",
    }
    (line,) = journal("portal.invited")
    assert (line.account_id, line.subject_id) == (paula.account_id, house.ana)
    _, access = links.find(latest_token(), now=NOON + timedelta(hours=71))
    assert access.contact == MAIL


def test_without_an_email_nothing_can_be_sent(house: House, paula: Actor) -> None:
    with pytest.raises(Refused, match="resident_without_email"):
        invite(house, paula, house.pedro)


def test_a_resident_is_not_mailed_again_at_once(house: House, paula: Actor) -> None:
    invite(house, paula, house.ana)
    with pytest.raises(Refused, match="invited_just_now"):
        invite(house, paula, house.ana, now=NOON + BETWEEN_TWO - timedelta(seconds=1))
    db.session.rollback()
    invite(house, paula, house.ana, now=NOON + BETWEEN_TWO)
    assert len(messages()) == 2


# The list


def test_the_list_says_who_entered_and_who_was_invited(house: House, paula: Actor) -> None:
    with tenancy.acting_for(house.community):
        assert [(row.full_name, row.unit, row.email) for row in invitations.listed(now=NOON).rows] == [
            ("Ana Rojas", "Torre B · 1204", "Ana@Correo.example")
        ]
    invite(house, paula, house.ana)
    with tenancy.acting_for(house.community):
        (row,) = invitations.listed(now=NOON).rows
        assert (row.invited_until, row.last_access_at) == (NOON + VALID_FOR, None)
        assert invitations.listed(now=NOON + VALID_FOR).rows[0].invited_until is None


@pytest.mark.parametrize(("typed", "found"), [("ANÁ", 1), ("1204", 1), ("correo.example", 1), ("ana luz", 0), ("", 1)])
def test_it_is_narrowed_by_name_unit_and_email(house: House, typed: str, found: int) -> None:
    with tenancy.acting_for(house.community):
        page = invitations.listed(typed, now=NOON)
    assert (len(page.rows), page.count) == (found, found)


def test_it_comes_in_pages_and_shows_no_other_community(house: House) -> None:
    build_house("Condominio Parque", "otra@correo.example")
    with tenancy.acting_for(house.community):
        unit = db.session.get_one(Unit, house.unit)
        for n in range(paging.ROWS_SHOWN):
            make_resident(unit, "Luz", f"Vera {n // 2:02}", email=f"luz{n}@correo.example")
        first = invitations.listed(now=NOON)
        second = invitations.listed(now=NOON, after=first.next)
    assert (len(first.rows), len(second.rows), first.count, second.next) == (paging.ROWS_SHOWN, 1, 51, None)
    assert len({row.id for row in (*first.rows, *second.rows)}) == 51


# [Generar usuarios]


def generate(app: Flask, by: Actor) -> Job:
    begin_writing()
    job_id = jobs.order(
        invitations.JOB, {}, community_id=by.community_id or 0, account_id=by.account_id or 0, now=NOON
    ).id
    db.session.commit()
    JobRunner(app, {invitations.JOB: invitation_jobs.invite}, "one").turn()
    db.session.rollback()
    db.session.expunge_all()
    return db.session.get_one(Job, job_id)


def test_all_owners_are_invited_once_and_counted(ctx: Flask, house: House, paula: Actor, watch: Watch) -> None:
    with tenancy.acting_for(house.community):
        second = make_unit("1205")
        # Ana once more, in another unit; somebody who entered before; owners without an e-mail; a tenant.
        make_resident(second, "Ana", "Rojas", kind=ResidentKind.OWNER, email="ANA@correo.example")
        make_resident(second, "Eva", "Soto", is_principal=True, email="eva@correo.example")
        make_resident(second, "Iván", "Soto", kind=ResidentKind.OWNER)
        make_resident(second, "Tito", "Paz", kind=ResidentKind.TENANT, email="tito@correo.example")
        db.session.add(PortalAccess(contact="eva@correo.example", created_at=NOON, last_access_at=NOON))
        db.session.flush()
    db.session.commit()
    job = generate(ctx, paula)
    assert job.state == JobState.DONE
    assert job.result == {"sent": 1, "already_in": 1, "waiting": 0, "without_email": 1}
    assert [message.recipient.casefold() for message in messages()] == [MAIL]

    watch.time += BETWEEN_TWO
    assert generate(ctx, paula).result == {"sent": 0, "already_in": 1, "waiting": 1, "without_email": 1}
    assert len(messages()) == 1


def test_another_communitys_owners_are_left_alone(ctx: Flask, house: House, paula: Actor, watch: Watch) -> None:
    build_house("Condominio Parque", "otra@correo.example")
    assert generate(ctx, paula).result["sent"] == 1
    assert [message.community_id for message in messages()] == [house.community]


def test_several_batches_are_sent(
    ctx: Flask, house: House, paula: Actor, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invitation_jobs, "BATCH", 2)
    with tenancy.acting_for(house.community):
        unit = db.session.get_one(Unit, house.unit)
        for n in range(4):
            make_resident(unit, "Luz", "Vera", kind=ResidentKind.OWNER, email=f"luz{n}@correo.example")
    db.session.commit()
    assert generate(ctx, paula).result["sent"] == 5
    assert len({message.recipient for message in messages()}) == 5
