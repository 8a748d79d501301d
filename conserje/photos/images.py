"""From whatever a person uploads to a small clean JPEG: the one place where a foreign picture is decoded."""

from __future__ import annotations

import hashlib
import io
import math
import struct
import threading
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO, Final

from PIL import ExifTags, Image, ImageFile, ImageOps
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from conserje.errors import Refused

MAX_PIXELS: Final = 25_000_000
LONGEST_SIDE: Final = 640
MAX_BYTES: Final = 40_000
THUMBNAIL_SIDE: Final = 96
MAX_THUMBNAIL_BYTES: Final = 2_000
DIGEST_LENGTH: Final = 20

_QUALITIES: Final = (84, 78, 72, 66, 60, 54, 48, 42)
_THUMBNAIL_QUALITIES: Final = (80, 74, 68, 62, 56, 50, 44, 38, 32)
_SIDES: Final = (LONGEST_SIDE, 560, 480, 400, 320, 240, 160, 80, 16)
_THUMBNAIL_DETAIL: Final = (THUMBNAIL_SIDE, 72, 48, 24, 8)

# A face stands in the upper part of an upright photo: the square is cut higher than the middle.
_FACE_CENTRE: Final = (0.5, 0.25)

# An ordinary progressive JPEG has some ten scans. Each scan is a pass over every block, so a file made of thousands
# of tiny ones keeps a processor busy for many minutes. The margin is for chance matches in what phones append.
_MAX_SCANS: Final = 300
_START_OF_SCAN: Final = b"\xff\xda"

_PIXELS_PER_STRIP: Final = 1_000_000

_HEIF_BRANDS: Final = frozenset(b"heic heix heim heis hevc hevx hevm hevs mif1 mif2 msf1 avif avis".split())

_TURN: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# What Pillow raises on a damaged file depends on the byte that is wrong.
DAMAGED: Final = (OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, struct.error, zlib.error)

# A decoded photo takes up to 16 bytes a pixel: two at once could exhaust a small machine.
one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class PreparedPhoto:
    """A photo ready to be stored: two JPEGs without metadata, and the address that their content gives them.

    `full` has at most 640 px on its longest side and 40,000 bytes; `thumbnail` is a square of 96 px and at most
    2,000 bytes; `digest` is the SHA-256 of `full` in hexadecimal, cut to `DIGEST_LENGTH` characters.
    """

    full: bytes
    thumbnail: bytes
    digest: str


