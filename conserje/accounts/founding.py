"""The first administration, its first community and its superadmin: what an empty installation begins with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from conserje.accounts import passwords
from conserje.accounts.models import Account
from conserje.accounts.sign_in import email_key
from conserje.audit.journal import Actor, record
from conserje.communities.models import Administration, Community
from conserje.database import db
from conserje.errors import Refused
from conserje.identity import names
from conserje.identity.countries import Country
from conserje.permissions import Profile

LONGEST_PERSONAL_NAME = 60


@dataclass(frozen=True)
class Foundation:
    """What to begin with. Each text as its rule gave it: `names.parse`, `emails.parse`, `personal_name`."""

    administration: str
    community: str
    country: Country
    email: str
    given_name: str
    paternal_surname: str
    maternal_surname: str = ""


def is_empty() -> bool:
    """Whether nobody has set the installation up yet."""
    return db.session.scalars(select(Administration.id).limit(1)).first() is None


def require_empty() -> None:
    """Refuses: `already_set_up` once there is an administration."""
    if not is_empty():
        raise Refused("already_set_up")


def personal_name(text: str, field: str = "given_name") -> str:
    """A given name or a surname of an account. Refuses what `names.parse` does; `name_too_long` (facts: longest)."""
    name = names.parse(text, field)
    if len(name) > LONGEST_PERSONAL_NAME:
        raise Refused("name_too_long", field=field, longest=LONGEST_PERSONAL_NAME)
    return name


def hash_of_first_password(said: Foundation, password: str) -> str:
    """The hash of the superadmin's password. Waits, so it goes before the writing.

    Refuses: what `passwords.check` does.
    """
    passwords.check(password, context=(said.email, said.given_name, said.paternal_surname, said.maternal_surname))
    return passwords.hash_password(password)


def found(said: Foundation, password_hash: str, *, now: datetime) -> Account:
    """Make the administration, its community with the country's time zone and wording, and the superadmin (K151, K152).

    The superadmin needs no membership: an administration's communities are open to him. Needs `begin_writing()`.
    Refuses: `already_set_up`.
    """
    require_empty()
    administration = Administration(name=said.administration)
    db.session.add(administration)
    db.session.flush()
    community = Community(
        administration_id=administration.id,
        name=said.community,
        country=said.country,
        time_zone=said.country.time_zone,
        locale=said.country.locale,
        created_at=now,
    )
    account = Account(
        administration_id=administration.id,
        email=said.email,
        email_key=email_key(said.email),
        profile=Profile.SUPERADMIN,
        given_name=said.given_name,
        paternal_surname=said.paternal_surname,
        maternal_surname=said.maternal_surname,
        password_hash=password_hash,
        password_changed_at=now,
    )
    db.session.add_all((community, account))
    db.session.flush()
    facts = {"administration": administration.id, "community": community.id}
    # Nobody was signed in: whoever can run commands on the machine did it.
    record("installation.founded", "account", account.id, by=Actor(None, community.id), at=now, facts=facts)
    return account
