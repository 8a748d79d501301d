"""Logos: what is admitted (K042, K060), and what is kept of it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from conserje.errors import Refused
from conserje.photos.logos import (
    BAR_SIZE,
    LONGEST_SIDE,
    MAX_BAR_BYTES,
    MAX_BYTES,
    MAX_UPLOAD_BYTES,
    bar_key,
    keep_logo,
    logo_key,
    prepare_inherited_logo,
    prepare_logo,
)
from conserje.photos.storage import LocalStore
from tests.photos.pictures import encoded, is_near, noise, opened


def plain(width: int, height: int, kind: str = "JPEG") -> BytesIO:
    return BytesIO(encoded(Image.new("RGB", (width, height), "teal"), kind))


def size_of(body: bytes) -> tuple[int, int]:
    return Image.open(BytesIO(body)).size


def refusal_of(stream: BytesIO, *, shrinks: bool = False) -> Refused:
    with pytest.raises(Refused) as refusal:
        prepare_logo(stream, shrinks=shrinks)
    assert refusal.value.field == "logo"
    return refusal.value


def test_a_logo_within_the_limits_keeps_its_size() -> None:
    logo = prepare_logo(plain(600, 600), shrinks=False)
    assert size_of(logo.full) == (600, 600)
    assert len(logo.full) <= MAX_BYTES


def test_one_that_is_no_square_is_admitted_as_it_is() -> None:
    assert size_of(prepare_logo(plain(600, 200), shrinks=False).full) == (600, 200)


def test_the_top_bars_logo_is_small_and_keeps_its_shape() -> None:
    logo = prepare_logo(plain(600, 200), shrinks=False)
    width, height = size_of(logo.bar)
    assert (width, height) == (216, 72)
    assert width <= BAR_SIZE[0]
    assert len(logo.bar) <= MAX_BAR_BYTES


def test_even_pure_noise_stays_within_its_bytes() -> None:
    logo = prepare_logo(BytesIO(encoded(noise(600, 600))), shrinks=False)
    assert len(logo.full) <= MAX_BYTES
    assert len(logo.bar) <= MAX_BAR_BYTES


@pytest.mark.parametrize("size", [(601, 600), (600, 601), (3000, 40)])
def test_a_larger_one_is_refused_and_says_its_size(size: tuple[int, int]) -> None:
    refusal = refusal_of(plain(*size))
    assert refusal.code == "logo_too_large"
    assert refusal.facts == {"width": size[0], "height": size[1], "longest": LONGEST_SIDE}


@pytest.mark.parametrize(("size", "kept"), [((1800, 900), (600, 600)), ((3000, 400), (400, 400))])
def test_a_larger_one_is_cut_to_a_square_and_shrunk_where_that_was_asked_for(
    size: tuple[int, int], kept: tuple[int, int]
) -> None:
    width, height = size_of(prepare_logo(plain(*size), shrinks=True).full)
    assert width == height
    assert (width, height) <= kept


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_another_format_is_refused_whatever_its_name(kind: str) -> None:
    assert refusal_of(plain(100, 100, kind)).code == "logo_format"


def test_an_empty_file_is_refused() -> None:
    assert refusal_of(BytesIO()).code == "logo_empty"


def test_one_that_weighs_too_much_is_refused_before_it_is_decoded() -> None:
    heavy = BytesIO(plain(100, 100).getvalue().ljust(MAX_UPLOAD_BYTES + 1, b"\0"))
    assert refusal_of(heavy, shrinks=True).code == "logo_too_heavy"


def test_a_damaged_one_is_refused() -> None:
    body = plain(300, 300).getvalue()
    assert refusal_of(BytesIO(body[: len(body) // 3])).code == "logo_unreadable"


def test_nothing_but_the_picture_remains() -> None:
    source = Image.new("RGB", (100, 100), "teal")
    exif = source.getexif()
    exif[0x010E] = "secreto"
    body = BytesIO()
    source.save(body, "JPEG", exif=exif, comment=b"secreto")
    logo = prepare_logo(body, shrinks=False)
    assert b"secreto" not in logo.full + logo.bar


def test_it_is_turned_as_its_camera_says() -> None:
    source = Image.new("RGB", (200, 100), "teal")
    exif = source.getexif()
    exif[0x0112] = 6
    body = BytesIO()
    source.save(body, "JPEG", exif=exif)
    assert size_of(prepare_logo(body, shrinks=False).full) == (100, 200)


def test_both_sizes_are_kept_under_the_administration(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    logo = prepare_logo(plain(100, 100), shrinks=False)
    digest = keep_logo(store, 7, logo)
    assert store.load(logo_key(7, digest)) == logo.full
    assert store.load(bar_key(7, digest)) == logo.bar
    assert store.load(logo_key(8, digest)) is None


@pytest.mark.parametrize("digest", ["", "x", "../../secret", "A" * 20])
def test_a_digest_that_is_none_names_no_file(digest: str) -> None:
    with pytest.raises(ValueError, match="digest"):
        logo_key(7, digest)


# What another system keeps (K057)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_an_inherited_one_is_made_small_as_a_whole(kind: str) -> None:
    logo = prepare_inherited_logo(plain(1800, 600, kind))
    assert (size_of(logo.full), size_of(logo.bar)) == ((600, 200), (216, 72))


def test_what_is_transparent_in_an_inherited_one_becomes_white() -> None:
    logo = prepare_inherited_logo(BytesIO(encoded(Image.new("RGBA", (80, 80), (9, 9, 9, 0)), "PNG")))
    assert is_near(opened(logo.full), (40, 40), (255, 255, 255))


@pytest.mark.parametrize(
    ("stream", "code"),
    [
        (plain(90, 90, "GIF"), "logo_format"),
        (BytesIO(b"\x89PNG\r\n\x1a\nbasura"), "logo_unreadable"),
        (BytesIO(plain(90, 90, "PNG").getvalue().ljust(MAX_UPLOAD_BYTES + 1, b"\0")), "logo_too_heavy"),
    ],
)
def test_an_inherited_one_that_is_no_good_is_refused(stream: BytesIO, code: str) -> None:
    with pytest.raises(Refused, match=code):
        prepare_inherited_logo(stream)


def test_an_inherited_one_of_endless_pixels_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conserje.photos.logos.MAX_PIXELS", 10_000)
    with pytest.raises(Refused, match="logo_too_large"):
        prepare_inherited_logo(plain(101, 100, "PNG"))
