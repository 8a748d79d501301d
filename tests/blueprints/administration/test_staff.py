"""[Usuarios], as a browser sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from conserje import paging
from conserje.accounts.models import Account, Membership
from conserje.database import db
from conserje.messages.models import Message
from tests.blueprints.scene import journal, somebody_of, words, work_in
from tests.builders import Cast
from tests.page import Visitor

PATH = "/administracion/usuarios"
ROSA: dict[str, Any] = {
    "profile": "conserje",
    "given_name": "Rosa",
    "paternal_surname": "Peña",
    "maternal_surname": "",
    "email": "Rosa@demo.example",
}


@pytest.fixture
def superadmin(cast: Cast, visit_as: Callable[[str], Visitor]) -> Visitor:
    return work_in(visit_as("super"), cast.aromos)


def held(app: Flask, email: str = "rosa@demo.example") -> Account | None:
    with app.app_context():
        return db.session.scalars(select(Account).where(Account.email_key == email)).one_or_none()


def communities_of(app: Flask, account: Account) -> set[int]:
    with app.app_context():
        return set(db.session.scalars(select(Membership.community_id).where(Membership.account_id == account.id)).all())


def recipients(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(Message.recipient).order_by(Message.id)))


def emails(browser: Visitor) -> set[str]:
    return {tag.get_text() for tag in browser.page.select("td .mail")}


# --- the list


def test_it_is_in_the_menu(admin: Visitor) -> None:
    admin.get("/administracion/inmuebles").click("Usuarios", within="nav.side")
    assert admin.text("h1") == "Usuarios"
    assert admin.text("nav.side [aria-current=page]") == "Usuarios"


def test_it_shows_the_accounts_of_all_communities_with_their_columns(admin: Visitor) -> None:
    """K116, K119."""
    admin.get(PATH)
    assert emails(admin) == {f"{name}@demo.example" for name in ("admin", "conserje", "parque", "prueba")}
    heads = [head.get_text() for head in admin.page.select("th")]
    assert heads == ["Nombre de usuario", "Correo electrónico", "Perfil", "Último acceso", "Herramientas"]
    paula = next(row for row in admin.page.select("tbody tr") if "Paula" in row.get_text())
    assert "Administrador" in paula.get_text()
    assert "Aún no ingresa" not in paula.get_text()
    assert "4 usuarios" in words(admin)


def test_it_is_filtered_by_community_and_searched(cast: Cast, admin: Visitor) -> None:
    """K117, K118: both stand in the address."""
    assert emails(admin.get(f"{PATH}?comunidad={cast.parque}")) == {"admin@demo.example", "parque@demo.example"}
    assert admin.one("option[selected]").get_text() == "Condominio Parque Mirador"
    assert emails(admin.get(f"{PATH}?comunidad={cast.parque}&q=PEDRO")) == {"parque@demo.example"}
    assert "1 usuario de Condominio Parque Mirador para «PEDRO»" in words(admin)
    assert "Ningún usuario coincide" in words(admin.get(f"{PATH}?q=zzz"))


@pytest.mark.parametrize("which", ["torres", "0", "abc", "99999999999999999999"])
def test_a_foreign_community_filters_nothing(cast: Cast, admin: Visitor, which: str) -> None:
    assert admin.get(f"{PATH}?comunidad={getattr(cast, which, which)}").status == 404


def test_it_goes_on_from_page_to_page(app: Flask, cast: Cast, admin: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "ROWS_SHOWN", 3)
    admin.get(f"{PATH}?q=demo")
    first = emails(admin)
    admin.click("Siguientes", within="main")
    assert len(first | emails(admin)) == 4
    admin.click("Volver al inicio", within="main")
    assert emails(admin) == first
    assert emails(admin.get(f"{PATH}?desde=nada")) == first


def test_a_test_user_consults_and_finds_every_tool_disabled(visit_as: Callable[[str], Visitor]) -> None:
    """K121."""
    browser = visit_as("prueba").get(PATH)
    tools = browser.page.select("td.act button, td.act a, .bar > button, .bar > a.button")
    assert {(tag.name, tag.has_attr("disabled")) for tag in tools} == {("button", True)}
    assert "Su cuenta solo consulta." in browser.answer.text


def test_the_tools_of_an_account_beyond_ones_own_are_disabled(
    app: Flask, cast: Cast, visit_as: Callable[[str], Visitor]
) -> None:
    """The administrator of Aromos alone does not reach Paula, who also holds Parque."""
    alone = somebody_of(app, cast.aromos, "sola@demo.example", profile="admin", given_name="Sola")
    browser = Visitor(app)
    browser.sign_in(alone.email)
    browser.get(PATH)
    states = {
        row.select_one(".mail").get_text(): [tag.name for tag in row.select(".act .tools > *")]  # type: ignore[union-attr]
        for row in browser.page.select("tbody tr")
    }
    assert states == {
        "admin@demo.example": ["button"] * 3,
        "conserje@demo.example": ["a"] * 3,
        "prueba@demo.example": ["a"] * 3,
        "sola@demo.example": ["a", "button", "button"],
    }
    for step in ("editar", "clave", "eliminar"):
        path = f"{PATH}/{cast.accounts['admin']}/{step}"
        assert browser.get(path).status == 403
        assert browser.get(PATH).post(path, {**ROSA, "key": "k"}).status == 403


# --- creating


def test_a_superadmin_creates_an_account(app: Flask, cast: Cast, superadmin: Visitor) -> None:
    """K130 to K136, K152."""
    superadmin.get(PATH).click("Usuarios", within="main .bar")
    options = [option.get_text() for option in superadmin.page.select("#profile option")]
    assert options == ["Elija el perfil", "Súper Administrador", "Administrador", "Conserje"]
    superadmin.submit("main form", **ROSA, communities=str(cast.parque))
    assert (superadmin.status, superadmin.answer.location) == (303, PATH)
    superadmin.follow()
    said = "La cuenta de Rosa Peña quedó creada. Le enviamos a Rosa@demo.example su usuario y una contraseña temporal."
    assert said in words(superadmin)
    account = held(app)
    assert account is not None
    assert communities_of(app, account) == {cast.parque}
    assert recipients(app) == ["Rosa@demo.example"]
    (line,) = journal(app, "account.created")
    assert "Rosa" not in str(line.facts)


def test_an_administrator_is_offered_what_he_may_give(admin: Visitor) -> None:
    """K131, K155."""
    admin.get(f"{PATH}/nuevo")
    options = [option.get_text() for option in admin.page.select("#profile option")]
    assert options == ["Elija el perfil", "Administrador", "Conserje"]
    ticks = [label.get_text() for label in admin.page.select(".ticks label")]
    assert ticks == ["Condominio Parque Mirador", "Edificio Los Aromos"]


def test_saving_is_enabled_without_script_and_every_required_field_is_asked_for(app: Flask, admin: Visitor) -> None:
    """K133, K134."""
    admin.get(f"{PATH}/nuevo")
    assert not admin.one("main form .primary").has_attr("disabled")
    admin.submit("main form")
    assert admin.status == 422
    said = admin.text(".summary")
    for each in ("Elija el perfil.", "Ingrese el nombre.", "Ingrese el apellido paterno.", "Ingrese el correo"):
        assert each in said
    assert "materno" not in said
    admin.submit("main form", **ROSA)
    assert admin.status == 422
    assert admin.text("#communities-error") == "Elija al menos una comunidad."
    assert admin.one("#given_name")["value"] == "Rosa"
    assert held(app) is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"profile": "superadmin"}, "Elija una opción de la lista."),
        ({"profile": "zar"}, "Elija una opción de la lista."),
        ({"communities": "torres"}, "Elija las comunidades de la lista."),
        ({"communities": "abc"}, "Elija las comunidades de la lista."),
        ({"email": "CONSERJE@demo.example"}, "Ya hay una cuenta con ese correo."),
        ({"email": "andina@demo.example"}, "Ya hay una cuenta con ese correo."),
        ({"email": "rosa"}, "El correo electrónico no es válido."),
        ({"given_name": "R" * 61}, "El nombre admite hasta 60 caracteres."),
        ({"paternal_surname": "Peña\N{PILE OF POO}"}, "El nombre lleva solo letras"),
        ({"maternal_surname": "<b>"}, "El nombre lleva solo letras"),
    ],
)
def test_what_will_not_do_is_said_beside_its_field(
    app: Flask, cast: Cast, admin: Visitor, typed: dict[str, str], said: str
) -> None:
    admin.get(f"{PATH}/nuevo")
    fields = {**ROSA, "communities": str(cast.aromos), "key": "k", **typed}
    if typed.get("communities") == "torres":
        fields["communities"] = str(cast.torres)
    before = len(journal(app))
    admin.post(f"{PATH}/nuevo", fields)
    assert admin.status == 422
    assert said in words(admin)
    assert admin.one("#paternal_surname")["value"] == fields["paternal_surname"]
    assert held(app) is None
    assert len(journal(app)) == before


def test_a_form_posted_twice_creates_and_mails_once(app: Flask, cast: Cast, admin: Visitor) -> None:
    admin.get(f"{PATH}/nuevo")
    fields = {**ROSA, "communities": str(cast.aromos), "key": "k", "csrf_token": admin.csrf_token()}
    answers = [admin.post(f"{PATH}/nuevo", fields).status for _ in range(2)]
    assert answers == [303, 303]
    assert recipients(app) == ["Rosa@demo.example"]
    with app.app_context():
        assert db.session.scalar(select(func.count(Account.id)).where(Account.given_name == "Rosa")) == 1
    assert admin.post(f"{PATH}/nuevo", {**fields, "email": "otra@demo.example"}).status == 409


# --- editing


def test_an_account_is_edited(app: Flask, cast: Cast, admin: Visitor) -> None:
    """K139 to K141."""
    admin.get(PATH).click("Editar", within=f"tr:has(a[href$='/{cast.accounts['conserje']}/editar'])")
    assert admin.one("#email")["value"] == "conserje@demo.example"
    assert [box["value"] for box in admin.page.select(".ticks [checked]")] == [str(cast.aromos)]
    admin.submit("main form", **ROSA | {"profile": "admin"}, communities=[str(cast.aromos), str(cast.parque)])
    assert (admin.status, admin.answer.location) == (303, PATH)
    assert "Los datos de Rosa Peña quedaron guardados." in words(admin.follow())
    account = held(app)
    assert account is not None
    assert (account.id, account.profile) == (cast.accounts["conserje"], "admin")
    assert communities_of(app, account) == {cast.aromos, cast.parque}
    assert recipients(app) == []


def test_cancelling_returns_to_the_list(cast: Cast, admin: Visitor) -> None:
    for step in ("nuevo", *(f"{cast.accounts['conserje']}/{each}" for each in ("editar", "clave", "eliminar"))):
        admin.get(f"{PATH}/{step}").click("Cancelar", within="main")
        assert admin.text("h1") == "Usuarios"


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(app: Flask, cast: Cast, admin: Visitor) -> None:
    path = f"{PATH}/{cast.accounts['conserje']}/editar"
    old = admin.get(path).page
    admin.get(path).submit("main form", given_name="Gastón")
    admin.page = old
    admin.submit("main form", given_name="Gonzalo")
    assert admin.status == 422
    assert "Otra persona cambió esta cuenta mientras tanto." in admin.text(".summary")
    assert admin.one("#given_name")["value"] == "Gonzalo"
    account = held(app, "conserje@demo.example")
    assert account is not None
    assert account.given_name == "Gastón"


def test_a_new_address_gets_the_temporary_password_that_was_not_used_yet(
    app: Flask, cast: Cast, admin: Visitor
) -> None:
    admin.get(f"{PATH}/nuevo").submit("main form", **ROSA, communities=str(cast.aromos))
    account = held(app)
    assert account is not None
    admin.get(f"{PATH}/{account.id}/editar").submit("main form", email="correcta@demo.example")
    assert "Le enviamos a correcta@demo.example" in words(admin.follow())
    assert recipients(app) == ["Rosa@demo.example", "correcta@demo.example"]


def test_ones_own_profile_is_not_ones_own_to_change(cast: Cast, admin: Visitor) -> None:
    admin.get(f"{PATH}/{cast.accounts['admin']}/editar").submit("main form", profile="conserje")
    assert admin.status == 422
    assert "Nadie cambia su propio perfil" in admin.text("#profile-error")


# --- the other tools


def test_a_temporary_password_is_sent_and_the_sessions_end(
    app: Flask, cast: Cast, admin: Visitor, visit_as: Callable[[str], Visitor]
) -> None:
    """K120."""
    gustavo = visit_as("conserje")
    admin.get(f"{PATH}/{cast.accounts['conserje']}/clave")
    assert "¿Cambiar la contraseña de Gustavo Pino?" in words(admin)
    form = admin.page
    for _ in range(2):
        admin.page = form
        assert admin.submit("main form", "Aceptar").status == 303
    assert recipients(app) == ["conserje@demo.example"]
    assert len(journal(app, "password.temporary_sent")) == 1
    assert gustavo.get("/porteria/").answer.location.startswith("/ingresar")


def test_a_deleted_account_is_out_at_the_next_request(
    app: Flask, cast: Cast, admin: Visitor, visit_as: Callable[[str], Visitor]
) -> None:
    """K142."""
    gustavo = visit_as("conserje")
    path = f"{PATH}/{cast.accounts['conserje']}/eliminar"
    form = admin.get(path).page
    for _ in range(2):
        admin.page = form
        assert admin.submit("main form", "Aceptar").status == 303
    assert len(journal(app, "account.deactivated")) == 1
    assert "La cuenta de Gustavo Pino quedó eliminada." in words(admin.follow())
    assert "conserje@demo.example" not in emails(admin)
    assert gustavo.get("/porteria/").answer.location.startswith("/ingresar")
    gustavo.get("/ingresar").submit("form", email="conserje@demo.example", password="conserje-demo-2026")
    assert gustavo.status == 422


@pytest.mark.parametrize("step", ["editar", "clave", "eliminar"])
def test_a_tab_that_still_shows_a_deleted_account_is_told(app: Flask, cast: Cast, admin: Visitor, step: str) -> None:
    path = f"{PATH}/{cast.accounts['conserje']}"
    old = admin.get(f"{path}/{step}").page
    admin.get(f"{path}/eliminar").submit("main form", "Aceptar")
    admin.page = old
    admin.submit("main form", key="another")
    assert admin.status in (409, 422)
    assert "Esta cuenta ya fue eliminada." in words(admin)
    assert admin.get(f"{path}/{step}").status == 409


@pytest.mark.parametrize("step", ["clave", "eliminar"])
def test_nobody_shuts_himself_out(app: Flask, cast: Cast, superadmin: Visitor, step: str) -> None:
    path = f"{PATH}/{cast.accounts['super']}/{step}"
    assert superadmin.get(path).status == 409
    superadmin.get(PATH)
    superadmin.post(path, {"key": "k", "csrf_token": superadmin.get(f"{PATH}/nuevo").csrf_token()})
    assert superadmin.status == 409
    assert "Es su propia cuenta." in words(superadmin)
    assert superadmin.get("/porteria/").status == 200


@pytest.mark.parametrize("step", ["editar", "clave", "eliminar"])
@pytest.mark.parametrize("account_id", ["0", "999999", "2147483648", "99999999999999999999", "abc", "andina", "super"])
def test_an_unknown_and_a_foreign_account_are_not_found(cast: Cast, admin: Visitor, account_id: str, step: str) -> None:
    path = f"{PATH}/{cast.accounts.get(account_id, account_id)}/{step}"
    assert admin.get(path).status == 404
    token = admin.get(f"{PATH}/nuevo").csrf_token()
    assert admin.post(path, {**ROSA, "key": "k", "csrf_token": token}).status == 404


@pytest.mark.parametrize("who", ["conserje", "prueba"])
def test_whoever_may_not_manage_accounts_changes_none(
    app: Flask, cast: Cast, visit_as: Callable[[str], Visitor], who: str
) -> None:
    browser = visit_as(who).get("/porteria/")
    token, before = browser.csrf_token(), len(journal(app, "account.created"))
    for step in ("nuevo", *(f"{cast.accounts['parque']}/{each}" for each in ("editar", "clave", "eliminar"))):
        assert browser.get(f"{PATH}/{step}").status == 403
        assert browser.post(f"{PATH}/{step}", {**ROSA, "key": "k", "csrf_token": token}).status == 403
    assert (held(app), len(journal(app, "account.created"))) == (None, before)
    assert recipients(app) == []
