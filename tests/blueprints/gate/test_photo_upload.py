"""A photograph comes in as whatever a person chose, and is told by its content and not by its name."""

from __future__ import annotations

import gc
import io
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image

from conserje.photos.images import MAX_BYTES, MAX_THUMBNAIL_BYTES
from conserje.visits.models import Visit
from tests.blueprints.scene import rows
from tests.builders import Cast
from tests.page import HTMX, Visitor
from tests.photos.pictures import encoded, halves, jpeg_claiming, located_exif, opened, png_of, webp_claiming

MEBIBYTE = 1024 * 1024
GOOD = {"document_type": "run", "document_number": "12.345.678-5", "full_name": "Camila Soto Díaz", "kind": "visit"}
ACCEPTED = {
    "a JPEG": (encoded(halves()), "foto.jpg"),
    "a PNG named .jpg": (encoded(halves(), "PNG"), "foto.jpg"),
    "a WebP named .png": (encoded(halves(), "WEBP"), "foto.png"),
    "a JPEG named like a program": (encoded(halves()), "../../etc/passwd"),
    "a JPEG without an ending": (encoded(halves()), "IMG_0001"),
}
FORMAT = "La foto debe ser JPEG, PNG o WebP. Elija otro archivo."
DAMAGED = "La foto está dañada o incompleta. Elija otra."
PIXELS = "La foto es demasiado grande: admite hasta 25 megapíxeles."
REFUSED = {
    "a text named .jpg": (b"No soy una foto.", "foto.jpg", FORMAT),
    "a page named .jpg": (b"<html><script>alert(1)</script></html>", "foto.jpg", FORMAT),
    "a GIF": (encoded(halves(), "GIF"), "foto.gif", FORMAT),
    "an SVG": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "foto.svg", FORMAT),
    "a PDF": (b"%PDF-1.7\n", "foto.jpg", FORMAT),
    "HEIC": (
        b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic",
        "foto.heic",
        "El formato HEIC no se puede leer aquí.",
    ),
    "nothing": (b"", "foto.jpg", "El archivo de la foto está vacío. Elija otro."),
    "half a JPEG": (encoded(halves(1000, 800))[:2000], "foto.jpg", DAMAGED),
    "a JPEG's first bytes": (b"\xff\xd8\xff\xe0" + bytes(100), "foto.jpg", DAMAGED),
    "a PNG that unpacks to gigabytes": (png_of(50_000, 50_000), "foto.png", PIXELS),
    "a JPEG that claims a gigapixel": (jpeg_claiming(40_000, 30_000), "foto.jpg", PIXELS),
    "a WebP that claims a gigapixel": (webp_claiming(16_000, 16_000), "foto.webp", PIXELS),
}


@pytest.mark.parametrize(("body", "name"), ACCEPTED.values(), ids=ACCEPTED)
def test_a_picture_is_accepted_by_its_content(
    app: Flask, cast: Cast, at_the_form: Visitor, body: bytes, name: str
) -> None:
    at_the_form.submit("#visitor-form", **GOOD, photo=(body, name)).follow()
    (visit,) = rows(app, cast.aromos, Visit)
    thumbnail = at_the_form.one(f"#visit-{visit.id} img.face")
    at_the_form.get(str(thumbnail["src"]))
    assert at_the_form.answer.mimetype == "image/jpeg"
    assert opened(at_the_form.answer.get_data()).size == (96, 96)
    assert len(at_the_form.answer.get_data()) <= MAX_THUMBNAIL_BYTES
    at_the_form.get(f"/porteria/fotos/{visit.photo}.jpg")
    assert opened(at_the_form.answer.get_data()).format == "JPEG"
    assert len(at_the_form.answer.get_data()) <= MAX_BYTES


def test_where_a_picture_was_taken_is_not_kept(app: Flask, cast: Cast, at_the_form: Visitor) -> None:
    body = encoded(halves(), exif=located_exif(), comment=b"COMMENT-MARKER")
    at_the_form.submit("#visitor-form", **GOOD, photo=(body, "foto.jpg"))
    (visit,) = rows(app, cast.aromos, Visit)
    kept = at_the_form.get(f"/porteria/fotos/{visit.photo}.jpg").answer.get_data()
    assert b"MARKER" not in kept
    assert not Image.open(io.BytesIO(kept)).getexif()


