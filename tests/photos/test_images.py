from __future__ import annotations

import hashlib
import io
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFile, ImageStat

from conserje.photos import images
from conserje.photos.images import DIGEST_LENGTH, prepare
from tests.photos.pictures import encoded, halves, is_near, located_exif, noise, opened, png_of, stored

# What is accepted


def test_a_photo_of_exactly_25_megapixels_is_accepted() -> None:
    assert stored(encoded(Image.new("L", (5_000, 5_000), 128), "JPEG")).size == (640, 640)


def test_a_png_named_jpg_is_accepted_as_the_png_it_is() -> None:
    """Only the content is asked: prepare() never learns a name."""
    result = stored(encoded(halves(), "PNG"))
    assert (result.format, result.size) == ("JPEG", (400, 200))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("size", [(4_000, 3_000), (3_000, 4_000)])
def test_the_longest_side_becomes_640_and_the_shape_stays(kind: str, size: tuple[int, int]) -> None:
    result = stored(encoded(halves(*size), kind))
    assert result.size == ((640, 480) if size[0] > size[1] else (480, 640))


def test_a_small_photo_is_not_enlarged_but_has_a_full_thumbnail() -> None:
    photo = prepare(io.BytesIO(encoded(halves(50, 40))))
    assert opened(photo.full).size == (50, 40)
    assert opened(photo.thumbnail).size == (96, 96)


@pytest.mark.parametrize("size", [(1, 1), (60_000, 1), (1, 60_000), (3_001, 7)])
def test_a_strange_shape_is_no_fault(size: tuple[int, int]) -> None:
    result = stored(encoded(Image.new("RGB", size, "green"), "PNG"))
    assert max(result.size) == min(640, max(size))
    assert is_near(result, (0, 0), (0, 128, 0))


@pytest.mark.parametrize("progressive", [False, True])
def test_the_noisiest_photo_of_24_megapixels_stays_within_its_bytes(progressive: bool) -> None:
    photo = prepare(io.BytesIO(encoded(noise(5_000, 4_900), quality=70, progressive=progressive)))
    assert len(photo.full) <= 40_000
    assert len(photo.thumbnail) <= 2_000
    assert max(opened(photo.full).size) <= 640
    assert opened(photo.thumbnail).size == (96, 96)


def test_pure_noise_at_its_own_size_stays_within_its_bytes() -> None:
    photo = prepare(io.BytesIO(encoded(noise(500, 500), "PNG")))
    assert len(photo.full) <= 40_000
    assert len(photo.thumbnail) <= 2_000


def test_a_thumbnail_that_compresses_badly_becomes_softer_and_not_smaller_or_heavier() -> None:
    photo = prepare(io.BytesIO(encoded(noise(500, 500).crop((0, 0, 96, 96)), "PNG")))
    assert len(photo.thumbnail) <= 2_000
    assert opened(photo.thumbnail).size == (96, 96)


def test_a_plain_photo_keeps_its_full_size_and_the_best_quality() -> None:
    photo = prepare(io.BytesIO(encoded(halves(1_280, 960), quality=95)))
    assert opened(photo.full).size == (640, 480)
    assert is_near(opened(photo.full), (100, 100), (255, 0, 0))
    assert is_near(opened(photo.full), (500, 100), (0, 0, 255))


def test_a_large_jpeg_is_decoded_at_a_reduced_size(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[tuple[int, int]] = []
    load = ImageFile.ImageFile.load

    def watched(self: ImageFile.ImageFile) -> object:
        decoded.append(self.size)
        return load(self)

    body = encoded(halves(5_120, 3_840))
    monkeypatch.setattr(ImageFile.ImageFile, "load", watched)
    prepare(io.BytesIO(body))
    assert set(decoded) == {(640, 480)}


# What is left behind


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_exif_and_the_place_are_gone(kind: str) -> None:
    body = encoded(halves(), kind, exif=located_exif())
    assert b"GPS-MARKER" in body
    photo = prepare(io.BytesIO(body))
    for kept in (photo.full, photo.thumbnail):
        assert b"MARKER" not in kept
        assert b"Exif" not in kept
        assert not opened(kept).getexif()


def test_comment_icc_profile_and_xmp_are_gone() -> None:
    marked = {"comment": b"COMMENT-MARKER", "icc_profile": b"ICC-MARKER" * 20, "xmp": b"<x>XMP-MARKER</x>"}
    body = encoded(halves(), "JPEG", **marked)
    assert body.count(b"-MARKER") == 22
    photo = prepare(io.BytesIO(body))
    for kept in (photo.full, photo.thumbnail):
        assert b"MARKER" not in kept
        assert set(opened(kept).info) <= {
            "jfif",
            "jfif_version",
            "jfif_unit",
            "jfif_density",
            "progressive",
            "progression",
        }


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_what_was_appended_is_gone(kind: str) -> None:
    photo = prepare(io.BytesIO(encoded(halves(), kind) + b"PK\x03\x04<?php TRAILER-MARKER ?>"))
    assert b"TRAILER" not in photo.full + photo.thumbnail


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data:UserWarning")
@pytest.mark.parametrize(
    "exif",
    [
        b"Exif\x00\x00MM\x00\x2a\xff\xff\xff\xff\x00",
        b"Exif\x00\x00no TIFF at all",
        b"Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x02\x00\x00\x00\x02x\x00\x00\x00\x00\x00\x00\x00",
    ],
    ids=["points outside", "not TIFF", "orientation in letters"],
)
def test_a_damaged_exif_block_does_not_cost_the_photo(exif: bytes) -> None:
    assert stored(encoded(halves(), exif=exif)).size == (400, 200)


# What the picture looks like


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    ("orientation", "size", "red", "blue"),
    [
        (1, (400, 200), (100, 100), (300, 100)),
        (2, (400, 200), (300, 100), (100, 100)),
        (3, (400, 200), (300, 100), (100, 100)),
        (4, (400, 200), (100, 100), (300, 100)),
        (5, (200, 400), (100, 100), (100, 300)),
        (6, (200, 400), (100, 100), (100, 300)),
        (7, (200, 400), (100, 300), (100, 100)),
        (8, (200, 400), (100, 300), (100, 100)),
    ],
)
def test_the_orientation_of_the_camera_is_applied(
    kind: str, orientation: int, size: tuple[int, int], red: tuple[int, int], blue: tuple[int, int]
) -> None:
    result = stored(encoded(halves(), kind, exif=located_exif(orientation)))
    assert result.size == size
    assert is_near(result, red, (254, 0, 0))
    assert is_near(result, blue, (0, 0, 254))


