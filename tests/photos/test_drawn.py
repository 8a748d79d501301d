from __future__ import annotations

import io

from conserje.photos.drawn import draw_logo, draw_portrait
from conserje.photos.images import prepare
from conserje.photos.logos import prepare_logo
from tests.photos.pictures import opened


def test_the_same_seed_draws_the_same_portrait() -> None:
    assert draw_portrait(7) == draw_portrait(7)


def test_sixty_seeds_draw_sixty_portraits() -> None:
    assert len({draw_portrait(seed) for seed in range(60)}) == 60


def test_a_portrait_is_a_square_that_upload_accepts_without_loss_of_size() -> None:
    for seed in range(12):
        drawing = opened(draw_portrait(seed))
        assert (drawing.format, drawing.size) == ("JPEG", (480, 480))
        photo = prepare(io.BytesIO(draw_portrait(seed)))
        assert opened(photo.full).size == (480, 480)
        assert opened(photo.thumbnail).size == (96, 96)


def test_the_logo_is_within_the_limits_for_logos() -> None:
    assert opened(prepare_logo(io.BytesIO(draw_logo()), shrinks=False).full).size == (480, 480)
