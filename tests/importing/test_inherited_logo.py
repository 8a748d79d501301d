"""The administration's logo out of the accounting product (K057): judged, previewed, taken over; never in the way."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from conserje import clock, tenancy
from conserje.communities.branding import logo_of
from conserje.communities.models import Administration, Community
from conserje.database import begin_writing, db
from conserje.importing import drafts, inherited_logo
from conserje.importing.addresses import AddressSource
from conserje.importing.layout import GivenLogo
from conserje.jobs import JobRunner, JobState
from conserje.photos.logos import MAX_UPLOAD_BYTES, bar_key, logo_key
from conserje.photos.storage import LocalStore, StorageUnavailable
from conserje.works import WORKS
from tests.builders import Cast, actor
from tests.photos.pictures import encoded

NOTHING_SAID = object()


def picture(colour: str = "teal", kind: str = "PNG", side: int = 90) -> str:
    return base64.b64encode(encoded(Image.new("RGB", (side, side), colour), kind)).decode()


# What the draft is to hold


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_logo_is_kept_in_both_sizes_under_its_administration(store: LocalStore, kind: str) -> None:
    digest = inherited_logo.keep(GivenLogo(picture(kind=kind, side=900)), store, 7)["digest"]
    assert store.load(logo_key(7, digest))
    assert store.load(bar_key(7, digest))


def test_lines_within_the_base64_do_not_matter(store: LocalStore) -> None:
    text = picture()
    broken = "\r\n".join(text[at : at + 76] for at in range(0, len(text), 76))
    assert inherited_logo.keep(GivenLogo(broken), store, 7) == inherited_logo.keep(GivenLogo(text), store, 7)


@pytest.mark.parametrize(
    ("given", "said"), [(None, {}), (GivenLogo(None), {"digest": None}), (GivenLogo(""), {"digest": None})]
)
def test_nothing_said_is_not_the_same_as_no_logo(
    store: LocalStore, given: GivenLogo | None, said: dict[str, Any]
) -> None:
    assert inherited_logo.keep(given, store, 7) == said


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("no es base64", "import_logo_format"),
        (base64.b64encode(b"%PDF-1.7").decode(), "import_logo_format"),
        (picture(kind="GIF"), "import_logo_format"),
        ("https://conta.example/logo.png", "import_logo_format"),
        (["iVBOR"], "import_logo_format"),
        (17, "import_logo_format"),
        ("  ", "logo_empty"),
        (base64.b64encode(b"\x89PNG\r\n\x1a\nbasura").decode(), "import_logo_unreadable"),
        (base64.b64encode(b"\xff\xd8\xff" * (MAX_UPLOAD_BYTES // 3 + 1)).decode(), "logo_too_heavy"),
    ],
)
def test_a_logo_that_is_no_good_is_a_notice(store: LocalStore, value: object, problem: str) -> None:
    said = inherited_logo.keep(GivenLogo(value), store, 7)
    assert said["problem"] == problem
    json.dumps(said)
    assert not list(store.listed("logos/"))


def test_while_the_store_is_away_it_is_a_notice_too(store: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise StorageUnavailable

    monkeypatch.setattr(LocalStore, "save", away)
    assert inherited_logo.keep(GivenLogo(picture()), store, 7)["problem"] == "storage_unavailable"


# From the address to the screens


Bring = Callable[..., JobState]


@pytest.fixture
def bring(ctx: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Bring:
    """`bring(logo)`: have Aromos' accounting product asked and what it gave applied."""

    def ordered(order: Callable[..., Any], *arguments: object, **options: object) -> None:
        begin_writing()
        by = type(actor())(cast.accounts["admin"], cast.aromos)
        order(db.session.get_one(Community, cast.aromos), *arguments, by=by, now=clock.now(), **options)
        db.session.commit()
        assert JobRunner(ctx, WORKS, "test").turn()

    def brought(logo: object = NOTHING_SAID) -> JobState:
        document: dict[str, object] = {"units": [{"number": "Bodega 3"}]}
        if logo is not NOTHING_SAID:
            document["administration_logo"] = logo
        monkeypatch.setattr(AddressSource, "_fetched", lambda *_: json.dumps(document).encode())
        with tenancy.acting_for(cast.aromos):
            ordered(drafts.order_address, "https://conta.example/aromos")
            draft = drafts.current(clock.now())
            assert draft is not None
            ordered(drafts.order_applying, drafts.mark(draft), leaves_out=False)
            job = drafts.latest(db.session.get_one(Community, cast.aromos))
            assert job is not None
            return JobState(job.state)

    return brought


def shown(community_id: int) -> str | None:
    db.session.rollback()
    return logo_of(db.session.get_one(Community, community_id))


def test_it_shows_in_all_the_administrations_communities_once_it_is_applied(bring: Bring, cast: Cast) -> None:
    assert bring(picture()) == JobState.DONE
    first = shown(cast.aromos)
    assert first
    assert (shown(cast.parque), shown(cast.torres)) == (first, None)


def test_again_it_follows_what_comes(bring: Bring, cast: Cast) -> None:
    bring(picture())
    first = shown(cast.aromos)
    bring(picture())
    assert shown(cast.aromos) == first, "the same"
    bring()
    assert shown(cast.aromos) == first, "nothing is said of a logo"
    bring(picture("red"))
    assert shown(cast.aromos) not in (None, first)
    bring(None)
    assert shown(cast.aromos) is None


def test_one_that_is_no_good_stops_nothing_and_leaves_the_one_before(bring: Bring, cast: Cast) -> None:
    bring(picture())
    first = shown(cast.aromos)
    assert bring("basura") == JobState.DONE
    assert shown(cast.aromos) == first


def test_the_administrations_own_stands_before_it(bring: Bring, cast: Cast) -> None:
    own = "a" * 20
    begin_writing()
    db.session.get_one(Administration, 1).logo = own
    db.session.commit()
    bring(picture())
    assert shown(cast.aromos) == own
