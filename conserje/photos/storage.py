"""Where photos lie: a folder of this machine or an S3 bucket, behind the same four acts."""

from __future__ import annotations

import os
import re
import tempfile
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol

from conserje.photos.images import DIGEST_LENGTH, PreparedPhoto

_KEY: Final = re.compile(r"[a-z0-9_.-]+(/[a-z0-9_.-]+)*")
_DIGEST: Final = re.compile(rf"[0-9a-f]{{{DIGEST_LENGTH}}}")

CONNECT_SECONDS: Final = 3
READ_SECONDS: Final = 8


class StorageUnavailable(Exception):
    """The place where photos lie does not answer or refuses us: nothing was decided, trying again may help (503)."""


class PhotoStore(Protocol):
    """A place that keeps bytes under a key. Every act may raise `StorageUnavailable`, except `ready`."""

    def save(self, key: str, body: bytes) -> None:
        """Keep `body` under `key`, whole or not at all; the same key again replaces it."""

    def load(self, key: str) -> bytes | None:
        """What lies under `key`, or None."""

    def delete(self, key: str) -> None:
        """Forget `key`; one that is not there is no error."""

    def listed(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        """The keys below `prefix`, a key's beginning up to a slash, each with the moment when it was last saved."""

    def ready(self) -> bool:
        """Whether photos can be kept at this moment."""


class LocalStore:
    """Photos in a folder of this machine. A file appears whole or not at all, also when the power fails."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def save(self, key: str, body: bytes) -> None:
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_whole(path, body)
        except OSError as error:
            raise StorageUnavailable(f"the photo folder cannot be written: {error.strerror}") from error

    def load(self, key: str) -> bytes | None:
        path = self._path(key)
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StorageUnavailable(f"the photo folder cannot be read: {error.strerror}") from error

    def delete(self, key: str) -> None:
        path = self._path(key)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise StorageUnavailable(f"the photo folder cannot be changed: {error.strerror}") from error

    def listed(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        for path in sorted(self._path(prefix.rstrip("/")).rglob("[!.]*")):
            try:
                if path.is_file():
                    yield path.relative_to(self.root).as_posix(), datetime.fromtimestamp(path.stat().st_mtime, UTC)
            except FileNotFoundError:
                continue  # deleted while we look
            except OSError as error:
                raise StorageUnavailable(f"the photo folder cannot be read: {error.strerror}") from error

    def ready(self) -> bool:
        try:
            self.root.mkdir(parents=True, exist_ok=True)
        except OSError:
            return False
        return os.access(self.root, os.R_OK | os.W_OK | os.X_OK)

    def _path(self, key: str) -> Path:
        return self.root / _checked(key)


class S3Store:
    """Photos in a private S3 bucket, or a compatible one at `endpoint_url`.

    The bucket's own settings keep it private and encrypted: no object gets an ACL. The identity needs GetObject,
    PutObject, DeleteObject and ListBucket (without the last, S3 answers 403 for a photo that is not there).
    One attempt with short time-outs: a person is waiting at the gate, and may press the button again.
    """

    def __init__(
        self, bucket: str, prefix: str = "", endpoint_url: str | None = None, region: str | None = None
    ) -> None:
        self.bucket = bucket
        self.prefix = prefix.strip("/")
        self.endpoint_url = endpoint_url
        self.region = region
        self._made: Any = None
        self._making = threading.Lock()

    def save(self, key: str, body: bytes) -> None:
        name = self._name(key)
        self._call("put_object", Key=name, Body=body, ContentType=_content_type(key))

    def load(self, key: str) -> bytes | None:
        name = self._name(key)
        return self._call("get_object", Key=name).get("Body")

    def delete(self, key: str) -> None:
        name = self._name(key)
        self._call("delete_object", Key=name)

    def listed(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        own = f"{self.prefix}/" if self.prefix else ""
        further: dict[str, object] = {}
        while True:
            page = self._call("list_objects_v2", Prefix=f"{own}{_checked(prefix.rstrip('/'))}/", **further)
            for each in page.get("Contents", ()):
                yield each["Key"].removeprefix(own), each["LastModified"]
            if not page.get("IsTruncated"):
                return
            further = {"ContinuationToken": page["NextContinuationToken"]}

    def ready(self) -> bool:
        try:
            self._call("head_bucket")
        except StorageUnavailable:
            return False
        return True

    def _name(self, key: str) -> str:
        return f"{self.prefix}/{_checked(key)}" if self.prefix else _checked(key)

    def _call(self, operation: str, **arguments: object) -> dict[str, Any]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer: dict[str, Any] = getattr(self._client(), operation)(Bucket=self.bucket, **arguments)
            return answer | {"Body": bytes(answer["Body"].read())} if "Body" in answer else answer
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                return {}
            raise StorageUnavailable(f"S3 refused {operation}: {error.response['Error']['Code']}") from error
        except BotoCoreError as error:
            raise StorageUnavailable(f"S3 did not answer {operation}: {type(error).__name__}") from error

    def _client(self) -> Any:
        with self._making:
            if self._made is None:
                # Imported here: an installation that keeps photos in a folder does not pay for boto3's memory.
                from boto3.session import Session
                from botocore.config import Config

                self._made = Session().client(
                    "s3",
                    endpoint_url=self.endpoint_url,
                    region_name=self.region,
                    config=Config(
                        connect_timeout=CONNECT_SECONDS,
                        read_timeout=READ_SECONDS,
                        retries={"total_max_attempts": 1},
                        s3={"addressing_style": "path" if self.endpoint_url else "auto"},
                    ),
                )
            return self._made


def store_from(settings: Mapping[str, object]) -> PhotoStore:
    """The store that the settings ask for.

    `PHOTO_STORE` is `local` (the default) with `PHOTO_FOLDER`, or `s3` with `PHOTO_S3_BUCKET` and, where wanted,
    `PHOTO_S3_PREFIX`, `AWS_REGION` and `AWS_ENDPOINT_URL`. Raises ValueError where a setting is missing or unknown,
    so that a wrong installation does not start.
    """
    kind = _text(settings, "PHOTO_STORE") or "local"
    if kind == "local":
        return LocalStore(Path(_required(settings, "PHOTO_FOLDER")))
    if kind == "s3":
        return S3Store(
            _required(settings, "PHOTO_S3_BUCKET"),
            _text(settings, "PHOTO_S3_PREFIX"),
            _text(settings, "AWS_ENDPOINT_URL") or None,
            _text(settings, "AWS_REGION") or None,
        )
    raise ValueError(f"PHOTO_STORE is {kind!r}: it must be 'local' or 's3'")


def is_digest(text: str) -> bool:
    """Whether the text may be a photograph's digest at all: an address can say anything."""
    return _DIGEST.fullmatch(text) is not None


def photo_key(community_id: int, digest: str) -> str:
    """Where a community's photo lies. A digest that is none raises ValueError.

    The same picture in two communities has two keys, so that one's photos can be erased without the other's.
    """
    if not _DIGEST.fullmatch(digest):
        raise ValueError(f"a photo's digest has {DIGEST_LENGTH} hexadecimal digits")
    return f"{community_id}/{digest[:2]}/{digest}.jpg"


def thumbnail_key(community_id: int, digest: str) -> str:
    """Where the 96 px thumbnail of a community's photo lies; `digest` is the photo's, as in `photo_key`."""
    return photo_key(community_id, digest).removesuffix(".jpg") + "-96.jpg"


def keep(store: PhotoStore, community_id: int, photo: PreparedPhoto) -> str:
    """Store a photo and its thumbnail for a community; returns the digest by which a row refers to them.

    Call it before the writing transaction begins: a transaction that fails afterwards leaves two files that nothing
    refers to, never a row without its photo. Raises `StorageUnavailable`.
    """
    store.save(thumbnail_key(community_id, photo.digest), photo.thumbnail)
    store.save(photo_key(community_id, photo.digest), photo.full)
    return photo.digest


def _write_whole(path: Path, body: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _checked(key: str) -> str:
    if not _KEY.fullmatch(key) or ".." in key or any(part.startswith(".") for part in key.split("/")):
        raise ValueError("a storage key is made of [a-z0-9_.-] between single slashes, and never climbs")
    return key


def _content_type(key: str) -> str:
    return "image/jpeg" if key.endswith(".jpg") else "application/octet-stream"


def _text(settings: Mapping[str, object], name: str) -> str:
    value = settings.get(name)
    return "" if value is None else str(value)


def _required(settings: Mapping[str, object], name: str) -> str:
    value = _text(settings, name)
    if not value:
        raise ValueError(f"{name} must be set to store photos")
    return value
