"""AWS's two sign-in services through boto3; this package is the only one that knows it.

``oidc`` registers us and gives out tokens, ``portal`` lists accounts and roles, gives out role credentials and ends
sign-ins, ``sts`` tells who credentials belong to, ``console_token`` makes them a sign-in to the console, ``ecr`` one
to a registry. Every error is one of ``errors``; what a caller may do again, it is told by their attributes.
"""

from __future__ import annotations

from typing import Unpack

from aws_sso_core.aws.client import ATTEMPTS, CONNECTIONS, Pace, Service, Way
from aws_sso_core.aws.ecr_client import Ecr
from aws_sso_core.aws.federation import console_token
from aws_sso_core.aws.oidc_client import DeviceCode, Grant, Oidc
from aws_sso_core.aws.portal_client import PortalClient
from aws_sso_core.aws.sts_client import Caller, Sts
from aws_sso_core.aws.web_page import Page, page
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
    "Way",
    "console_token",
    "ecr",
    "oidc",
    "page",
    "portal",
    "sts",
]


def oidc(session: Session, **way: Unpack[Way]) -> Oidc:
    """The service that signs people in, in the session's region. Costs about 0.2 s the first time in a process.

    Raises:
        UsageError: the region is none, or an endpoint or CA setting makes no sense.
    """
    return Oidc(Service("sso-oidc", session, **way))


def portal(
    session: Session, *, pace: Pace | None = None, connections: int = CONNECTIONS, **way: Unpack[Way]
) -> PortalClient:
    """The service behind the access portal; errors as ``oidc``, and two arguments for callers in many threads.

    ``pace`` decides when each request may go (None: at once), ``connections`` is how many threads ask at a time.
    """
    return PortalClient(Service("sso", session, pace=pace, connections=connections, **way))


def sts(credentials: RoleCredentials, *, session: Session, region: str | None = None, **way: Unpack[Way]) -> Sts:
    """The service that tells whose these credentials are; ``region`` None is the session's, errors as ``oidc``."""
    return Sts(Service("sts", session, credentials=credentials, region=region, **way))


def ecr(registry: Registry, credentials: RoleCredentials, *, session: Session, **way: Unpack[Way]) -> Ecr:
    """The service that gives out a registry's tokens, in the registry's region; errors as ``oidc``."""
    public = registry.account_id is None
    return Ecr(
        Service(
            "ecr-public" if public else "ecr",
            session,
            credentials=credentials,
            region=registry.region,
            fips=registry.fips,
            **way,
        ),
        public=public,
    )
