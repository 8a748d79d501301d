"""Every door of the program: closed unless it says who may pass, and none leads into another community."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask import Flask, url_for
from PIL import Image
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from conserje import clock, spreadsheets, tenancy
from conserje.access_lists import upkeep, watch_list
from conserje.access_lists.matching import LISTS, Listing
from conserje.access_lists.models import AccessListEntry, WatchEntry
from conserje.access_lists.watch_list import Watch
from conserje.accounts.models import Account, Membership
from conserje.communities.models import Community, Resident, Unit
from conserje.database import db
from conserje.identity import documents
from conserje.identity.countries import Country
from conserje.permissions import Permission
from conserje.photos.images import prepare
from conserje.photos.logos import bar_key, logo_key
from conserje.photos.storage import keep
from conserje.privacy import data_requests
from conserje.privacy.data_requests import Asked
from conserje.privacy.models import DataRequest, LegalHold, RequestKind
from conserje.sms_wallet.models import SmsPurchase
from conserje.visits import approval, registration
from conserje.visits.models import Method, Visit
from tests.blueprints.scene import bundle_on_sale, letters_made, rows, somebody, work_in
from tests.builders import Cast, actor, announcement, make_resident, make_unit
from tests.page import Visitor as Browser
from tests.photos.pictures import encoded

# Open to everybody. A new entry is a decision: it shows nothing of any community.
PUBLIC = {
    "accounts.start",
    "accounts.sign_in",
    "accounts.sign_in_with_password",
    # a forgotten password: says the same of every e-mail, and opens with a mailed token
    "accounts.forgotten",
    "accounts.send_reset_link",
    "accounts.reset",
    "accounts.reset_password",
    # a temporary password is replaced: opens with a mailed token, and saves with the password beside it
    "accounts.temporary_password",
    "accounts.replace_temporary_password",
    # the second step of signing in: opens with the proof of a right password, which lies in the browser's cookie
    "accounts.second_step",
    "accounts.take_code",
    "accounts.recovery",
    "accounts.take_recovery_code",
    # a resident's answer: shows one visit to whoever holds its token
    "links.question",
    "links.answer",
    "links.photo",
    "links.logo",
    # the door of the residents' portal: says the same of every contact, and opens with a token or a password
    "portal.entry",
    "portal.send_link",
    "portal.sign_in",
    "portal.short_link",
    "portal.link",
    "portal.use_link",
    "portal.sign_out",
    "healthz",
    "readyz",
}
# The word that everything of a community carries, and that its name carries: whoever holds two communities may see both
# names in the selector of the top bar.
WORDS = {"parque": ("Obsidiana", "Lapislázuli"), "torres": ("Malaquita", "Turmalina")}
HOLDERS_OF_PARQUE = ("admin", "super")
# [Usuarios] is of all of one's communities, whichever one works in (K116): whoever holds Parque manages its people.
OF_ALL_ONES_COMMUNITIES = {
    "administration.staff",
    "administration.export_staff",
    "administration.create_account",
    "administration.edit_account",
    "administration.change_account",
    "administration.ask_before_new_password",
    "administration.send_temporary_password",
    "administration.ask_before_switching_off_second_factor",
    "administration.switch_off_second_factor",
    "administration.ask_before_deleting_account",
    "administration.delete_account",
    # [Comunidades] is of all of the administration (K151).
    "administration.communities",
    "administration.export_communities",
    "administration.edit_community",
    "administration.change_community",
}


def test_every_view_says_who_may_open_it(migrated_app: Flask) -> None:
    unmarked = {
        endpoint
        for endpoint, view in migrated_app.view_functions.items()
        if getattr(view, "access", None) not in ("public", "resident")
        and not isinstance(getattr(view, "access", None), Permission)
    }
    assert not unmarked


def test_inside_the_portal_every_view_is_for_residents_and_nowhere_else(migrated_app: Flask) -> None:
    """Walked in tests/blueprints/portal: a session of the staff opens none of them."""
    for_residents = {
        endpoint
        for endpoint, view in migrated_app.view_functions.items()
        if getattr(view, "access", None) == "resident"
    }
    portal = {endpoint for endpoint in migrated_app.view_functions if endpoint.startswith("portal.")}
    assert for_residents == portal - PUBLIC


def test_only_the_listed_views_are_open_to_everybody(migrated_app: Flask) -> None:
    public = {
        endpoint for endpoint, view in migrated_app.view_functions.items() if getattr(view, "access", None) == "public"
    }
    assert public == PUBLIC


def test_every_view_has_a_rule_and_every_rule_a_view(migrated_app: Flask) -> None:
    assert {rule.endpoint for rule in migrated_app.url_map.iter_rules()} == set(migrated_app.view_functions)


@dataclass(frozen=True)
class Elsewhere:
    """A community that is not one's own: ids of its rows, and what must never be seen of it."""

    ids: dict[str, object]
    marks: tuple[str, ...]
    name_mark: str
    community_id: int
    document_number: str

    def seen_in(self, text: str, *, name_is_known: bool) -> list[str]:
        text = text.casefold()
        return [mark for mark in (*self.marks, *(() if name_is_known else (self.name_mark,))) if mark in text]


