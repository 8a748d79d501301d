from __future__ import annotations

import io

import pytest
from PIL import Image, ImageFile

from conserje.errors import Refused
from conserje.photos import images
from conserje.photos.images import prepare
from tests.photos.pictures import encoded, halves, is_near, jpeg_claiming, noise, png_of, stored, webp_claiming

HEIC = b"\x00\x00\x00\x24ftypheic\x00\x00\x00\x00mif1heic" + bytes(200)
AVIF = b"\x00\x00\x00\x20ftypavif\x00\x00\x00\x00avifmif1miaf" + bytes(200)
HEIF_BY_COMPATIBLE_BRAND = b"\x00\x00\x00\x18ftypXXXX\x00\x00\x00\x00msf1" + bytes(200)
MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41" + bytes(200)


def refusal_of(body: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        prepare(io.BytesIO(body))
    assert caught.value.field == "photo"
    return caught.value


def test_an_empty_file_is_refused_as_empty() -> None:
    assert refusal_of(b"").code == "photo_empty"


@pytest.mark.parametrize(
    "body",
    [
        b"Hello, I am only a text named photo.jpg\n" * 5,
        b"%PDF-1.7\n" + bytes(50),
        encoded(halves(), "GIF"),
        encoded(halves(), "BMP"),
        encoded(halves(), "TIFF"),
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b"RIFF\x00\x00\x00\x00WAVEfmt ",
        MP4,
        b"\xff",
    ],
    ids=["text", "pdf", "gif", "bmp", "tiff", "svg", "wav", "mp4", "one byte"],
)
def test_what_is_not_jpeg_png_or_webp_by_its_content_is_refused(body: bytes) -> None:
    assert refusal_of(body).code == "photo_format"


@pytest.mark.parametrize("body", [HEIC, AVIF, HEIF_BY_COMPATIBLE_BRAND], ids=["heic", "avif", "compatible"])
def test_heic_and_its_kin_get_a_refusal_of_their_own(body: bytes) -> None:
    assert refusal_of(body).code == "photo_heic"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_file_cut_short_is_refused(kind: str) -> None:
    body = encoded(noise(300, 300), kind)
    assert refusal_of(body[: len(body) // 2]).code == "photo_unreadable"
    assert refusal_of(body[:40]).code == "photo_unreadable"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_file_whose_inside_is_damaged_is_refused(kind: str) -> None:
    body = encoded(noise(300, 300), kind)
    assert refusal_of(body[:12] + b"\x00\xff\xd8" * 100 + body[312:]).code == "photo_unreadable"


@pytest.mark.parametrize(
    "body",
    [
        png_of(30_000, 30_000),
        jpeg_claiming(60_000, 60_000),
        webp_claiming(13_000, 13_000),
        webp_claiming(60_000, 60_000),
        png_of(5_001, 5_000),
    ],
    ids=["png", "jpeg", "webp", "huge webp", "just above"],
)
def test_a_decompression_bomb_is_refused_without_decoding_it(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def decode(self: ImageFile.ImageFile) -> None:
        raise AssertionError("the picture was decoded")

    monkeypatch.setattr(ImageFile.ImageFile, "load", decode)
    assert refusal_of(body).code == "photo_too_many_pixels"


def test_the_refusal_of_a_bomb_says_how_large_it_is_and_what_is_allowed() -> None:
    assert refusal_of(png_of(30_000, 30_000)).facts == {"megapixels": 900, "limit": 25}
    assert refusal_of(png_of(5_001, 5_000)).facts == {"megapixels": 26, "limit": 25}
    assert refusal_of(webp_claiming(60_000, 60_000)).facts == {"megapixels": 179, "limit": 25}


def test_a_jpeg_made_of_thousands_of_scans_is_refused() -> None:
    body = encoded(Image.new("RGB", (64, 64), "green"), progressive=True)
    first = body.index(b"\xff\xda")
    after = next(at for at in range(first + 2, len(body)) if body[at] == 0xFF and body[at + 1])
    assert is_near(stored(body[:after] + body[first:after] * 20 + body[after:]), (32, 32), (0, 128, 0))
    assert refusal_of(body[:after] + body[first:after] * 2_000 + body[after:]).code == "photo_unreadable"


def test_a_refused_photo_leaves_the_way_free_for_the_next() -> None:
    refusal_of(png_of(8, 8))
    assert not images.one_at_a_time.locked()