@pytest.mark.parametrize(("body", "name", "says"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_picture_is_refused_beside_the_field_and_nothing_is_kept(
    app: Flask, cast: Cast, photo_folder: Path, at_the_form: Visitor, body: bytes, name: str, says: str
) -> None:
    before, form = _files(photo_folder), at_the_form.page
    for htmx in (False, True):
        at_the_form.page = form
        at_the_form.submit("#visitor-form", **GOOD, photo=(body, name), htmx=htmx)
        assert at_the_form.status == 422
        error = at_the_form.one("#photo-error").get_text()
        assert error.startswith(says)
        assert at_the_form.one('.summary a[href="#photo"]').get_text() == error
        assert at_the_form.one("#full_name")["value"] == "Camila Soto Díaz"
    assert not rows(app, cast.aromos, Visit)
    assert _files(photo_folder) == before


def test_a_picture_is_not_kept_while_something_else_is_wrong(
    app: Flask, cast: Cast, photo_folder: Path, at_the_form: Visitor
) -> None:
    before = _files(photo_folder)
    at_the_form.submit("#visitor-form", **{**GOOD, "full_name": ""}, photo=(encoded(halves(30, 31)), "foto.jpg"))
    assert at_the_form.status == 422
    assert _files(photo_folder) == before


class Endless:
    """An upload of as many bytes as are asked for, made while they are read."""

    def __init__(self, head: bytes, length: int) -> None:
        self.head, self.length, self.at = head, length, 0

    def tell(self) -> int:
        return self.at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self.at = offset if whence == io.SEEK_SET else self.length
        return self.at

    def read(self, size: int = -1) -> bytes:
        size = min(self.length - self.at, 64 * 1024 if size < 0 else size)
        chunk = self.head[self.at : self.at + size].ljust(size, b"\0")
        self.at += size
        return chunk


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
@pytest.mark.parametrize("announced", [True, False], ids=["with its length", "in chunks"])
def test_an_upload_of_200_megabytes_is_refused_with_a_page_that_says_how_much_is_allowed(
    app: Flask, cast: Cast, at_the_form: Visitor, announced: bool, htmx: bool
) -> None:
    head = (
        b"--edge\r\nContent-Disposition: form-data; name=csrf_token\r\n\r\n"
        + at_the_form.csrf_token().encode()
        + b'\r\n--edge\r\nContent-Disposition: form-data; name=photo; filename="f.jpg"\r\n\r\n\xff\xd8\xff'
    )
    body = Endless(head, 200 * MEBIBYTE)
    with warnings.catch_warnings():
        # Werkzeug leaves the temporary file of a part that it stopped reading to the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        answer = at_the_form.client.post(
            f"/porteria/unidades/{cast.units['aromos']}/visitantes",
            input_stream=body,
            content_type="multipart/form-data; boundary=edge",
            headers=HTMX if htmx else {},
            environ_overrides={} if announced else {"CONTENT_LENGTH": "", "wsgi.input_terminated": True},
        )
        gc.collect()
    at_the_form._take(answer)
    assert at_the_form.status == 413
    assert "El archivo es demasiado grande: admite hasta 12 MB." in at_the_form.answer.text
    assert (at_the_form.page.find("html") is None) is htmx
    # Read to its end, or the browser would see a broken connection instead of the page.
    assert body.at == 200 * MEBIBYTE
    assert not rows(app, cast.aromos, Visit)


def test_a_form_with_thousands_of_fields_is_refused(app: Flask, cast: Cast, at_the_form: Visitor) -> None:
    path = f"/porteria/unidades/{cast.units['aromos']}/visitantes"
    many = {**GOOD, "csrf_token": at_the_form.csrf_token(), **{f"field{number}": "x" for number in range(2000)}}
    assert at_the_form.client.post(path, data=many, content_type="multipart/form-data").status_code == 413


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=edge", "application/x-www-form-urlencoded"])
def test_a_field_of_a_megabyte_is_refused(app: Flask, cast: Cast, at_the_form: Visitor, kind: str) -> None:
    head = "note=" if "urlencoded" in kind else "--edge\r\nContent-Disposition: form-data; name=note\r\n\r\n"
    path = f"/porteria/unidades/{cast.units['aromos']}/visitantes"
    answer = at_the_form.client.post(path, data=head.encode() + b"x" * MEBIBYTE, content_type=kind)
    assert answer.status_code == 413
    assert len(answer.get_data()) < 5_000, "and is not sent back"
    assert not rows(app, cast.aromos, Visit)


def test_a_photograph_of_ones_own_community_only(app: Flask, cast: Cast, visit_as: Callable[[str], Visitor]) -> None:
    conserje = visit_as("conserje").get(f"/porteria/unidades/{cast.units['aromos']}/visitantes/nuevo")
    conserje.submit("#visitor-form", **GOOD, photo=(encoded(halves(61, 62)), "foto.jpg"))
    digest = rows(app, cast.aromos, Visit)[0].photo
    for name, status in (("conserje", 200), ("parque", 404), ("andina", 404), ("", 303)):
        browser = visit_as(name)
        for ending in (".jpg", "-96.jpg"):
            assert browser.get(f"/porteria/fotos/{digest}{ending}").status == status


@pytest.mark.parametrize("digest", ["..%2f..%2fsecret_key", "a" * 19, "A" * 20, "g" * 20, "%00" * 20, "a" * 400])
def test_an_address_of_a_photograph_that_cannot_be_is_not_found(
    visit_as: Callable[[str], Visitor], digest: str
) -> None:
    conserje = visit_as("conserje")
    assert conserje.get(f"/porteria/fotos/{digest}.jpg").status == 404
    assert conserje.get(f"/porteria/fotos/{digest}-96.jpg").status == 404


def _files(folder: Path) -> set[str]:
    return {str(path) for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def at_the_form(cast: Cast, visit_as: Callable[[str], Visitor]) -> Visitor:
    return visit_as("conserje").get(f"/porteria/unidades/{cast.units['aromos']}/visitantes/nuevo")