@pytest.mark.parametrize("where", ["torres", "parque"])
@pytest.mark.parametrize("who", ["super", "conserje", "admin", "prueba"])
def test_no_route_shows_or_changes_anything_of_another_community(app: Flask, cast: Cast, who: str, where: str) -> None:
    elsewhere = _filled(app, cast, where)
    before = _as_it_is(app, elsewhere.community_id)
    browser = Browser(app)
    browser.sign_in(cast.emails[who])
    work_in(browser, cast.aromos)
    token = browser.csrf_token()
    held = _permissions_of(app, cast.accounts[who])
    holds = who in HOLDERS_OF_PARQUE and where == "parque"
    fields = _everything_a_form_may_say(elsewhere) | {
        "csrf_token": token,
        "community": str(cast.torres if holds else elsewhere.community_id),
    }
    wrong = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint == "accounts.sign_out"):
        if holds and rule.endpoint in OF_ALL_ONES_COMMUNITIES:
            continue
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            # What fragments show to whoever may see all of them, they show to nobody else.
            for htmx in (False, True) if who == "super" else (False,):
                path = _address(app, rule, elsewhere, asks=method == "GET")
                if method == "GET":
                    browser.get(path, htmx=htmx)
                else:
                    browser.post(path, fields, htmx=htmx)
                seen = elsewhere.seen_in(f"{browser.answer.headers}\n{read(browser.answer)}", name_is_known=holds)
                expected = _expected(app, rule, held)
                if seen or (expected and browser.status != expected) or browser.status >= 500:
                    wrong.append((method, rule.endpoint, "htmx" if htmx else "plain", browser.status, seen))
    assert not wrong
    assert _as_it_is(app, elsewhere.community_id) == before


def read(answer: TestResponse) -> str:
    """Everything that an answer says; of an Excel file, what its parts say."""
    if answer.mimetype != spreadsheets.MIMETYPE:
        return answer.text
    with ZipFile(BytesIO(answer.data)) as parts:
        return "\n".join(parts.read(part).decode() for part in parts.namelist())


def test_the_document_of_somebody_known_elsewhere_fills_no_form(app: Flask, cast: Cast) -> None:
    elsewhere = _filled(app, cast, "torres")
    browser = Browser(app)
    browser.sign_in(cast.emails["conserje"])
    path = f"/porteria/unidades/{cast.units['aromos']}/visitantes/conocido"
    browser.post(path, {"document_type": "run", "document_number": elsewhere.document_number})
    assert browser.status == 200
    assert elsewhere.marks[0] not in browser.answer.text.casefold()


