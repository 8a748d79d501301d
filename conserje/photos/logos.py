"""Logos of communities and administrations: small squares of JPEG, judged by their content."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Final

from PIL import Image, ImageFile, ImageOps
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from conserje.errors import Refused
from conserje.photos.images import (
    DAMAGED,
    DIGEST_LENGTH,
    MAX_PIXELS,
    encoded_within,
    flattened,
    one_at_a_time,
    refuse_endless_scans,
    upright,
)
from conserje.photos.storage import PhotoStore, is_digest

# K042: at most 600 × 600 px, JPEG, 2 MB.
LONGEST_SIDE: Final = 600
FULL_SIZE: Final = (LONGEST_SIDE, LONGEST_SIDE)
MAX_UPLOAD_BYTES: Final = 2 * 1024 * 1024
MAX_BYTES: Final = 60_000
# As the top bar shows it, on screens of double density.
BAR_SIZE: Final = (256, 72)
MAX_BAR_BYTES: Final = 3_000
_QUALITIES: Final = (88, 82, 76, 70, 62, 54, 46, 38, 30)

Decoder = type[ImageFile.ImageFile]
_UPLOADED: Final[dict[bytes, Decoder]] = {b"\xff\xd8\xff": JpegImageFile}
_INHERITED: Final[dict[bytes, Decoder]] = {**_UPLOADED, b"\x89PNG\r\n\x1a\n": PngImageFile}


@dataclass(frozen=True)
class PreparedLogo:
    """A logo ready to be stored, without metadata; `bar` is what the top bar, the resident's page and e-mails show."""

    full: bytes
    bar: bytes
    digest: str


def prepare_logo(stream: IO[bytes], *, shrinks: bool) -> PreparedLogo:
    """Re-encode an uploaded logo. With `shrinks` one that is too large is cut to a square and made small.

    `stream` is seekable. Refuses, always with `field="logo"`: `logo_empty`; `logo_too_heavy` (facts: megabytes);
    `logo_format` for anything but JPEG, whatever its name; `logo_too_large` (facts: width, height, longest) unless it
    `shrinks`; `logo_unreadable`. Source: K042, K060.
    """
    return _prepared(stream, _UPLOADED, longest=None if shrinks else LONGEST_SIDE, cuts=True)


def prepare_inherited_logo(stream: IO[bytes]) -> PreparedLogo:
    """A logo that another system keeps: JPEG or PNG, made small as a whole, since nobody looks where it would be cut.

    Refuses as `prepare_logo` does, and `logo_too_large` only for more pixels than are ever decoded. Source: K057, K060.
    """
    return _prepared(stream, _INHERITED, longest=None, cuts=False)


def _prepared(stream: IO[bytes], admitted: dict[bytes, Decoder], *, longest: int | None, cuts: bool) -> PreparedLogo:
    decoder = _judged(stream, admitted)
    with one_at_a_time:
        picture = _read(stream, decoder, longest=longest)
        if cuts and max(picture.size) > LONGEST_SIDE:
            picture = _square(picture)
        full = encoded_within(MAX_BYTES, _QUALITIES, _ever_smaller(picture, FULL_SIZE), progressive=True)
        bar = encoded_within(MAX_BAR_BYTES, _QUALITIES, _ever_smaller(picture, BAR_SIZE), progressive=False)
    return PreparedLogo(full, bar, hashlib.sha256(full).hexdigest()[:DIGEST_LENGTH])


def _judged(stream: IO[bytes], admitted: dict[bytes, Decoder]) -> Decoder:
    """What reads the file, told by its content."""
    weight = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    head = stream.read(8)
    if not weight:
        raise Refused("logo_empty", field="logo")
    if weight > MAX_UPLOAD_BYTES:
        raise Refused("logo_too_heavy", field="logo", megabytes=MAX_UPLOAD_BYTES // (1024 * 1024))
    for beginning, decoder in admitted.items():
        if head.startswith(beginning):
            return decoder
    raise Refused("logo_format", field="logo")


def keep_logo(store: PhotoStore, administration_id: int, logo: PreparedLogo) -> str:
    """Store a logo for an administration's communities; gives the digest by which a row refers to it.

    Before the writing begins: a refusal afterwards leaves files that nothing names. Raises `StorageUnavailable`.
    """
    store.save(logo_key(administration_id, logo.digest), logo.full)
    store.save(bar_key(administration_id, logo.digest), logo.bar)
    return logo.digest


def logo_key(administration_id: int, digest: str) -> str:
    """Where an administration's logo lies. A digest that is none raises ValueError."""
    if not is_digest(digest):
        raise ValueError("a logo's digest is hexadecimal")
    return f"logos/{administration_id}/{digest}.jpg"


def bar_key(administration_id: int, digest: str) -> str:
    """Where the small logo of the top bar lies; `digest` is the logo's, as in `logo_key`."""
    return logo_key(administration_id, digest).removesuffix(".jpg") + "-bar.jpg"


def _read(stream: IO[bytes], decoder: Decoder, *, longest: int | None) -> Image.Image:
    """The picture upright, in RGB. Refuses more than `longest` pixels a side, where that is given."""
    try:
        if decoder is JpegImageFile:
            refuse_endless_scans(stream)
        stream.seek(0)
        image = decoder(stream)
        width, height = image.size
        if width * height > MAX_PIXELS or (longest is not None and max(width, height) > longest):
            raise Refused("logo_too_large", field="logo", width=width, height=height, longest=LONGEST_SIDE)
        image.draft(None, FULL_SIZE)
        image.load()
        return upright(flattened(image), image)
    except DAMAGED as error:
        raise Refused("logo_unreadable", field="logo") from error


def _square(picture: Image.Image) -> Image.Image:
    side = min(LONGEST_SIDE, *picture.size)
    return ImageOps.fit(picture, (side, side), Image.Resampling.LANCZOS)


def _ever_smaller(picture: Image.Image, largest: tuple[int, int]) -> Iterator[Image.Image]:
    """The logo within the size, and ever smaller where that weighs too much."""
    for part in (1, 2, 3, 4, 6, 8):
        smaller = picture.copy()
        smaller.thumbnail((largest[0] // part, largest[1] // part), Image.Resampling.LANCZOS)
        yield smaller