def prepare(stream: IO[bytes]) -> PreparedPhoto:
    """Re-encode an uploaded JPEG, PNG or WebP so that nothing but its picture remains.

    The kind of file is told by its content. The EXIF orientation is applied; EXIF, GPS, ICC, comments and anything
    appended are left behind; transparency becomes white; of an animation the first frame is kept. `stream` must be
    seekable, is read from its start and stays open; its length is the caller's to limit.

    Refuses, always with `field="photo"`: `photo_empty`, `photo_heic` (HEIC, HEIF or AVIF), `photo_format` (anything
    else that is not JPEG, PNG or WebP), `photo_too_many_pixels` (facts: `megapixels`, a lower bound for the very
    largest, and `limit`, both in millions of pixels), `photo_unreadable` (cut short or damaged).

    Source: issue "The gate works", Photos; ASVS 5.2.1, 5.2.2, 5.2.6, 14.2.8.
    """
    decoder = _decoder_for(stream)
    with one_at_a_time:
        picture = _read_small(stream, decoder)
        full = encoded_within(MAX_BYTES, _QUALITIES, (_fitted(picture, side) for side in _SIDES), progressive=True)
        face = ImageOps.fit(picture, (THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS, centering=_FACE_CENTRE)
        softer = (_softened(face, detail) for detail in _THUMBNAIL_DETAIL)
        # Not progressive: in so few bytes, the headers of ten scans would be a tenth of them.
        thumbnail = encoded_within(MAX_THUMBNAIL_BYTES, _THUMBNAIL_QUALITIES, softer, progressive=False)
    return PreparedPhoto(full, thumbnail, hashlib.sha256(full).hexdigest()[:DIGEST_LENGTH])


# The decoders are named instead of asking Image.open(), which loads every format that Pillow knows to find WebP.
def _decoder_for(stream: IO[bytes]) -> type[ImageFile.ImageFile]:
    stream.seek(0)
    head = stream.read(64)
    if not head:
        raise Refused("photo_empty", field="photo")
    if head.startswith(b"\xff\xd8\xff"):
        return JpegImageFile
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PngImageFile
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WebPImageFile
    if head[4:8] == b"ftyp" and _HEIF_BRANDS.intersection(head[at : at + 4] for at in range(8, len(head), 4)):
        raise Refused("photo_heic", field="photo")
    raise Refused("photo_format", field="photo")


def _read_small(stream: IO[bytes], decoder: type[ImageFile.ImageFile]) -> Image.Image:
    """The picture upright, in RGB, and not much larger than it will be stored."""
    try:
        if decoder is JpegImageFile:
            refuse_endless_scans(stream)
        stream.seek(0)
        image = decoder(stream)
        pixels = image.width * image.height
        if pixels > MAX_PIXELS:
            raise _too_many(pixels)
        image.draft(None, _fitting(image.size, LONGEST_SIDE))
        image.load()
        return upright(flattened(image), image)
    except Image.DecompressionBombError as error:
        # Pillow measures the largest WebP by itself before it reserves memory, and says only "more than".
        raise _too_many(2 * (Image.MAX_IMAGE_PIXELS or MAX_PIXELS)) from error
    except DAMAGED as error:
        raise Refused("photo_unreadable", field="photo") from error


def upright(picture: Image.Image, source: Image.Image) -> Image.Image:
    """The picture turned as its source's EXIF orientation says."""
    turn = _TURN.get(_orientation(source))
    return picture if turn is None else picture.transpose(turn)


def _too_many(pixels: int) -> Refused:
    return Refused(
        "photo_too_many_pixels", field="photo", megapixels=math.ceil(pixels / 1_000_000), limit=MAX_PIXELS // 1_000_000
    )


def refuse_endless_scans(stream: IO[bytes]) -> None:
    stream.seek(0)
    if stream.read().count(_START_OF_SCAN) > _MAX_SCANS:
        raise Refused("photo_unreadable", field="photo")


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except DAMAGED:
        return 1


def flattened(image: Image.Image) -> Image.Image:
    """Onto a white canvas of its own, which inherits no metadata (Pillow would write a JPEG's comment again even
    after convert() and resize()), strip by strip so that a large picture is never held twice."""
    factor = max(1, max(image.size) // (2 * LONGEST_SIDE))
    canvas = Image.new("RGB", (math.ceil(image.width / factor), math.ceil(image.height / factor)))
    rows = factor * max(1, _PIXELS_PER_STRIP // (image.width * factor))
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(top + rows, image.height)))
        canvas.paste(_on_white(strip).reduce(factor), (0, top // factor))
    return canvas


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16"):
        # convert() clips 16 bits instead of scaling them, and a 16-bit transparent grey means nothing in 8 bits.
        image = image.point(lambda value: value * (1 / 256))
        image.info.pop("transparency", None)
        return image.convert("L").convert("RGB")
    if image.has_transparency_data:
        white = Image.new("RGBA", image.size, "white")
        white.alpha_composite(image.convert("RGBA"))
        return white.convert("RGB")
    return image.convert("RGB")


def _fitting(size: tuple[int, int], side: int) -> tuple[int, int]:
    scale = min(1.0, side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _fitted(picture: Image.Image, side: int) -> Image.Image:
    return picture.resize(_fitting(picture.size, side), Image.Resampling.LANCZOS)


def _softened(square: Image.Image, detail: int) -> Image.Image:
    """The same square with no more detail than `detail` pixels a side, which takes fewer bytes."""
    if detail == square.width:
        return square
    return square.resize((detail, detail), Image.Resampling.LANCZOS).resize(square.size, Image.Resampling.BICUBIC)


def encoded_within(
    limit: int, qualities: Iterable[int], pictures: Iterable[Image.Image], *, progressive: bool
) -> bytes:
    """The first encoding that fits: qualities from high to low, then the next, poorer picture."""
    for picture in pictures:
        for quality in qualities:
            body = io.BytesIO()
            picture.save(body, "JPEG", quality=quality, optimize=True, progressive=progressive)
            if body.tell() <= limit:
                return body.getvalue()
    raise AssertionError("even the poorest picture of the ladder is too large")
