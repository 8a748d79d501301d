"""Accounts are created, edited, given a new password and deleted, and nobody grants what he does not hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from flask import Flask
from sqlalchemy import select

from conserje import tokens
from conserje.accounts import directory, passwords, sign_in, temporary_passwords, upkeep
from conserje.accounts.models import Account, PasswordReset, WebSession
from conserje.accounts.upkeep import Particulars
from conserje.audit.models import AuditLine
from conserje.communities.models import Administration, Community
from conserje.database import db
from conserje.errors import Refused
from conserje.messages.models import Message
from conserje.permissions import Profile
from tests.builders import NOON, actor, make_account, make_administration, make_community


@dataclass
class House:
    administration: Administration
    aromos: Community
    parque: Community
    torres: Community
    super: Account
    admin: Account
    conserje: Account
    parque_conserje: Account


@pytest.fixture
def house(ctx: Flask) -> House:
    andina, cordillera = make_administration("Gestión Andina"), make_administration()
    torres = make_community(andina, "Torres del Parque")
    aromos, parque = make_community(cordillera, "Aromos"), make_community(cordillera, "Parque")
    return House(
        cordillera,
        aromos,
        parque,
        torres,
        make_account(cordillera, "super@demo.example", Profile.SUPERADMIN),
        make_account(cordillera, "admin@demo.example", Profile.ADMIN, (aromos,)),
        make_account(cordillera, "conserje@demo.example", Profile.CONSERJE, (aromos,)),
        make_account(cordillera, "parque@demo.example", Profile.CONSERJE, (parque,)),
    )


def rosa(*communities: Community, profile: Profile = Profile.CONSERJE, email: str = "Rosa@demo.example") -> Particulars:
    return Particulars(profile, "Rosa", "Peña", "", email, frozenset(each.id for each in communities))


def issue() -> temporary_passwords.Issued:
    db.session.commit()
    return temporary_passwords.prepare()


def create(house: House, by: Account, said: Particulars) -> Account:
    return upkeep.create(said, issue(), by=actor(by), now=NOON)


def change(account: Account, by: Account, said: Particulars, **more: object) -> Account:
    return upkeep.change(account, said, by=actor(by), now=NOON, **more)  # type: ignore[arg-type]


def as_it_is(account: Account, **other: object) -> Particulars:
    said = Particulars(
        Profile(account.profile),
        account.given_name,
        account.paternal_surname,
        account.maternal_surname,
        account.email,
        frozenset() if account.profile == Profile.SUPERADMIN else directory.community_ids_of(account),
    )
    return replace(said, **other)  # type: ignore[arg-type]


def refusal_of(act: Callable[[], object]) -> tuple[str, str | None]:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code, refused.value.field


def lines(action: str) -> list[AuditLine]:
    return list(db.session.scalars(select(AuditLine).where(AuditLine.action == action)))


def mails() -> list[Message]:
    return list(db.session.scalars(select(Message).order_by(Message.id)))


# --- creating


def test_a_new_account_is_mailed_its_temporary_password(house: House) -> None:
    """K135, K136."""
    account = create(house, house.admin, rosa(house.aromos))
    assert directory.community_ids_of(account) == {house.aromos.id}
    assert (account.administration_id, account.email, account.email_key) == (
        house.administration.id, "Rosa@demo.example", "rosa@demo.example",
    )  # fmt: skip
    assert account.temporary_until == NOON + temporary_passwords.VALID_FOR
    (mail,) = mails()
    assert mail.recipient == "Rosa@demo.example"
    assert mail.link_seed is not None
    assert passwords.verify(account.password_hash, tokens.legible(mail.link_seed))
    (line,) = lines("account.created")
    assert (line.subject_id, line.account_id) == (account.id, house.admin.id)
    assert line.facts == {"profile": "conserje", "communities": [house.aromos.id]}


@pytest.mark.parametrize(
    ("creator", "profile"),
    [
        ("super", Profile.SUPERADMIN),
        ("super", Profile.ADMIN),
        ("super", Profile.CONSERJE),
        ("admin", Profile.ADMIN),
        ("admin", Profile.CONSERJE),
    ],
)
def test_each_profile_creates_what_it_may(house: House, creator: str, profile: Profile) -> None:
    """K131, K152, K155."""
    account = create(house, getattr(house, creator), rosa(house.aromos, profile=profile))
    assert account.profile == profile
    held = {house.aromos.id, house.parque.id} if profile is Profile.SUPERADMIN else {house.aromos.id}
    assert directory.community_ids_of(account) == held


@pytest.mark.parametrize(
    ("creator", "profile"),
    [("admin", Profile.SUPERADMIN), *(("conserje", profile) for profile in Profile)],
)
def test_a_profile_above_ones_own_is_refused(house: House, creator: str, profile: Profile) -> None:
    said = rosa(house.aromos, profile=profile)
    assert refusal_of(lambda: create(house, getattr(house, creator), said)) == ("profile_beyond", "profile")


@pytest.mark.parametrize(("creator", "community"), [("admin", "parque"), ("admin", "torres"), ("super", "torres")])
def test_a_community_that_one_does_not_hold_is_refused(house: House, creator: str, community: str) -> None:
    said = rosa(house.aromos, getattr(house, community))
    assert refusal_of(lambda: create(house, getattr(house, creator), said)) == ("community_unknown", "communities")


@pytest.mark.parametrize("profile", [Profile.ADMIN, Profile.CONSERJE])
def test_a_community_is_required(house: House, profile: Profile) -> None:
    said = rosa(profile=profile)
    assert refusal_of(lambda: create(house, house.super, said)) == ("communities_required", "communities")


def test_a_superadmin_needs_no_community(house: House) -> None:
    assert create(house, house.super, rosa(profile=Profile.SUPERADMIN)).id


@pytest.mark.parametrize("email", ["conserje@demo.example", "CONSERJE@Demo.Example"])
def test_an_email_serves_one_account(house: House, email: str) -> None:
    assert refusal_of(lambda: create(house, house.super, rosa(house.aromos, email=email))) == ("email_taken", "email")


@pytest.mark.parametrize("is_active", [True, False])
def test_an_email_of_another_administration_is_taken_too(house: House, is_active: bool) -> None:
    make_account(
        db.session.get_one(Administration, house.torres.administration_id), "rosa@demo.example", is_active=is_active
    )
    assert refusal_of(lambda: create(house, house.super, rosa(house.aromos))) == ("email_taken", "email")


def test_an_email_that_somebody_else_is_given_at_the_same_moment_is_taken(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database has the last word: it is asked to keep a second account of the e-mail."""
    create(house, house.super, rosa(house.aromos))
    monkeypatch.setattr(upkeep, "email_key", lambda email: "" if not email else "rosa@demo.example")
    look = db.session.scalars
    empty = select(Account).where(Account.id == 0)
    monkeypatch.setattr(db.session, "scalars", lambda statement, *more: look(
        empty if "email_key =" in str(statement) else statement, *more
    ))  # fmt: skip
    assert refusal_of(lambda: create(house, house.super, rosa(house.aromos))) == ("email_taken", "email")


