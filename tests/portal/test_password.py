"""Entering the portal by a contact and a password, and changing it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from conserje import tenancy
from conserje.accounts.models import SignInLock
from conserje.accounts.sign_in import MISSES_BEFORE_LOCK
from conserje.audit.journal import Actor
from conserje.communities.models import Resident
from conserje.database import begin_writing, db, end_request
from conserje.errors import Refused
from conserje.portal import links, password, sessions
from conserje.portal.models import PortalAccess, PortalSession
from tests.builders import NOON
from tests.portal.scene import MAIL, THERE, House, access, ask, latest_token

PHRASE = "caballo correcto batería grapa"
LATER = NOON + sessions.FRESH_FOR


@pytest.fixture
def entered(house: House) -> PortalSession:
    """Ana's session, just begun by a link."""
    ask()
    link, _ = links.find(latest_token(), now=NOON)
    begin_writing()
    found = sessions.resume(links.use(link, address=THERE, now=NOON), NOON)
    db.session.commit()
    assert found is not None
    return found[0]


def choose(session: PortalSession, new: str = PHRASE, current: str = "", *, now: datetime = NOON) -> None:
    own = db.session.get_one(PortalAccess, session.access_id)
    hashed = password.hash_of_new(own, session, current, new, names=("Ana", "Rojas"), now=now)
    begin_writing()
    password.change(own, hashed, keep=session, by=Actor(None, None, THERE), now=now)
    db.session.commit()


def knock(said: str = PHRASE, contact: str = MAIL, *, now: datetime = NOON) -> PortalAccess:
    """Enter by the password, with what a request leaves for afterwards."""
    try:
        return password.check(contact, said, address=THERE, now=now)
    finally:
        end_request(keep=False)


def test_a_chosen_password_opens_the_portal(entered: PortalSession) -> None:
    choose(entered)
    begin_writing()
    assert sessions.resume(password.enter(knock(), address=THERE, now=NOON), NOON) is not None


@pytest.mark.parametrize(("said", "contact"), [("otra", MAIL), (PHRASE, "nadie@correo.example"), ("", MAIL)])
def test_a_wrong_password_and_an_unknown_contact_are_refused_alike(
    entered: PortalSession, said: str, contact: str
) -> None:
    choose(entered)
    with pytest.raises(Refused, match="portal_sign_in_failed"):
        knock(said, contact)


def test_without_a_password_nobody_enters_by_one(house: House) -> None:
    ask()
    for said in ("", "None", PHRASE):
        with pytest.raises(Refused, match="portal_sign_in_failed"):
            knock(said)


def test_whose_contact_no_row_carries_any_more_does_not_enter(entered: PortalSession, house: House) -> None:
    choose(entered)
    with tenancy.acting_for(house.community):
        db.session.delete(db.session.get_one(Resident, house.ana))
    db.session.commit()
    with pytest.raises(Refused, match="portal_sign_in_failed"):
        knock()


def test_repeated_misses_lock_and_the_staffs_lock_is_another(entered: PortalSession) -> None:
    choose(entered)
    for _ in range(MISSES_BEFORE_LOCK):
        with pytest.raises(Refused, match="portal_sign_in_failed"):
            knock("otra")
    with pytest.raises(Refused, match="sign_in_locked"):
        knock()
    assert knock(now=NOON + timedelta(minutes=1)).contact == MAIL
    (lock,) = db.session.scalars(select(SignInLock)).all()
    begin_writing()
    password.enter(access(), address=THERE, now=NOON)
    assert db.session.scalars(select(SignInLock)).all() == []
    assert lock.failures == MISSES_BEFORE_LOCK


@pytest.mark.parametrize(
    ("new", "code"), [("corta", "password_too_short"), ("contraseña contraseña", "password_common")]
)
def test_the_staffs_rules_for_passwords_hold(entered: PortalSession, new: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        choose(entered, new)


def test_long_after_the_entry_the_current_password_is_asked_for(entered: PortalSession) -> None:
    choose(entered)
    with pytest.raises(Refused, match="password_wrong"):
        choose(entered, "otra frase larga y distinta", now=LATER)
    choose(entered, "otra frase larga y distinta", PHRASE, now=LATER)
    with pytest.raises(Refused, match="portal_sign_in_failed"):
        knock()


def test_whoever_never_had_one_is_asked_for_none(entered: PortalSession) -> None:
    choose(entered, now=LATER)
    assert knock(now=LATER).contact == MAIL


def test_a_changed_password_ends_the_other_sessions(entered: PortalSession) -> None:
    begin_writing()
    other = sessions.begin(entered.access_id, now=NOON)
    db.session.commit()
    choose(entered)
    assert sessions.resume(other, NOON) is None
    assert db.session.get(PortalSession, entered.id) is not None
