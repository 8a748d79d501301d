"""Pictures made for the tests, none of them of anybody."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image

from conserje.photos.images import prepare


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    body = io.BytesIO()
    image.save(body, kind, **options)
    return body.getvalue()


def opened(body: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(body))
    image.load()
    return image


def stored(body: bytes) -> Image.Image:
    return opened(prepare(io.BytesIO(body)).full)


def is_near(image: Image.Image, at: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    found = image.convert("RGB").getpixel(at)
    assert isinstance(found, tuple)
    return all(abs(one - other) <= 12 for one, other in zip(found, colour, strict=True))


def noise(width: int, height: int) -> Image.Image:
    """What compresses worst: a tile of noise, each channel its own, enlarged to the size asked for."""
    grey = Image.effect_noise((500, 500), 120)
    tile = Image.merge("RGB", (grey, grey.rotate(90), grey.rotate(180)))
    return tile.resize((width, height), Image.Resampling.BICUBIC)


def halves(width: int = 400, height: int = 200) -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", (width, height), "red")
    image.paste("blue", (width // 2, 0, width, height))
    return image


def located_exif(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = "EXIF-MARKER"
    exif.get_ifd(0x8825).update({1: "S", 2: (33.0, 26.0, 16.0), 3: "W", 4: (70.0, 39.0, 1.0), 29: "GPS-MARKER"})
    return exif


def png_of(width: int, height: int, *, depth: int = 8, colour_type: int = 2, rows: bytes = b"") -> bytes:
    """A PNG whose header says what the arguments say, whatever its data hold."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


def jpeg_claiming(width: int, height: int) -> bytes:
    """A small JPEG whose frame header claims another size."""
    body = encoded(Image.new("RGB", (64, 64), "green"))
    frame = body.index(b"\xff\xc0")
    return body[: frame + 5] + struct.pack(">HH", height, width) + body[frame + 9 :]


def webp_claiming(width: int, height: int) -> bytes:
    """A WebP animation of one 16 px frame on a canvas as large as it claims."""
    frame = encoded(Image.new("RGB", (16, 16), "green"), "WEBP", lossless=True)[12:]
    canvas = b"\x02\0\0\0" + _three_bytes(width - 1) + _three_bytes(height - 1)
    place = _three_bytes(0) * 2 + _three_bytes(15) * 2 + _three_bytes(100) + b"\0"
    body = b"WEBP" + _chunk(b"VP8X", canvas) + _chunk(b"ANIM", bytes(6)) + _chunk(b"ANMF", place + frame)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _three_bytes(number: int) -> bytes:
    return struct.pack("<I", number)[:3]


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
