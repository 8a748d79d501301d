"""Who gets what from every route: one row for each, one column for each kind of person.

The subjects are Aromos' own: its conserje, and the administrator and superadmin who work in it at the moment. `parque`
is a conserje of another community of the same administration, `andina` of another administration's.
"""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask, url_for
from PIL import Image
from werkzeug.routing import Rule

from conserje import clock
from conserje.access_lists import upkeep, watch_list
from conserje.identity.countries import Country
from conserje.photos.images import prepare
from conserje.photos.logos import bar_key, logo_key
from conserje.photos.storage import keep
from conserje.visits.models import State
from tests.blueprints.scene import (
    arrival,
    bundle_on_sale,
    data_request,
    letters_made,
    listed_person,
    resident_of,
    somebody,
    somebody_of,
    unit_of,
    watched_person,
    work_in,
)
from tests.builders import PASSWORD, Cast
from tests.page import Visitor
from tests.photos.pictures import encoded

MATRIX = """
                                nobody conserje admin super prueba parque andina
accounts.start                     303      303   303   303    303    303    303
accounts.sign_in                   200      200   200   200    200    200    200
accounts.sign_in_with_password     422      422   422   422    422    422    422
accounts.password                  303      200   200   200    403    200    200
accounts.change_password           303      303   303   303    403    303    303
accounts.forgotten                 200      200   200   200    200    200    200
accounts.send_reset_link           200      200   200   200    200    200    200
accounts.reset                     404      404   404   404    404    404    404
accounts.reset_password            404      404   404   404    404    404    404
accounts.temporary_password        404      404   404   404    404    404    404
accounts.replace_temporary_password 404     404   404   404    404    404    404
accounts.second_step               303      303   303   303    303    303    303
accounts.take_code                 303      303   303   303    303    303    303
accounts.recovery                  303      303   303   303    303    303    303
accounts.take_recovery_code        303      303   303   303    303    303    303
accounts.second_factor             303      403   200   200    403    403    403
accounts.begin_second_factor       303      403   422   422    403    403    403
accounts.set_up_second_factor      303      403   303   303    403    403    403
accounts.confirm_second_factor     303      403   303   303    403    403    403
accounts.renew_recovery_codes      303      403   422   422    403    403    403
accounts.switch_off_second_factor  303      403   422   422    403    403    403
accounts.choose_community          303      303   303   303    303    404    404
healthz                            200      200   200   200    200    200    200
readyz                             200      200   200   200    200    200    200
gate.home                          303      200   200   200    200    200    200
gate.entries_now                   303      200   200   200    200    200    200
gate.changes                       303      406   406   406    406    406    406
gate.find_unit                     303      200   200   200    200    200    200
gate.unit_options                  303      200   200   200    200    200    200
gate.unit                          303      200   200   200    200    404    404
gate.unit_visits_now               303      200   200   200    200    404    404
gate.register                      303      200   200   200    200    404    404
gate.phones                        303      200   200   200    403    404    404
gate.new_visitor                   303      200   200   200    403    404    404
gate.known_visitor                 303      200   200   200    403    404    404
gate.add_visitor                   303      303   303   303    403    404    404
gate.activate                      303      303   303   303    403    404    404
gate.profile                       303      200   200   200    200    404    404
gate.visit                         303      200   200   200    200    404    404
gate.visit_now                     303      200   200   200    200    404    404
gate.decide                        303      200   200   200    403    404    404
gate.accept                        303      303   303   303    403    404    404
gate.reject                        303      303   303   303    403    404    404
gate.mark_entry                    303      303   303   303    403    404    404
gate.mark_exit                     303      303   303   303    403    404    404
gate.ask_again                     303      303   303   303    403    404    404
administration.branding            303      403   200   200    403    403    403
administration.choose_logo         303      403   303   303    403    403    403
administration.set_administration_logo 303  403   422   422    403    403    403
administration.require_second_factor 303    403   403   303    403    403    403
administration.logo                303      200   200   200    200    200    404
administration.bar_logo            303      200   200   200    200    200    404
administration.audit_journal       303      403   200   200    200    403    403
administration.export_audit_journal 303     403   200   200    403    403    403
administration.settings            303      403   200   200    403    403    403
administration.change_settings     303      403   303   303    403    403    403
links.question                     404      404   404   404    404    404    404
links.answer                       404      404   404   404    404    404    404
links.photo                        404      404   404   404    404    404    404
links.logo                         404      404   404   404    404    404    404
tray.home                          303      200   200   200    200    200    200
tray.messages_now                  303      200   200   200    200    200    200
gate.photo                         303      200   200   200    200    404    404
gate.thumbnail                     303      200   200   200    200    404    404
administration.units               303      403   200   200    200    403    403
administration.unit                303      403   200   200    200    403    403
administration.number              303      403   200   200    403    403    403
administration.set_number          303      403   303   303    403    403    403
administration.ask_before_deleting 303      403   200   200    403    403    403
administration.delete_number       303      403   303   303    403    403    403
administration.access_lists        303      403   200   200    200    403    403
administration.new_access          303      403   200   200    403    403    403
administration.correct_access      303      403   200   200    403    403    403
administration.review_access       303      403   200   200    403    403    403
administration.add_access          303      403   303   303    403    403    403
administration.authorise_access    303      403   303   303    403    403    403
administration.unauthorise_access  303      403   303   303    403    403    403
administration.ask_before_removing 303      403   200   200    403    403    403
administration.remove_access       303      403   303   303    403    403    403
administration.edit_access         303      403   200   200    403    403    403
administration.amend_access        303      403   303   303    403    403    403
administration.listed_people       303      403   200   200    200    403    403
administration.export_listed_people 303     403   200   200    403    403    403
administration.list_imports        303      403   200   200    200    403    403
administration.list_import_progress 303     403   303   303    303    403    403
administration.import_list         303      403   422   422    403    403    403
administration.apply_list          303      403   409   409    403    403    403
administration.discard_list        303      403   409   409    403    403    403
administration.list_template       303      403   200   200    200    403    403
administration.list_template_csv   303      403   200   200    200    403    403
administration.watch_list          303      403   200   200    200    403    403
administration.export_watch_list   303      403   200   200    403    403    403
administration.new_watch           303      403   200   200    403    403    403
administration.add_watch           303      403   303   303    403    403    403
administration.edit_watch          303      403   200   200    403    403    403
administration.change_watch        303      403   303   303    403    403    403
administration.ask_before_deleting_watch 303 403  200   200    403    403    403
administration.delete_watch        303      403   303   303    403    403    403
administration.staff               303      403   200   200    200    403    403
administration.export_staff        303      403   200   200    403    403    403
administration.new_account         303      403   200   200    403    403    403
administration.create_account      303      403   303   303    403    403    403
administration.edit_account        303      403   200   200    403    403    403
administration.change_account      303      403   303   303    403    403    403
administration.ask_before_new_password 303  403   200   200    403    403    403
administration.send_temporary_password 303  403   303   303    403    403    403
administration.ask_before_switching_off_second_factor 303 403 200 200 403 403  403
administration.switch_off_second_factor 303 403   409   409    403    403    403
administration.ask_before_deleting_account 303 403 200  200    403    403    403
administration.delete_account      303      403   303   303    403    403    403
administration.export_units        303      403   200   200    403    403    403
administration.new_unit            303      403   200   200    403    403    403
administration.create_unit         303      403   303   303    403    403    403
administration.edit_unit           303      403   200   200    403    403    403
administration.change_unit         303      403   303   303    403    403    403
administration.ask_before_deleting_unit 303 403   200   200    403    403    403
administration.delete_unit         303      403   303   303    403    403    403
administration.new_resident        303      403   200   200    403    403    403
administration.create_resident     303      403   303   303    403    403    403
administration.edit_resident       303      403   200   200    403    403    403
administration.change_resident     303      403   303   303    403    403    403
administration.ask_before_deleting_resident 303 403 200 200    403    403    403
administration.delete_resident     303      403   303   303    403    403    403
administration.residents           303      403   200   200    200    403    403
administration.resident            303      403   200   200    200    403    403
administration.export_residents    303      403   200   200    403    403    403
administration.communities         303      403   403   200    403    403    403
administration.export_communities  303      403   403   200    403    403    403
administration.new_community       303      403   403   200    403    403    403
administration.create_community    303      403   403   303    403    403    403
administration.edit_community      303      403   403   200    403    403    403
administration.change_community    303      403   403   303    403    403    403
administration.imports             303      403   200   200    200    403    403
administration.import_progress     303      403   303   303    303    403    403
administration.import_file         303      403   422   422    403    403    403
administration.import_address      303      403   422   422    403    403    403
administration.apply_import        303      403   409   409    403    403    403
administration.discard_import      303      403   409   409    403    403    403
administration.import_template     303      403   200   200    200    403    403
administration.import_template_csv 303      403   200   200    200    403    403
administration.letters             303      403   200   200    200    403    403
administration.order_letters       303      403   303   303    403    403    403
administration.letters_ordered     303      403   200   200    200    403    403
administration.letters_ordered_now 303      403   200   200    200    403    403
administration.letters_file        303      403   200   200    403    403    403
administration.letter_text         303      403   200   200    403    403    403
administration.change_letter_text  303      403   303   303    403    403    403
administration.sms_bundles         303      403   200   200    200    403    403
administration.confirm_purchase    303      403   200   200    403    403    403
administration.buy                 303      403   303   303    403    403    403
administration.export_purchases    303      403   200   200    403    403    403
administration.purchase_history    303      403   200   200    200    403    403
administration.portal_invitations  303      403   200   200    200    403    403
administration.export_portal_invitations 303 403   200   200    403    403    403
administration.invite_resident     303      403   303   303    403    403    403
administration.invite_owners       303      403   303   303    403    403    403
administration.inviting_owners     303      403   200   200    200    403    403
administration.inviting_owners_now 303      403   200   200    200    403    403
administration.privacy             303      403   200   200    200    403    403
administration.change_retention    303      403   303   303    403    403    403
administration.purge_preview       303      403   200   200    200    403    403
administration.privacy_notice      303      403   200   200    200    403    403
administration.data_requests       303      403   200   200    200    403    403
administration.export_data_requests 303     403   200   200    403    403    403
administration.new_data_request    303      403   200   200    403    403    403
administration.open_data_request   303      403   303   303    403    403    403
administration.closing_data_request 303     403   200   200    403    403    403
administration.close_data_request  303      403   303   303    403    403    403
administration.new_hold            303      403   200   200    403    403    403
administration.place_hold          303      403   303   303    403    403    403
administration.ask_before_releasing 303     403   200   200    403    403    403
administration.release_hold        303      403   409   409    403    403    403
administration.find_person         303      403   200   200    403    403    403
administration.found_people        303      403   200   200    403    403    403
administration.person              303      403   200   200    403    403    403
administration.export_person       303      403   200   200    403    403    403
administration.edit_person         303      403   200   200    403    403    403
administration.correct_person      303      403   303   303    403    403    403
administration.ask_before_erasing_person 303 403  200   200    403    403    403
administration.erase_person        303      403   303   303    403    403    403
portal.entry                       200      200   200   200    200    200    200
portal.send_link                   200      200   200   200    200    200    200
portal.sign_in                     422      422   422   422    422    422    422
portal.short_link                  404      404   404   404    404    404    404
portal.link                        404      404   404   404    404    404    404
portal.use_link                    404      404   404   404    404    404    404
portal.sign_out                    303      303   303   303    303    303    303
portal.home                        303      303   303   303    303    303    303
portal.choose_home                 303      303   303   303    303    303    303
portal.answer                      303      303   303   303    303    303    303
portal.disown                      303      303   303   303    303    303    303
portal.photo                       303      303   303   303    303    303    303
portal.logo                        303      303   303   303    303    303    303
portal.household                   303      303   303   303    303    303    303
portal.settle_household            303      303   303   303    303    303    303
portal.own_data                    303      303   303   303    303    303    303
portal.change_phones               303      303   303   303    303    303    303
portal.change_own_password         303      303   303   303    303    303    303
accounts.sign_out                  303      303   303   303    303    303    303
"""
PEOPLE = MATRIX.split("\n")[1].split()
EXPECTED = {
    endpoint: dict(zip(PEOPLE, map(int, statuses), strict=True))
    for endpoint, *statuses in (line.split() for line in MATRIX.split("\n")[2:-1])
}

