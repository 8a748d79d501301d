"""Rows for tests, with every value that does not matter filled in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TypeVar

from conserje import tenancy
from conserje.accounts import passwords
from conserje.accounts.models import Account, Membership
from conserje.accounts.sign_in import email_key
from conserje.audit.journal import Actor
from conserje.communities import residents, units
from conserje.communities.models import Administration, Community, Resident, ResidentPhone, Unit
from conserje.database import db
from conserje.identity import documents
from conserje.identity.countries import Country
from conserje.identity.documents import Document, DocumentType
from conserje.permissions import Permission, Profile, permissions_of
from conserje.sms_wallet.models import SmsBundle
from conserje.visits.models import VisitorKind
from conserje.visits.registration import Announcement

Row = TypeVar("Row")

PASSWORD = "conserje-demo-2026"
# A fixed moment for rules; what goes through HTTP happens now.
NOON = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
RUN = Document(DocumentType.RUN, "12345678-5")
OTHER_RUN = Document(DocumentType.RUN, "11111111-1")


@cache
def password_hash() -> str:
    return passwords.hash_password(PASSWORD)


def make_administration(name: str = "Administraciones Cordillera") -> Administration:
    return _added(Administration(name=name))


def make_community(
    administration: Administration, name: str = "Edificio Los Aromos", country: Country = Country.CL, **values: object
) -> Community:
    return _added(
        Community(
            administration_id=administration.id,
            name=name,
            country=country,
            time_zone=country.time_zone,
            locale=country.locale,
            created_at=NOON,
            **values,
        )
    )


def make_unit(number: str = "1204", tower: str = "Torre B", **values: object) -> Unit:
    """A unit of the community that the session is bound to."""
    return _added(Unit(tower=tower, number=number, search=units.search_text(tower, number), **values))


def make_resident(
    unit: Unit, given_names: str = "Ana", surnames: str = "Rojas Vidal", phones: tuple[str, ...] = (), **values: object
) -> Resident:
    resident = _added(
        Resident(
            unit_id=unit.id,
            given_names=given_names,
            surnames=surnames,
            search=residents.search_text(given_names, surnames),
            **values,
        )
    )
    for number in phones:
        _added(ResidentPhone(resident_id=resident.id, number=number))
    return resident


def make_account(
    administration: Administration,
    email: str = "conserje@demo.example",
    profile: Profile = Profile.CONSERJE,
    communities: tuple[Community, ...] = (),
    **values: object,
) -> Account:
    account = _added(
        Account(
            administration_id=administration.id,
            email=email,
            email_key=email_key(email),
            profile=profile,
            **{
                "given_name": "Gustavo",
                "paternal_surname": "Pino",
                "password_hash": password_hash(),
                "password_changed_at": NOON,
                **values,
            },
        )
    )
    for community in communities:
        _added(Membership(account_id=account.id, community_id=community.id))
    return account


def announcement(
    full_name: str = "Camila Soto Díaz", document: Document | None = RUN, now: datetime = NOON, **values: object
) -> Announcement:
    return Announcement(
        **{
            "full_name": full_name,
            "document": document,
            "kind": VisitorKind.VISIT,
            "valid_from": now,
            "valid_until": now + timedelta(hours=24),
            **values,
        }
    )


def actor(account: Account | None = None, community: Community | None = None, *more: Permission) -> Actor:
    held = permissions_of(Profile(account.profile), is_test=account.is_test) if account else frozenset()
    return Actor(
        account.id if account else None, community.id if community else None, "127.0.0.1", held | frozenset(more)
    )


def run_number(body: int) -> str:
    """A RUN as typed, with its check digit, for any body of seven or eight digits."""
    total = sum(int(digit) * (2 + place % 6) for place, digit in enumerate(reversed(str(body))))
    check = 11 - total % 11
    return documents.parse(DocumentType.RUN, f"{body}-{ {11: '0', 10: 'K'}.get(check, str(check)) }").number


@dataclass
class Cast:
    """Who is in a test of screens. Aromos and Parque are Cordillera's; Torres is Andina's."""

    aromos: int
    parque: int
    torres: int
    units: dict[str, int] = field(default_factory=dict)
    emails: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)


def build_cast() -> Cast:
    """The cast, committed. Each community has the units 101 and 102, with a resident and phones in 101."""
    cordillera, andina = make_administration(), make_administration("Gestión Andina")
    aromos = make_community(cordillera)
    parque = make_community(cordillera, "Condominio Parque Mirador")
    torres = make_community(andina, "Torres del Parque")
    cast = Cast(aromos.id, parque.id, torres.id)
    for name, community in (("aromos", aromos), ("parque", parque), ("torres", torres)):
        with tenancy.acting_for(community.id):
            first = make_unit("101", "Torre A", notice_phone="+56961234567")
            cast.units[name] = first.id
            cast.units[f"{name}-102"] = make_unit("102", "Torre A").id
            make_resident(first, "Ana", f"Rojas {name.title()}", ("+56987654321",), is_principal=True, may_approve=True)
    people = (
        ("conserje", cordillera, Profile.CONSERJE, (aromos,), {}),
        ("admin", cordillera, Profile.ADMIN, (aromos, parque), {"given_name": "Paula"}),
        ("super", cordillera, Profile.SUPERADMIN, (), {"given_name": "Silvia"}),
        ("prueba", cordillera, Profile.ADMIN, (aromos,), {"given_name": "Prueba", "is_test": True}),
        ("parque", cordillera, Profile.CONSERJE, (parque,), {"given_name": "Pedro"}),
        ("andina", andina, Profile.CONSERJE, (torres,), {"given_name": "Tomás"}),
    )
    for name, administration, profile, communities, values in people:
        account = make_account(administration, f"{name}@demo.example", profile, communities, **values)
        cast.emails[name], cast.accounts[name] = account.email, account.id
    db.session.commit()
    return cast


def _added(row: Row) -> Row:
    db.session.add(row)
    db.session.flush()
    return row


def make_bundle(
    name: str = "100 SMS", parts: int = 100, price: int = 5990, country: Country = Country.CL, **values: object
) -> SmsBundle:
    """A bundle on sale; `price` in minor units of the country's currency."""
    return _added(SmsBundle(country=country, name=name, parts=parts, price=price, currency=country.currency, **values))
