"""[Importar datos], as a browser sees it."""

from __future__ import annotations

import gc
import io
import json
import re
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook
from werkzeug.datastructures import FileStorage

from conserje import tenancy
from conserje.communities.models import Community, ImportDraft, Resident, Unit
from conserje.database import db
from conserje.importing import drafts
from conserje.importing.files import MOST_BYTES
from conserje.jobs import JobRunner
from conserje.works import WORKS
from tests.blueprints.scene import journal, rows, work_in
from tests.builders import Cast
from tests.importing.books import ANA, LUIS, SHORT, text, workbook
from tests.page import Visitor

PATH = "/administracion/inmuebles/importar"
FILE, ADDRESS, DRAFT = "form[action$='/archivo']", "form[action$='/direccion']", "form[action$='/aplicar']"
BAD = ("Torre A", "103", "Eva", "Ríos", "malo")


@pytest.fixture
def admin(cast: Cast, visit_as: Callable[[str], Visitor]) -> Visitor:
    return work_in(visit_as("admin"), cast.aromos).get(PATH)


def work(app: Flask) -> bool:
    return JobRunner(app, WORKS, "test").turn()


def upload(browser: Visitor, *lines: tuple[str, ...], name: str = "inmuebles.xlsx") -> Visitor:
    return browser.get(PATH).submit(FILE, file=(workbook(*lines), name))


def read(browser: Visitor, *lines: tuple[str, ...]) -> Visitor:
    """Upload it, have it read, and look."""
    upload(browser, *lines)
    assert browser.answer.location == PATH
    work(browser.app)
    return browser.follow()


def stored(app: Flask, cast: Cast) -> tuple[int, int]:
    return len(rows(app, cast.aromos, Unit)), len(rows(app, cast.aromos, Resident))


def test_a_file_is_read_previewed_and_applied(app: Flask, cast: Cast, admin: Visitor) -> None:
    admin.get("/administracion/inmuebles").click("Importar datos")
    upload(admin, SHORT, ANA, LUIS)
    assert "En espera" in admin.follow().text("main")
    assert admin.one("noscript meta[http-equiv=refresh]")
    work(app)
    assert "Inmuebles nuevos: 0" in admin.get(PATH).text("main")
    admin.click("Inmuebles con cambios: 2")
    assert re.search("Origen: .* → Importado", admin.text("tbody tr:first-child"))
    assert "Correo: luis@correo.example" in admin.click("Residentes nuevos: 2").text("table")
    assert stored(app, cast) == (2, 1)
    admin.submit(DRAFT, "Aplicar")
    assert "Aplicando" not in admin.follow().text("main"), "the worker has not begun"
    work(app)
    assert "La importación se aplicó" in admin.get(PATH).text("main")
    assert stored(app, cast) == (2, 3)
    assert len(journal(app, "units.imported")) == 1
    assert "Importado: archivo" in admin.get("/administracion/inmuebles").text("tbody")
    assert "importó inmuebles y residentes" in admin.get("/administracion/bitacora?kind=units").text("main")


def test_every_error_is_shown_with_its_cell_and_only_a_tick_leaves_them_out(
    app: Flask, cast: Cast, admin: Visitor
) -> None:
    read(admin, (*SHORT, "RUT"), *[(*BAD[:1], str(n), *BAD[2:], "") for n in range(250)], (*LUIS, ""))
    for told in ("250 filas tienen errores", "También puede aplicar sin ellas.", "no se usan: RUT"):
        assert told in admin.text("main")
    assert "E2" in admin.text("tbody tr:first-child")
    assert "El correo electrónico no es válido" in admin.text("tbody tr:first-child")
    assert len(admin.page.select("tbody tr")) == 200
    admin.click("Siguientes")
    assert "E251" in admin.text("tbody tr:last-child")
    admin.submit(DRAFT, "Aplicar")
    assert admin.status == 422
    assert "marque «Aplicar sin las filas con error»" in admin.text("main [role=alert]")
    assert not work(app)
    admin.submit(DRAFT, "Aplicar", leaves_out="y")
    assert admin.status == 303
    work(app)
    assert stored(app, cast) == (2, 2)


def test_a_draft_is_thrown_away(app: Flask, cast: Cast, admin: Visitor) -> None:
    read(admin, SHORT, ANA)
    admin.press("Descartar", within=DRAFT)
    assert "No se guardó nada de ella" in admin.follow().text()
    assert admin.one(FILE)
    assert rows(app, cast.aromos, ImportDraft) == []


