"""What the demo holds, and that it keeps every rule which the gate would have kept."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from io import BytesIO
from itertools import pairwise

import phonenumbers
import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from conserje import clock
from conserje.accounts.models import Account, Membership
from conserje.communities import branding, units
from conserje.communities.models import Administration, Community, Resident, ResidentPhone, Unit
from conserje.database import db
from conserje.demo import filling
from conserje.demo.filling import Filled
from conserje.errors import Refused
from conserje.identity import documents, names, phones, plates
from conserje.photos.logos import PreparedLogo, bar_key
from conserje.photos.storage import photo_key, thumbnail_key
from conserje.visits import approval, presence, registration
from conserje.visits.models import MANUAL_METHODS, Method, State, Visit, Visitor, VisitorKind
from tests.demo.conftest import FILLED_AT
from tests.demo.people import AROMOS, EVERYWHERE, PARQUE, SABANA, TORRES, inside, visits_of_bound_community

HOMES = {AROMOS: 312, PARQUE: 86, SABANA: 240, TORRES: 80}


def test_two_administrations_run_the_four_communities(demo: Flask) -> None:
    found = db.session.execute(
        select(Administration.name, Community.name, Community.country)
        .join(Community, Community.administration_id == Administration.id)
        .order_by(Community.id)
    ).all()
    assert [tuple(row) for row in found] == [
        ("Administraciones Cordillera", AROMOS, "CL"),
        ("Administraciones Cordillera", PARQUE, "CL"),
        ("Administraciones Cordillera", SABANA, "CO"),
        ("Gestión Andina", TORRES, "CL"),
    ]


def test_one_community_shows_a_logo(demo: Flask) -> None:
    shown = {each.name: branding.logo_of(each) for each in db.session.scalars(select(Community))}
    assert [name for name, digest in shown.items() if digest] == [PARQUE]
    assert demo.extensions["photos"].load(bar_key(1, str(shown[PARQUE])))


@pytest.mark.parametrize("name", EVERYWHERE)
def test_a_community_has_its_units(demo: Flask, name: str) -> None:
    with inside(name):
        doors = db.session.scalars(select(Unit)).all()
    assert len(doors) == HOMES[name]
    assert all(unit.search == units.search_text(unit.tower, unit.number) for unit in doors)


def test_towers_and_houses_are_numbered_as_people_number_them(demo: Flask) -> None:
    with inside(AROMOS):
        by_tower = Counter(unit.tower for unit in db.session.scalars(select(Unit)))
    with inside(PARQUE):
        houses = [unit.label for unit in db.session.scalars(select(Unit).order_by(Unit.id))]
    assert by_tower == {"Torre A": 104, "Torre B": 104, "Torre C": 104}
    assert houses == [f"Casa {number}" for number in range(1, 87)]


def test_what_the_filling_says_it_wrote_is_there(demo: Flask, filled: Filled) -> None:
    found = Counter[str]()
    for name in EVERYWHERE:
        with inside(name):
            found += Counter(
                communities=1,
                units=len(db.session.scalars(select(Unit.id)).all()),
                residents=len(db.session.scalars(select(Resident.id)).all()),
                visitors=len(db.session.scalars(select(Visitor.id)).all()),
                visits=len(db.session.scalars(select(Visit.id)).all()),
                photos=len(set(db.session.scalars(select(Visitor.photo).where(Visitor.photo.is_not(None))))),
            )
    assert found == Counter(vars(filled))
    assert found["visits"] > 8_000
    assert found["photos"] == 60


# Residents


@pytest.mark.parametrize("name", EVERYWHERE)
def test_a_household_has_up_to_five_people_and_one_principal_who_may_approve(demo: Flask, name: str) -> None:
    households = defaultdict(list)
    with inside(name):
        for resident in db.session.scalars(select(Resident).order_by(Resident.contact_order)):
            households[resident.unit_id].append(resident)
    assert 0.9 * HOMES[name] <= len(households) < HOMES[name], "some units stand empty"
    for people in households.values():
        assert len(people) <= 5
        assert [each.contact_order for each in people] == list(range(len(people)))
        assert [each.is_principal for each in people] == [True] + [False] * (len(people) - 1)
        assert people[0].may_approve


@pytest.mark.parametrize("name", EVERYWHERE)
def test_every_telephone_is_valid_and_takes_an_sms(demo: Flask, name: str) -> None:
    with inside(name) as community:
        notice = [number for number in db.session.scalars(select(Unit.notice_phone)) if number]
        own = db.session.scalars(select(ResidentPhone.number)).all()
        country = community.of_country
    assert 0.75 * HOMES[name] < len(notice) < 0.95 * HOMES[name]
    for number in (*notice, *own):
        assert phonenumbers.is_valid_number(phonenumbers.parse(number)), number
        assert phones.parse(number, country) == number
        assert phones.takes_sms(number)


@pytest.mark.parametrize("name", EVERYWHERE)
def test_mail_goes_to_domains_that_nobody_owns_and_no_two_share_an_address(demo: Flask, name: str) -> None:
    with inside(name):
        addresses = [address for address in db.session.scalars(select(Resident.email)) if address]
    assert addresses
    assert all(address.endswith(".example") and address.isascii() for address in addresses)
    assert len(addresses) == len(set(addresses))


# The register


@pytest.mark.parametrize("name", EVERYWHERE)
def test_the_register_holds_one_row_for_each_unit_and_document(demo: Flask, name: str) -> None:
    with inside(name):
        rows = db.session.scalars(select(Visitor)).all()
        assert len({(row.unit_id, row.identity_key) for row in rows}) == len(rows)
        for row in rows:
            assert row.identity_key == registration.identity_key(row.document, row.full_name)
            assert names.parse(row.full_name) == row.full_name


@pytest.mark.parametrize("name", EVERYWHERE)
def test_documents_are_of_the_country_and_valid(demo: Flask, name: str) -> None:
    with inside(name) as community:
        rows = db.session.scalars(select(Visitor)).all()
        kinds = documents.types_for(community.of_country)
        for row in rows:
            if row.document is None:
                assert not community.document_required
                continue
            assert row.document.type in kinds
            assert documents.parse(row.document.type, documents.display(row.document)) == row.document


@pytest.mark.parametrize("name", EVERYWHERE)
def test_plates_are_of_the_country(demo: Flask, name: str) -> None:
    with inside(name) as community:
        found = [plate for plate in db.session.scalars(select(Visitor.plate)) if plate]
        country = community.of_country
    assert found
    assert all(plates.is_usual(plate, country) and plates.canonical(plate) == plate for plate in found)


@pytest.mark.parametrize("name", EVERYWHERE)
def test_the_register_is_as_the_latest_visit_left_it(demo: Flask, name: str) -> None:
    with inside(name):
        latest = {visit.visitor_id: visit for visit in visits_of_bound_community()}
        rows = db.session.scalars(select(Visitor)).all()
    assert latest.keys() == {row.id for row in rows}
    for row in rows:
        visit = latest[row.id]
        assert (row.last_visit_at, row.unit_id, row.full_name, row.document, row.kind, row.plate, row.photo) == (
            visit.announced_at,
            visit.unit_id,
            visit.full_name,
            visit.document,
            visit.kind,
            visit.plate,
            visit.photo,
        )


# Visits


@pytest.mark.parametrize("name", EVERYWHERE)
def test_every_visit_is_one_that_the_rules_could_have_left(demo: Flask, name: str) -> None:
    with inside(name) as community:
        window = timedelta(minutes=community.approval_minutes)
        for visit in visits_of_bound_community():
            assert visit.announced_at <= FILLED_AT
            assert visit.announced_by is not None
            assert visit.answer_by == visit.announced_at + window
            assert visit.announced_at < visit.valid_until
            assert visit.valid_until - visit.valid_from <= registration.LONGEST_VALIDITY
            assert 0 <= visit.companions <= registration.MOST_COMPANIONS
            _check_decision(visit)


def _check_decision(visit: Visit) -> None:
    if visit.state == State.PENDING:
        nothing = (visit.method, visit.decided_at, visit.decided_by, visit.entered_at, visit.left_at)
        assert nothing == (None,) * 5
        assert visit.decision_note == ""
        return
    assert visit.decided_by is not None
    assert visit.decided_at is not None
    assert visit.announced_at < visit.decided_at <= FILLED_AT
    if visit.state == State.REJECTED:
        assert visit.decision_note, "a refusal has its reason"
        assert (visit.method, visit.entered_at, visit.left_at) == (None, None, None)
        return
    assert visit.method in MANUAL_METHODS
    assert visit.decided_at < visit.valid_until
    assert visit.entered_at == (visit.decided_at if visit.valid_from <= visit.decided_at else None)
    if visit.left_at is not None:
        assert visit.entered_at is not None
        assert visit.entered_at < visit.left_at <= FILLED_AT


@pytest.mark.parametrize("name", EVERYWHERE)
def test_nobody_is_announced_while_a_visit_is_pending_or_still_valid(demo: Flask, name: str) -> None:
    with inside(name):
        by_visitor = defaultdict(list)
        for visit in visits_of_bound_community():
            by_visitor[visit.visitor_id].append(visit)
    for visits in by_visitor.values():
        for earlier, later in pairwise(visits):
            if earlier.state == State.ACCEPTED:
                assert earlier.valid_until <= later.announced_at
            elif earlier.state == State.PENDING:
                assert earlier.answer_by <= later.announced_at


@pytest.mark.parametrize("name", EVERYWHERE)
def test_who_announced_and_decided_works_in_that_community(demo: Flask, name: str) -> None:
    with inside(name) as community:
        visits = visits_of_bound_community()
        staff = set(db.session.scalars(select(Membership.account_id).where(Membership.community_id == community.id)))
    acting = {visit.announced_by for visit in visits} | {visit.decided_by for visit in visits if visit.decided_by}
    assert acting <= staff


@pytest.mark.parametrize("name", EVERYWHERE)
def test_the_history_covers_three_months_without_a_gap(demo: Flask, name: str) -> None:
    with inside(name) as community:
        days = Counter(clock.local(v.announced_at, community.time_zone).date() for v in visits_of_bound_community())
    assert 90 <= len(days) <= 93
    assert (max(days) - min(days)).days == len(days) - 1


def test_evenings_and_weekends_are_busier_and_deliveries_come_at_meal_times(demo: Flask) -> None:
    with inside(AROMOS) as community:
        local = [(clock.local(v.announced_at, community.time_zone), v.kind) for v in visits_of_bound_community()]
    hours = Counter(at.hour for at, _ in local)
    assert sum(hours[hour] for hour in range(18, 22)) > 1.3 * sum(hours[hour] for hour in range(8, 12))
    assert sum(hours[hour] for hour in range(1, 6)) < 0.03 * len(local)
    weekdays = Counter(at.weekday() for at, _ in local)
    assert weekdays[4] + weekdays[5] > 1.2 * (weekdays[0] + weekdays[1])
    meals = [at for at, kind in local if kind == VisitorKind.DELIVERY and at.hour in (12, 13, 19, 20, 21)]
    assert len(meals) > 0.5 * sum(kind == VisitorKind.DELIVERY for _, kind in local)


@pytest.mark.parametrize("name", EVERYWHERE)
def test_regulars_return_to_the_same_unit(demo: Flask, name: str) -> None:
    with inside(name):
        times = Counter(visit.visitor_id for visit in visits_of_bound_community())
    assert sum(count >= 3 for count in times.values()) > 0.04 * len(times)


@pytest.mark.parametrize("name", EVERYWHERE)
def test_at_this_moment_some_wait_some_are_inside_and_some_are_expected(demo: Flask, name: str) -> None:
    with inside(name):
        visits = [v for v in visits_of_bound_community() if v.announced_at > FILLED_AT - timedelta(minutes=20)]
    waiting = [v for v in visits if approval.state_of(v, FILLED_AT) is State.PENDING]
    assert sum(v.answer_by - FILLED_AT >= timedelta(minutes=5) for v in waiting) >= 2, "time to sign in and see them"
    assert any(presence.is_inside(v) for v in visits)
    assert any(v.state == State.ACCEPTED and v.valid_from > FILLED_AT and v.entered_at is None for v in visits)


def test_every_kind_of_visitor_and_every_means_that_a_person_picks_occurs(demo: Flask) -> None:
    with inside(AROMOS):
        visits = visits_of_bound_community()
    assert {visit.kind for visit in visits} == set(VisitorKind)
    assert {Method(visit.method) for visit in visits if visit.method} == set(MANUAL_METHODS)


# Photographs


@pytest.mark.parametrize("name", EVERYWHERE)
def test_every_photograph_is_kept_with_its_thumbnail(demo: Flask, name: str) -> None:
    store = demo.extensions["photos"]
    with inside(name) as community:
        digests = {digest for digest in db.session.scalars(select(Visitor.photo)) if digest}
        community_id = community.id
    assert digests
    for digest in digests:
        for key, most in ((photo_key(community_id, digest), 40_000), (thumbnail_key(community_id, digest), 2_000)):
            body = store.load(key)
            assert body is not None
            assert len(body) <= most
            Image.open(BytesIO(body)).verify()


def test_no_visitor_shares_a_photograph(demo: Flask) -> None:
    with inside(AROMOS):
        digests = [digest for digest in db.session.scalars(select(Visitor.photo)) if digest]
    assert len(digests) == len(set(digests)) == 28


# Refusing


def test_a_database_that_holds_something_is_not_filled_again(demo: Flask) -> None:
    with pytest.raises(Refused, match="already_set_up"):
        filling.fill(
            filling.Materials({}, (), PreparedLogo(b"", b"", "")),
            demo.extensions["photos"],
            seed=1,
            now=FILLED_AT + timedelta(minutes=1),
        )
    assert len(db.session.scalars(select(Account)).all()) == 8
