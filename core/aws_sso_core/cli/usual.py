"""What is taken where the command line says nothing: the environment's, else what the settings or the profiles tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from aws_sso_core import regions as all_regions
from aws_sso_core.cli.services import Services
from aws_sso_core.errors import UsageError
from aws_sso_core.settings import Settings
from aws_sso_core.start_url import StartUrl, parse

START_URL_VARIABLES = ("AWS_CONFIGURE_SSO_DEFAULT_SSO_START_URL", "AWS_DEFAULT_SSO_START_URL")
SSO_REGION_VARIABLES = ("AWS_CONFIGURE_SSO_DEFAULT_SSO_REGION", "AWS_DEFAULT_SSO_REGION")
REGION_VARIABLES = ("AWS_CONFIGURE_DEFAULT_REGION", "AWS_DEFAULT_REGION")
"""Those that aws-sso-util takes its defaults from."""


def first_of(env: Mapping[str, str], names: Sequence[str]) -> str | None:
    """The first of these variables that is set."""
    return next((env[name] for name in names if env.get(name)), None)


def portal(env: Mapping[str, str], settings: Settings) -> StartUrl | None:
    """The access portal of the environment or the settings, with its region where that is said, too.

    Raises:
        UsageError: what stands there is no start URL.
    """
    url = first_of(env, START_URL_VARIABLES)
    region = first_of(env, SSO_REGION_VARIABLES) if url else settings.sso_region
    if not (url := url or settings.start_url):
        return None
    start = parse(url)
    return replace(start, region=region or start.region)


def region(env: Mapping[str, str], regions: Iterable[str | None]) -> str | None:
    """Where the person works: the environment's region, else the one that most profiles have."""
    known = [one for one in regions if one]
    most = max(sorted(set(known)), key=known.count) if known else None
    return first_of(env, ("AWS_REGION", *REGION_VARIABLES)) or most


def no_region(text: str) -> UsageError:
    """The error for what cannot be a region, with the one that may be meant."""
    near = all_regions.nearest(text)
    return UsageError(f"{text!r} is no AWS region.", f"Did you mean {near}?" if near else "It looks like eu-west-1.")


def note_odd(regions: Iterable[str | None], services: Services) -> None:
    """Tell of each that botocore does not list: mostly a slip, but AWS opens regions that an old botocore lacks."""
    known = all_regions.known()
    for odd in dict.fromkeys(region for region in regions if region and region not in known):
        near = all_regions.nearest(odd)
        services.out.advise(f"{odd!r} is no region that this version knows.", f"Did you mean {near}?" if near else "")