def test_the_email_of_a_deleted_account_brings_it_back(house: House) -> None:
    old = create(house, house.super, rosa(house.parque, profile=Profile.ADMIN))
    upkeep.deactivate(old, by=actor(house.super), now=NOON)
    account = create(house, house.admin, replace(rosa(house.aromos), given_name="Rosalía", email="rosa@demo.example"))
    assert (account.id, account.is_active, account.profile, account.given_name) == (
        old.id, True, Profile.CONSERJE, "Rosalía",
    )  # fmt: skip
    assert directory.community_ids_of(account) == {house.aromos.id}
    assert len(mails()) == 2
    assert len(lines("account.reactivated")) == 1


# --- editing


def test_the_particulars_are_changed(house: House) -> None:
    """K140."""
    sign_in.open_session(house.conserje, address="", now=NOON)
    said = Particulars(
        Profile.ADMIN, "Rosa", "Peña", "Ruiz", "otra@demo.example", frozenset({house.aromos.id, house.parque.id})
    )
    account = change(house.conserje, house.super, said)
    assert as_it_is(account) == said
    assert account.email_key == "otra@demo.example"
    (line,) = lines("account.changed")
    assert line.facts["changed"] == [
        "communities", "email", "given_name", "maternal_surname", "paternal_surname", "profile",
    ]  # fmt: skip
    assert not mails()
    assert db.session.scalars(select(WebSession)).all(), "who works goes on working"