def test_a_name_mended_in_the_file_leaves_somebody_whom_one_deletes_in_the_unit(
    app: Flask, cast: Cast, admin: Visitor
) -> None:
    read(admin, SHORT, ANA, LUIS)
    admin.submit(DRAFT, "Aplicar")
    work(app)
    read(admin, SHORT, (*LUIS[:2], "Luis", "Peña Rey", "rey@correo.example"))
    assert "1 inmueble importado antes ya no viene. 2 residentes importados antes ya no vienen. " in admin.text("main")
    assert "Torre A · 101" in admin.click("Inmuebles que ya no vienen: 1").text("tbody")
    admin.click("Residentes que ya no vienen: 2")
    assert "No se borran solos; elimínelos en su inmueble si corresponde." in admin.text("main section:last-of-type")
    assert "Luis Peña Díaz" in admin.text("tbody")
    admin.click("Torre A · 102").get(str(admin.one('a[aria-label="Eliminar a Luis Peña Díaz"]')["href"]))
    assert admin.submit("main form").status == 303
    assert "Residentes que ya no vienen: 1" in admin.get(PATH).text("main")


def test_where_nothing_is_new_nothing_is_applied(app: Flask, admin: Visitor) -> None:
    read(admin, SHORT, (*BAD[:4], ""))
    admin.submit(DRAFT, "Aplicar")
    work(app)
    read(admin, SHORT, (*BAD[:4], ""))
    assert "No hay nada nuevo que aplicar" in admin.text("main")
    assert [button.get_text(strip=True) for button in admin.page.select(f"{DRAFT} button")] == ["Descartar"]
    admin.press("Descartar", within=DRAFT)
    read(admin, SHORT, BAD)
    assert "1 fila tiene errores. Corrija el archivo y súbalo otra vez." in admin.text("main")
    assert "No se borran solos; elimínelos en su inmueble si corresponde. Se cuentan también" in admin.text("main")
    (button,) = admin.page.select(f"{DRAFT} button")
    assert button.get_text(strip=True) == "Descartar y subir otro archivo"


def test_an_old_tab_neither_applies_nor_discards_the_next_draft(app: Flask, cast: Cast, admin: Visitor) -> None:
    read(admin, SHORT, ANA)
    old = str(admin.one("[name=draft]")["value"])
    read_again = Visitor(app)
    read_again.client = admin.client
    admin.press("Descartar", within=DRAFT)
    read(read_again, SHORT, LUIS)
    for act in ("aplicar", "descartar"):
        read_again.get(PATH).post(f"{PATH}/{act}", {"key": f"old-{act}", "draft": old})
        assert read_again.status == 409
        assert "ya no está pendiente" in read_again.text()
    for nonsense in ("", "x" * 500, "1"):
        read_again.get(PATH).post(f"{PATH}/aplicar", {"key": f"n-{len(nonsense)}", "draft": nonsense})
        assert read_again.status == 409
    assert len(rows(app, cast.aromos, ImportDraft)) == 1


@pytest.mark.parametrize(
    ("body", "name", "told"),
    [
        (b"", "", "Elija el archivo"),
        (b"x", "a.pdf", "debe ser un libro de Excel"),
        (b"Torre;Numero", "a.xlsx", "pero no lo es"),
    ],
)
def test_what_is_no_file_of_ours_is_refused_at_once(
    app: Flask, admin: Visitor, body: bytes, name: str, told: str, photo_folder: Path
) -> None:
    admin.submit(FILE, file=(body, name))
    assert admin.status == 422
    assert told in admin.text("main [role=alert]")
    assert not work(app)
    assert not list(photo_folder.glob("imports/*/*"))


def test_a_file_over_the_limit_is_refused_with_the_limit(admin: Visitor) -> None:
    with warnings.catch_warnings():
        # Werkzeug's client leaves the temporary file of what it sent to the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        admin.submit(FILE, file=(b"x" * (MOST_BYTES + 1), "a.csv"))
        status, told = admin.status, admin.text("main [role=alert]")
        admin.get(PATH)
        gc.collect()
    assert status == 422
    assert "se admiten hasta 5 MB" in told


def test_sixty_megabytes_are_refused_before_they_are_read(admin: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FileStorage, "__init__", lambda *_, **__: pytest.fail("it was read"))
    answer = admin.client.post(
        f"{PATH}/archivo",
        input_stream=io.BytesIO(b"--edge\r\n"),
        content_type="multipart/form-data; boundary=edge",
        environ_overrides={"CONTENT_LENGTH": str(60 * 1024 * 1024)},
    )
    assert answer.status_code == 413
    assert "se admiten hasta 5 MB" in answer.text


def test_what_only_the_worker_finds_out_is_told_on_the_page(app: Flask, admin: Visitor) -> None:
    read(admin, ("una", "carta"))
    assert "No se encontró la fila de títulos" in admin.text("main [role=alert]")
    assert admin.one(FILE)


