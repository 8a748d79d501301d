"""The logo in e-mails: it travels with them, and no table holds it."""

from __future__ import annotations

from io import BytesIO

import pytest

from conserje.communities.models import Community, LogoChoice
from conserje.database import db
from conserje.messages.carriers import LOGO_ID, Letter
from conserje.messages.models import Channel, Fate
from conserje.photos.drawn import draw_logo
from conserje.photos.logos import MAX_BAR_BYTES, keep_logo, prepare_logo
from conserje.photos.storage import LocalStore, StorageUnavailable
from tests.messages.scene import FakeCarrier, Post, owe_news
from tests.worker.conftest import Hire

SHOWN = f'<img src="cid:{LOGO_ID}" alt="Edificio Los Aromos"'


@pytest.fixture
def with_logo(post: Post) -> Post:
    with post.app.app_context():
        community = db.session.get_one(Community, post.community_id)
        logo = prepare_logo(BytesIO(draw_logo()), shrinks=False)
        community.logo = keep_logo(post.app.extensions["photos"], community.administration_id, logo)
        community.logo_choice = LogoChoice.COMMUNITY
        db.session.commit()
    return post


def mailed(post: Post, hire: Hire, **values: object) -> Letter:
    email = FakeCarrier(Channel.EMAIL)
    post.owe_unpaid(owe_news, **values)
    post.work(hire(email))
    (letter,) = email.letters
    return letter


def test_a_communitys_mail_shows_its_logo_above_the_same_text(with_logo: Post, hire: Hire) -> None:
    letter = mailed(with_logo, hire, community_id=with_logo.community_id)
    assert SHOWN in letter.html
    assert letter.logo.startswith(b"\xff\xd8\xff")
    assert len(letter.logo) <= MAX_BAR_BYTES
    assert "cid:" not in letter.text


def test_a_mail_of_no_community_has_none(with_logo: Post, hire: Hire) -> None:
    letter = mailed(with_logo, hire)
    assert (letter.logo, "<img" in letter.html) == (b"", False)


def test_an_sms_has_none(with_logo: Post, hire: Hire) -> None:
    sms = FakeCarrier()
    with_logo.owe()
    with_logo.work(hire(sms))
    assert sms.letters[0].logo == b""


def test_where_none_is_shown_none_travels(with_logo: Post, hire: Hire) -> None:
    with with_logo.app.app_context():
        db.session.get_one(Community, with_logo.community_id).logo_choice = LogoChoice.NONE
        db.session.commit()
    letter = mailed(with_logo, hire, community_id=with_logo.community_id)
    assert (letter.logo, "<img" in letter.html) == (b"", False)


@pytest.mark.parametrize("away", [True, False])
def test_a_logo_that_cannot_be_had_keeps_no_mail(
    with_logo: Post, hire: Hire, monkeypatch: pytest.MonkeyPatch, away: bool
) -> None:
    def load(*_: object) -> None:
        if away:
            raise StorageUnavailable

    monkeypatch.setattr(LocalStore, "load", load)
    letter = mailed(with_logo, hire, community_id=with_logo.community_id)
    assert (letter.logo, "<img" in letter.html) == (b"", False)
    assert with_logo.fates() == [Fate.SENT]