def test_saving_what_is_there_changes_nothing(house: House) -> None:
    change(house.conserje, house.admin, as_it_is(house.conserje))
    assert not lines("account.changed")


def test_another_email_makes_worthless_what_was_mailed_to_the_old_one(house: House) -> None:
    account = create(house, house.admin, rosa(house.aromos))
    change(account, house.admin, as_it_is(account, email="correcta@demo.example"), issued=issue())
    old, new = mails()
    assert new.recipient == "correcta@demo.example"
    (reset,) = db.session.scalars(select(PasswordReset))
    assert (reset.seed == new.link_seed, reset.seed == old.link_seed) == (True, False)


def test_another_email_sends_nothing_to_whoever_has_a_password_of_his_own(house: House) -> None:
    change(house.conserje, house.admin, as_it_is(house.conserje, email="otra@demo.example"), issued=issue())
    assert not mails()


def test_an_email_that_is_somebody_elses_is_refused(house: House) -> None:
    said = as_it_is(house.conserje, email="ADMIN@demo.example")
    assert refusal_of(lambda: change(house.conserje, house.super, said)) == ("email_taken", "email")


def test_a_form_that_is_older_than_a_change_is_refused(house: House) -> None:
    seen = upkeep.version(house.conserje)
    change(house.conserje, house.admin, as_it_is(house.conserje, given_name="Gastón"), seen=seen)
    assert (
        refusal_of(lambda: change(house.conserje, house.admin, rosa(house.aromos), seen=seen))[0] == "account_changed"
    )


def test_the_version_knows_the_communities(house: House) -> None:
    seen = upkeep.version(house.conserje)
    both = frozenset({house.aromos.id, house.parque.id})
    change(house.conserje, house.super, as_it_is(house.conserje, community_ids=both))
    assert upkeep.version(house.conserje) != seen


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"profile": Profile.SUPERADMIN}, "profile_beyond"),
        ({"community_ids": frozenset()}, "communities_required"),
        ({"community_ids": frozenset({2**30})}, "community_unknown"),
    ],
)
def test_editing_grants_no_more_than_creating(house: House, other: dict[str, object], code: str) -> None:
    assert refusal_of(lambda: change(house.conserje, house.admin, as_it_is(house.conserje, **other)))[0] == code


def test_a_superadmin_makes_another(house: House) -> None:
    account = change(house.admin, house.super, as_it_is(house.admin, profile=Profile.SUPERADMIN))
    assert directory.community_ids_of(account) == {house.aromos.id, house.parque.id}
    change(
        account, house.super, as_it_is(account, profile=Profile.CONSERJE, community_ids=frozenset({house.aromos.id}))
    )
    assert directory.community_ids_of(account) == {house.aromos.id}


def test_ones_own_names_and_email_are_ones_own_to_change(house: House) -> None:
    for who in (house.super, house.admin):
        assert change(who, who, as_it_is(who, given_name="Otra")).given_name == "Otra"


@pytest.mark.parametrize(
    ("who", "other"),
    [
        ("super", {"profile": Profile.ADMIN}),
        ("admin", {"profile": Profile.CONSERJE}),
    ],
)
def test_nobody_changes_his_own_profile(house: House, who: str, other: dict[str, object]) -> None:
    account = getattr(house, who)
    said = as_it_is(account, **{"community_ids": frozenset({house.aromos.id}), **other})
    assert refusal_of(lambda: change(account, account, said)) == ("own_profile", "profile")


