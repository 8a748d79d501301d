"""What a person who starts the demo needs to know: which accounts there are, and what they open."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from conserje.accounts import staff
from conserje.accounts.models import Account
from conserje.accounts.sign_in import email_key
from conserje.database import db
from conserje.demo.places import ACCOUNTS
from conserje.permissions import Profile


@dataclass(frozen=True)
class Entrance:
    """An account of the demo to sign in with."""

    email: str
    profile: Profile
    is_test: bool
    communities: tuple[str, ...]


def entrances() -> list[Entrance]:
    """The demo's accounts as the database holds them; none where it was filled with something else."""
    wanted = [email_key(each.email) for each in ACCOUNTS if not each.is_colleague]
    found = {row.email_key: row for row in db.session.scalars(select(Account).where(Account.email_key.in_(wanted)))}
    return [
        Entrance(row.email, Profile(row.profile), row.is_test, tuple(place.name for place in staff.communities_of(row)))
        for row in (found[key] for key in wanted if key in found)
    ]
