"""The administration's lists over 5,000 units and 20,000 residents: a page, a late one, a search, a file."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any
from urllib.parse import quote

from sqlalchemy import insert, update

from bench import people
from bench.client import Client
from bench.report import Figure
from bench.seed import Scene, application, table_of
from bench.server import running
from conserje.access_lists.matching import Listing
from conserje.access_lists.models import AccessListEntry, WatchEntry
from conserje.access_lists.watching import search_text
from conserje.accounts.models import Account
from conserje.audit.models import AuditLine
from conserje.communities import residents, units
from conserje.communities.models import Resident, ResidentKind, Unit
from conserje.database import db
from conserje.permissions import Profile

UNITS, RESIDENTS, LISTED, WATCHED, LINES = 5_000, 20_000, 5_000, 2_000, 100_000
REPETITIONS = 9
# What one does not feel as waiting, and what one bears for a file.
QUICK_MS, FILE_SECONDS = 200, 10
LATE_PAGE = 20
# Address, and what is searched for in it. The journal's file would be longer than any that is made.
LISTS = {
    "inmuebles": "t1234",
    "residentes": "muñoz 4",
    "accesos-de-residentes": "muñoz 4",
    "listas-de-acceso": "muñoz",
    "vigilancia": "muñoz",
    "bitacora": "",
}
WITHOUT_FILE = {"bitacora"}
_COMMUNITY, _ACCOUNT, _FROM = 1, 1, 1_000_000
_ONWARDS = re.compile(r'href="([^"]*desde=[^"]*)"')


def measure(scene: Scene, database: str) -> Iterator[Figure]:
    _fill(scene)
    with running(scene) as server:
        client = Client(server).sign_in()
        for name, typed in LISTS.items():
            yield from _measured(client, name, typed, f"lists, {database}")


def _measured(client: Client, name: str, typed: str, part: str) -> Iterator[Figure]:
    first = f"/administracion/{name}"
    yield _page(client, first, f"{name}: first page", part)
    late = first
    for _ in range(LATE_PAGE):
        late = _next(client, late)
    yield _page(client, late, f"{name}: page {LATE_PAGE + 1}", part)
    if typed:
        yield _page(client, f"{first}?q={quote(typed)}", f"{name}: searched", part)
    if name not in WITHOUT_FILE:
        begun = time.perf_counter()
        size = len(client.get(f"{first}.xlsx").body)
        took = time.perf_counter() - begun
        yield Figure(part, f"{name}: Excel file of all", took, "s", FILE_SECONDS, note=f"{size / 1000:.0f} KB")


def _page(client: Client, path: str, what: str, part: str) -> Figure:
    times = []
    for _ in range(REPETITIONS):
        begun = time.perf_counter()
        client.get(path)
        times.append((time.perf_counter() - begun) * 1000)
    return Figure(part, what, median(times), "ms", QUICK_MS, note=f"at most {max(times):.0f} ms")


def _next(client: Client, path: str) -> str:
    *_, onwards = _ONWARDS.findall(client.get(path).body.decode())
    return str(onwards).replace("&amp;", "&")


def _fill(scene: Scene) -> None:
    """Rows of everything, past the acts; the account that signs in becomes one that sees them."""
    now = datetime.now(UTC).replace(microsecond=0)
    with application(scene).app_context(), db.engine.begin() as connection:
        for model, rows in (
            (Unit, _units()),
            (Resident, _residents()),
            (AccessListEntry, _listed(now)),
            (WatchEntry, _watched(now)),
            (AuditLine, _lines(now)),
        ):
            connection.execute(insert(table_of(model)), rows)
        connection.execute(update(table_of(Account)).values(profile=Profile.ADMIN))


def _units() -> list[dict[str, Any]]:
    doors = [(f"Torre {place // 250 + 1}", f"T{place:04}") for place in range(UNITS)]
    return [
        {
            "id": _FROM + place,
            "community_id": _COMMUNITY,
            "tower": tower,
            "number": number,
            "search": units.search_text(tower, number),
        }
        for place, (tower, number) in enumerate(doors)
    ]


def _residents() -> list[dict[str, Any]]:
    rows = []
    for place in range(RESIDENTS):
        given, surnames, email = people.given_name(place), people.surnames(place), f"persona{place}@correo.example"
        rows.append({
            "id": _FROM + place, "community_id": _COMMUNITY, "unit_id": _FROM + place % UNITS, "given_names": given,
            "surnames": surnames, "search": residents.search_text(given, surnames), "kind": ResidentKind.OCCUPANT,
            "email": email, "email_key": email, "is_principal": place < UNITS, "contact_order": place // UNITS + 1,
        })  # fmt: skip
    return rows


def _listed(now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "id": _FROM + place, "community_id": _COMMUNITY, "unit_id": _FROM + place, "document_type": "run",
            "document_number": people.run(place), "full_name": people.full_name(place),
            "listing": Listing.AUTHORISED if place % 3 else Listing.UNAUTHORISED, "listed_by": _ACCOUNT,
            "listed_at": now - timedelta(minutes=place),
        }
        for place in range(LISTED)
    ]  # fmt: skip


def _watched(now: datetime) -> list[dict[str, Any]]:
    rows = []
    for place in range(WATCHED, 0, -1):
        name = people.full_name(place)
        rows.append({
            "id": _FROM + place, "community_id": _COMMUNITY, "full_name": name, "search": search_text(name),
            "reason": "Amenazó", "review_on": now.date() + timedelta(days=place % 180), "added_at": now,
            "added_by": _ACCOUNT,
        })  # fmt: skip
    return rows


def _lines(now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "at": now - timedelta(minutes=place), "account_id": _ACCOUNT, "community_id": _COMMUNITY,
            "action": "visit.accepted", "subject": "visit", "subject_id": place, "facts": {}, "address": "127.0.0.1",
        }
        for place in range(LINES)
    ]  # fmt: skip
