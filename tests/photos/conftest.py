from __future__ import annotations

from uuid import uuid4

import boto3
import pytest

from tests.aws import AWS_REGION, aws_server

__all__ = ["aws_server", "bucket"]


@pytest.fixture
def bucket(aws_server: str) -> str:
    name = f"photos-{uuid4().hex}"
    boto3.client("s3", endpoint_url=aws_server, region_name=AWS_REGION).create_bucket(Bucket=name)
    return name
