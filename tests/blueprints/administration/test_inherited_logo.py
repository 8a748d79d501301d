"""The logo that the accounting product keeps, as an administrator sees it (K057, K058)."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

import pytest
from flask import Flask
from PIL import Image

from conserje.jobs import JobRunner
from conserje.works import WORKS
from tests.blueprints.scene import work_in
from tests.builders import Cast
from tests.page import Visitor
from tests.photos.pictures import encoded

IMPORT, LOGOS = "/administracion/inmuebles/importar", "/administracion/logos"
EVERYBODYS = "form[action$='/administracion']"


def picture(colour: str = "teal") -> bytes:
    return encoded(Image.new("RGB", (90, 90), colour))


@pytest.fixture
def admin(cast: Cast, visit_as: Callable[[str], Visitor]) -> Visitor:
    return work_in(visit_as("admin"), cast.aromos)


Bring = Callable[..., Visitor]


@pytest.fixture
def bring(app: Flask, admin: Visitor, monkeypatch: pytest.MonkeyPatch) -> Bring:
    """`bring(logo)`: ask the accounting product, which gives this; the page that shows what came."""

    def brought(logo: str | None) -> Visitor:
        document = {"units": [{"number": "Bodega 3"}], "administration_logo": logo}
        monkeypatch.setattr(
            "conserje.importing.addresses.AddressSource._fetched", lambda *_: json.dumps(document).encode()
        )
        admin.get(IMPORT).submit("form[action$='/direccion']", address="https://conta.example/aromos")
        assert JobRunner(app, WORKS, "test").turn()
        return admin.get(IMPORT)

    return brought


def apply(app: Flask, admin: Visitor) -> None:
    admin.submit("form[action$='/aplicar']", "Aplicar")
    assert JobRunner(app, WORKS, "test").turn()


def bar(admin: Visitor) -> str | None:
    face = admin.get("/porteria/").page.select_one(".brand img")
    return str(face["src"]) if face else None


def test_it_is_seen_before_it_is_applied_and_shown_afterwards(app: Flask, admin: Visitor, bring: Bring) -> None:
    bring(base64.b64encode(picture()).decode())
    assert "Viene este logo de la administración" in admin.text(".logo-news")
    address = str(admin.one(".logo-news img")["src"])
    assert admin.client.get(address).status_code == 200
    assert bar(admin) is None
    apply(app, admin.get(IMPORT))
    assert bar(admin) == address
    assert "Viene del sistema de contabilidad" in admin.get(LOGOS).text("main")
    assert "trajo el logo de la administración" in admin.get("/administracion/bitacora?kind=settings").text("main")
    assert "Aplicar" in bring(None).text("main")
    assert "ya no viene: se quita" in admin.text(".note")
    apply(app, admin)
    assert bar(admin) is None


def test_one_that_is_no_good_is_told_and_the_units_come_all_the_same(app: Flask, admin: Visitor, bring: Bring) -> None:
    said = bring("basura").text("main")
    assert "no se puede usar, y queda como está. No es una imagen JPG o PNG" in said
    assert "Inmuebles nuevos: 1" in said
    apply(app, admin)
    assert "La importación se aplicó" in admin.get(IMPORT).text("main")


def test_ones_own_stands_before_it_until_one_goes_back(app: Flask, admin: Visitor, bring: Bring) -> None:
    bring(base64.b64encode(picture()).decode())
    apply(app, admin)
    inherited = bar(admin)
    admin.get(LOGOS).submit(EVERYBODYS, logo=(picture("red"), "logo.jpg"))
    assert bar(admin) not in (None, inherited)
    admin.get(LOGOS).submit(EVERYBODYS, inherits="y", logo=(picture("blue"), "logo.jpg"))
    assert (admin.status, "ambas cosas no se puede" in admin.text("main")) == (422, True)
    admin.get(LOGOS).submit(EVERYBODYS, inherits="y")
    assert admin.status == 303
    assert bar(admin) == inherited


def test_there_is_no_way_back_where_nothing_is_inherited(admin: Visitor) -> None:
    admin.get(LOGOS)
    assert not admin.page.select("[name=inherits]")
    fields = {"csrf_token": admin.csrf_token(), "key": str(admin.one(f"{EVERYBODYS} [name=key]")["value"])}
    admin.post(f"{LOGOS}/administracion", {**fields, "inherits": "y"})
    assert (admin.status, "ya no tiene un logo" in admin.text("main")) == (422, True)