ACCESS = {"listing": "authorised", "document_type": "run", "full_name": "Rosa Peña"}
ROSA = {"profile": "conserje", "given_name": "Rosa", "paternal_surname": "Peña"}
RESIDENT = {"given_names": "Rosa", "surnames": "Peña", "kind": "owner", "contact_order": "1"}
# What each form says where the answer shall be a success; a key of its own comes with every post.
FORMS = {
    "accounts.sign_in_with_password": {"email": "conserje@demo.example", "password": "no es la contraseña"},
    "accounts.change_password": {
        "current_password": PASSWORD,
        "new_password": "caballo correcto batería grapa",
        "repeated": "caballo correcto batería grapa",
    },
    "administration.change_settings": {
        "approval_minutes": "10",
        "escalation_seconds": "90",
        "sms_per_day": "300",
        "column_names": "users",
    },
    "administration.change_retention": {
        "visits": "60",
        "documents": "0",
        "photos": "0",
        "plates": "0",
        "messages": "30",
        "journal": "730",
    },
    "administration.found_people": {"text": "Rosa Peña"},
    "administration.correct_person": {"full_name": "Rosa Peña", "document_type": "run"},
    "administration.close_data_request": {"outcome": "answered"},
    "portal.send_link": {"contact": "nadie@example.com"},
    "portal.sign_in": {"contact": "nadie@example.com", "password": "no es la contraseña"},
    "administration.create_unit": {"number": "Casa 15", "kind": "house"},
    "administration.change_unit": {"number": "Casa 16", "kind": "house"},
    "administration.create_resident": RESIDENT,
    "administration.change_resident": RESIDENT,
    "administration.create_community": {
        "name": "Edificio Nuevo",
        "country": "CL",
        "address": "Calle 1",
        "approval_minutes": "10",
    },
    "administration.change_community": {"name": "Edificio Otro", "address": "Calle 2"},
    "administration.order_letters": {"which": "all", "act": "mail"},
    "administration.change_letter_text": {"text": "Hola, {nombre}."},
    "administration.choose_logo": {"choice": "none"},
    "accounts.send_reset_link": {"email": "nadie@example.com"},
    "administration.set_number": {"phone": "9 8765 4321"},
    "administration.review_access": {**ACCESS, "document_number": "11.111.111-1"},
    "administration.add_access": {**ACCESS, "document_number": "11.111.111-1"},
    "administration.create_account": ROSA,
    "administration.change_account": ROSA,
    "administration.buy": {"accept": "y"},
    "gate.known_visitor": {"document_type": "run", "document_number": "12.345.678-5"},
    "gate.add_visitor": {
        "document_type": "run",
        "document_number": "11.111.111-1",
        "full_name": "Rosa Peña",
        "kind": "visit",
    },
    "gate.accept": {"method": "call"},
    "gate.reject": {"method": "call", "note": "Nadie contesta"},
}
# Acts on a unit that nobody has used.
UNUSED_UNIT = {"administration.ask_before_deleting_unit", "administration.delete_unit", "administration.change_unit"}
DAY = timedelta(days=1)
# The visit that an act needs to find; where none is named, one that waits for an answer.
STATES = {"gate.activate": State.REJECTED, "gate.mark_exit": State.ACCEPTED, "gate.mark_entry": State.ACCEPTED}


