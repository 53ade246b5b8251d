"""AWS's two sign-in services through boto3; this package is the only one that knows it.

``oidc`` registers us and gives out tokens, ``portal`` lists accounts and roles, gives out role credentials and ends
sign-ins, ``sts`` tells who credentials belong to, ``console_token`` makes them a sign-in to the console, ``ecr`` one
to a registry. Every error is one of ``errors``; what a caller may do again, it is told by their attributes.
"""

from __future__ import annotations

from pathlib import Path

from aws_sso_core.aws.client import ATTEMPTS, CONNECTIONS, READ_SECONDS, Pace, Service
from aws_sso_core.aws.ecr_client import Ecr
from aws_sso_core.aws.federation import console_token
from aws_sso_core.aws.oidc_client import DeviceCode, Grant, Oidc
from aws_sso_core.aws.partitions import regions
from aws_sso_core.aws.portal_client import PortalClient
from aws_sso_core.aws.sts_client import Caller, Sts
from aws_sso_core.aws.web_page import Page, page
from aws_sso_core.clock import Clock
from aws_sso_core.model import RoleCredentials, Session
from aws_sso_core.registries.hosts import Registry

__all__ = [
    "ATTEMPTS",
    "Caller",
    "DeviceCode",
    "Ecr",
    "Grant",
    "Oidc",
    "Pace",
    "Page",
    "PortalClient",
    "Sts",
    "console_token",
    "ecr",
    "oidc",
    "page",
    "portal",
    "regions",
    "sts",
]


def oidc(
    session: Session,
    *,
    clock: Clock,
    config: Path | None,
    profile: str | None = None,
    endpoint: str | None = None,
    read_seconds: float = READ_SECONDS,
) -> Oidc:
    """The service that signs people in, in the session's region. Costs about 0.2 s the first time in a process.

    Args:
        session: names the region.
        clock: waits between attempts, and is compared with AWS's.
        config: ``Paths.config``, read for its network settings only; None or a broken file means none.
        profile: whose network settings count; None is the environment's profile, as in AWS CLI.
        endpoint: a URL to talk to in place of the one that environment, config and region lead to.
        read_seconds: how long to wait for an answer.

    Raises:
        UsageError: the region is none, or an endpoint or CA setting makes no sense.
    """
    return Oidc(
        Service(
            "sso-oidc",
            session,
            clock=clock,
            config=config,
            profile=profile,
            endpoint=endpoint,
            read_seconds=read_seconds,
        )
    )


def portal(
    session: Session,
    *,
    clock: Clock,
    config: Path | None,
    profile: str | None = None,
    endpoint: str | None = None,
    read_seconds: float = READ_SECONDS,
    pace: Pace | None = None,
    connections: int = CONNECTIONS,
) -> PortalClient:
    """The service behind the access portal; arguments and errors as ``oidc``, and two for callers in many threads.

    ``pace`` decides when each request may go (None: at once), ``connections`` is how many threads ask at a time.
    """
    return PortalClient(
        Service(
            "sso",
            session,
            clock=clock,
            config=config,
            profile=profile,
            endpoint=endpoint,
            read_seconds=read_seconds,
            pace=pace,
            connections=connections,
        )
    )


def sts(
    credentials: RoleCredentials,
    *,
    session: Session,
    clock: Clock,
    config: Path | None,
    region: str | None = None,
    profile: str | None = None,
    endpoint: str | None = None,
    read_seconds: float = READ_SECONDS,
) -> Sts:
    """The service that tells whose these credentials are; ``region`` None is the session's, all else as ``oidc``."""
    return Sts(
        Service(
            "sts",
            session,
            clock=clock,
            config=config,
            profile=profile,
            endpoint=endpoint,
            read_seconds=read_seconds,
            credentials=credentials,
            region=region,
        )
    )


def ecr(
    registry: Registry,
    credentials: RoleCredentials,
    *,
    session: Session,
    clock: Clock,
    config: Path | None,
    profile: str | None = None,
    endpoint: str | None = None,
    read_seconds: float = READ_SECONDS,
) -> Ecr:
    """The service that gives out a registry's tokens, in the registry's region; all else as ``sts``."""
    return Ecr(
        Service(
            "ecr" if registry.account_id else "ecr-public",
            session,
            clock=clock,
            config=config,
            profile=profile,
            endpoint=endpoint,
            read_seconds=read_seconds,
            credentials=credentials,
            region=registry.region,
            fips=registry.fips,
        ),
        public=registry.account_id is None,
    )