def test_one_of_ones_own_rows_is_shown_where_the_walk_finds_a_foreign_one_missing(app: Flask, cast: Cast) -> None:
    """The walk's addresses are right: with the ids of one's own community they all lead somewhere."""
    own = _filled(app, cast, "parque")
    own.ids["bundle_id"] = bundle_on_sale(app, Country.CL)
    for key in (logo_key, bar_key):
        app.extensions["photos"].save(key(1, str(own.ids["digest"])), b"a logo")
    browser = Browser(app)
    browser.sign_in(cast.emails["super"])
    work_in(browser, cast.parque)
    for rule in app.url_map.iter_rules():
        if rule.endpoint in PUBLIC or rule.endpoint.startswith("portal."):
            continue
        if rule.arguments and "GET" in (rule.methods or ()):
            browser.get(_address(app, rule, own, asks=False))
            assert browser.status == 200, rule.endpoint


def _as_it_is(app: Flask, community_id: int) -> list[object]:
    """What must be the same after somebody of another community tried everything."""
    visits = [(visit.state, visit.left_at, visit.note) for visit in rows(app, community_id, Visit)]
    numbers = [(unit.label, unit.notice_phone) for unit in rows(app, community_id, Unit)]
    people = [(each.full_name, each.email, each.may_approve) for each in rows(app, community_id, Resident)]
    lists = [(entry.id, entry.listing, entry.validity) for entry in rows(app, community_id, AccessListEntry)]
    watched = [(entry.id, entry.full_name, entry.reason) for entry in rows(app, community_id, WatchEntry)]
    watched += [(each.id, each.asker, each.outcome) for each in rows(app, community_id, DataRequest)]
    watched += [(each.id, each.identity_key, each.reason) for each in rows(app, community_id, LegalHold)]
    with app.app_context():
        staff = db.session.execute(
            select(Account.email, Account.profile, Account.is_active, Account.password_hash)
            .join(Membership)
            .where(Membership.community_id == community_id)
            .order_by(Account.id)
        ).all()
    return [*visits, *numbers, *people, *lists, *watched, *staff, len(rows(app, community_id, SmsPurchase))]


def _filled(app: Flask, cast: Cast, where: str) -> Elsewhere:
    """A community with a unit, residents, telephones, a photograph and visits that all carry its word."""
    word, name_word = WORDS[where]
    community_id = getattr(cast, where)
    with app.app_context(), tenancy.acting_for(community_id):
        community = db.session.get_one(Community, community_id)
        community.name, community.address = f"Edificio {name_word}", f"Calle {word} 100"
        attendant = db.session.get_one(Account, cast.accounts["parque" if where == "parque" else "andina"])
        attendant.given_name = f"{word}guardia"
        unit = make_unit("9", f"{word}torre", notice_phone="+56977701234")
        resident = make_resident(
            unit, f"{word}nombre", f"{word}apellido", ("+56966605678",), email=f"{word}@correo.example"
        )
        photo = prepare(BytesIO(encoded(Image.new("RGB", (120, 160), "purple"))))
        digest = keep(app.extensions["photos"], community_id, photo)
        waiting = _announced(unit, word, 1, digest)
        inside = _announced(unit, word, 2, digest)
        approval.accept(inside, Method.CALL, f"{word}permiso", by=actor(attendant, community), now=clock.now())
        lists = {
            listing: upkeep.add(unit, somebody(n), f"{word}lista", listing, by=actor(attendant), now=clock.now())
            for n, listing in enumerate(LISTS, 10)
        }
        ids = {"unit_id": unit.id, "visit_id": inside.id, "visitor_id": waiting.visitor_id, "digest": digest}
        # A token that nobody holds: whoever holds one may see its visit, of whichever community.
        ids["token"] = "x" * 22
        ids["resident_id"], ids["community_id"] = resident.id, community_id
        ids["account_id"] = attendant_id = attendant.id
        ids["entry_id"] = lists[Listing.AUTHORISED].id
        watch = Watch(somebody(20), f"{word}vigilado", f"{word}motivo", clock.now().date())
        ids["watch_id"] = watch_list.add(community, watch, by=actor(attendant), now=clock.now()).id
        asked = Asked(RequestKind.ACCESS, f"{word}pide", clock.now().date() - timedelta(days=60))
        request = data_requests.open_request(community, asked, by=actor(attendant), now=clock.now())
        ids["request_id"] = request.id
        ids["source"], ids["row_id"] = "registro", waiting.visitor_id
        document = inside.document
        db.session.commit()
    # Bundles are the installation's: what this community cannot buy is one of another country.
    ids["bundle_id"] = bundle_on_sale(app, Country.CO)
    ids["job_id"] = letters_made(app, community_id, attendant_id)
    assert document is not None
    marks = (word.casefold(), digest, "7770 1234", "77701234", "6660 5678", "66605678", documents.display(document))
    return Elsewhere(ids, marks, name_word.casefold(), community_id, document.number)