def test_every_route_has_its_row_in_the_matrix(migrated_app: Flask) -> None:
    assert set(EXPECTED) == {rule.endpoint for rule in migrated_app.url_map.iter_rules()}


@pytest.mark.parametrize("who", PEOPLE)
def test_each_kind_of_person_gets_what_the_matrix_says(app: Flask, cast: Cast, who: str) -> None:
    browser = Visitor(app)
    if who == "nobody":
        browser.get("/ingresar")
    else:
        browser.sign_in(cast.emails[who])
        if who in ("admin", "super"):
            work_in(browser, cast.aromos)
    token = browser.csrf_token()
    rule_of = {rule.endpoint: rule for rule in app.url_map.iter_rules()}
    found = {}
    for endpoint in EXPECTED:
        path, fields = _subject(app, cast, rule_of[endpoint])
        if "POST" in (rule_of[endpoint].methods or ()):
            browser.post(path, {"csrf_token": token, "key": f"matrix-{endpoint}", **fields})
        else:
            browser.get(path)
        found[endpoint] = browser.status
    assert found == {endpoint: row[who] for endpoint, row in EXPECTED.items()}


def _subject(app: Flask, cast: Cast, rule: Rule) -> tuple[str, dict[str, str]]:
    """The route's address, made of ids of Aromos where the act would succeed, and what its form says."""
    endpoint = rule.endpoint
    fields = FORMS.get(endpoint, {})
    values: dict[str, object] = {}
    if endpoint == "accounts.choose_community":
        fields = {"community": str(cast.aromos)}
    if "unit_id" in rule.arguments:
        values["unit_id"] = cast.units["aromos"]
    if endpoint in UNUSED_UNIT:
        values["unit_id"] = unit_of(app, cast.aromos, endpoint.rpartition(".")[2][:20])
    if "resident_id" in rule.arguments:
        email = "rosa@correo.example" if endpoint == "administration.invite_resident" else None
        values["resident_id"] = resident_of(app, cast.aromos, cast.units["aromos"], email=email)
    if "community_id" in rule.arguments:
        values["community_id"] = cast.parque
    if "source" in rule.arguments:
        who = somebody(sorted(EXPECTED).index(endpoint))
        visit = arrival(app, cast.aromos, cast.units["aromos"], "Rosa Peña", who, state=State.REJECTED)
        values |= {"source": "registro", "row_id": visit.visitor_id}
    if rule.arguments & {"visit_id", "visitor_id"}:
        state = STATES.get(endpoint, State.PENDING)
        inside = endpoint != "gate.mark_entry"
        who = somebody(sorted(EXPECTED).index(endpoint))
        # The resident is not asked again within half a minute.
        ago = timedelta(minutes=1)
        unit_id = cast.units["aromos"]
        visit = arrival(app, cast.aromos, unit_id, "Rosa Peña", who, state=state, inside=inside, ago=ago)
        values |= {"visit_id": visit.id} if "visit_id" in rule.arguments else {"visitor_id": visit.visitor_id}
    if endpoint in ("administration.add_watch", "administration.change_watch"):
        review_on = (clock.now() + DAY).date().isoformat()
        fields = {"document_type": "run", "full_name": "Rosa Peña", "reason": "Motivo", "review_on": review_on}
    if endpoint in ("administration.open_data_request", "administration.place_hold"):
        today = clock.local(clock.now(), "America/Santiago").date().isoformat()
        fields = {"kind": "access", "asker": "Rosa", "received_on": today, "reason": "Motivo", "last_day": today}
    if "request_id" in rule.arguments:
        values["request_id"] = data_request(app, cast.aromos, cast.accounts["super"]).id
    if "watch_id" in rule.arguments:
        who = somebody(sorted(EXPECTED).index(endpoint))
        entry = watched_person(app, cast.aromos, cast.accounts["super"], who)
        values["watch_id"] = entry.id
        if endpoint == "administration.change_watch":
            fields = {**fields, "seen": watch_list.version(entry)}
    if "entry_id" in rule.arguments:
        who = somebody(sorted(EXPECTED).index(endpoint))
        listed = listed_person(app, cast.aromos, cast.units["aromos"], cast.accounts["super"], who)
        values["entry_id"] = listed.id
        if endpoint == "administration.amend_access":
            fields = {"seen": upkeep.amendable(listed)}
    if endpoint in ("administration.create_account", "administration.change_account"):
        fields = {**fields, "email": f"{endpoint}@demo.example", "communities": str(cast.aromos)}
    if "account_id" in rule.arguments:
        values["account_id"] = somebody_of(app, cast.aromos, f"de.{endpoint}@demo.example").id
    if "job_id" in rule.arguments:
        values["job_id"] = letters_made(app, cast.aromos, cast.accounts["super"])
    if "bundle_id" in rule.arguments:
        values["bundle_id"] = bundle_on_sale(app, Country.CL)
    if "token" in rule.arguments:
        values["token"] = "x" * 22
    if "digest" in rule.arguments:
        photo = prepare(BytesIO(encoded(Image.new("RGB", (200, 200), "green"))))
        values["digest"] = keep(app.extensions["photos"], cast.aromos, photo)
        for key in (logo_key, bar_key):
            # The logo of Aromos' administration, which is Parque's too.
            app.extensions["photos"].save(key(1, values["digest"]), b"a logo")
    with app.test_request_context():
        return url_for(endpoint, **values), fields