def test_nobody_changes_his_own_communities(house: House) -> None:
    both = make_account(house.administration, "both@demo.example", Profile.ADMIN, (house.aromos, house.parque))
    said = as_it_is(both, community_ids=frozenset({house.aromos.id}))
    assert refusal_of(lambda: change(both, both, said)) == ("own_profile", "communities")


# --- every tool

TOOLS: dict[str, Callable[[Account, Account], object]] = {
    "edit": lambda account, by: change(account, by, rosa_of(account)),
    "password": lambda account, by: upkeep.send_temporary_password(account, issue(), by=actor(by), now=NOON),
    "delete": lambda account, by: upkeep.deactivate(account, by=actor(by), now=NOON),
}


def rosa_of(account: Account) -> Particulars:
    return as_it_is(account, given_name="Rosa")


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("whose", ["of both communities", "of another community", "superadmin"])
def test_an_account_that_holds_more_than_oneself_is_out_of_reach(house: House, tool: str, whose: str) -> None:
    account = {
        "of both communities": make_account(
            house.administration, "both@demo.example", Profile.CONSERJE, (house.aromos, house.parque)
        ),
        "of another community": house.parque_conserje,
        "superadmin": house.super,
    }[whose]
    assert refusal_of(lambda: TOOLS[tool](account, house.admin))[0] == "account_beyond"


@pytest.mark.parametrize("tool", TOOLS)
def test_a_deleted_account_is_gone(house: House, tool: str) -> None:
    house.conserje.is_active = False
    assert refusal_of(lambda: TOOLS[tool](house.conserje, house.admin))[0] == "account_gone"


@pytest.mark.parametrize("tool", ["password", "delete"])
@pytest.mark.parametrize("who", ["super", "admin"])
def test_nobody_shuts_himself_out(house: House, tool: str, who: str) -> None:
    account = getattr(house, who)
    assert refusal_of(lambda: TOOLS[tool](account, account))[0] == "own_account"


def test_a_new_temporary_password_ends_the_sessions(house: House) -> None:
    """K120."""
    sign_in.open_session(house.conserje, address="", now=NOON)
    upkeep.send_temporary_password(house.conserje, issue(), by=actor(house.admin), now=NOON)
    assert not db.session.scalars(select(WebSession)).all()
    assert [mail.recipient for mail in mails()] == ["conserje@demo.example"]
    assert len(lines("password.temporary_sent")) == 1


def test_a_deleted_account_signs_in_no_more_and_what_it_wrote_keeps_its_author(house: House) -> None:
    """K142."""
    token = sign_in.open_session(house.conserje, address="", now=NOON)
    upkeep.deactivate(house.conserje, by=actor(house.admin), now=NOON)
    assert sign_in.resume(token, NOON) is None
    assert not db.session.scalars(select(WebSession)).all()
    (line,) = lines("sign_in")
    assert line.account_id == house.conserje.id
    assert len(lines("account.deactivated")) == 1


def test_the_last_superadmin_stays(house: House) -> None:
    """Two delete each other: whoever comes second finds himself deleted, and deletes nobody."""
    other = make_account(house.administration, "other@demo.example", Profile.SUPERADMIN)
    upkeep.deactivate(house.super, by=actor(other), now=NOON)
    by = actor(house.super)
    assert refusal_of(lambda: upkeep.deactivate(other, by=by, now=NOON))[0] == "last_superadmin"
    said = as_it_is(other, profile=Profile.CONSERJE, community_ids=frozenset({house.aromos.id}))
    assert refusal_of(lambda: upkeep.change(other, said, by=by, now=NOON))[0] == "last_superadmin"


def test_a_superadmin_who_only_consults_does_not_count(house: House) -> None:
    make_account(house.administration, "test@demo.example", Profile.SUPERADMIN, is_test=True)
    other = make_account(house.administration, "other@demo.example", Profile.SUPERADMIN)
    upkeep.deactivate(house.super, by=actor(other), now=NOON)
    assert refusal_of(lambda: upkeep.deactivate(other, by=actor(house.super), now=NOON))[0] == "last_superadmin"
