"""[Importar lista], as a browser sees it."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook

from conserje.access_lists.matching import Listing
from conserje.access_lists.models import AccessListEntry
from conserje.access_lists.schedules import Validity
from conserje.communities.models import ImportDraft
from conserje.jobs import JobRunner
from conserje.works import WORKS
from tests.blueprints.scene import journal, listed_person, rows, words, work_in
from tests.builders import RUN, Cast
from tests.importing.books import text, workbook
from tests.importing.lists import CAMILA, LUIS, SHORT
from tests.page import Visitor

LISTS = "/administracion/listas-de-acceso"
PATH = f"{LISTS}/importar"
FILE, DRAFT = "form[action$='/archivo']", "form[action$='/aplicar']"
BAD = ("Torre A", "101", "autorizado", "12.345.678-9", "Eva Ríos")
BODIES: dict[str, dict[str, str]] = {"archivo": {}, "aplicar": {"draft": "1"}, "descartar": {"draft": "1"}}


@pytest.fixture
def reader(app: Flask, admin: Visitor) -> Callable[..., Visitor]:
    """Uploads a file, has it read, and looks."""

    def read(*lines: tuple[str, ...], body: bytes = b"", name: str = "lista.xlsx") -> Visitor:
        admin.get(PATH).submit(FILE, file=(body or workbook(*lines), name))
        assert admin.answer.location == PATH
        work(app)
        return admin.follow()

    return read


def work(app: Flask) -> bool:
    return JobRunner(app, WORKS, "test").turn()


def stored(app: Flask, community_id: int) -> list[str]:
    return [entry.full_name for entry in rows(app, community_id, AccessListEntry)]


def test_a_list_is_read_looked_at_and_applied(
    app: Flask, cast: Cast, admin: Visitor, reader: Callable[..., Visitor]
) -> None:
    listed_person(
        app, cast.aromos, cast.units["aromos-102"], cast.accounts["super"], RUN, "Camila Soto Díaz",
        Listing.AUTHORISED, Validity(from_minute=540, until_minute=600),
    )  # fmt: skip
    admin.get(LISTS).click("Importar lista")
    lines = (CAMILA, LUIS, ("Torre A", "102", "no autorizado", *CAMILA[3:]))
    reader(body=text(SHORT, *lines, encoding="cp1252"), name="lista.csv")
    assert "Lo que se entendió de «lista.csv»" in words(admin)
    assert admin.text("tbody tr:first-child").split() == (
        ["Torre", "A", "·", "101", "Camila", "Soto", "Díaz", "RUN", "12.345.678-5", "Acceso", "autorizado"]
    )
    admin.click("Cambian de lista: 1")
    assert "Acceso autorizado → No autorizado" in admin.text("tbody")
    assert stored(app, cast.aromos) == ["Camila Soto Díaz"]
    admin.submit(DRAFT, "Aplicar")
    assert "En espera" in words(admin.follow())
    assert admin.get(str(admin.one("[data-poll]")["hx-get"]), htmx=True).status == 200
    work(app)
    assert admin.get(f"{PATH}/avance", htmx=True).answer.headers["HX-Redirect"] == PATH
    assert "La lista se aplicó" in words(admin.get(PATH))
    assert stored(app, cast.aromos) == ["Camila Soto Díaz", "Camila Soto Díaz", "Luis Peña"]
    assert journal(app, "access_list.imported")[0].facts == {"new": 2, "moved": 1, "changed": 0, "unchanged": 0}
    assert "importó una lista de acceso" in words(admin.get("/administracion/bitacora?kind=units"))


def test_what_changes_of_somebody_is_told(
    app: Flask, cast: Cast, admin: Visitor, reader: Callable[..., Visitor]
) -> None:
    listed_person(app, cast.aromos, cast.units["aromos"], cast.accounts["super"], RUN, "Camila Soto")
    reader((*SHORT, "Vence", "Días"), (*CAMILA, "31/12/2099", "lunes a viernes"))
    told = admin.click("Con cambios: 1").text("tbody")
    for change in ("Nombre: Camila Soto → Camila Soto Díaz", "Vence: nunca → 31-12-2099", "→ de lunes a viernes"):
        assert change in told


def test_errors_are_shown_with_their_cells_and_only_a_tick_leaves_them_out(
    app: Flask, cast: Cast, admin: Visitor, reader: Callable[..., Visitor]
) -> None:
    reader((*SHORT, "Patente"), (*LUIS, ""), *[(*BAD, "") for _ in range(210)])
    assert "210 filas tienen errores" in words(admin)
    assert "no se usan: Patente" in words(admin)
    assert "D3" in admin.text("tbody tr:first-child")
    assert "dígito verificador" in admin.text("tbody tr:first-child")
    assert "D212" in admin.click("Siguientes").text("tbody tr:last-child")
    admin.submit(DRAFT, "Aplicar")
    assert admin.status == 422
    assert not work(app)
    admin.submit(DRAFT, "Aplicar", leaves_out="y")
    work(app)
    assert stored(app, cast.aromos) == ["Luis Peña"]


def test_a_draft_is_thrown_away_and_an_old_tab_does_nothing(
    app: Flask, cast: Cast, admin: Visitor, reader: Callable[..., Visitor]
) -> None:
    reader(SHORT, CAMILA)
    old = str(admin.one("[name=draft]")["value"])
    admin.press("Descartar", within=DRAFT)
    assert "No se guardó nada de ella" in words(admin.follow())
    assert rows(app, cast.aromos, ImportDraft) == []
    for act in ("aplicar", "descartar"):
        assert admin.get(PATH).post(f"{PATH}/{act}", {"key": f"old-{act}", "draft": old}).status == 409
        assert "ya no está pendiente" in words(admin)


def test_applying_twice_applies_once(app: Flask, cast: Cast, admin: Visitor, reader: Callable[..., Visitor]) -> None:
    reader(SHORT, CAMILA)
    said = {name: str(admin.one(f"{DRAFT} [name={name}]")["value"]) for name in ("key", "draft")}
    for _ in range(2):
        assert admin.post(f"{PATH}/aplicar", said).status == 303
        admin.get(PATH)
    assert work(app)
    assert not work(app)
    assert stored(app, cast.aromos) == ["Camila Soto Díaz"]


@pytest.mark.parametrize(
    ("body", "name", "told"),
    [(b"", "", "Elija el archivo"), (b"x", "a.pdf", "debe ser un libro de Excel")],
)
def test_what_is_no_file_of_ours_is_refused_at_once(
    app: Flask, admin: Visitor, body: bytes, name: str, told: str, photo_folder: Path
) -> None:
    admin.get(PATH).submit(FILE, file=(body, name))
    assert admin.status == 422
    assert told in admin.text("main [role=alert]")
    assert not work(app)
    assert not list(photo_folder.glob("imports/*/*"))


def test_what_only_the_worker_finds_out_is_told_on_the_page(admin: Visitor, reader: Callable[..., Visitor]) -> None:
    reader(("una", "carta"))
    assert "No se encontró la fila de títulos" in admin.text("main [role=alert]")
    assert admin.one(FILE)


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_the_template_is_downloaded(admin: Visitor, ending: str) -> None:
    answer = admin.client.get(f"{PATH}/plantilla.{ending}")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="plantilla-listas-de-acceso.{ending}"'
    if ending == "xlsx":
        assert load_workbook(io.BytesIO(answer.data)).sheetnames == ["Datos", "Ejemplos", "Explicación"]
    else:
        assert answer.data.decode("utf-8-sig").startswith("Torre;Número;Tipo de acceso")


def test_a_test_user_sees_and_cannot_act_and_a_conserje_sees_nothing(
    visit_as: Callable[[str], Visitor], reader: Callable[..., Visitor]
) -> None:
    reader(SHORT, CAMILA)
    consulting = visit_as("prueba").get(PATH)
    assert "Camila Soto Díaz" in words(consulting)
    assert all(button.has_attr("disabled") for button in consulting.page.select("main form button"))
    for act, body in BODIES.items():
        assert consulting.post(f"{PATH}/{act}", {"key": act, **body}).status == 403
        consulting.get(PATH)
    assert visit_as("conserje").get(PATH).status == 403


def test_another_community_has_an_import_of_its_own(
    app: Flask, cast: Cast, admin: Visitor, reader: Callable[..., Visitor]
) -> None:
    reader(SHORT, CAMILA)
    draft = str(admin.one("[name=draft]")["value"])
    work_in(admin, cast.parque).get(PATH)
    assert admin.one(FILE)
    assert admin.post(f"{PATH}/aplicar", {"key": "foreign", "draft": draft}).status == 409
    assert not work(app)


def test_nonsense_in_the_address_shows_a_list_all_the_same(admin: Visitor, reader: Callable[..., Visitor]) -> None:
    reader(SHORT, CAMILA)
    for query in ("?ver=nada&pagina=99999", "?pagina=²"):
        assert admin.get(PATH + query).status == 200