def test_an_upload_posted_twice_is_read_once_and_one_file_lies_there(
    app: Flask, admin: Visitor, photo_folder: Path
) -> None:
    key = str(admin.one(f"{FILE} [name=key]")["value"])
    for _ in range(2):
        fields = {"csrf_token": admin.csrf_token(), "key": key, "file": (io.BytesIO(text(SHORT, ANA)), "a.csv")}
        assert admin.client.post(f"{PATH}/archivo", data=fields).status_code == 303
    assert len(list(photo_folder.glob("imports/*/*"))) == 1
    assert work(app)
    assert not work(app)
    assert not list(photo_folder.glob("imports/*/*"))


def test_a_second_import_waits_for_the_first(app: Flask, admin: Visitor, photo_folder: Path) -> None:
    other = Visitor(app)
    other.client = admin.client
    other.get(PATH)
    upload(admin, SHORT, ANA)
    other.submit(FILE, file=(text(SHORT, LUIS), "b.csv"))
    assert other.status == 409
    assert "Ya hay una importación en curso" in other.text()
    assert len(list(photo_folder.glob("imports/*/*"))) == 1


def test_progress_is_polled_until_the_work_is_over(app: Flask, admin: Visitor) -> None:
    upload(admin, SHORT, ANA)
    polled = str(admin.follow().one("[data-poll]")["hx-get"])
    tag = str(admin.one("[data-poll]")["hx-ptag"])
    assert admin.get(polled, htmx=True, **{"HX-PTag": tag}).status == 304
    work(app)
    assert admin.get(polled, htmx=True).answer.headers["HX-Redirect"] == PATH
    assert admin.get(polled).answer.location == PATH


def test_the_accounting_product_is_asked_and_its_address_kept(
    app: Flask, cast: Cast, admin: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = {"units": [{"number": "Bodega 3", "residents": [{"given_names": "Eva", "surnames": "Ríos"}]}]}
    monkeypatch.setattr("conserje.importing.addresses.AddressSource._fetched", lambda *_: json.dumps(document).encode())
    admin.submit(ADDRESS, address=" https://conta.example/aromos ")
    work(app)
    assert "Lo que entregó el sistema de contabilidad" in admin.get(PATH).text("main")
    assert "Inmuebles nuevos: 1" in admin.text("main")
    admin.submit(DRAFT, "Aplicar")
    work(app)
    assert [unit.origin for unit in rows(app, cast.aromos, Unit)] == ["hand", "hand", "http"]
    assert admin.get(PATH).one(f"{ADDRESS} [name=address]")["value"] == "https://conta.example/aromos"
    assert journal(app, "settings.changed")[0].facts == {"settings": ["import_url"]}


def test_an_address_that_is_none_is_refused_beside_its_field(app: Flask, cast: Cast, admin: Visitor) -> None:
    admin.submit(ADDRESS, address="http://conta.example")
    assert admin.status == 422
    assert "comience con https://" in admin.text(f"{ADDRESS} .error")
    assert admin.one("[name=address]")["value"] == "http://conta.example"
    with app.app_context():
        assert db.session.get_one(Community, cast.aromos).import_url == ""


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_the_template_is_downloaded(admin: Visitor, ending: str) -> None:
    answer = admin.client.get(f"{PATH}/plantilla.{ending}")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="plantilla-inmuebles.{ending}"'
    if ending == "xlsx":
        assert load_workbook(io.BytesIO(answer.data)).sheetnames == ["Datos", "Ejemplos", "Explicación"]
    else:
        assert answer.data.decode("utf-8-sig").startswith("Torre;Número;Piso")


def test_a_test_user_sees_and_cannot_act(
    app: Flask, cast: Cast, admin: Visitor, visit_as: Callable[[str], Visitor]
) -> None:
    read(admin, SHORT, ANA)
    consulting = visit_as("prueba").get(PATH)
    assert all(button.has_attr("disabled") for button in consulting.page.select("main form button"))
    for act in ("archivo", "direccion", "aplicar", "descartar"):
        assert consulting.post(f"{PATH}/{act}", {"key": act}).status == 403
        consulting.get(PATH)


def test_another_community_has_an_import_of_its_own(app: Flask, cast: Cast, admin: Visitor) -> None:
    read(admin, SHORT, ANA)
    draft = str(admin.one("[name=draft]")["value"])
    work_in(admin, cast.parque).get(PATH)
    assert admin.one(FILE)
    assert admin.post(f"{PATH}/aplicar", {"key": "foreign", "draft": draft}).status == 409
    with app.app_context(), tenancy.acting_for(cast.parque):
        assert drafts.latest(db.session.get_one(Community, cast.parque)) is None


@pytest.mark.parametrize("query", ["?ver=nada&pagina=99999", "?pagina=-1", "?pagina=²", "?ver=errores&pagina=0"])
def test_nonsense_in_the_address_shows_a_list_all_the_same(app: Flask, admin: Visitor, query: str) -> None:
    read(admin, SHORT, ANA)
    assert admin.get(PATH + query).status == 200