def test_a_large_picture_is_whole_from_top_to_bottom() -> None:
    """It is made smaller strip by strip; a gradient shows any strip that is out of its place."""
    image = Image.linear_gradient("L").resize((1_937, 3_301)).convert("RGB")
    result = stored(encoded(image, "PNG"))
    differences = ImageStat.Stat(ImageChops.difference(result, image.resize(result.size)))
    assert max(high for _, high in differences.extrema) <= 4


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_transparency_becomes_white(kind: str) -> None:
    image = Image.new("RGBA", (300, 3_000), (0, 0, 0, 0))
    image.paste((255, 0, 0, 255), (0, 0, 300, 1_500))
    result = stored(encoded(image, kind))
    assert is_near(result, (30, 100), (254, 0, 0))
    assert is_near(result, (30, 600), (255, 255, 255))


def test_half_transparency_is_mixed_with_white() -> None:
    result = stored(encoded(Image.new("RGBA", (50, 50), (255, 0, 0, 128)), "PNG"))
    assert is_near(result, (25, 25), (255, 127, 127))


def test_the_transparent_colour_of_a_palette_becomes_white() -> None:
    image = Image.new("P", (50, 50), 1)
    image.putpalette([255, 0, 0, 0, 0, 255])
    assert is_near(stored(encoded(image, "PNG")), (25, 25), (0, 0, 254))
    assert is_near(stored(encoded(image, "PNG", transparency=1)), (25, 25), (255, 255, 255))


def test_a_cmyk_jpeg_keeps_its_colours() -> None:
    assert is_near(stored(encoded(halves().convert("CMYK"), quality=95)), (100, 100), (254, 0, 0))


@pytest.mark.parametrize(
    ("depth", "colour_type", "row", "colour"),
    [
        (16, 0, b"\x80\x00" * 8, (128, 128, 128)),
        (16, 2, b"\x80\x00\xc8\x00\x00\x00" * 8, (128, 200, 0)),
        (16, 6, b"\x80\x00\xc8\x00\x00\x00\xff\xff" * 8, (128, 200, 0)),
        (8, 4, b"\x80\xff" * 8, (128, 128, 128)),
        (1, 0, b"\xff", (255, 255, 255)),
    ],
    ids=["16-bit grey", "16-bit colour", "16-bit with alpha", "grey with alpha", "one bit"],
)
def test_every_depth_of_png_keeps_its_colours(
    depth: int, colour_type: int, row: bytes, colour: tuple[int, int, int]
) -> None:
    body = png_of(8, 8, depth=depth, colour_type=colour_type, rows=(b"\0" + row) * 8)
    assert is_near(stored(body), (4, 4), colour)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_an_animation_the_first_frame_is_kept(kind: str) -> None:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    body = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
    assert is_near(stored(body), (20, 20), (254, 0, 0))


def test_the_thumbnail_is_cut_where_the_face_is() -> None:
    """An upright photo with a face in its upper third, as people hold their telephone."""
    image = Image.new("RGB", (600, 1_000), "white")
    ImageDraw.Draw(image).ellipse((200, 220, 400, 480), fill=(0, 128, 0))
    thumbnail = opened(prepare(io.BytesIO(encoded(image))).thumbnail)
    assert is_near(thumbnail, (48, 40), (0, 128, 0))
    assert is_near(thumbnail, (48, 4), (255, 255, 255))
    assert is_near(thumbnail, (48, 72), (255, 255, 255))


# What is promised about the call


def test_the_digest_is_the_address_of_the_content() -> None:
    first, again, other = (prepare(io.BytesIO(encoded(halves(size, 200)))) for size in (400, 400, 300))
    assert first == again
    assert first.digest == hashlib.sha256(first.full).hexdigest()[:DIGEST_LENGTH]
    assert other.digest != first.digest


def test_the_stream_is_read_from_its_start_and_stays_open() -> None:
    for kind in ("JPEG", "PNG", "WEBP"):
        stream = io.BytesIO(encoded(halves(), kind))
        stream.read()
        prepare(stream)
        assert not stream.closed


def test_photos_are_decoded_and_encoded_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    alone: list[bool] = []
    load, save = ImageFile.ImageFile.load, Image.Image.save
    body = encoded(halves())

    def watched_load(self: ImageFile.ImageFile) -> object:
        alone.append(images.one_at_a_time.locked())
        return load(self)

    def watched_save(self: Image.Image, *arguments: Any, **options: Any) -> None:
        alone.append(images.one_at_a_time.locked())
        save(self, *arguments, **options)

    monkeypatch.setattr(ImageFile.ImageFile, "load", watched_load)
    monkeypatch.setattr(Image.Image, "save", watched_save)
    prepare(io.BytesIO(body))
    assert len(alone) >= 3
    assert all(alone)