def _announced(unit: Unit, word: str, number: int, digest: str) -> Visit:
    now = clock.now() - timedelta(minutes=number)
    more = {"note": f"{word}nota", "plate": word[:6].upper(), "photo": digest}
    said = announcement(f"{word} visita", somebody(number), now, **more)
    return registration.announce(unit, said, by=actor(), now=now)


def _address(app: Flask, rule: Rule, elsewhere: Elsewhere, *, asks: bool) -> str:
    unknown = rule.arguments - set(elsewhere.ids)
    assert not unknown, f"the walk does not know what to put for {unknown} of {rule}: add it to the filled community"
    # What is asked for finds the other community's rows and does not itself hold the whole word.
    part = elsewhere.marks[0][:5]
    questions = {"q": part, "unit": part, "desde": f"{2**52}-{2**31 - 1}", "next": "/porteria/"} if asks else {}
    with app.test_request_context():
        return url_for(rule.endpoint, **{name: elsewhere.ids[name] for name in rule.arguments}, **questions)


def _everything_a_form_may_say(elsewhere: Elsewhere) -> dict[str, str]:
    return {
        "key": "walk",
        "email": "nadie@example.com",
        "password": "no es la contraseña",
        "document_type": "run",
        "document_number": "11.111.111-1",
        "full_name": "Rosa Peña",
        "kind": "visit",
        "method": "call",
        "note": "Paseo de prueba",
        "phone": "9 6123 4567",
        "accept": "y",
        "listing": "unauthorised",
        "reason": "Paseo de prueba",
        "last_day": clock.now().date().isoformat(),
        "asker": "Rosa Peña",
        "received_on": (clock.now() - timedelta(days=1)).date().isoformat(),
        "outcome": "answered",
        "review_on": clock.now().date().isoformat(),
        "profile": "conserje",
        "given_name": "Rosa",
        "paternal_surname": "Peña",
        "text": "Rosa Peña",
        "given_names": "Rosa",
        "surnames": "Peña",
        "contact_order": "1",
        "number": "77",
        "name": "Edificio Paseo",
        "address": "Calle del Paseo 1",
        "country": "CL",
        "communities": str(elsewhere.community_id),
        **{name: str(value) for name, value in elsewhere.ids.items()},
    }


def _expected(app: Flask, rule: Rule, held: frozenset[Permission]) -> int | None:
    """404 for a foreign row, before that 403 for what one may not do at all; None where no row is named.

    What is for residents sends the staff to the portal's door.
    """
    needed = getattr(app.view_functions[rule.endpoint], "access", None)
    if needed == "resident":
        return 303
    if isinstance(needed, Permission) and needed not in held:
        return 403
    return 404 if rule.arguments or rule.endpoint == "accounts.choose_community" else None


def _permissions_of(app: Flask, account_id: int) -> frozenset[Permission]:
    with app.app_context():
        return actor(db.session.get_one(Account, account_id)).permissions
