"""Portraits and a logo that the program draws for the demo data: pictures of nobody."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from typing import Final

from PIL import Image, ImageDraw

SIDE: Final = 480

_LIGHT_SKINS: Final = ("#ffdcc2", "#f6c7a1", "#e8b184", "#d39a6c")
_DARK_SKINS: Final = ("#b67b51", "#8d5a3a", "#6b432b")
_DARK_HAIRS: Final = ("#23201f", "#3b2a22", "#4c3325", "#b9b4ae")
_ALL_HAIRS: Final = (*_DARK_HAIRS, "#7a5233", "#a9723f", "#d2a75c", "#8f3f2b")
_CLOTHES: Final = ("#2f6f8f", "#c8553d", "#588157", "#7b5ea7", "#e09f3e", "#3d405b", "#b56576", "#457b9d", "#6c757d")
_WALLS: Final = ("#cfe8ef", "#fde2cf", "#dcefd3", "#e7def4", "#fbeec2", "#f6d9df", "#d6e4f7", "#e6e2da")
_INK: Final = "#2b2523"

Box = tuple[float, float, float, float]


class _Canvas:
    """Shapes in hundredths of the side, drawn at double size so that their edges come out smooth."""

    def __init__(self, colour: str) -> None:
        self.scale = 2 * SIDE / 100
        self.image = Image.new("RGB", (2 * SIDE, 2 * SIDE), colour)
        self._onto(self.image)

    def _onto(self, image: Image.Image) -> None:
        self.image = image
        self.draw = ImageDraw.Draw(image)

    def _box(self, box: Box) -> list[float]:
        return [value * self.scale for value in box]

    def oval(self, box: Box, colour: str) -> None:
        self.draw.ellipse(self._box(box), fill=colour)

    def slab(self, box: Box, radius: float, colour: str, *, top_only: bool = False) -> None:
        corners = (True, True, False, False) if top_only else None
        self.draw.rounded_rectangle(self._box(box), radius * self.scale, fill=colour, corners=corners)

    def wedge(self, box: Box, start: float, end: float, colour: str) -> None:
        self.draw.chord(self._box(box), start, end, fill=colour)

    def bow(self, box: Box, start: float, end: float, colour: str, width: float) -> None:
        self.draw.arc(self._box(box), start, end, fill=colour, width=round(width * self.scale))

    def ring(self, box: Box, colour: str, width: float) -> None:
        self.draw.ellipse(self._box(box), outline=colour, width=round(width * self.scale))

    def shape(self, points: list[tuple[float, float]], colour: str) -> None:
        self.draw.polygon([(x * self.scale, y * self.scale) for x, y in points], fill=colour)

    def inside(self, mask: Image.Image, paint: Callable[[], None]) -> None:
        """What `paint` draws appears only where `mask` is white."""
        before = self.image
        self._onto(before.copy())
        paint()
        self._onto(Image.composite(self.image, before, mask))

    def slab_mask(self, box: Box, radius: float, *, without: Box) -> Image.Image:
        mask = Image.new("L", self.image.size)
        draw = ImageDraw.Draw(mask)
        draw.rounded_rectangle(self._box(box), radius * self.scale, fill=255)
        draw.ellipse(self._box(without), fill=0)
        return mask

    def jpeg(self) -> bytes:
        body = io.BytesIO()
        self.image.resize((SIDE, SIDE), Image.Resampling.LANCZOS).save(body, "JPEG", quality=88, optimize=True)
        return body.getvalue()


# What hair, hat and beard are fitted to.
_HEAD: Final[Box] = (32, 21, 68, 67)
_HEAD_ROUNDING: Final = 17.5


def draw_portrait(seed: int) -> bytes:
    """A square JPEG of 480 px with a drawn head and shoulders, the same for the same seed; the demo's visitors and
    residents wear them. Flat shapes and dots for eyes: nobody can take it for a photograph, or for a person."""
    chance = random.Random(seed)  # noqa: S311 (a drawing, no secret)
    canvas = _Canvas(chance.choice(_WALLS))
    skin, cloth = chance.choice(_LIGHT_SKINS + _DARK_SKINS), chance.choice(_CLOTHES)
    hair = chance.choice(_DARK_HAIRS if skin in _DARK_SKINS else _ALL_HAIRS)
    accent = chance.choice([colour for colour in _CLOTHES if colour != cloth])
    behind, before = chance.choice(_HEADWEAR)

    canvas.oval((8, 6, 92, 90), _mixed(chance.choice(_WALLS), "#ffffff", 0.45))
    behind(canvas, hair, accent)
    _shoulders(canvas, skin, cloth, accent, chance)
    _face(canvas, skin, hair, chance)
    before(canvas, hair, accent)
    if chance.random() < 0.25:
        _glasses(canvas)
    return canvas.jpeg()


def draw_logo() -> bytes:
    """A square JPEG of 480 px: a house between two hills, under the sun."""
    canvas = _Canvas("#f7f3e8")
    canvas.oval((60, 10, 84, 34), "#e09f3e")
    canvas.oval((-30, 46, 70, 146), "#588157")
    canvas.oval((38, 56, 128, 146), "#2f6f4f")
    canvas.shape([(30, 52), (50, 34), (70, 52)], "#c8553d")
    canvas.slab((35, 51, 65, 76), 1.5, "#ffffff")
    canvas.slab((46, 60, 54, 76), 1, "#3d405b")
    return canvas.jpeg()


def _mixed(colour: str, other: str, share: float) -> str:
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(one * (1 - share) + two * share):02x}" for one, two in pairs)


def _channels(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


def _darker(colour: str, share: float = 0.18) -> str:
    return _mixed(colour, "#1d1512", share)


# Clothes


def _shoulders(canvas: _Canvas, skin: str, cloth: str, accent: str, chance: random.Random) -> None:
    canvas.slab((14, 76, 86, 125), 22, cloth)
    cut = chance.choice(("round", "pointed", "collar", "hood", "vest"))
    if cut == "hood":
        canvas.oval((27, 66, 73, 92), _darker(cloth))
    if cut == "vest":
        canvas.shape([(27, 77), (40, 75), (46, 100), (27, 100)], accent)
        canvas.shape([(73, 77), (60, 75), (54, 100), (73, 100)], accent)
    canvas.slab((41, 56, 59, 80), 3, _darker(skin))
    if cut == "pointed":
        canvas.shape([(41, 76), (59, 76), (50, 93)], _darker(skin))
    else:
        canvas.oval((41, 70, 59, 86), _darker(skin))
    if cut == "collar":
        lapel = _mixed(cloth, "#ffffff", 0.55)
        canvas.shape([(41, 74), (37, 80), (45, 92), (50, 85)], lapel)
        canvas.shape([(59, 74), (63, 80), (55, 92), (50, 85)], lapel)
    if cut == "hood":
        canvas.slab((43.4, 85, 44.8, 97), 0.7, "#ffffff")
        canvas.slab((55.2, 85, 56.6, 97), 0.7, "#ffffff")


# Faces


def _face(canvas: _Canvas, skin: str, hair: str, chance: random.Random) -> None:
    canvas.oval((28.5, 42, 37, 53), skin)
    canvas.oval((63, 42, 71.5, 53), skin)
    canvas.slab(_HEAD, _HEAD_ROUNDING, skin)
    blush = _mixed(skin, "#e4572e", 0.22)
    canvas.oval((35.5, 49.5, 41.5, 54), blush)
    canvas.oval((58.5, 49.5, 64.5, 54), blush)
    beard = chance.random()
    if beard < 0.15:
        jaw = canvas.slab_mask(_HEAD, _HEAD_ROUNDING, without=(35.5, 16, 64.5, 58))
        canvas.inside(jaw, lambda: canvas.slab((30, 45, 70, 70), 0, hair))
    for middle in (43, 57):
        canvas.oval((middle - 1.7, 43.2, middle + 1.7, 47.4), _INK)
        canvas.bow((middle - 3.6, 38, middle + 3.6, 44), 205, 335, _darker(hair), 1.1)
    canvas.bow((48.2, 47, 51.8, 52), 20, 160, _darker(skin, 0.3), 0.9)
    if 0.15 <= beard < 0.25:
        canvas.wedge((43.5, 51.4, 56.5, 59), 180, 360, hair)
    if chance.random() < 0.3:
        canvas.wedge((44.5, 51.5, 55.5, 60.5), 15, 165, "#ffffff")
    else:
        canvas.bow((44.5, 50, 55.5, 59), 25, 155, _darker(skin, 0.55), 1.2)


def _glasses(canvas: _Canvas) -> None:
    canvas.ring((37.8, 40.4, 48.4, 50.4), _INK, 1)
    canvas.ring((51.6, 40.4, 62.2, 50.4), _INK, 1)
    canvas.slab((48.2, 44, 51.8, 45), 0.5, _INK)


# What is on the head: a part behind it and a part before it


def _nothing(canvas: _Canvas, hair: str, accent: str) -> None:
    pass


def _cap_of_hair(canvas: _Canvas, hair: str, hairline: Box) -> None:
    crown = canvas.slab_mask((30, 16, 70, 70), 19, without=hairline)
    canvas.inside(crown, lambda: canvas.slab((29, 14, 71, 43), 0, hair))


def _short(canvas: _Canvas, hair: str, accent: str) -> None:
    _cap_of_hair(canvas, hair, (34, 31, 66, 90))


def _parted(canvas: _Canvas, hair: str, accent: str) -> None:
    _cap_of_hair(canvas, hair, (33, 30, 82, 94))
    _cap_of_hair(canvas, hair, (30.5, 31, 67, 94))


def _fringe(canvas: _Canvas, hair: str, accent: str) -> None:
    _cap_of_hair(canvas, hair, (31.5, 36.5, 68.5, 92))


def _long(canvas: _Canvas, hair: str, accent: str) -> None:
    canvas.slab((26.5, 17, 73.5, 86), 23, hair)


def _bob(canvas: _Canvas, hair: str, accent: str) -> None:
    canvas.slab((25.5, 16.5, 74.5, 66), 22, hair)


def _bun(canvas: _Canvas, hair: str, accent: str) -> None:
    canvas.oval((40, 5, 60, 24), hair)


def _curls(canvas: _Canvas, hair: str, accent: str) -> None:
    for x, y in ((31, 45), (28, 35), (32, 25), (40, 18.5), (50, 16), (60, 18.5), (68, 25), (72, 35), (69, 45)):
        canvas.oval((x - 9, y - 9, x + 9, y + 9), hair)


def _top_curls(canvas: _Canvas, hair: str, accent: str) -> None:
    for x, y in ((37, 27), (45, 24), (53, 23.5), (61, 26)):
        canvas.oval((x - 6, y - 6, x + 6, y + 6), hair)


def _beanie(canvas: _Canvas, hair: str, accent: str) -> None:
    canvas.wedge((29.5, 10, 70.5, 60), 180, 360, accent)
    canvas.slab((28.5, 30, 71.5, 38), 3.5, _darker(accent, 0.25))
    canvas.oval((45.5, 5.5, 54.5, 14.5), _darker(accent, 0.25))


def _visor(canvas: _Canvas, hair: str, accent: str) -> None:
    canvas.wedge((30, 13, 70, 59), 180, 360, accent)
    canvas.slab((30, 32.5, 78, 37), 2.2, _darker(accent, 0.3))


def _helmet(canvas: _Canvas, hair: str, accent: str) -> None:
    canvas.wedge((29.5, 11, 70.5, 57), 180, 360, "#f2c230")
    canvas.slab((46, 9.5, 54, 34), 3.5, "#d9a91c", top_only=True)
    canvas.slab((25.5, 32, 74.5, 36.5), 2.2, "#d9a91c")


_Part = Callable[[_Canvas, str, str], None]

_HEADWEAR: Final[tuple[tuple[_Part, _Part], ...]] = (
    (_nothing, _short),
    (_nothing, _parted),
    (_nothing, _fringe),
    (_long, _parted),
    (_long, _short),
    (_bob, _fringe),
    (_bob, _short),
    (_bun, _short),
    (_curls, _top_curls),
    (_long, _beanie),
    (_nothing, _beanie),
    (_nothing, _visor),
    (_nothing, _helmet),
    (_nothing, _nothing),
)
