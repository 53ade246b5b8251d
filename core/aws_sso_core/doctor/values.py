"""Checks of what sessions and profiles say: start URLs, regions and account numbers that can be some."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aws_sso_core import regions
from aws_sso_core.config.problems import shown
from aws_sso_core.doctor.checkup import Check, Finding, Machine, problem, warning
from aws_sso_core.doctor.files import AREA
from aws_sso_core.errors import UsageError
from aws_sso_core.partitions import is_region, partition_of
from aws_sso_core.start_url import parse

_DIGITS = 12
"""Of an AWS account number."""
_VARIABLES = ("AWS_REGION", "AWS_DEFAULT_REGION")
_SECRET = "aws-iso"  # noqa: S105 - the partitions whose regions are in no public list
_COMMENT = re.compile(r"\s[#;].*")
"""Told by another check."""


def _regions(machine: Machine) -> Iterator[Finding]:
    for region, users in _named(machine).items():
        if region in regions.known() or partition_of(region).name.startswith(_SECRET):
            continue
        near = regions.nearest(region)
        hint = f"Did you mean {near}?" if near else "It looks like eu-west-1."
        if is_region(region):
            yield warning(
                f"{users} names the region {region!r}, which this version does not know.",
                f"{hint} If AWS has opened it lately, all is well.",
            )
        else:
            yield problem(f"{users} names {region!r}, which is no AWS region.", hint)


def _named(machine: Machine) -> dict[str, str]:
    """Each region that sign-ins, their profiles and the environment name, and who names it first.

    Profiles without a sign-in are left out: with an endpoint of its own, another provider calls its regions as it likes.
    """
    config = machine.config
    named = [(machine.env.get(name), name) for name in _VARIABLES]
    named += [(session.region, f"The session {session.label}") for session in config.sessions]
    signed_in = [profile for profile in config.profiles if profile.session or profile.name in config.sources]
    named += [(profile.region, f"The {shown([profile.name])}") for profile in signed_in]
    first: dict[str, str] = {}
    for region, user in named:
        if region:
            first.setdefault(_COMMENT.sub("", region), user)
    return first


def _accounts(machine: Machine) -> Iterator[Finding]:
    """The value itself is not shown: what is nearly an account number is for no stranger either."""
    wrong: dict[str, list[str]] = {}
    for profile in machine.config.profiles:
        account = _COMMENT.sub("", profile.account_id or "")
        if account and re.fullmatch(r"[0-9]{12}", account) is None:
            wrong.setdefault(_advice(account), []).append(profile.name)
    for advice, names in wrong.items():
        yield problem(f"The sso_account_id of the {shown(names)} is not {_DIGITS} digits.", advice)


def _advice(account: str) -> str:
    digits = re.sub("[^0-9]", "", account)
    if digits == account and len(digits) < _DIGITS:
        return "Put the zeros before it that a spreadsheet took away; `aws-sso-tray populate` writes it in full."
    if len(digits) == _DIGITS:
        return "Write the digits alone, without dashes, blanks or quotes."
    return "The access portal shows it beside the account; `aws-sso-tray populate` writes it for every account."


def _start_urls(machine: Machine) -> Iterator[Finding]:
    for session in machine.config.sessions:
        users = [profile.name for profile in machine.config.profiles_of(session)]
        who = f"the session {session.label}" if session.kind == "sso-session" else f"the {shown(users)}"
        try:
            meant = parse(session.start_url).url
        except UsageError as error:
            yield problem(f"The start URL of {who} is none: {error.sentence}", error.hint)
        else:
            if not session.start_url.startswith(("https://", "http://")):
                yield problem(f"The start URL of {who} does not begin with https://.", f"Write {meant}")


CHECKS = (
    Check("start-urls", AREA, "Start URLs", "Every start URL looks like one.", _start_urls),
    Check("region-names", AREA, "Regions that profiles name", "Every region is one of AWS's.", _regions),
    Check("account-numbers", AREA, "Account numbers", "Every account number has 12 digits.", _accounts),
)
