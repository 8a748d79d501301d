from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from conserje.photos.images import prepare
from conserje.photos.storage import (
    LocalStore,
    PhotoStore,
    S3Store,
    StorageUnavailable,
    keep,
    photo_key,
    store_from,
    thumbnail_key,
)
from tests.aws import AWS_REGION
from tests.photos.pictures import encoded, halves

DIGEST = "0123456789abcdef0123"


@pytest.fixture(params=["local", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> PhotoStore:
    if request.param == "local":
        return LocalStore(tmp_path / "photos")
    return S3Store(request.getfixturevalue("bucket"), "gate", request.getfixturevalue("aws_server"), AWS_REGION)


# What every store promises


def test_what_is_saved_can_be_loaded(store: PhotoStore) -> None:
    store.save("7/01/photo.jpg", b"\xff\xd8 picture \x00\xff")
    assert store.load("7/01/photo.jpg") == b"\xff\xd8 picture \x00\xff"


def test_what_was_never_saved_is_none(store: PhotoStore) -> None:
    assert store.load("7/01/nothing.jpg") is None


def test_saving_again_replaces(store: PhotoStore) -> None:
    store.save("7/a.jpg", b"first")
    store.save("7/a.jpg", b"second")
    assert store.load("7/a.jpg") == b"second"


def test_what_is_deleted_is_gone_and_deleting_again_is_no_error(store: PhotoStore) -> None:
    store.save("7/a.jpg", b"picture")
    store.save("7/b.jpg", b"another")
    store.delete("7/a.jpg")
    store.delete("7/a.jpg")
    assert store.load("7/a.jpg") is None
    assert store.load("7/b.jpg") == b"another"


def test_a_store_that_works_is_ready(store: PhotoStore) -> None:
    assert store.ready()


@pytest.mark.parametrize("act", ["save", "load", "delete"])
@pytest.mark.parametrize(
    "key",
    [
        "",
        "/etc/passwd",
        "../secret",
        "7/../../secret",
        "7/..",
        "7/./a.jpg",
        "7//a.jpg",
        "7/",
        "7/a..jpg",
        ".hidden",
        "7/.hidden",
        "7/A.jpg",
        "7/a b.jpg",
        "7\\a.jpg",
        "7/a.jpg\n",
        "7/a\x00.jpg",
        "7/ñ.jpg",
        "c:a.jpg",
    ],
)
def test_a_key_that_could_climb_or_surprise_is_refused(store: PhotoStore, act: str, key: str) -> None:
    arguments = (key, b"x") if act == "save" else (key,)
    with pytest.raises(ValueError, match="storage key"):
        getattr(store, act)(*arguments)


def test_keep_stores_the_photo_and_its_thumbnail_for_the_community(store: PhotoStore) -> None:
    photo = prepare(io.BytesIO(encoded(halves())))
    digest = keep(store, 7, photo)
    assert digest == photo.digest
    assert store.load(photo_key(7, digest)) == photo.full
    assert store.load(thumbnail_key(7, digest)) == photo.thumbnail
    assert store.load(photo_key(8, digest)) is None


# Keys


def test_keys_start_with_the_community_and_spread_over_folders() -> None:
    assert photo_key(7, DIGEST) == f"7/01/{DIGEST}.jpg"
    assert thumbnail_key(7, DIGEST) == f"7/01/{DIGEST}-96.jpg"


@pytest.mark.parametrize(
    "digest", ["", "..", DIGEST[:-1], DIGEST + "0", DIGEST.upper(), "../" + DIGEST[3:], DIGEST + "\n"]
)
@pytest.mark.parametrize("key", [photo_key, thumbnail_key])
def test_a_key_is_made_of_a_true_digest_only(key: Callable[[int, str], str], digest: str) -> None:
    with pytest.raises(ValueError, match="digest"):
        key(7, digest)


# The local folder


def files_in(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def test_the_local_file_lies_in_the_folders_of_its_key_and_nothing_else_remains(tmp_path: Path) -> None:
    LocalStore(tmp_path).save(photo_key(7, DIGEST), b"picture")
    assert files_in(tmp_path) == [f"7/01/{DIGEST}.jpg"]


def test_the_local_file_is_not_for_other_users_of_the_machine(tmp_path: Path) -> None:
    LocalStore(tmp_path).save("7/a.jpg", b"picture")
    assert (tmp_path / "7/a.jpg").stat().st_mode & 0o077 == 0


def test_a_write_that_fails_half_way_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = LocalStore(tmp_path)
    store.save("7/a.jpg", b"first")

    def full_disk(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(StorageUnavailable, match="No space left"):
        store.save("7/a.jpg", b"second")
    assert store.load("7/a.jpg") == b"first"
    assert files_in(tmp_path) == ["7/a.jpg"]


def test_the_bytes_are_on_disk_before_the_name_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    fsync, replace = os.fsync, os.replace

    def watched_fsync(handle: int) -> None:
        order.append("fsync")
        fsync(handle)

    def watched_replace(source: str, target: Path) -> None:
        assert Path(source).parent == target.parent
        assert Path(source).read_bytes() == b"picture"
        order.append("rename")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", watched_fsync)
    monkeypatch.setattr(os, "replace", watched_replace)
    LocalStore(tmp_path).save("7/a.jpg", b"picture")
    assert order == ["fsync", "rename", "fsync"]


def test_a_local_folder_that_cannot_be_used_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "photos").write_text("a file where the folder should be")
    store = LocalStore(tmp_path / "photos")
    assert not store.ready()
    with pytest.raises(StorageUnavailable):
        store.save("7/a.jpg", b"x")
    with pytest.raises(StorageUnavailable):
        store.load("7/a.jpg")
    with pytest.raises(StorageUnavailable):
        store.delete("7/a.jpg")


# Choosing by the settings


def test_without_a_word_photos_lie_in_the_local_folder(tmp_path: Path) -> None:
    chosen = store_from({"PHOTO_FOLDER": tmp_path})
    assert isinstance(chosen, LocalStore)
    assert chosen.root == tmp_path


def test_s3_is_chosen_with_its_settings() -> None:
    chosen = store_from(
        {
            "PHOTO_STORE": "s3",
            "PHOTO_S3_BUCKET": "photos",
            "PHOTO_S3_PREFIX": "gate/",
            "AWS_REGION": "sa-east-1",
            "AWS_ENDPOINT_URL": None,
        }
    )
    assert isinstance(chosen, S3Store)
    assert (chosen.bucket, chosen.prefix, chosen.region, chosen.endpoint_url) == ("photos", "gate", "sa-east-1", None)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "PHOTO_FOLDER"),
        ({"PHOTO_STORE": "local", "PHOTO_FOLDER": ""}, "PHOTO_FOLDER"),
        ({"PHOTO_STORE": "s3"}, "PHOTO_S3_BUCKET"),
        ({"PHOTO_STORE": "ftp"}, "'ftp'"),
    ],
)
def test_a_store_without_its_settings_does_not_start(settings: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        store_from(settings)


def test_a_local_installation_does_not_load_boto3(tmp_path: Path) -> None:
    script = (
        "import sys; from conserje.photos.storage import store_from; "
        f"store_from({{'PHOTO_FOLDER': {str(tmp_path)!r}}}).ready(); "
        "assert not [name for name in sys.modules if name.startswith('boto')]"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_what_lies_below_a_prefix_is_listed_with_when_it_was_saved(store: PhotoStore) -> None:
    before = datetime.now(UTC) - timedelta(seconds=2)
    for key in ("7/ab/one.jpg", "7/ab/one-96.jpg", "imports/7/0123", "77/ab/other.jpg"):
        store.save(key, b"x")
    listed = dict(store.listed("7/"))
    assert set(listed) == {"7/ab/one.jpg", "7/ab/one-96.jpg"}
    assert all(before <= saved_at for saved_at in listed.values())
    assert [key for key, _ in store.listed("imports/7/")] == ["imports/7/0123"]
    assert list(store.listed("8/")) == []
