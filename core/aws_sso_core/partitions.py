"""The parts of AWS: which regions each has, by their names, and where its registries and its console are. Pure.

Sources: ECR user guide, "Private registry" and "Dual-stack endpoints"; botocore's endpoint rules of ``signin``; AWS's own
ECR helper for the isolated partitions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

REGION = r"[a-z]{2,5}(?:-[a-z]+)+-\d{1,2}"
"""How a region's name looks; there are new ones every year."""
is_region = re.compile(REGION, re.ASCII).fullmatch


@dataclass(frozen=True, slots=True)
class Partition:
    """A part of AWS with accounts of its own."""

    name: str
    beginning: str
    """Of its regions' names."""
    registries: str
    """How the hosts of its registries end."""
    dual_stack: str | None
    """How those do that speak IPv6 too; None where there are none."""
    sign_in: str
    """The domain of the console's sign-in, preceded by the region."""
    console: str | None
    """The console's host; None where it is not public."""


_AWS = Partition("aws", "", "amazonaws.com", "on.aws", "signin.aws.amazon.com", "console.aws.amazon.com")
_OTHERS = (
    Partition(
        "aws-cn",
        "cn-",
        "amazonaws.com.cn",
        "on.amazonwebservices.com.cn",
        "signin.amazonaws.cn",
        "console.amazonaws.cn",
    ),
    Partition(
        "aws-us-gov",
        "us-gov-",
        "amazonaws.com",
        "on.aws",
        "signin.amazonaws-us-gov.com",
        "console.amazonaws-us-gov.com",
    ),
    Partition("aws-eusc", "eusc-", "amazonaws.eu", None, "signin.amazonaws-eusc.eu", "console.amazonaws-eusc.eu"),
    Partition("aws-iso", "us-iso-", "c2s.ic.gov", None, "signin.c2shome.ic.gov", "console.c2shome.ic.gov"),
    Partition("aws-iso-b", "us-isob-", "sc2s.sgov.gov", None, "signin.sc2shome.sgov.gov", "console.sc2shome.sgov.gov"),
    Partition("aws-iso-e", "eu-isoe-", "cloud.adc-e.uk", None, "signin.csphome.adc-e.uk", None),
    Partition("aws-iso-f", "us-isof-", "csp.hci.ic.gov", None, "signin.csphome.hci.ic.gov", None),
)


def partition_of(region: str) -> Partition:
    """The partition that a region belongs to; one that nobody knows yet is taken for a commercial one."""
    return next((partition for partition in _OTHERS if region.startswith(partition.beginning)), _AWS)
