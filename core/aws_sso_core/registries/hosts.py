"""What the host name of an Amazon ECR registry tells: account, region, partition.

Source: ECR user guide, "Private registry" and "Dual-stack endpoints".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from aws_sso_core.partitions import REGION, is_region, partition_of
from aws_sso_core.registries.address import host_of

PUBLIC = "public.ecr.aws"
PUBLIC_REGION = "us-east-1"
"""Tokens for public ECR are given out there only (ECR Public API reference, GetAuthorizationToken)."""
_PUBLIC_HOSTS = (PUBLIC, "ecr-public.aws.com")
_PRIVATE = re.compile(rf"(\d{{12}})\.dkr([.-])ecr(-fips)?\.({REGION})\.([a-z0-9.-]+)", re.ASCII)
_is_account = re.compile(r"\d{12}", re.ASCII).fullmatch


@dataclass(frozen=True, slots=True)
class Registry:
    """One registry of Amazon ECR."""

    host: str
    """In lower case, as Docker's config has it."""
    region: str
    """Where its tokens are given out."""
    partition: str = "aws"
    account_id: str | None = None
    """None: public ECR, which is nobody's in particular."""
    fips: bool = False

    @property
    def owner(self) -> str:
        """Whose it is, as people and our notes say it: the account id, or "public"."""
        return self.account_id or "public"


def registry(address: str) -> Registry | None:
    """The registry at a host name or server URL, or None: no ECR of AWS's.

    Other schemes and ports are refused: whoever answers there must not get a token.
    """
    host = host_of(address)
    if host in _PUBLIC_HOSTS:
        return Registry(host, PUBLIC_REGION)
    match = _PRIVATE.fullmatch(host)
    if not match:
        return None
    account_id, joint, fips, region, end = match.groups()
    partition = partition_of(region)
    if end != (partition.registries if joint == "." else partition.dual_stack):
        return None
    return Registry(host, region, partition.name, account_id, fips=bool(fips))


def of_account(account_id: str, region: str) -> Registry | None:
    """The private registry of an account in a region, or None for what is no account id or no region."""
    if not (_is_account(account_id) and is_region(region)):
        return None
    return registry(f"{account_id}.dkr.ecr.{region}.{partition_of(region).registries}")
