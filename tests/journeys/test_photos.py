"""Photographs from the chooser of files to the row of the list (issue "The gate works", Photos)."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, Request, expect

from conserje.photos.images import prepare
from tests.browser import Complaints, OpenPage
from tests.builders import run_number
from tests.journeys.gatehouse import Gatehouse
from tests.journeys.steps import Conserje
from tests.photos.pictures import encoded, located_exif, noise, opened

pytestmark = pytest.mark.journey

MOST_STORED = 40_000
MOST_THUMBNAIL = 2_000
# What the browser sends for a photo of any size: 640 px at quality 0.75, of noise, which compresses worst.
MOST_SENT = 200_000
PHONE_PHOTO_BYTES = 3_000_000


@pytest.fixture(scope="module")
def photo_of_a_phone() -> bytes:
    """Some 3 MB as a telephone's camera writes it: large, and with the place where it was taken."""
    photo = encoded(noise(3000, 2000), quality=93, exif=located_exif())
    assert len(photo) > PHONE_PHOTO_BYTES
    assert b"EXIF-MARKER" in photo
    return photo


def jpeg(content: bytes) -> FilePayload:
    return {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": content}


def fill_form(page: Page, photo: FilePayload) -> None:
    page.get_by_role("link", name="Agregar Visitante").click()
    page.get_by_label("Número de documento").fill(run_number(12_345_678))
    page.get_by_label("Nombre completo").fill("Camila Soto Díaz")
    page.get_by_label("Observación").fill("Trae un paquete")
    page.get_by_label("Foto").set_input_files(photo)


def stored(gatehouse: Gatehouse) -> list[Path]:
    return sorted(file for file in gatehouse.photos.rglob("*") if file.is_file())


def test_a_large_photo_is_shrunk_before_it_travels(gatehouse: Gatehouse, page: Page, photo_of_a_phone: bytes) -> None:
    gatehouse.enter_unit(page, unit="1204")
    fill_form(page, jpeg(photo_of_a_phone))
    preview = page.get_by_role("img", name="Vista previa de la foto")
    expect(preview).to_be_visible()
    with page.expect_request(lambda request: request.method == "POST" and request.url.endswith("/visitantes")) as sent:
        page.get_by_role("button", name="Guardar").click()
    assert 1_000 < bytes_sent(sent.value) < MOST_SENT

    thumbnail = page.locator("tbody", has_text="Camila Soto Díaz").locator("img.face")
    expect(thumbnail).to_be_visible()
    thumbnail.scroll_into_view_if_needed()
    expect(thumbnail).to_have_js_property("naturalWidth", 96)


def bytes_sent(request: Request) -> int:
    return int(request.all_headers()["content-length"])


def test_a_photo_that_is_saved_while_it_is_shrunk_is_sent_shrunk(
    gatehouse: Gatehouse, page: Page, photo_of_a_phone: bytes
) -> None:
    """[Guardar] pressed at once waits for the shrinking instead of being lost."""
    gatehouse.enter_unit(page, unit="1204")
    fill_form(page, jpeg(photo_of_a_phone))
    with page.expect_request(lambda request: request.method == "POST" and request.url.endswith("/visitantes")) as sent:
        page.evaluate("document.querySelector('#visitor-form').requestSubmit()")
    assert bytes_sent(sent.value) < MOST_SENT
    expect(page.locator("tbody", has_text="Camila Soto Díaz")).to_contain_text("Pendiente")


def test_a_photo_of_a_phone_is_kept_small_and_without_its_place(conserje: Conserje, photo_of_a_phone: bytes) -> None:
    gatehouse, page = conserje.gatehouse, conserje.page
    gatehouse.enter_unit(page, unit="1204")
    fill_form(page, jpeg(photo_of_a_phone))
    page.get_by_role("button", name="Guardar").click()
    expect(conserje.row("Camila Soto Díaz").locator("img.face")).to_be_visible()
    files = stored(gatehouse)
    assert len(files) == 2
    assert max(file.stat().st_size for file in files) <= MOST_STORED
    assert min(file.stat().st_size for file in files) <= MOST_THUMBNAIL
    for file in files:
        assert b"MARKER" not in file.read_bytes()
        assert not opened(file.read_bytes()).getexif()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"Hola, no soy una foto.\n" * 40, "La foto debe ser JPEG, PNG o WebP"),
        (b"", "El archivo de la foto está vacío"),
    ],
    ids=["text", "nothing"],
)
def test_what_is_no_photo_is_refused_and_all_that_was_typed_stays(
    conserje: Conserje, content: bytes, message: str
) -> None:
    gatehouse, page = conserje.gatehouse, conserje.page
    gatehouse.enter_unit(page, unit="1204")
    conserje.complaints.expect_status(422)
    fill_form(page, jpeg(content))
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("alert")).to_contain_text(message)
    expect(page.get_by_label("Foto")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Número de documento")).to_have_value(run_number(12_345_678))
    expect(page.get_by_label("Nombre completo")).to_have_value("Camila Soto Díaz")
    expect(page.get_by_label("Observación")).to_have_value("Trae un paquete")
    assert gatehouse.visits() == []
    assert stored(gatehouse) == []

    # The same form, mended, is accepted.
    page.get_by_label("Foto").set_input_files(jpeg(encoded(noise(400, 400))))
    page.get_by_role("button", name="Guardar").click()
    expect(conserje.row("Camila Soto Díaz").locator("img.face")).to_be_visible()


def test_another_community_cannot_open_the_address_of_a_photo(
    gatehouse: Gatehouse, open_page: OpenPage, complaints: Complaints
) -> None:
    photo = prepare(io.BytesIO(encoded(noise(400, 400))))
    gatehouse.came("Elsa Foto", unit="1204", photo=photo)
    addresses = [f"/porteria/fotos/{photo.digest}.jpg", f"/porteria/fotos/{photo.digest}-96.jpg"]
    for name, status in (("conserje", 200), ("parque", 404), ("andina", 404)):
        page = gatehouse.enter(open_page(), name)
        if status != 200:
            complaints.expect_status(status)
        assert page.evaluate(
            "addresses => Promise.all(addresses.map(address => fetch(address).then(answer => answer.status)))",
            addresses,
        ) == [status, status]
    nobody = open_page()
    nobody.goto(gatehouse.url + addresses[0])
    expect(nobody.get_by_role("heading", name="Ingresar")).to_be_visible()
