from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from conserje.photos import storage
from conserje.photos.storage import S3Store, StorageUnavailable
from tests.aws import AWS_REGION


@pytest.fixture
def dead_port() -> Iterator[int]:
    """A port on which nobody listens, held so that nobody else takes it."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


def test_s3_objects_lie_under_the_prefix_as_jpeg_without_an_acl_of_their_own(aws_server: str, bucket: str) -> None:
    S3Store(bucket, "/gate/", aws_server, AWS_REGION).save("7/a.jpg", b"picture")
    client = boto3.client("s3", endpoint_url=aws_server, region_name=AWS_REGION)
    assert [entry["Key"] for entry in client.list_objects_v2(Bucket=bucket)["Contents"]] == ["gate/7/a.jpg"]
    assert client.head_object(Bucket=bucket, Key="gate/7/a.jpg")["ContentType"] == "image/jpeg"
    grants = client.get_object_acl(Bucket=bucket, Key="gate/7/a.jpg")["Grants"]
    assert not any("URI" in grant["Grantee"] for grant in grants)


def test_s3_says_of_what_is_no_picture_that_it_is_bytes(aws_server: str, bucket: str) -> None:
    S3Store(bucket, endpoint_url=aws_server, region=AWS_REGION).save("imports/7/file", b"PK")
    client = boto3.client("s3", endpoint_url=aws_server, region_name=AWS_REGION)
    assert client.head_object(Bucket=bucket, Key="imports/7/file")["ContentType"] == "application/octet-stream"


def test_s3_without_a_prefix_uses_the_key_itself(aws_server: str, bucket: str) -> None:
    S3Store(bucket, endpoint_url=aws_server, region=AWS_REGION).save("7/a.jpg", b"picture")
    client = boto3.client("s3", endpoint_url=aws_server, region_name=AWS_REGION)
    assert client.get_object(Bucket=bucket, Key="7/a.jpg")["Body"].read() == b"picture"


def assert_unavailable(store: S3Store) -> None:
    assert not store.ready()
    with pytest.raises(StorageUnavailable):
        store.save("7/a.jpg", b"x")
    with pytest.raises(StorageUnavailable):
        store.load("7/a.jpg")
    with pytest.raises(StorageUnavailable):
        store.delete("7/a.jpg")


def test_a_bucket_that_does_not_exist_is_unavailable_and_not_an_absent_photo(aws_server: str) -> None:
    assert_unavailable(S3Store("no-such-bucket-here", "", aws_server, AWS_REGION))


def test_s3_that_cannot_be_reached_is_unavailable_at_once(aws_server: str, dead_port: int) -> None:
    began = time.monotonic()
    assert_unavailable(S3Store("photos", "", f"http://127.0.0.1:{dead_port}", AWS_REGION))
    assert time.monotonic() - began < 3


def test_s3_that_takes_the_call_and_says_nothing_is_unavailable(
    aws_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel accepts the connection, and nobody ever answers."""
    monkeypatch.setattr(storage, "READ_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert_unavailable(S3Store("photos", "", f"http://127.0.0.1:{silent.getsockname()[1]}", AWS_REGION))


def test_s3_is_given_little_time_and_one_attempt(aws_server: str) -> None:
    config = S3Store("photos", "", aws_server, AWS_REGION)._client().meta.config
    assert (config.connect_timeout, config.read_timeout) == (3, 8)
    assert config.retries["total_max_attempts"] == 1


def test_s3_without_credentials_is_unavailable(
    aws_server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    assert_unavailable(S3Store("photos", "", aws_server, AWS_REGION))
