"""What a region's name tells."""

from __future__ import annotations

import pytest

from aws_sso_core import regions
from aws_sso_core.partitions import is_region, partition_of


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("eu-central-1", "aws"),
        ("us-gov-east-1", "aws-us-gov"),
        ("cn-northwest-1", "aws-cn"),
        ("eusc-de-east-1", "aws-eusc"),
        ("xx-new-9", "aws"),
    ],
)
def test_a_region_belongs_to_a_partition(region: str, partition: str) -> None:
    assert partition_of(region).name == partition


def test_every_region_that_botocore_knows_looks_like_one() -> None:
    assert [name for name in regions.known() if not is_region(name)] == []


@pytest.mark.parametrize(
    "text",
    ["", "eu-west", "us-east-1a", "eu west 1", "EU-WEST-1", "aws-global", "eu-west-1.evil.example", "eu-west-1\n"],
)
def test_nothing_else_does(text: str) -> None:
    assert not is_region(text)
